/**
 * Data sets in the shared memory: bytes as they come, placed once and read by every run.
 */
import { LabError } from '#shared/errors'
import { LINE, roundUp, viewsOf, type MemoryBlocks } from './memory'
import type { DatasetShape } from './plan'

/** One part of a data set as it is handed in. */
export interface RawPart {
  count: number
  /** u8[count, pixels] */
  images: Uint8Array
  /** u8[count] */
  labels: Uint8Array
}

/** Addresses of one part in the shared memory. */
export interface PlacedPart {
  /** u8[count, pixels] */
  images: number
  /** u8[count] */
  labels: number
  count: number
}

export interface PlacedDataset {
  pixels: number
  classes: number
  train: PlacedPart
  test: PlacedPart
  /** u32: 0, 1, 2 … for as many samples as the larger part has; the order of an evaluation. */
  identity: number
  /** Share of images in which each pixel is not 0, over a sample of the training part. */
  pixelDensity: readonly number[]
  /** Mean of pixelDensity: below a half it pays to skip zeros. */
  density: number
}

export function placeDataset(
  blocks: MemoryBlocks,
  name: string,
  shape: { pixels: number; classes: number },
  train: RawPart,
  test: RawPart,
): PlacedDataset {
  for (const [part, raw] of [['training', train] as const, ['test', test] as const]) checkPart(name, part, shape, raw)
  const most = Math.max(train.count, test.count)
  const sizes = [train.images, train.labels, test.images, test.labels].map((bytes) => roundUp(bytes.length, LINE))
  const total = sizes.reduce((a, b) => a + b, most * 4)
  const start = blocks.take(total, `The data set "${name}"`)

  const { u8, u32 } = viewsOf(blocks.memory)
  let top = start
  const place = (bytes: Uint8Array) => {
    const address = top
    u8.set(bytes, address)
    top += roundUp(bytes.length, LINE)
    return address
  }
  const placed = {
    train: { images: place(train.images), labels: place(train.labels), count: train.count },
    test: { images: place(test.images), labels: place(test.labels), count: test.count },
    identity: top,
  }
  for (let i = 0; i < most; i++) u32[(top >>> 2) + i] = i
  const pixelDensity = measureDensity(train, shape.pixels)
  return { ...shape, ...placed, pixelDensity, density: pixelDensity.reduce((a, b) => a + b, 0) / shape.pixels }
}

export function shapeOf(data: PlacedDataset): DatasetShape {
  return { pixels: data.pixels, classes: data.classes, train: data.train.count, test: data.test.count }
}

/** A label that is no class would read past a row of the output layer. */
function checkPart(name: string, part: string, shape: { pixels: number; classes: number }, raw: RawPart): void {
  const refuse = (expected: string, got: string) =>
    new LabError(
      'dataset/bad-part',
      `"${name}", ${part} part: expected ${expected}, got ${got}; its files do not fit together`,
    )
  const { pixels, classes } = shape
  if (raw.count < 1) throw refuse('at least one sample', String(raw.count))
  if (raw.images.length !== raw.count * pixels) {
    throw refuse(`${raw.count} images of ${pixels} bytes`, `${raw.images.length} bytes`)
  }
  if (raw.labels.length !== raw.count) throw refuse(`${raw.count} labels`, String(raw.labels.length))
  const wrong = raw.labels.findIndex((label) => label >= classes)
  if (wrong >= 0) throw refuse(`labels 0 … ${classes - 1}`, `${raw.labels[wrong]} at sample ${wrong}`)
}

/** Looks at 4096 images at most, spread over the part: enough to choose a way and to share out work. */
function measureDensity({ images, count }: RawPart, pixels: number): number[] {
  const stride = Math.max(1, Math.floor(count / 4096))
  const counts = new Uint32Array(pixels)
  let looked = 0
  for (let i = 0; i < count; i += stride, looked++) {
    for (let p = 0; p < pixels; p++) if (images[i * pixels + p] !== 0) counts[p]++
  }
  return Array.from(counts, (each) => each / looked)
}
