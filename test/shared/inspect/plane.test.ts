import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pdfFromSvg } from '#lab/figures/pdf'
import { PALETTES } from '#shared/figures/chart-look'
import { svgOf, type Drawing, type Mark } from '#shared/figures/marks'
import { calibrationOf } from '#shared/inspect/calibration'
import {
  boundaryLines,
  boxAround,
  fromGrid,
  planeField,
  sharesAt,
  toGrid,
  type PlanePoint,
} from '#shared/inspect/plane'
import { planeDrawing, type PlaneOptions } from '#shared/inspect/plane-drawing'
import { reliabilityDrawing, reliabilityRows } from '#shared/inspect/reliability'
import { transformedDrawing } from '#shared/inspect/transformed-drawing'

const look = { width: 340, height: 340, fontSize: 11, palette: PALETTES.print }
const box = { x: [-1, 1], y: [-1, 1] } as const
const COUNT = 20
const cells = Array.from({ length: COUNT * COUNT }, (_, i) => [i % COUNT, Math.floor(i / COUNT)] as const)
/** p of the second class rises from left to right, and is one half at x = 0. */
const field = planeField(
  box,
  { columns: COUNT, rows: COUNT },
  { outputs: 1, values: Float32Array.from(cells, ([column]) => (column + 0.5) / COUNT) },
)
const points: PlanePoint[] = [
  { sample: 0, x: -0.5, y: -0.5, label: 0, predicted: 0, isTest: false },
  { sample: 1, x: 0.5, y: -0.5, label: 1, predicted: 1, isTest: false },
  { sample: 2, x: 0, y: 0.5, label: 0, predicted: 1, isTest: false },
  { sample: 3, x: 0.2, y: 0.1, label: 1, predicted: 1, isTest: true },
]
const options: PlaneOptions = { classNames: ['A', 'B'], steps: 8, levelsOf: 1, seen: points.slice(0, 3) }

function all(marks: readonly Mark[]): Mark[] {
  return marks.flatMap((mark) => [mark, ...all(mark.children ?? [])])
}
const textsOf = ({ marks }: Drawing) => all(marks).flatMap(({ text }) => text ?? [])

describe('the plane of a model', () => {
  it('is a square around points whose features are alike, with room for what lies outside of them', () => {
    expect(
      boxAround([
        { x: 0, y: 0 },
        { x: 4, y: 2 },
      ]),
    ).toEqual({ x: [-1, 5], y: [-2, 4] })
  })

  it('has a scale for each feature where they are of another kind, and room around one point or none', () => {
    expect(
      boxAround([
        { x: 0, y: 0 },
        { x: 100, y: 2 },
      ]),
    ).toEqual({ x: [-25, 125], y: [-0.5, 2.5] })
    expect(boxAround([{ x: 3, y: 3 }])).toEqual({ x: [1.5, 4.5], y: [1.5, 4.5] })
    expect(boxAround([])).toEqual({ x: [-1.5, 1.5], y: [-1.5, 1.5] })
  })

  it('gives the classes what one output unit says, at every place between the cells', () => {
    expect(sharesAt(field, 0, 0.3).map((share) => Number(share.toFixed(6)))).toEqual([0.5, 0.5])
    expect(sharesAt(field, 0.5, -0.9)[1]).toBeCloseTo(0.75, 6)
    const [gx, gy] = toGrid(field, 0.35, -0.2)
    expect(fromGrid(field, gx, gy)).toEqual([expect.closeTo(0.35), expect.closeTo(-0.2)])
  })

  it('is divided where p = 0.5', () => {
    const [line, ...others] = boundaryLines(field)
    expect(others).toHaveLength(0)
    for (const [x] of line?.points ?? []) expect(fromGrid(field, x, 0)[0]).toBeCloseTo(0, 6)
  })

  it('is divided between more classes where the likeliest one changes', () => {
    const shares = Float32Array.from(
      cells.flatMap(([column]) => [column < 10 ? 0.6 : 0.1, column < 10 ? 0.1 : 0.6, 0.3]),
    )
    const three = planeField(box, { columns: COUNT, rows: COUNT }, { outputs: 3, values: shares })
    for (const { points: along } of boundaryLines(three)) {
      for (const [x] of along) expect(Math.abs(fromGrid(three, x, 0)[0])).toBeLessThan(0.1)
    }
    expect(boundaryLines(three)).toHaveLength(2) // the same line, from either side; the third class never wins
  })
})

describe('its figure', () => {
  it('labels its level lines, names the classes, and says what is right', () => {
    const drawing = planeDrawing(field, points, options, look)
    expect(drawing.title).toBe('Decision boundary over the plane; 3 of 4 points on their own side')
    expect(textsOf(drawing)).toEqual(
      expect.arrayContaining([
        ...['0.1', '0.25', '0.75', '0.9', 'A', 'B', 'test points', 'wrong', 'x', 'y'],
        ...['p = 0.5', 'p(B)', 'outside of the training points'],
      ]),
    )
    expect(textsOf(planeDrawing(field, [], { ...options, levelsOf: null, seen: [] }, look))).not.toContain('0.9')
  })

  it('shows which class and no more where it is asked to', () => {
    const fills = (steps: number) =>
      new Set(
        planeDrawing(field, [], { ...options, steps, seen: [] }, look).marks.flatMap(({ tag, attributes }) =>
          tag === 'path' && attributes['fill'] !== 'none' ? [attributes['fill']] : [],
        ),
      ).size
    expect(fills(1)).toBe(2)
    expect(fills(8)).toBeGreaterThan(8)
  })

  it('veils what lies outside of the training points', () => {
    const veils = (seen: PlaneOptions['seen']) =>
      planeDrawing(field, points, { ...options, seen }, look).marks.filter(
        ({ attributes }) => attributes['fill-opacity'] === 0.6,
      )
    expect(veils(points.slice(0, 3))).toHaveLength(1)
    expect(veils(points.slice(0, 2))).toHaveLength(0) // two points enclose nothing
  })

  it('is painted as PDF, and so are the others of Inspect', async () => {
    const answers = [0.55, 0.95, 0.97].map((confidence, i) => ({ confidence, loss: 1, isRight: i > 0 }))
    const calibration = calibrationOf(answers)
    const hidden = { units: 2, values: Float32Array.from(cells.flatMap(([column, row]) => [column, -row])) }
    const drawings = [
      planeDrawing(field, points, options, look),
      transformedDrawing(field, hidden, [0, 1], points, look),
      reliabilityDrawing({ name: 'a < b & "c"', calibration, color: 0 }, look),
    ]
    for (const drawing of drawings) {
      const pdf = await pdfFromSvg(svgOf(drawing, '#ffffff'), {
        widthCm: 9,
        heightCm: 9,
        fontsFolder: resolve('resources/fonts'),
      })
      expect(new TextDecoder().decode(pdf.subarray(0, 5))).toBe('%PDF-')
    }
    expect(reliabilityRows(calibration)).toHaveLength(11)
  })
})

describe('where two units take the plane', () => {
  it('is a straight boundary for units that only stretch it, with ticks in their own numbers', () => {
    const hidden = { units: 3, values: Float32Array.from(cells.flatMap(([column, row]) => [column * 10, 0, row])) }
    const drawing = transformedDrawing(field, hidden, [0, 2], points, look, ['A', 'B'])
    expect(textsOf(drawing)).toEqual(expect.arrayContaining(['Unit 0', 'Unit 2', '100', 'A', 'B', 'p = 0.5']))
    const thick = drawing.marks.find(({ attributes }) => attributes['stroke-width'] === 2)
    const places = [...String(thick?.attributes['d']).matchAll(/[ML]([\d.]+) /g)].map(([, x]) => Number(x))
    expect(places.length).toBeGreaterThan(10)
    for (const x of places) expect(x).toBeCloseTo(places[0] ?? NaN, 1)
  })

  it('has a range also for a unit that never moves', () => {
    const still = { units: 2, values: new Float32Array(2 * COUNT * COUNT) }
    expect(transformedDrawing(field, still, [0, 1], points, look).marks.length).toBeGreaterThan(5)
  })
})
