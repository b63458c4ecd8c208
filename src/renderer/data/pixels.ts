/**
 * Values of samples as pixels. Values are shown as they are, in both themes: the smallest of the range is black and
 * the largest white, 0 and 255 for bytes.
 */
import type { Values } from '../stores/dataset-content'
import type { Shape } from './dataset-words'

export interface Range {
  low: number
  high: number
}

export const BYTES: Range = { low: 0, high: 255 }

/**
 * Draws one sample into RGBA pixels.
 *
 *   values  [height, width, channels] from index `from` on   read
 *   pixels  rows of `stride` pixels; the sample's upper left corner is at pixel `corner`   written
 *
 * One channel is gray, three and four are red, green and blue (a fourth is left out: everything is opaque), of any
 * other number the mean is shown.
 */
export function drawSample(
  { height, width, channels = 1 }: Shape,
  { low, high }: Range,
  values: Values,
  from: number,
  pixels: Uint8ClampedArray,
  corner: number,
  stride: number,
): void {
  const factor = high > low ? 255 / (high - low) : 0
  let at = from
  for (let row = 0; row < height; row++) {
    let pixel = (corner + row * stride) * 4
    for (let column = 0; column < width; column++, at += channels, pixel += 4) {
      if (channels === 3 || channels === 4) {
        for (let c = 0; c < 3; c++) pixels[pixel + c] = ((values[at + c] ?? 0) - low) * factor
      } else {
        let sum = 0
        for (let c = 0; c < channels; c++) sum += values[at + c] ?? 0
        pixels[pixel] = pixels[pixel + 1] = pixels[pixel + 2] = (sum / channels - low) * factor
      }
      pixels[pixel + 3] = 255
    }
  }
}

/** Many samples in one picture, side by side in rows of `columns`. */
export interface Sheet {
  pixels: Uint8ClampedArray<ArrayBuffer>
  width: number
  height: number
  columns: number
}

export function sheetOf(shape: Shape, range: Range, values: Values, samples: number): Sheet {
  const each = shape.height * shape.width * (shape.channels ?? 1)
  const columns = Math.max(1, Math.ceil(Math.sqrt(samples)))
  const rows = Math.max(1, Math.ceil(samples / columns))
  const [width, height] = [columns * shape.width, rows * shape.height]
  const pixels = new Uint8ClampedArray(width * height * 4)
  for (let i = 0; i < samples; i++) {
    const corner = Math.floor(i / columns) * shape.height * width + (i % columns) * shape.width
    drawSample(shape, range, values, i * each, pixels, corner, width)
  }
  return { pixels, width, height, columns }
}

/** Longest side of a picture in a sheet. */
const LONGEST = 160

/** Large pictures made small enough for a sheet, each of its pixels the mean of a square; small ones as they are. */
export function thumbnails(shape: Shape, values: Values, samples: number): { shape: Shape; values: Values } {
  const factor = Math.ceil(Math.max(shape.height, shape.width) / LONGEST)
  if (factor === 1) return { shape, values }
  const { channels = 1 } = shape
  const small = { height: Math.ceil(shape.height / factor), width: Math.ceil(shape.width / factor), channels }
  const means = new Float32Array(samples * small.height * small.width * channels)
  let at = 0
  for (let sample = 0; sample < samples; sample++) {
    for (let row = 0; row < small.height; row++) {
      for (let column = 0; column < small.width; column++) {
        for (let c = 0; c < channels; c++) means[at++] = meanOfSquare(shape, values, { sample, row, column, c }, factor)
      }
    }
  }
  return { shape: small, values: means }
}

function meanOfSquare(
  { height, width, channels = 1 }: Shape,
  values: Values,
  { sample, row, column, c }: { sample: number; row: number; column: number; c: number },
  factor: number,
): number {
  let [sum, count] = [0, 0]
  for (let y = row * factor; y < Math.min(height, (row + 1) * factor); y++) {
    for (let x = column * factor; x < Math.min(width, (column + 1) * factor); x++, count++) {
      sum += values[((sample * height + y) * width + x) * channels + c] ?? 0
    }
  }
  return sum / count
}
