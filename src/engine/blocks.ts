/**
 * Weight rows in blocks of which a worker makes the gradient at a time, and then uses it. Listed once for a run: a step
 * takes a tenth of a millisecond, in which nothing should be made anew.
 */
import { WEIGHT_BLOCK, weightBlocks, type LayerLayout, type RunLayout } from './layout'
import type { TrainingPlan } from './plan'

/** Some rows of one layer's weights, or its biases, which count as one row. */
export interface Block {
  i: number
  layer: LayerLayout
  which: 'weights' | 'biases'
  row: number
  rows: number
  /** Address of its gradient: its place among those that are kept, or a scratch that all of a worker's blocks share. */
  gradient: number
  /** What is summed of them, is summed by these. */
  parts: readonly BlockPart[]
}

/** WEIGHT_BLOCK rows or less, however large the block. */
export interface BlockPart {
  /** Bytes from the block's first row to this one's. */
  offset: number
  row: number
  rows: number
  /** Place in the table of squared norms. */
  place: number
}

/** The blocks of one worker, in the order of the layers. The last worker has the biases as well. */
export function blocksOf(plan: TrainingPlan, layout: RunLayout, worker: number): Block[] {
  const isLast = worker === plan.workers - 1
  return layout.layers.flatMap((layer, i) => [
    ...weightBlocksOf(layout, worker, i),
    ...(isLast && layer.hasBias ? [biasBlock(layer, i)] : []),
  ])
}

function weightBlocksOf(layout: RunLayout, worker: number, i: number): Block[] {
  const layer = layout.layers[i]
  const [begin, end] = [layer.slices[worker], layer.slices[worker + 1]]
  return Array.from({ length: Math.ceil((end - begin) / layer.blockRows) }, (_, k): Block => {
    const row = begin + k * layer.blockRows
    const rows = Math.min(layer.blockRows, end - row)
    const kept = layer.gradients
    return {
      ...{ i, layer, which: 'weights', row, rows, parts: partsOf(layer, row, rows) },
      gradient: kept ? kept.weights + row * layer.ldw : layout.workers[worker].gradient,
    }
  })
}

function partsOf({ ldw, normsAt }: LayerLayout, begin: number, count: number): BlockPart[] {
  return Array.from({ length: Math.ceil(count / WEIGHT_BLOCK) }, (_, k) => {
    const offset = k * WEIGHT_BLOCK * ldw
    const row = begin + k * WEIGHT_BLOCK
    const rows = Math.min(WEIGHT_BLOCK, begin + count - row)
    return { offset, row, rows, place: normsAt + row / WEIGHT_BLOCK }
  })
}

function biasBlock(layer: LayerLayout, i: number): Block {
  const gradient = layer.gradients?.biases ?? layer.biasGradient
  const place = layer.normsAt + weightBlocks(layer)
  return { i, layer, which: 'biases', row: 0, rows: 1, gradient, parts: [{ offset: 0, row: 0, rows: 1, place }] }
}
