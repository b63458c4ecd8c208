/**
 * Blocks of samples as bitmaps, ready to be drawn from.
 */
import type { DatasetEntry } from '#shared/datasets'
import { valuesPerSample } from '#shared/dataset'
import type { Values } from '../../stores/dataset-content'
import { sheetOf, thumbnails, type Range } from '../pixels'
import { blockSizeFor, openBlocks, type Blocks } from './blocks'

export interface BitmapSheet {
  bitmap: ImageBitmap
  columns: number
  /** Of one sample in the sheet. */
  height: number
  width: number
}

/** Pixels that are kept at most: 64 megabytes of them. */
const KEPT_PIXELS = 2 ** 24

export interface SheetsOptions {
  set: DatasetEntry
  order: Uint32Array
  range: Range
  samplesOf: (set: DatasetEntry, samples: readonly number[]) => Promise<Values>
  changed: (first: number, end: number) => void
}

export function openSheets({ set, order, range, samplesOf, changed }: SheetsOptions): Blocks<BitmapSheet> {
  const values = valuesPerSample(set)
  const blockSize = blockSizeFor(values * (set.kind === 'floats' ? 4 : 1))
  return openBlocks({
    order,
    blockSize,
    kept: Math.max(4, Math.floor(KEPT_PIXELS / (blockSize * Math.min(values, 160 * 160)))),
    load: async (samples) => bitmapOf(set, range, await samplesOf(set, samples), samples.length),
    drop: ({ bitmap }) => bitmap.close(),
    changed,
  })
}

async function bitmapOf(set: DatasetEntry, range: Range, given: Values, samples: number): Promise<BitmapSheet> {
  const { shape, values } = thumbnails(set, given, samples)
  const { pixels, width, height, columns } = sheetOf(shape, range, values, samples)
  const bitmap = await createImageBitmap(new ImageData(pixels, width, height))
  return { bitmap, columns, height: shape.height, width: shape.width }
}
