/**
 * Where the pictures of a grid are. All lengths in CSS pixels; `offset` is from the top of the whole grid.
 */
export interface GridShape {
  /** Of the view. */
  width: number
  height: number
  count: number
  /** The longer side of a picture. */
  size: number
  /** Height and width of a sample in its own pixels. */
  picture: { height: number; width: number }
  /** Height of what is written below each picture. @default 0 */
  caption?: number
}

export interface Grid {
  columns: number
  rows: number
  /** Of a picture, without its caption. */
  cell: { width: number; height: number }
  caption: number
  gap: number
  /** Around the whole grid, for the ring around the first and the last. */
  margin: { x: number; y: number }
  /** Of all rows. */
  total: number
  view: { width: number; height: number }
  count: number
}

/** Browsers draw no taller element in one piece; far below it the scrollbar is as exact as a pixel. */
const TALLEST = 12_000_000
/** A picture of one row must still be seen. */
const THINNEST = 4

export function gridOf({ width, height, count, size, picture, caption = 0 }: GridShape): Grid {
  const longer = Math.max(picture.height, picture.width)
  const cell = {
    width: Math.max(THINNEST, Math.round((size * picture.width) / longer)),
    height: Math.max(THINNEST, Math.round((size * picture.height) / longer)),
  }
  const gap = caption > 0 ? 8 : size < 24 ? 2 : 4
  const margin = { x: 24, y: 8 }
  const columns = Math.max(1, Math.floor((width - 2 * margin.x + gap) / (cell.width + gap)))
  const rows = Math.ceil(count / columns)
  const total = rows === 0 ? 0 : rows * (cell.height + caption + gap) - gap + 2 * margin.y
  return { columns, rows, cell, caption, gap, margin, total, view: { width, height }, count }
}

/** Anything tall that is seen through a view. */
type Tall = Pick<Grid, 'total' | 'view'>

/** How tall the scrolled element is: as the grid, as long as the browser can have one. */
export function scrolledHeight(grid: Tall): number {
  return Math.min(grid.total, TALLEST)
}

/** Scroll positions to places in the grid and back: the same, but for grids that are taller than an element can be. */
export function offsetAt(grid: Tall, scrollTop: number): number {
  return scrollTop * stretch(grid)
}
export function scrollTopFor(grid: Tall, offset: number): number {
  return offset / stretch(grid)
}
function stretch(grid: Tall): number {
  const range = scrolledHeight(grid) - grid.view.height
  return range <= 0 ? 1 : (grid.total - grid.view.height) / range
}

/** From the top of a row to the top of the next. */
function rowStep({ cell, caption, gap }: Pick<Grid, 'cell' | 'caption' | 'gap'>): number {
  return cell.height + caption + gap
}

/** First position and the one behind the last whose pictures are seen, even in part. */
export function positionsInView(grid: Grid, offset: number): { first: number; end: number } {
  const step = rowStep(grid)
  const firstRow = Math.max(0, Math.floor((offset - grid.margin.y + grid.gap) / step))
  const endRow = Math.ceil((offset + grid.view.height - grid.margin.y) / step)
  const end = Math.max(0, Math.min(grid.count, endRow * grid.columns))
  return { first: Math.min(firstRow * grid.columns, end), end }
}

/** Upper left corner of a picture, in the whole grid. */
export function placeOf(grid: Grid, position: number): { x: number; y: number } {
  const column = position % grid.columns
  const row = Math.floor(position / grid.columns)
  return {
    x: grid.margin.x + column * (grid.cell.width + grid.gap),
    y: grid.margin.y + row * rowStep(grid),
  }
}

/** The picture at a point of the whole grid, or at its caption; null between pictures. */
export function positionAt(grid: Grid, x: number, y: number): number | null {
  const [stepX, stepY] = [grid.cell.width + grid.gap, rowStep(grid)]
  const [left, top] = [x - grid.margin.x, y - grid.margin.y]
  if (left < 0 || top < 0 || left % stepX >= grid.cell.width || top % stepY >= stepY - grid.gap) return null
  const column = Math.floor(left / stepX)
  const position = Math.floor(top / stepY) * grid.columns + column
  return column < grid.columns && position < grid.count ? position : null
}

/** The offset that shows a picture whole, moving as little as possible. */
export function revealing(grid: Grid, position: number, offset: number): number {
  const { y } = placeOf(grid, position)
  const [top, bottom] = [y - grid.margin.y, y + rowStep(grid) - grid.gap + grid.margin.y]
  if (top < offset) return top
  return bottom > offset + grid.view.height ? bottom - grid.view.height : offset
}

/** Where a key leads from a position; null for keys that lead nowhere. */
export function moved(
  grid: Pick<Grid, 'columns' | 'count' | 'cell' | 'caption' | 'gap' | 'view'>,
  from: number,
  key: string,
) {
  const page = grid.columns * Math.max(1, Math.floor(grid.view.height / rowStep(grid)))
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -grid.columns,
    ArrowDown: grid.columns,
    PageUp: -page,
    PageDown: page,
    Home: -Infinity,
    End: Infinity,
  }
  const step = steps[key]
  if (step === undefined || grid.count === 0) return null
  const next = from + step
  if (Math.abs(step) === grid.columns && (next < 0 || next >= grid.count)) return from // stays in its column
  return Math.max(0, Math.min(grid.count - 1, next))
}
