/**
 * Where everything of one run lies in the shared memory. Addresses are bytes; computed once, before the workers
 * start, and the same for all of them.
 *
 * A run is one block: control words, then what is shared, then what belongs to one worker. Every piece begins
 * on a cache line, with a line between it and the next, so that no two workers write to one line.
 */
import { LINE, roundUp } from './memory'
import { CONTROL_BYTES, RING_ROW_BYTES } from './control'
import type { PlacedDataset } from './data'
import type { TrainingPlan } from './plan'
import { scratchBytes, type Scratch } from './wasm/kernels'

/** Rows that go through the network together, in training and in evaluation: they stay in the cache. */
export const ROW_BLOCK = 128
/** Samples of an evaluation that one worker takes at a time. Fixed, as loss is summed by chunk. */
export const EVALUATION_CHUNK = ROW_BLOCK
/** Weight rows whose gradient is made and used at once: one cache line of the transposed copy. */
export const WEIGHT_BLOCK = LINE / 4
/** Evaluations that may wait for the host; more than one poll of the host can miss. */
const RING_ROWS = 4096

/** Addresses of one kind of value for each weight and bias of a layer. */
export interface ParameterAddresses {
  /** f32[inputs, outputs] with the layer's ldw. */
  weights: number
  /** f32[outputs] */
  biases: number
}

export interface LayerLayout {
  inputs: number
  outputs: number
  /** Stride of all that has a column for each output: weights, moments, activations, gradients. */
  ldw: number
  /** Stride of the transposed weights. */
  ldt: number
  parameters: ParameterAddresses
  /** Adam's m and v; absent for SGD. */
  moments: { mean: ParameterAddresses; square: ParameterAddresses } | null
  /** f32[outputs, inputs]; 0 for the first layer, whose inputs need no gradient. */
  transposed: number
  /** f32[batch, outputs]: gradient of the loss with respect to the layer's sums. */
  deltas: number
  /** f32[outputs] */
  biasGradient: number
  /** Bounds of the weight rows that each worker updates: workers + 1 of them. */
  slices: readonly number[]
}

/** Where one forward pass keeps its values. */
export interface PassLayout {
  /** f32[rows, pixels] */
  inputs: number
  /** For each layer f32[rows, outputs]. The last one holds the sums of the output layer. */
  activations: readonly number[]
  /** f32[rows] */
  losses: number
  /** u8[rows] */
  correct: number
}

export interface WorkerLayout {
  /** f32[WEIGHT_BLOCK, widest layer]: gradient of the rows at hand. */
  gradient: number
  /** ROW_BLOCK rows. */
  evaluation: PassLayout
  /** The kernels' own. */
  scratch: Scratch
}

export interface RunLayout {
  bytes: number
  /** So many of them, control words included, begin as zeros; what follows is the kernels' own. */
  cleared: number
  control: number
  /** Ring of evaluations on their way to the host. */
  ring: { address: number; rows: number }
  /** u32[trainCount] */
  order: number
  /** f32[256]: what each byte of an image means to the network. */
  table: number
  /** A row of zeros as wide as the widest layer. */
  zeros: number
  /** f64[chunks, 2]: loss and hits of each chunk of an evaluation. */
  chunks: number
  /** Stride of the inputs. */
  ldx: number
  /** batchSize rows. */
  batch: PassLayout
  layers: readonly LayerLayout[]
  /** Weights, biases and moments in one piece; and its copy for the host. */
  state: { address: number; bytes: number }
  snapshot: number
  workers: readonly WorkerLayout[]
}

/** Bytes from row to row: whole cache lines, an odd number of them, as even ones crowd a few sets of the cache. */
export function strideFor(columns: number): number {
  const stride = roundUp(columns * 4, LINE)
  return (stride / LINE) % 2 === 0 ? stride + LINE : stride
}

/** The layout of a run whose block begins at `base`. Its size does not depend on `base`. */
export function layOut(plan: TrainingPlan, data: PlacedDataset, base: number): RunLayout {
  let top = base
  const take = (bytes: number) => {
    const address = top
    top += roundUp(bytes, LINE) + LINE
    return address
  }
  const { sizes, workers, batchSize } = plan
  const shapes = sizes.slice(1).map((outputs, i) => ({ inputs: sizes[i] ?? 0, outputs, ldw: strideFor(outputs) }))
  const ldx = strideFor(data.pixels)
  const widest = Math.max(...shapes.map((shape) => shape.ldw))
  const takePass = (rows: number): PassLayout => ({
    inputs: take(rows * ldx),
    activations: shapes.map(({ ldw }) => take(rows * ldw)),
    losses: take(rows * 4),
    correct: take(rows),
  })

  const control = take(CONTROL_BYTES)
  const ringRows = Math.min(plan.evaluations, RING_ROWS)
  const ring = { address: take(ringRows * RING_ROW_BYTES), rows: ringRows }
  const order = take(plan.trainCount * 4)
  const table = take(256 * 4)
  const zeros = take(widest)
  const chunks = take(2 * 8 * (chunksOf(plan.trainCount) + chunksOf(plan.testCount)))

  const stateBegin = top
  const takeParameters = ({ inputs, ldw }: { inputs: number; ldw: number }): ParameterAddresses => ({
    weights: take(inputs * ldw),
    biases: take(ldw),
  })
  const states = shapes.map((shape) => ({
    parameters: takeParameters(shape),
    moments: plan.optimizer.kind === 'adam' ? { mean: takeParameters(shape), square: takeParameters(shape) } : null,
  }))
  const state = { address: stateBegin, bytes: top - stateBegin }

  const layers = shapes.map((shape, i) => {
    const ldt = strideFor(shape.inputs)
    return {
      ...shape,
      ...states[i],
      ldt,
      transposed: i === 0 ? 0 : take(shape.outputs * ldt),
      deltas: take(batchSize * shape.ldw),
      biasGradient: take(shape.ldw),
      slices: i === 0 ? sliceByCost(rowCosts(plan, data), workers) : sliceEvenly(shape.inputs, WEIGHT_BLOCK, workers),
    }
  })
  const batch = takePass(batchSize)
  const snapshot = take(state.bytes)
  const scratch = scratchBytes(Math.max(ROW_BLOCK, ...sizes), sizes.at(-1) ?? 0)
  const ownPasses = Array.from({ length: workers }, () => ({
    gradient: take(WEIGHT_BLOCK * widest),
    evaluation: takePass(ROW_BLOCK),
  }))
  const cleared = top - base
  const workerLayouts = ownPasses.map((own) => ({ ...own, scratch: { address: take(scratch), bytes: scratch } }))
  return {
    bytes: top - base,
    cleared,
    control,
    ring,
    order,
    table,
    zeros,
    chunks,
    ldx,
    batch,
    layers,
    state,
    snapshot,
    workers: workerLayouts,
  }
}

export function chunksOf(count: number): number {
  return Math.ceil(count / EVALUATION_CHUNK)
}

/** Bounds that share `count` rows out in whole units (the last may be smaller), as evenly as units allow. */
export function sliceEvenly(count: number, unit: number, parts: number): number[] {
  const units = Math.ceil(count / unit)
  return Array.from({ length: parts + 1 }, (_, part) => Math.min(count, Math.floor((units * part) / parts) * unit))
}

/** Whether the first layer skips zeros: a matter of speed only, and the same for all workers. */
export function skipsZeros(data: PlacedDataset): boolean {
  return data.density < 0.5
}

/** What a weight row of the first layer costs a step: its gradient, and its update in the same unit. */
function rowCosts(plan: TrainingPlan, data: PlacedDataset): number[] {
  const update = (plan.optimizer.kind === 'adam' ? 8 : 1) / plan.batchSize
  return data.pixelDensity.map((density) => (skipsZeros(data) ? density : 1) + update)
}

/** Bounds at multiples of WEIGHT_BLOCK such that each part costs about the same. */
function sliceByCost(costs: readonly number[], parts: number): number[] {
  const total = costs.reduce((a, b) => a + b, 0)
  const bounds = [0]
  let row = 0
  let spent = 0
  for (let part = 1; part < parts; part++) {
    while (row < costs.length && spent < (total * part) / parts) {
      for (const end = Math.min(costs.length, row + WEIGHT_BLOCK); row < end; row++) spent += costs[row]
    }
    bounds.push(row)
  }
  return [...bounds, costs.length]
}
