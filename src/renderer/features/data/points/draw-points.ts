/**
 * Draws points on a canvas: training points filled, test points hollow. Pure drawing: everything it needs is given.
 */
import { classMark } from '../../../data/class-marks'
import { drawnPositions, toX, toY, type Frame } from '../browse/scatter'

export interface DrawnPoints {
  /** x and y of each point, one after the other. */
  at: ArrayLike<number>
  labels: ArrayLike<number>
  /** Of point i. */
  isTest: (i: number) => boolean
}

/** More would hide each other, and take longer than a frame. */
const AT_MOST = 20_000

export function radiusFor(count: number): number {
  return count > 5000 ? 2 : count > 1000 ? 3 : 4.5
}

export function drawPoints(
  ctx: CanvasRenderingContext2D,
  frame: Frame,
  { at, labels, isTest }: DrawnPoints,
  theme: 'light' | 'dark',
): void {
  const count = labels.length
  const radius = radiusFor(count)
  const marks = new Map<number, { color: string; path: Path2D }>()
  for (const i of drawnPositions(count, AT_MOST)) {
    const label = labels[i] ?? 0
    let mark = marks.get(label)
    if (!mark) {
      const { color, shape } = classMark(theme, label)
      marks.set(label, (mark = { color, path: new Path2D(shape) }))
    }
    ctx.save()
    ctx.translate(toX(frame, at[2 * i] ?? 0), toY(frame, at[2 * i + 1] ?? 0))
    ctx.scale(radius, radius)
    if (isTest(i)) {
      ctx.strokeStyle = mark.color
      ctx.lineWidth = 1.5 / radius
      ctx.stroke(mark.path)
    } else {
      ctx.fillStyle = mark.color
      ctx.globalAlpha = 0.85
      ctx.fill(mark.path)
    }
    ctx.restore()
  }
}
