/**
 * Data sets in the shared memory: values as they come, placed once and read by every run.
 */
import { LabError } from '#shared/errors'
import type { SampleRows } from './input-scaling'
import { LINE, roundUp, viewsOf, type MemoryBlocks, type Views } from './memory'
import type { DatasetShape } from './plan'

/** One official part of a data set as it is handed in. */
export interface RawPart {
  count: number
  /** u8[count, pixels], or f32[count, pixels] for features that are no bytes */
  images: Uint8Array | Float32Array
  /** u8[count] */
  labels: Uint8Array
}

/** All samples of a data set, the official training part first. */
export interface PlacedDataset {
  /** Values of one sample: pixels of an image, or features of any kind. */
  pixels: number
  classes: number
  /** Samples of the official training part, and of the official test part behind it. */
  train: number
  test: number
  kind: 'bytes' | 'floats'
  /** u8 or f32[train + test, pixels] */
  images: number
  /** u8[train + test] */
  labels: number
  /** Share of samples in which each pixel is not 0, over a sample of the training part. */
  pixelDensity: readonly number[]
  /** Mean of pixelDensity. */
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
  const isFloats = train.images instanceof Float32Array
  if (isFloats !== test.images instanceof Float32Array) {
    throw new LabError('dataset/bad-part', `"${name}": one part has bytes and the other floats; make them alike`)
  }
  const valueBytes = train.images.byteLength + test.images.byteLength
  const labelsAt = roundUp(valueBytes, LINE)
  const images = blocks.take(labelsAt + train.count + test.count, `The data set "${name}"`)
  const labels = images + labelsAt
  const { u8 } = viewsOf(blocks.memory)
  u8.set(bytesOf(train.images), images)
  u8.set(bytesOf(test.images), images + train.images.byteLength)
  u8.set(train.labels, labels)
  u8.set(test.labels, labels + train.count)
  const pixelDensity = measureDensity(train, shape.pixels)
  return {
    ...shape,
    train: train.count,
    test: test.count,
    kind: isFloats ? 'floats' : 'bytes',
    images,
    labels,
    pixelDensity,
    density: pixelDensity.reduce((a, b) => a + b, 0) / shape.pixels,
  }
}

export function shapeOf({ pixels, classes, train, test }: PlacedDataset): DatasetShape {
  return { pixels, classes, train, test }
}

/** Classes of the official training part, which a split may look at. */
export function trainingLabels({ labels, train }: PlacedDataset, { u8 }: Views): Uint8Array {
  return u8.subarray(labels, labels + train)
}

/** The values as an array over the shared memory. */
export function rowsOf({ pixels, images, kind }: PlacedDataset, { u8, f32 }: Views): SampleRows {
  return kind === 'bytes' ? { pixels, values: u8, at: images } : { pixels, values: f32, at: images >>> 2 }
}

function bytesOf(values: Uint8Array | Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
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
    throw refuse(`${raw.count} samples of ${pixels} values`, `${raw.images.length} values`)
  }
  if (raw.labels.length !== raw.count) throw refuse(`${raw.count} labels`, String(raw.labels.length))
  const wrong = raw.labels.findIndex((label) => label >= classes)
  if (wrong >= 0) throw refuse(`labels 0 … ${classes - 1}`, `${raw.labels[wrong]} at sample ${wrong}`)
}

/** Looks at 4096 samples at most, spread over the part: enough to choose a way and to share out work. */
function measureDensity({ images, count }: RawPart, pixels: number): number[] {
  const stride = Math.max(1, Math.floor(count / 4096))
  const counts = new Uint32Array(pixels)
  let looked = 0
  for (let i = 0; i < count; i += stride, looked++) {
    for (let p = 0; p < pixels; p++) if (images[i * pixels + p] !== 0) counts[p]++
  }
  return Array.from(counts, (each) => each / looked)
}
