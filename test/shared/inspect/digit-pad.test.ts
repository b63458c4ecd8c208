import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createDatasetLoader } from '#lab/datasets/loader'
import {
  inkBox,
  inkOf,
  inkOfPicture,
  prepareAsDrawn,
  prepareDigit,
  prepareFilled,
  resample,
  type Ink,
} from '#shared/inspect/digit-pad'

const MNIST = { width: 28, height: 28 }
const sumOf = (values: Uint8Array) => values.reduce((sum, value) => sum + value, 0)

function inkWith(width: number, height: number, lit: readonly (readonly [x: number, y: number])[]): Ink {
  const values = new Uint8Array(width * height)
  for (const [x, y] of lit) values[y * width + x] = 255
  return { width, height, values }
}

describe('MNIST’s own preprocessing', () => {
  it('leaves every one of its first 2,000 test digits exactly as it is', async () => {
    const { test } = await createDatasetLoader(resolve('resources/datasets'))('mnist')
    const changed = Array.from({ length: 2000 }, (_, i) => test.images.slice(i * 784, (i + 1) * 784)).filter(
      (values) => {
        const { pixels } = prepareDigit({ ...MNIST, values: Uint8Array.from(values) }, MNIST)
        return pixels.some((value, at) => value !== values[at])
      },
    )
    expect(changed).toHaveLength(0)
  })

  it('brings the longer side to 20 pixels and keeps the aspect, wherever and however large it was drawn', () => {
    const line = (from: number, to: number, x: number) =>
      inkOf([
        {
          points: [
            [x, from],
            [x, to],
          ],
          radius: 0.03,
        },
      ])
    const tall = prepareDigit(line(0.05, 0.95, 0.9), MNIST)
    const small = prepareDigit(line(0.1, 0.3, 0.2), MNIST)
    for (const { placed } of [tall, small]) {
      expect(placed?.height).toBe(20)
      expect([4, 5]).toContain(placed?.top) // its middle is between two pixels
    }
    // 0.96 of 280 high and 0.06 wide: 20 pixels are 1.25 wide
    expect(tall.placed?.width).toBe(1)
    expect(small.placed?.width).toBe(5)
  })

  it('puts the center of mass into the middle, and not the box', () => {
    const lit = Array.from({ length: 200 }, (_, i): [number, number] => [20 + (i % 10), 20 + Math.floor(i / 10)])
    const { placed } = prepareDigit(inkWith(280, 280, [...lit, [39, 20]]), MNIST)
    // almost all of the ink is in the left half of the box, which therefore lies to the right
    expect(placed).toMatchObject({ width: 20, height: 20, left: 8 })
  })

  it('never pushes ink over the edge', () => {
    const lit = Array.from({ length: 19 }, (_, i): [number, number] => [i, 0])
    const corner = inkWith(20, 20, [...lit, [0, 19]])
    const { pixels, placed } = prepareDigit(corner, MNIST)
    expect(placed && placed.left >= 0 && placed.left + placed.width <= 28).toBe(true)
    expect(sumOf(pixels)).toBe(sumOf(corner.values))
  })

  it('makes an empty picture of an empty pad', () => {
    const { pixels, box, placed } = prepareDigit(inkOf([]), MNIST)
    expect([sumOf(pixels), box, placed]).toEqual([0, null, null])
  })

  it('fits pictures of other sizes in the same share', () => {
    const { pixels, placed } = prepareDigit(inkOf([{ points: [[0.5, 0.5]], radius: 0.1 }]), { width: 56, height: 56 })
    expect(pixels).toHaveLength(56 * 56)
    expect(placed).toMatchObject({ width: 40, height: 40 })
  })
})

describe('Fashion-MNIST’s own preprocessing', () => {
  it('fills the picture on its longer side and leaves the same on both others', () => {
    const bar = (vertical: boolean) =>
      inkOf([{ points: [[0.3, 0.3] as const, vertical ? ([0.3, 0.7] as const) : ([0.7, 0.3] as const)], radius: 0.1 }])
    // 168 by 56 of 280: 28 by 9
    expect(prepareFilled(bar(true), MNIST).placed).toEqual({ left: 9, top: 0, width: 9, height: 28 })
    expect(prepareFilled(bar(false), MNIST).placed).toEqual({ left: 0, top: 9, width: 28, height: 9 })
    expect(prepareFilled(bar(false), { width: 10, height: 30 }).placed).toMatchObject({ width: 10, height: 3 })
  })

  it('leaves a picture that fills its frame exactly as it is', async () => {
    const { test } = await createDatasetLoader(resolve('resources/datasets'))('fashion-mnist')
    const images = Array.from({ length: 3000 }, (_, i) => Uint8Array.from(test.images.subarray(i * 784, (i + 1) * 784)))
    const full = images.filter((values) => {
      const box = inkBox({ ...MNIST, values })
      return box?.width === 28 && box.height === 28
    })
    expect(full.length).toBeGreaterThan(10)
    for (const values of full) expect(prepareFilled({ ...MNIST, values }, MNIST).pixels).toEqual(values)
  })

  it('makes an empty picture of an empty pad', () => {
    expect(sumOf(prepareFilled(inkOf([]), MNIST).pixels)).toBe(0)
  })
})

describe('resampling', () => {
  it('is the mean under each pixel', () => {
    const ink = inkWith(4, 2, [
      [0, 0],
      [1, 0],
      [2, 1],
    ])
    expect([...resample(ink, { left: 0, top: 0, width: 4, height: 2 }, 2, 1)]).toEqual([128, 64])
  })

  it('counts a pixel that is cut by the share that is covered', () => {
    const ink = inkWith(3, 1, [[1, 0]])
    expect([...resample(ink, { left: 0, top: 0, width: 3, height: 1 }, 2, 1)]).toEqual([85, 85])
  })

  it('keeps the ink where it makes larger', () => {
    const ink = inkWith(2, 1, [[1, 0]])
    expect([...resample(ink, { left: 0, top: 0, width: 2, height: 1 }, 4, 1)]).toEqual([0, 0, 255, 255])
  })
})

describe('strokes', () => {
  it('have round ends, soft edges and the width of the brush', () => {
    const ink = inkOf([{ points: [[0.5, 0.5]], radius: 0.1 }], 100)
    expect(inkBox(ink)).toEqual({ left: 40, top: 40, width: 20, height: 20 })
    expect(sumOf(ink.values) / 255).toBeCloseTo(Math.PI * 100, -1)
    expect(ink.values.some((value) => value > 0 && value < 255)).toBe(true)
  })

  it('do not get darker where they cross', () => {
    const stroke = { points: [[0.2, 0.5] as const, [0.8, 0.5] as const], radius: 0.05 }
    expect(inkOf([stroke, stroke])).toEqual(inkOf([stroke]))
  })

  it('may leave the pad', () => {
    const ink = inkOf([{ points: [[-0.5, 0.5] as const, [1.5, 0.5] as const], radius: 0.05 }], 50)
    expect(inkBox(ink)).toMatchObject({ left: 0, width: 50 })
  })
})

describe('a picture as ink', () => {
  const picture = (paper: number, pen: number, alpha = 255) =>
    Uint8Array.from({ length: 100 * 4 }, (_, i) => {
      const at = i >> 2
      const isPen = at % 10 === 5 && at > 20 && at < 80
      return i % 4 === 3 ? alpha : isPen ? pen : paper
    })

  it('is the same for a dark pen on light paper and for a light one on dark', () => {
    expect(inkOfPicture(picture(255, 0), 10, 10)).toEqual(inkOfPicture(picture(0, 255), 10, 10))
    expect(inkBox(inkOfPicture(picture(255, 0), 10, 10))).toEqual({ left: 5, top: 2, width: 1, height: 6 })
  })

  it('takes the grain of the paper for paper', () => {
    const grainy = picture(240, 10).map((value, i) => (i === 4 * 11 ? 225 : value))
    expect(inkBox(inkOfPicture(grainy, 10, 10))).toMatchObject({ left: 5, width: 1 })
  })

  it('is empty where there is nothing on it, also if it is transparent', () => {
    expect(inkBox(inkOfPicture(picture(200, 200), 10, 10))).toBeNull()
    expect(inkBox(inkOfPicture(picture(0, 0, 0), 10, 10))).toBeNull()
  })
})

describe('as drawn', () => {
  it('moves nothing', () => {
    const { pixels } = prepareAsDrawn(inkWith(280, 280, [[0, 0]]), MNIST)
    expect(pixels[0]).toBe(Math.round(255 / 100))
    expect(sumOf(pixels)).toBe(pixels[0])
  })
})
