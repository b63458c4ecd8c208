/**
 * Weight rows in blocks of which a worker makes the gradient at a time, and then uses it. Listed once for a run: a step
 * takes a tenth of a millisecond, in which nothing should be made anew.
 */
import { STRIP_BLOCKS, WEIGHT_BLOCK, weightBlocks, type LayerLayout, type RunLayout } from './layout'
import type { TrainingPlan } from './plan'

/** Some rows of one layer's weights, or its biases, which count as one row. */
export interface Block {
  i: number
  layer: LayerLayout
  which: 'weights' | 'biases'
  row: number
  rows: number
  /** Rows from this one on whose gradients are made at once; 0 if those of a block before it are made with this one's. */
  strip: number
  /** Address of its gradient: its place among those that are kept, or a scratch that all of a worker's strips share. */
  gradient: number
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
  const stripBlocks = i === 0 && layout.input.kind === 'images' ? STRIP_BLOCKS : 1
  return Array.from({ length: Math.ceil((end - begin) / WEIGHT_BLOCK) }, (_, k): Block => {
    const row = begin + k * WEIGHT_BLOCK
    const place = k % stripBlocks
    const kept = layer.gradients
    return {
      ...{ i, layer, which: 'weights', row, rows: Math.min(WEIGHT_BLOCK, end - row) },
      strip: place === 0 ? Math.min(stripBlocks * WEIGHT_BLOCK, end - row) : 0,
      gradient: kept
        ? kept.weights + row * layer.ldw
        : layout.workers[worker].gradient + place * WEIGHT_BLOCK * layer.ldw,
      place: layer.normsAt + row / WEIGHT_BLOCK,
    }
  })
}

function biasBlock(layer: LayerLayout, i: number): Block {
  const gradient = layer.gradients?.biases ?? layer.biasGradient
  const place = layer.normsAt + weightBlocks(layer)
  return { i, layer, which: 'biases', row: 0, rows: 1, strip: 1, gradient, place }
}
