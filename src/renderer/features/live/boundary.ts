/**
 * A field of class probabilities as pixels, and the line where the largest two are equal. Pure: numbers in, colors out.
 */
import { f32Of } from '#shared/datasets'
import type { Predictions } from '#shared/predict'

export type Color = readonly [red: number, green: number, blue: number]

/** Probability of each class at each cell; one output unit stands for two classes. */
export function classShares({ outputs, values }: Predictions): { classes: number; shares: Float32Array } {
  const floats = f32Of(values)
  if (outputs > 1) return { classes: outputs, shares: floats }
  const shares = new Float32Array(2 * floats.length)
  floats.forEach((p, i) => shares.set([1 - p, p], 2 * i))
  return { classes: 2, shares }
}

/** RGBA of `cells` × `cells` pixels, the first row at the top: a mix of the class colors over the ground. */
export function fieldPixels(
  { classes, shares }: ReturnType<typeof classShares>,
  cells: number,
  colors: readonly Color[],
  ground: Color,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * cells * cells)
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const cell = row * cells + column
      const at = 4 * ((cells - 1 - row) * cells + column)
      const [label, share, second] = largest(shares.subarray(cell * classes, (cell + 1) * classes))
      const color = colors[label % colors.length] ?? ground
      // as sure as it is more than any other; a field that knows nothing has the color of the ground
      const strength = 0.1 + 0.5 * Math.max(0, share - second)
      for (let c = 0; c < 3; c++) pixels[at + c] = (ground[c] ?? 0) * (1 - strength) + (color[c] ?? 0) * strength
      pixels[at + 3] = 255
    }
  }
  return pixels
}

function largest(shares: Float32Array): [label: number, share: number, second: number] {
  let label = 0
  for (let i = 1; i < shares.length; i++) if ((shares[i] ?? 0) > (shares[label] ?? 0)) label = i
  let second = 0
  shares.forEach((share, i) => {
    if (i !== label) second = Math.max(second, share)
  })
  return [label, shares[label] ?? 0, second]
}

/** Edges between cells of different classes as one SVG path, in cells, y down. */
export function boundaryPath({ classes, shares }: ReturnType<typeof classShares>, cells: number): string {
  const labelAt = (column: number, row: number) => {
    const cell = row * cells + column
    return largest(shares.subarray(cell * classes, (cell + 1) * classes))[0]
  }
  let path = ''
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const label = labelAt(column, row)
      const top = cells - 1 - row
      if (column + 1 < cells && labelAt(column + 1, row) !== label) path += `M${column + 1} ${top}v1`
      if (row + 1 < cells && labelAt(column, row + 1) !== label) path += `M${column} ${top}h1`
    }
  }
  return path
}
