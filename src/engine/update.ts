/**
 * Gradients and optimizer, weight row by weight row: each worker makes the gradient of a few rows in a scratch
 * that stays in its cache, and uses it at once. Where gradients must be known whole first (clipping, batches in slabs),
 * they are kept, and used in a second round. Either way each sum is taken by one worker in the order of the batch.
 */
import type { Optimizer } from '#shared/experiment'
import type { Block } from './blocks'
import type { MatrixProduct } from './kernels'
import { hasConstantInput, ROW_BLOCK } from './plan'
import { WEIGHT_BLOCK, type LayerLayout } from './layout'
import { skipsZeros, type Hand } from './network'

export interface Step {
  /** Counted from 1. */
  step: number
  /** After schedule and changes by hand. */
  learningRate: number
  /** Whether the norms of gradient, update and weights are wanted. */
  isObserved: boolean
}

/** Rows of a slab, whose gradients are a part of the batch's. */
export interface SlabRows {
  rows: number
  /** Address of the first row's sample number. */
  order: number
  isFirst: boolean
  isLast: boolean
}

/** Makes the gradients of the worker's weights and uses them at once. */
export function updateParameters(hand: Hand, slab: SlabRows, step: Step): void {
  const optimize = optimizerAt(hand, step)
  sumFirstDeltas(hand, slab.rows)
  for (const block of hand.blocks) {
    addGradient(hand, block, slab)
    finishGradient(hand, block, step.isObserved)
    update(hand, block, step, optimize)
  }
}

/** Adds the gradients of a slab to those before it. */
export function addGradients(hand: Hand, slab: SlabRows, needsNorms: boolean): void {
  sumFirstDeltas(hand, slab.rows)
  for (const block of hand.blocks) {
    addGradient(hand, block, slab)
    if (slab.isLast) finishGradient(hand, block, needsNorms)
  }
}

/** Uses the gradients that were kept, shortened if they are longer than they may be. */
export function applyGradients(hand: Hand, step: Step): void {
  const optimize = optimizerAt(hand, step)
  const { clipNorm } = hand.run.plan.regularization
  const length = clipNorm > 0 ? gradientLength(hand) : 0
  for (const block of hand.blocks) {
    const { ldw, outputs } = block.layer
    if (length > clipNorm) hand.kernels.scale(block.gradient, ldw, block.rows, outputs, clipNorm / length)
    update(hand, block, step, optimize)
  }
}

/** Shortens the weights into the worker's units where they are too long. */
export function limitNorms(hand: Hand): void {
  const { kernels, run, index } = hand
  const { maxNorm } = run.plan.regularization
  run.layout.layers.forEach(({ parameters, ldw, ldt, inputs, transposed, unitSlices }, i) => {
    const begin = unitSlices[index]
    const columns = unitSlices[index + 1] - begin
    if (columns === 0) return
    const at = parameters.weights + begin * 4
    // the biases are the row behind the weights
    const rows = hasConstantInput(run.plan, i) ? inputs + 1 : inputs
    kernels.limitColumns(at, ldw, rows, columns, maxNorm)
    if (transposed !== 0) kernels.transpose(at, ldw, transposed + begin * ldt, ldt, inputs, columns)
  })
  foldColumns(hand)
}

/** Brings the transposed copy of a layer's weights up to date. */
export function transposeRows({ kernels }: Hand, layer: LayerLayout, row: number, rows: number): void {
  const { parameters, ldw, ldt, transposed, outputs } = layer
  kernels.transpose(parameters.weights + row * ldw, ldw, transposed + row * 4, ldt, rows, outputs)
}

/** Leaves the part of the folded bias that comes from these rows of the first layer. */
export function foldRows(hand: Hand, row: number, rows: number): void {
  fold(hand, row, rows, 0, hand.run.layout.layers[0].outputs)
}

/** The same for all rows and the worker's units. */
function foldColumns(hand: Hand): void {
  const { layout } = hand.run
  if (layout.input.shift !== 'folded') return
  const { unitSlices, inputs } = layout.layers[0]
  const begin = unitSlices[hand.index]
  const columns = unitSlices[hand.index + 1] - begin
  for (let row = 0; columns > 0 && row < inputs; row += WEIGHT_BLOCK) {
    fold(hand, row, Math.min(WEIGHT_BLOCK, inputs - row), begin, columns)
  }
}

/** A product of one row: the shifts of these inputs with their weights. */
function fold({ kernels, run }: Hand, row: number, rows: number, column: number, columns: number): void {
  const { input, zeros, layers } = run.layout
  const { parameters, ldw } = layers[0]
  const part = input.foldedParts + (row / WEIGHT_BLOCK) * ldw + column * 4
  const weights = parameters.weights + row * ldw + column * 4
  kernels.denseForward(input.shifts + row * 4, ldw, weights, ldw, zeros, 0, part, ldw, 1, columns, rows)
}

/** What the weights of the first layer need of a shift that was folded into its bias: the sum over the rows. */
function sumFirstDeltas({ kernels, run, own }: Hand, rows: number): void {
  const { input, layers, zeros } = run.layout
  if (input.shift !== 'folded') return
  const { deltas, ldw, outputs } = layers[0]
  kernels.columnSums(deltas, ldw, rows, outputs, zeros, own.foldedSum)
}

/** Adds the block's gradient over the rows of a slab to what there is of the batch's before it. */
function addGradient(hand: Hand, block: Block, slab: SlabRows): void {
  const { kernels, run, own } = hand
  const { layout } = run
  const { layer, i, gradient } = block
  const { ldw, outputs, deltas } = layer
  if (block.which === 'biases') {
    const initial = slab.isFirst ? layout.zeros : gradient
    kernels.columnSums(deltas, ldw, slab.rows, outputs, initial, gradient)
    return
  }
  let isEmpty = slab.isFirst
  if (i === 0 && layout.input.shift === 'folded') {
    const shifts = layout.input.shifts + block.row * 4
    addProduct(hand, kernels.denseBackwardWeights, block, isEmpty, shifts, ldw, own.foldedSum, 1)
    isEmpty = false
  }
  // in blocks of the batch: the part at hand stays in the cache
  for (let begin = 0; begin < slab.rows; begin += ROW_BLOCK) {
    const rows = Math.min(ROW_BLOCK, slab.rows - begin)
    addRows(hand, block, isEmpty, slab.order, begin, rows)
    isEmpty = false
  }
}

/** Adds what the rows from `begin` of the slab give. */
function addRows(hand: Hand, block: Block, isEmpty: boolean, order: number, begin: number, rows: number): void {
  const { kernels, run } = hand
  const { layout, data } = run
  const { i, row } = block
  const { ldw, deltas, outputs } = block.layer
  const d = deltas + begin * ldw
  if (i === 0 && layout.input.kind === 'images') {
    const { table } = layout.input
    const initial = isEmpty ? layout.zeros : block.gradient
    const ldi = isEmpty ? 0 : ldw
    const { images, pixels } = data
    const { imageBackwardWeights: product } = kernels
    product(
      order + begin * 4,
      images + row,
      pixels,
      table,
      d,
      ldw,
      initial,
      ldi,
      block.gradient,
      ldw,
      block.rows,
      outputs,
      rows,
    )
    return
  }
  const skips = skipsZeros(hand, i, 'columns', outputs)
  const product = skips ? kernels.sparseBackwardWeights : kernels.denseBackwardWeights
  const inputs = i === 0 ? layout.batch.inputs : layout.batch.outputs[i - 1]
  const ld = i === 0 ? layout.ldx : layout.layers[i - 1].ldw
  addProduct(hand, product, block, isEmpty, inputs + begin * ld + row * 4, ld, d, rows)
}

function addProduct(
  { run }: Hand,
  product: MatrixProduct,
  { gradient, rows, layer: { ldw, outputs } }: Block,
  isEmpty: boolean,
  a: number,
  lda: number,
  b: number,
  depth: number,
): void {
  const initial = isEmpty ? run.layout.zeros : gradient
  product(a, lda, b, ldw, initial, isEmpty ? 0 : ldw, gradient, ldw, rows, outputs, depth)
}

/** Adds the penalties, and leaves the squared norm if somebody wants it. */
function finishGradient({ kernels, run }: Hand, block: Block, needsNorm: boolean): void {
  const { plan, layout } = run
  const { l1, l2 } = plan.regularization
  const { i, layer, which, row, rows, gradient, parts } = block
  const { ldw, outputs, parameters } = layer
  if ((l1 > 0 || l2 > 0) && (which === 'weights' || hasConstantInput(plan, i))) {
    kernels.penalize(gradient, ldw, parameters[which] + row * ldw, ldw, rows, outputs, l1, l2)
  }
  if (!needsNorm) return
  for (const { offset, rows, place } of parts) {
    kernels.sumOfSquares(gradient + offset, ldw, rows, outputs, layout.norms.address + 8 * place)
  }
}

function update(hand: Hand, block: Block, { isObserved }: Step, optimize: Optimize): void {
  const { layer, which, row, rows, parts, i } = block
  const { run, views, own } = hand
  const { ldw } = layer
  const weights = layer.parameters[which] + row * ldw
  if (isObserved) views.u8.copyWithin(own.previous, weights, weights + rows * ldw)
  optimize(block)
  if (which === 'weights' && layer.transposed !== 0) transposeRows(hand, layer, row, rows)
  if (which === 'weights' && i === 0 && run.layout.input.shift === 'folded') {
    for (const part of parts) foldRows(hand, part.row, part.rows)
  }
  if (isObserved) leaveNorms(hand, block, weights)
}

/** Squared norms of the update and of what came of it. */
function leaveNorms({ kernels, run, own }: Hand, { layer, parts }: Block, weights: number): void {
  const { ldw, outputs } = layer
  const { address, blocks } = run.layout.norms
  for (const { offset, rows, place } of parts) {
    const norm = (kind: 1 | 2) => address + 8 * (kind * blocks + place)
    const [now, before] = [weights + offset, own.previous + offset]
    kernels.sumOfSquaredDifferences(now, ldw, before, ldw, rows, outputs, norm(1))
    kernels.sumOfSquares(now, ldw, rows, outputs, norm(2))
  }
}

/** Of all gradients together. Every worker sums the same numbers in the same order. */
function gradientLength({ run, views }: Hand): number {
  const { address, blocks } = run.layout.norms
  const begin = address >>> 3
  return Math.sqrt(views.f64.subarray(begin, begin + blocks).reduce((sum, square) => sum + square, 0))
}

type Optimize = (block: Block) => void

function optimizerAt(hand: Hand, { step, learningRate }: Step): Optimize {
  const { kernels, run } = hand
  const { optimizer, gradientSign } = run.plan
  // uphill: gradients and what is remembered of them stay as they are, and the weights go the other way
  const rate = gradientSign * learningRate
  const moving = movingAverages(optimizer, step)
  return ({ layer, which, row, rows, gradient: g }) => {
    const { ldw, outputs } = layer
    const at = (addresses: LayerLayout['parameters']) => addresses[which] + row * ldw
    const w = at(layer.parameters)
    const [first, second] = layer.slots
    switch (optimizer.kind) {
      case 'sgd':
        if (optimizer.momentum === 0) kernels.sgd(w, ldw, g, ldw, rows, outputs, rate)
        else
          kernels.momentum(
            w,
            at(first),
            ldw,
            g,
            ldw,
            rows,
            outputs,
            optimizer.momentum,
            optimizer.nesterov ? 1 : 0,
            rate,
          )
        return
      case 'adam':
      case 'adamw': {
        const { beta1, beta2, epsilon } = optimizer
        if (optimizer.kind === 'adamw') kernels.scale(w, ldw, rows, outputs, 1 - learningRate * optimizer.weightDecay)
        const { rateFactor, epsilonFactor } = moving
        kernels.adam(
          w,
          at(first),
          at(second),
          ldw,
          g,
          ldw,
          rows,
          outputs,
          beta1,
          beta2,
          rate * rateFactor,
          epsilon * epsilonFactor,
        )
        return
      }
      case 'rmsprop': {
        const { rho, momentum, epsilon } = optimizer
        if (momentum === 0) kernels.rmsprop(w, at(first), ldw, g, ldw, rows, outputs, rho, rate, epsilon)
        else kernels.rmspropMomentum(w, at(first), at(second), ldw, g, ldw, rows, outputs, rho, momentum, rate, epsilon)
        return
      }
      case 'adagrad':
        kernels.adagrad(w, at(first), ldw, g, ldw, rows, outputs, rate, optimizer.epsilon)
        return
      default:
        throw new Error(`no such optimizer: ${String(optimizer satisfies never)}`)
    }
  }
}

/** m / (1 − β₁ᵗ) over √(v / (1 − β₂ᵗ)) + ε, with the corrections moved into rate and ε. */
function movingAverages(optimizer: Optimizer, step: number): { rateFactor: number; epsilonFactor: number } {
  if (optimizer.kind !== 'adam' && optimizer.kind !== 'adamw') return { rateFactor: 1, epsilonFactor: 1 }
  const correction = Math.sqrt(1 - optimizer.beta2 ** step)
  return { rateFactor: correction / (1 - optimizer.beta1 ** step), epsilonFactor: correction }
}
