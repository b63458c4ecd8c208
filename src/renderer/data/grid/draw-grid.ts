/**
 * Draws what is in view of a grid of pictures. Everything that is drawn is given; a painter only remembers where it has
 * drawn it.
 */
import { shortenText, textWidth } from '#shared/figures/text-width'
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
  /** Of captions: in plain, of what is less important, of what is wrong. */
  text: Record<CaptionLine['tone'], string>
  font: string
}

/** A line below a picture. */
export interface CaptionLine {
  text: string
  tone: 'plain' | 'quiet' | 'bad'
}

/** Of one line, in CSS pixels. */
export const CAPTION_LINE = 14
const CAPTION_SIZE = 11

export interface GridState {
  /** Scrolled to, from the top of the whole grid. */
  offset: number
  at: (position: number) => { content: BitmapSheet; place: number } | null
  isMarked: (position: number) => boolean
  /** As many lines as fit into the grid's captions. */
  captionOf?: ((position: number) => readonly CaptionLine[]) | undefined
  /** Where the keyboard is; null while the grid does not have the focus. */
  current: number | null
  /** Device pixels of a CSS pixel. */
  ratio: number
}

export interface GridPainter {
  /** Draws what is in view; after a mere scroll only what has come into it. */
  paint: (ctx: CanvasRenderingContext2D, grid: Grid, colors: GridColors, state: GridState) => void
  /** Pictures have come: only the rows with them are drawn once more, at the next paint. */
  came: (first: number, end: number) => void
  /** Something else has changed: the next time all of it is drawn. */
  invalidate: () => void
}

/**
 * Most of a frame is what the frame before had, a few pixels further: that is moved, and only the strip that has come
 * into view is drawn. With small pictures there are thousands in view, and drawing each would take longer than a frame.
 */
export function gridPainter(): GridPainter {
  let last: { grid: Grid; ratio: number; top: number } | null = null
  let fresh: { first: number; end: number }[] = []

  function paint(ctx: CanvasRenderingContext2D, grid: Grid, colors: GridColors, state: GridState): void {
    const { ratio } = state
    const top = Math.round(state.offset * ratio) // in device pixels, so that what is moved stays sharp
    const tall = Math.round(grid.view.height * ratio)
    const moved = last?.grid === grid && last.ratio === ratio ? top - last.top : tall
    last = { grid, ratio, top }
    const drawn = { ...state, offset: top / ratio }
    if (moved !== 0) drawMoved(ctx, grid, colors, drawn, moved, tall)
    for (const { first, end } of Math.abs(moved) < tall ? fresh : []) {
      const from = Math.max(0, Math.floor((placeOf(grid, first).y - grid.gap) * ratio - top))
      const to = Math.min(
        tall,
        Math.ceil((placeOf(grid, end - 1).y + grid.cell.height + grid.caption + grid.gap) * ratio - top),
      )
      if (to > from) drawStrip(ctx, grid, colors, drawn, from, to - from)
    }
    fresh = []
  }

  return { paint, came: (first, end) => void fresh.push({ first, end }), invalidate: () => void (last = null) }
}

/** The picture as it was, `moved` device pixels further up, and the strip that this leaves open. */
function drawMoved(
  ctx: CanvasRenderingContext2D,
  grid: Grid,
  colors: GridColors,
  state: GridState,
  moved: number,
  tall: number,
): void {
  if (Math.abs(moved) >= tall) {
    drawStrip(ctx, grid, colors, state, 0, tall)
    return
  }
  ctx.setTransform(1, 0, 0, 1, 0, 0)
  ctx.globalCompositeOperation = 'copy'
  ctx.drawImage(ctx.canvas, 0, -moved)
  ctx.globalCompositeOperation = 'source-over'
  drawStrip(ctx, grid, colors, state, moved > 0 ? tall - moved : 0, Math.abs(moved))
}

/** Everything between two lines of the view, in device pixels from its top. */
function drawStrip(
  ctx: CanvasRenderingContext2D,
  grid: Grid,
  colors: GridColors,
  state: GridState,
  from: number,
  tall: number,
): void {
  const { ratio, offset } = state
  ctx.save()
  ctx.setTransform(1, 0, 0, 1, 0, 0)
  ctx.beginPath()
  ctx.rect(0, from, ctx.canvas.width, tall)
  ctx.clip()
  ctx.clearRect(0, from, ctx.canvas.width, tall)
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
  // a picture just outside the strip may have a ring that reaches into it
  const strip = { ...grid, view: { ...grid.view, height: tall / ratio + 2 * grid.gap } }
  const { first, end } = positionsInView(strip, offset + from / ratio - grid.gap)
  drawPictures(ctx, grid, colors, state, first, end)
  ctx.restore()
}

function drawPictures(
  ctx: CanvasRenderingContext2D,
  grid: Grid,
  colors: GridColors,
  state: GridState,
  first: number,
  end: number,
): void {
  const { ratio, offset } = state
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
  if (grid.caption > 0) drawCaptions(ctx, grid, colors, state, first, end)
  for (let position = first; position < end; position++) {
    if (state.isMarked(position)) drawMark(ctx, grid, position, state, colors)
  }
  if (state.current !== null && state.current >= first && state.current < end) {
    drawCurrent(ctx, grid, state.current, state, colors)
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
  const scale = (width * ratio) / content.width
  // much larger, or larger by a whole number, a pixel is a square; else some squares would be wider than others
  ctx.imageSmoothingEnabled = scale < 3 && !Number.isInteger(scale)
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

function drawCaptions(
  ctx: CanvasRenderingContext2D,
  grid: Grid,
  { text, font }: GridColors,
  { offset, ratio, captionOf }: GridState,
  first: number,
  end: number,
): void {
  ctx.font = `${CAPTION_SIZE}px ${font}`
  ctx.textBaseline = 'alphabetic'
  for (let position = first; position < end; position++) {
    const { x, y } = placeOf(grid, position)
    const top = snap(y - offset, ratio) + grid.cell.height
    captionOf?.(position).forEach((line, i) => {
      ctx.fillStyle = text[line.tone]
      ctx.fillText(fitted(line.text, grid.cell.width), x, top + CAPTION_LINE * (i + 1) - 1)
    })
  }
}

/** Cut where it would reach into the next picture. */
function fitted(text: string, width: number): string {
  return textWidth(text, CAPTION_SIZE) <= width + 4 ? text : shortenText(text, width + 4, CAPTION_SIZE)
}

/** A chosen picture: a frame, and a check in its corner where there is room. */
function drawMark(
  ctx: CanvasRenderingContext2D,
  grid: Grid,
  position: number,
  { offset, ratio }: GridState,
  { ring, surface }: GridColors,
): void {
  const { x, y } = placeOf(grid, position)
  const top = snap(y - offset, ratio)
  const { width, height } = grid.cell
  frame(ctx, ring, 2, x - 1, top - 1, width + 2, height + 2)
  if (Math.min(width, height) < 28) return
  const [centerX, centerY] = [x + width - 9, top + 9]
  ctx.beginPath()
  ctx.arc(centerX, centerY, 7, 0, 2 * Math.PI)
  ctx.fillStyle = ring
  ctx.fill()
  ctx.beginPath()
  ctx.moveTo(centerX - 3, centerY)
  ctx.lineTo(centerX - 1, centerY + 2.5)
  ctx.lineTo(centerX + 3.5, centerY - 2.5)
  ctx.strokeStyle = surface
  ctx.lineWidth = 1.75
  ctx.stroke()
}

/** Where the keyboard is: two lines, one of which differs from any picture. */
function drawCurrent(
  ctx: CanvasRenderingContext2D,
  grid: Grid,
  position: number,
  { offset, ratio }: GridState,
  { ring, surface }: GridColors,
): void {
  const { x, y } = placeOf(grid, position)
  const top = snap(y - offset, ratio)
  const { width, height } = grid.cell
  frame(ctx, surface, 2, x + 1, top + 1, width - 2, height - 2)
  frame(ctx, ring, 3, x - 1.5, top - 1.5, width + 3, height + 3)
}

function frame(
  ctx: CanvasRenderingContext2D,
  color: string,
  line: number,
  ...box: [x: number, y: number, width: number, height: number]
): void {
  ctx.lineWidth = line
  ctx.strokeStyle = color
  ctx.strokeRect(...box)
}

/** To whole device pixels: pictures stay sharp while they move. */
function snap(length: number, ratio: number): number {
  return Math.round(length * ratio) / ratio
}
