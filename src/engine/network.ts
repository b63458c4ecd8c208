/**
 * The network over a range of rows: forward, loss, and back to the gradients of the sums.
 *
 * Everything here is done by one worker for its own rows; a row's values do not depend on the other rows.
 */
import type { Block } from './blocks'
import type { PlacedDataset } from './data'
import { slopeFrom, type Kernels } from './kernels'
import {
  skipsInputZeros,
  weightBlocks,
  type PassLayout,
  type RunLayout,
  type SegmentLayout,
  type WorkerLayout,
} from './layout'
import type { Views } from './memory'
import type { TrainingPlan } from './plan'
import { mix } from './random'

/** What all functions of a run need, and what never changes during it. */
export interface Run {
  plan: TrainingPlan
  layout: RunLayout
  data: PlacedDataset
}

/** One worker with what it works with. */
export interface Hand {
  run: Run
  kernels: Kernels
  views: Views
  index: number
  own: WorkerLayout
  /** The weights and biases that this worker updates. */
  blocks: readonly Block[]
}

/** Rows [begin, begin + count) of a pass; `order` is the address of the u32 sample number of row `begin`. */
export interface Rows {
  begin: number
  count: number
  order: number
}

/** Which units are dropped at a step: the same whoever computes the rows. */
export interface DropoutMasks {
  step: number
  /** Rows of the batch before the first one of the pass. */
  firstRow: number
}

/** From samples to the sums of the output layer. Without masks nothing is dropped, as in an evaluation. */
export function forward(hand: Hand, pass: PassLayout, rows: Rows, masks: DropoutMasks | null): void {
  const { kernels, run } = hand
  const { plan, layout } = run
  const { begin, count } = rows
  sumInputs(hand, pass, rows, masks)
  layout.layers.forEach(({ inputs, outputs, ldw, parameters }, i) => {
    const sums = pass.sums[i] + begin * ldw
    if (i > 0) {
      const product = skipsZeros(hand, i, 'rows', outputs) ? kernels.sparseForward : kernels.denseForward
      const ld = layout.layers[i - 1].ldw
      const input = pass.outputs[i - 1] + begin * ld
      product(input, ld, parameters.weights, ldw, parameters.biases, 0, sums, ldw, count, outputs, inputs)
    }
    if (i === plan.activations.length) return
    const { kind, parameter } = plan.activations[i]
    const activations = pass.activations[i] + begin * ldw
    kernels.activate[kind](sums, ldw, activations, ldw, count, outputs, parameter)
    const output = pass.outputs[i] + begin * ldw
    if (masks) drop(hand, i + 1, masks, begin, activations, ldw, output, ldw, count, outputs)
  })
}

/** From samples to the sums of the first layer. */
function sumInputs(hand: Hand, pass: PassLayout, rows: Rows, masks: DropoutMasks | null): void {
  const { kernels, run, own } = hand
  const { input, layers } = run.layout
  const { inputs, outputs, ldw, parameters } = layers[0]
  const bias = input.shift === 'folded' ? own.foldedBias : parameters.biases
  const at = rows.begin * ldw
  if (input.kind !== 'images') loadInputs(hand, pass, rows, masks)
  // an evaluation has no use for segments
  const segments = masks && input.segments
  if (!segments) return sumRange(hand, pass, rows, 0, inputs, bias, pass.sums[0] + at)
  const { bounds, sums, stride, slices } = segments
  const count = bounds.length - 1
  if (!slices) sumSegments(hand, pass, rows, segments, 0, count)
  kernels.addParts(sums + at, stride, count, ldw, bias, pass.sums[0] + at, rows.count, outputs)
}

/** Over the segments whose weights this worker updates, for the first `count` rows of the pass. */
export function sumOwnSegments(hand: Hand, order: number, count: number): void {
  const { batch, input } = hand.run.layout
  const { segments } = input
  if (!segments?.slices) return
  const [first, last] = [segments.slices[hand.index], segments.slices[hand.index + 1]]
  sumSegments(hand, batch, { begin: 0, count, order }, segments, first, last)
}

/** Segments [first, last), each by itself. */
function sumSegments(
  hand: Hand,
  pass: PassLayout,
  rows: Rows,
  { bounds, sums, stride }: SegmentLayout,
  first: number,
  last: number,
): void {
  const { zeros, layers } = hand.run.layout
  const at = sums + rows.begin * layers[0].ldw
  for (let i = first; i < last; i++) sumRange(hand, pass, rows, bounds[i], bounds[i + 1], zeros, at + i * stride)
}

/** Sums over the inputs [first, last) into `sums`, which begin as the row `initial`. */
function sumRange(
  hand: Hand,
  pass: PassLayout,
  { begin, count, order }: Rows,
  first: number,
  last: number,
  initial: number,
  sums: number,
): void {
  const { kernels, run } = hand
  const { layout, data } = run
  const { ldw, outputs, parameters } = layout.layers[0]
  const weights = parameters.weights + first * ldw
  const depth = last - first
  if (layout.input.kind === 'images') {
    const { images, pixels } = data
    const { table } = layout.input
    kernels.imageForward(
      order,
      images + first,
      pixels,
      table,
      weights,
      ldw,
      initial,
      0,
      sums,
      ldw,
      count,
      outputs,
      depth,
    )
    return
  }
  const product = skipsZeros(hand, 0, 'rows', outputs) ? kernels.sparseForward : kernels.denseForward
  const { ldx } = layout
  const inputs = pass.inputs + begin * ldx + first * 4
  product(inputs, ldx, weights, ldw, initial, 0, sums, ldw, count, outputs, depth)
}

/** Loss and hits of rows whose forward pass is done; with `scale`, also the gradient of the output layer's sums. */
export function measure({ kernels, run }: Hand, pass: PassLayout, rows: Rows, scale?: number): void {
  const { plan, layout, data } = run
  const { begin, count, order } = rows
  const i = layout.layers.length - 1
  const { outputs, ldw, deltas } = layout.layers[i]
  const { kind, smoothing } = plan.outputLoss
  const sums = pass.sums[i] + begin * ldw
  const gradient = scale === undefined ? 0 : deltas + begin * ldw
  const losses = pass.losses + begin * 4
  const hits = pass.correct + begin
  const { labels } = data
  kernels.outputLoss[kind](sums, ldw, count, outputs, order, labels, smoothing, scale ?? 0, gradient, ldw, losses, hits)
}

/** From the gradient of the output layer's sums to that of every layer's. `scale`: 1 / rows of the batch. */
export function backward(hand: Hand, rows: Rows, masks: DropoutMasks, scale: number): void {
  const { layout } = hand.run
  for (let i = layout.layers.length - 1; i > 0; i--) passBack(hand, i, rows, masks, scale)
}

function passBack(hand: Hand, i: number, { begin, count }: Rows, masks: DropoutMasks, scale: number): void {
  const { kernels, run } = hand
  const { layout, plan } = run
  const { outputs, ldw, ldt, transposed, deltas } = layout.layers[i]
  const before = layout.layers[i - 1]
  const ld = before.ldw
  const d = before.deltas + begin * ld
  // where an activation is 0 its gradient is too
  const skips = skipsZeros(hand, i + 1, 'rows', before.outputs)
  const product = skips ? kernels.sparseForward : kernels.denseBackwardInputs
  const from = deltas + begin * ldw
  product(from, ldw, transposed, ldt, layout.zeros, 0, d, ld, count, before.outputs, outputs)
  drop(hand, i, masks, begin, d, ld, d, ld, count, before.outputs)
  const activations = layout.batch.activations[i - 1] + begin * ld
  const { activityL1, activityL2 } = plan.regularization
  if (activityL1 > 0 || activityL2 > 0) {
    kernels.penalize(d, ld, activations, ld, count, before.outputs, activityL1 * scale, activityL2 * scale)
  }
  const { kind, parameter } = plan.activations[i - 1]
  const slopes = slopeFrom(kind) === 'sums' ? layout.batch.sums[i - 1] + begin * ld : activations
  kernels.activateBackward[kind](d, ld, slopes, ld, count, before.outputs, parameter)
}

/**
 * So much of what a product has for rows, or for columns, may be lit for skipping the rest to pay, by the columns of its
 * other factor (fewer than `below`): what is lit is listed once for all of them, and columns take longer to list than
 * rows. Measured with vectors of 128 and of 256 bits.
 */
const LIT_AT_MOST = {
  rows: [
    { below: 24, lit: 0 },
    { below: 48, lit: 0.3 },
    { below: 96, lit: 0.5 },
    { below: Infinity, lit: 0.6 },
  ],
  columns: [
    { below: 48, lit: 0 },
    { below: 96, lit: 0.3 },
    { below: 192, lit: 0.45 },
    { below: Infinity, lit: 0.6 },
  ],
} as const

/**
 * Whether it pays to skip zeros in what goes into layer `i`, whose rows or columns are multiplied with so many columns.
 * What leaves the output layer is never mostly zeros.
 */
export function skipsZeros({ run, views }: Hand, i: number, listed: 'rows' | 'columns', columns: number): boolean {
  const { layout, plan, data } = run
  if (i === 0) return skipsInputZeros(plan, data)
  if (i > plan.activations.length) return false
  const lit = 1 - views.f32[(layout.dark >>> 2) + i - 1]
  return lit <= (LIT_AT_MOST[listed].find(({ below }) => columns < below)?.lit ?? 0)
}

/**
 * The bias of the first layer with the mean of the inputs in it: from the parts that were left by whoever updated the
 * weights, so that each is summed by one worker and all of them in one order.
 */
export function foldBias({ kernels, run, own }: Hand): void {
  const { input, layers } = run.layout
  if (input.shift !== 'folded') return
  const { ldw, outputs, parameters } = layers[0]
  kernels.columnSums(input.foldedParts, ldw, weightBlocks(layers[0]), outputs, parameters.biases, own.foldedBias)
}

function loadInputs(hand: Hand, pass: PassLayout, rows: Rows, masks: DropoutMasks | null): void {
  const { kernels, run } = hand
  const { layout, data } = run
  const { ldx, input } = layout
  const { order, count, begin } = rows
  const x = pass.inputs + begin * ldx
  if (input.kind === 'table') kernels.gather(order, count, data.images, data.pixels, input.table, x, ldx)
  else {
    const gather = input.kind === 'scaled' ? kernels.gatherScaled : kernels.gatherFloats
    gather(order, count, data.images, data.pixels, input.scales, x, ldx)
  }
  if (input.shift === 'added') standardize(hand, x, count)
  if (masks) drop(hand, 0, masks, begin, x, ldx, x, ldx, count, data.pixels)
}

/** x = (x − mean) / deviation, rounded once: the difference may be a small one of large numbers. */
function standardize({ run, views: { f32, f64 } }: Hand, x: number, count: number): void {
  const { layout, data } = run
  const means = layout.input.moments >>> 3
  const inverses = means + data.pixels
  for (let r = 0; r < count; r++) {
    const at = (x + r * layout.ldx) >>> 2
    for (let p = 0; p < data.pixels; p++) f32[at + p] = (f32[at + p] - f64[means + p]) * f64[inverses + p]
  }
}

/** Drops units of the inputs (layer 0) or of a hidden layer (1 …); the same ones each time it is called for a step. */
function drop(
  { kernels, run }: Hand,
  layer: number,
  { step, firstRow }: DropoutMasks,
  begin: number,
  from: number,
  ldFrom: number,
  to: number,
  ldTo: number,
  rows: number,
  columns: number,
): void {
  const { dropoutInput, dropoutHidden } = run.plan.regularization
  const share = layer === 0 ? dropoutInput : dropoutHidden
  if (share === 0) return
  const seed = mix(mix(mix(run.plan.seeds.dropout) ^ step) ^ layer)
  const threshold = Math.min(Math.round(share * 2 ** 32), 2 ** 32 - 1)
  const scale = 1 / (1 - share)
  kernels.dropout(from, ldFrom, to, ldTo, rows, columns, seed, firstRow + begin, threshold, scale)
}
