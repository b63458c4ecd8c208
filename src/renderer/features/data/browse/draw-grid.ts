/**
 * Draws what is in view of a grid of pictures. Pure drawing: everything it needs is given.
 */
import { placeOf, positionsInView, type Grid } from './grid-geometry'
import type { BitmapSheet } from './sheets'

export interface GridColors {
  /** Around each picture, which may be as dark or as light as the page. */
  edge: string
  /** Where a picture has not come yet. */
  empty: string
  /** Around what is chosen, and around where the keyboard is. */
  ring: string
  surface: string
}

export interface GridState {
  /** Scrolled to, from the top of the whole grid. */
  offset: number
  at: (position: number) => { content: BitmapSheet; place: number } | null
  isMarked: (position: number) => boolean
  /** Where the keyboard is; null while the grid does not have the focus. */
  current: number | null
  /** Device pixels of a CSS pixel. */
  ratio: number
}

export function drawGrid(ctx: CanvasRenderingContext2D, grid: Grid, colors: GridColors, state: GridState): void {
  const { ratio, offset } = state
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
  ctx.clearRect(0, 0, grid.view.width, grid.view.height)
  const { first, end } = positionsInView(grid, offset)
  const { width, height } = grid.cell
  ctx.fillStyle = colors.empty
  ctx.imageSmoothingQuality = 'medium'
  for (let position = first; position < end; position++) {
    const { x, y } = placeOf(grid, position)
    const found = state.at(position)
    if (found) drawPicture(ctx, found, x, snap(y - offset, ratio), width, height, ratio)
    else ctx.fillRect(x, snap(y - offset, ratio), width, height)
  }
  outline(ctx, grid, state, colors.edge, first, end)
  for (let position = first; position < end; position++) {
    if (state.isMarked(position)) ring(ctx, grid, position, state, colors.ring, 2)
  }
  if (state.current !== null && state.current >= first && state.current < end) {
    ring(ctx, grid, state.current, state, colors.surface, 4)
    ring(ctx, grid, state.current, state, colors.ring, 3)
  }
}

function drawPicture(
  ctx: CanvasRenderingContext2D,
  { content, place }: { content: BitmapSheet; place: number },
  x: number,
  y: number,
  width: number,
  height: number,
  ratio: number,
): void {
  // enlarged, a pixel is a square; made smaller, several are one
  ctx.imageSmoothingEnabled = width * ratio < content.width
  const column = place % content.columns
  const row = Math.floor(place / content.columns)
  const [fromX, fromY] = [column * content.width, row * content.height]
  ctx.drawImage(content.bitmap, fromX, fromY, content.width, content.height, x, y, width, height)
}

/** One line for all of them: a stroke each would take longer than the pictures. */
function outline(
  ctx: CanvasRenderingContext2D,
  grid: Grid,
  { offset, ratio }: GridState,
  color: string,
  first: number,
  end: number,
): void {
  const line = 1 / ratio
  ctx.beginPath()
  for (let position = first; position < end; position++) {
    const { x, y } = placeOf(grid, position)
    const top = snap(y - offset, ratio)
    ctx.rect(x - line / 2, top - line / 2, grid.cell.width + line, grid.cell.height + line)
  }
  ctx.lineWidth = line
  ctx.strokeStyle = color
  ctx.stroke()
}

function ring(
  ctx: CanvasRenderingContext2D,
  grid: Grid,
  position: number,
  { offset, ratio }: GridState,
  color: string,
  width: number,
): void {
  const { x, y } = placeOf(grid, position)
  const half = width / 2
  ctx.lineWidth = width
  ctx.strokeStyle = color
  ctx.strokeRect(x - half, snap(y - offset, ratio) - half, grid.cell.width + width, grid.cell.height + width)
}

/** To whole device pixels: pictures stay sharp while they move. */
function snap(length: number, ratio: number): number {
  return Math.round(length * ratio) / ratio
}
