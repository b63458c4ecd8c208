/**
 * Gradients and optimizer, weight row by weight row: each worker makes the gradient of a few rows in a scratch
 * that stays in its cache, and uses it at once. No gradient is ever stored whole or added up among workers, so
 * each sum is taken by one worker in the order of the batch.
 */
import type { Kernels } from './kernels'
import { ROW_BLOCK, skipsZeros, WEIGHT_BLOCK, type LayerLayout } from './layout'
import type { Run } from './network'

type Optimize = (layer: LayerLayout, which: 'weights' | 'biases', row: number, gradient: number, rows: number) => void

/** Updates the worker's rows of every layer, and all biases if it is the last worker. `step` counts from 1. */
export function updateParameters(kernels: Kernels, run: Run, worker: number, batchRows: number, step: number): void {
  const { layout, plan } = run
  const scratch = layout.workers[worker].gradient
  const optimize = optimizerAt(kernels, run, step)
  layout.layers.forEach((layer, i) => {
    for (let row = layer.slices[worker]; row < layer.slices[worker + 1]; row += WEIGHT_BLOCK) {
      const rows = Math.min(WEIGHT_BLOCK, layer.slices[worker + 1] - row)
      weightGradient(kernels, run, i, row, rows, batchRows, scratch)
      optimize(layer, 'weights', row, scratch, rows)
      if (layer.transposed !== 0) transposeRows(kernels, layer, row, rows)
    }
    if (worker === plan.workers - 1) {
      kernels.columnSums(layer.deltas, layer.ldw, batchRows, layer.outputs, layer.biasGradient)
      optimize(layer, 'biases', 0, layer.biasGradient, 1)
    }
  })
}

/** Brings the transposed copy of a layer's weights up to date. */
export function transposeRows(kernels: Kernels, layer: LayerLayout, row: number, rows: number): void {
  const { parameters, ldw, ldt, transposed, outputs } = layer
  kernels.transpose(parameters.weights + row * ldw, ldw, transposed + row * 4, ldt, rows, outputs)
}

/** The batch in blocks, each added to the sum so far: the part of the batch at hand stays in the cache. */
function weightGradient(
  kernels: Kernels,
  { layout, data }: Run,
  i: number,
  row: number,
  rows: number,
  batchRows: number,
  out: number,
): void {
  const { ldw, outputs, deltas } = layout.layers[i]
  const inputs = i === 0 ? layout.batch.inputs : layout.batch.activations[i - 1]
  const ld = i === 0 ? layout.ldx : layout.layers[i - 1].ldw
  const product = i === 0 && skipsZeros(data) ? kernels.sparseBackwardWeights : kernels.denseBackwardWeights
  for (let begin = 0; begin < batchRows; begin += ROW_BLOCK) {
    const count = Math.min(ROW_BLOCK, batchRows - begin)
    const initial = begin === 0 ? layout.zeros : out
    const ldi = begin === 0 ? 0 : ldw
    product(inputs + begin * ld + row * 4, ld, deltas + begin * ldw, ldw, initial, ldi, out, ldw, rows, outputs, count)
  }
}

function optimizerAt(kernels: Kernels, { plan }: Run, step: number): Optimize {
  const { optimizer } = plan
  if (optimizer.kind === 'sgd') {
    return ({ parameters, ldw, outputs }, which, row, gradient, rows) =>
      kernels.sgd(parameters[which] + row * ldw, ldw, gradient, ldw, rows, outputs, optimizer.learningRate)
  }
  const { learningRate, beta1, beta2, epsilon } = optimizer
  // m / (1 − β₁ᵗ) over √(v / (1 − β₂ᵗ)) + ε, with the corrections moved into rate and ε
  const correction = Math.sqrt(1 - beta2 ** step)
  const rate = (learningRate * correction) / (1 - beta1 ** step)
  return ({ parameters, moments, ldw, outputs }, which, row, gradient, rows) => {
    if (!moments) throw new Error('a layer trained with Adam has moments')
    const at = (address: number) => address + row * ldw
    const { mean, square } = moments
    kernels.adam(
      at(parameters[which]),
      at(mean[which]),
      at(square[which]),
      ldw,
      gradient,
      ldw,
      rows,
      outputs,
      beta1,
      beta2,
      rate,
      epsilon * correction,
    )
  }
}
