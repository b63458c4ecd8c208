/** MNIST's pictures as somebody would have drawn them: large, smooth, anywhere on the pad. */
import { inkBox, PAD_SIDE, type Ink } from '#shared/inspect/digit-pad'

/** The digit alone, its longer side `size` pixels of the pad, with its box's upper left corner at (left, top). */
export function drawnLarge(image: Uint8Array, size: number, left: number, top: number): Ink {
  const box = inkBox({ width: 28, height: 28, values: image })
  const values = new Uint8Array(PAD_SIDE * PAD_SIDE)
  if (!box) return { width: PAD_SIDE, height: PAD_SIDE, values }
  const scale = size / Math.max(box.width, box.height)
  const [wide, tall] = [Math.round(box.width * scale), Math.round(box.height * scale)]
  for (let y = 0; y < tall; y++) {
    for (let x = 0; x < wide; x++) {
      const value = between(image, box.left + (x + 0.5) / scale - 0.5, box.top + (y + 0.5) / scale - 0.5)
      values[(top + y) * PAD_SIDE + left + x] = Math.round(value)
    }
  }
  return { width: PAD_SIDE, height: PAD_SIDE, values }
}

/** Between the middles of four pixels; paper outside of the picture. */
function between(image: Uint8Array, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const [u, v] = [x - left, y - top]
  const at = (column: number, row: number) =>
    column < 0 || row < 0 || column > 27 || row > 27 ? 0 : (image[row * 28 + column] ?? 0)
  const row = (which: number) => at(left, which) * (1 - u) + at(left + 1, which) * u
  return row(top) * (1 - v) + row(top + 1) * v
}
