import { describe, expect, it } from 'vitest'
import { BYTES, drawSample, sheetOf, thumbnails } from '../../../src/renderer/data/pixels'

function grays(pixels: Uint8ClampedArray): number[] {
  return [...pixels].filter((_, i) => i % 4 === 0)
}

describe('samples as pixels', () => {
  it('bytes are their own gray, opaque', () => {
    const pixels = new Uint8ClampedArray(4 * 4)
    drawSample({ height: 2, width: 2 }, BYTES, Uint8Array.of(9, 0, 100, 200, 255), 1, pixels, 0, 2)
    expect([...pixels]).toEqual([0, 0, 0, 255, 100, 100, 100, 255, 200, 200, 200, 255, 255, 255, 255, 255])
  })

  it('floats go from black to white over their range', () => {
    const pixels = new Uint8ClampedArray(3 * 4)
    drawSample({ height: 1, width: 3 }, { low: -1, high: 1 }, Float32Array.of(-1, 0, 1), 0, pixels, 0, 3)
    expect(grays(pixels)).toEqual([0, 128, 255])
  })

  it('a set without any difference is black and does not divide by zero', () => {
    const pixels = new Uint8ClampedArray(4)
    drawSample({ height: 1, width: 1 }, { low: 3, high: 3 }, Float32Array.of(3), 0, pixels, 0, 1)
    expect([...pixels]).toEqual([0, 0, 0, 255])
  })

  it('three channels are colors, four are colors and opaque, two are their mean', () => {
    const draw = (channels: number, ...values: number[]) => {
      const pixels = new Uint8ClampedArray(4)
      drawSample({ height: 1, width: 1, channels }, BYTES, Uint8Array.from(values), 0, pixels, 0, 1)
      return [...pixels]
    }
    expect(draw(3, 10, 20, 30)).toEqual([10, 20, 30, 255])
    expect(draw(4, 10, 20, 30, 7)).toEqual([10, 20, 30, 255])
    expect(draw(2, 10, 30)).toEqual([20, 20, 20, 255])
  })

  it('a sheet has the samples side by side, row by row', () => {
    const sheet = sheetOf({ height: 1, width: 2 }, BYTES, Uint8Array.of(1, 2, 3, 4, 5, 6), 3)
    expect([sheet.columns, sheet.width, sheet.height]).toEqual([2, 4, 2])
    expect(grays(sheet.pixels)).toEqual([1, 2, 3, 4, 5, 6, 0, 0])
  })

  it('large pictures are made smaller, each pixel the mean of a square, the last ones of what is left', () => {
    const [height, width] = [1, 161]
    const values = Uint8Array.from({ length: 2 * width }, (_, i) => i % width)
    const small = thumbnails({ height, width }, values, 2)
    expect(small.shape).toEqual({ height: 1, width: 81, channels: 1 })
    expect([small.values[0], small.values[79], small.values[80], small.values[81]]).toEqual([0.5, 158.5, 160, 0.5])
    const few = thumbnails({ height: 28, width: 28 }, values, 0)
    expect(few.values).toBe(values)
  })
})
