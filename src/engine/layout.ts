/**
 * Where everything of one run lies in the shared memory. Addresses are bytes; computed once, before the workers
 * start, and the same for all of them.
 *
 * A run is one block: control words, then what is shared, then what belongs to one worker. Every piece begins
 * on a cache line, with a line between it and the next, so that no two workers write to one line.
 */
import { LINE, roundUp } from './memory'
import { CONTROL_BYTES, ringRowBytes } from './control'
import type { PlacedDataset } from './data'
import { slopeFrom } from './kernels'
import { hasBias, keepsGradients, ROW_BLOCK, type TrainingPlan } from './plan'
import { scratchBytes, type Scratch } from './wasm/kernels'

/** Samples of an evaluation that one worker takes at a time. Fixed, as loss is summed by chunk. */
export const EVALUATION_CHUNK = ROW_BLOCK
/** Weight rows whose squares are summed, and whose shifts are folded, together; one cache line of the transposed copy. */
export const WEIGHT_BLOCK = LINE / 4
/** Weight rows whose gradient is made at once where a line of an image, or the first cache, has room for so many. */
const LARGE_BLOCK = 4 * WEIGHT_BLOCK
/** Of a gradient: beside it, what it is made of must stay in the first cache. */
const LARGE_BLOCK_BYTES = 24 * 1024
/**
 * With fewer of the pixels lit it is faster to skip the others: 784-512-10 on Fashion-MNIST, half of it lit, takes two
 * thirds of the time.
 */
const SPARSE_INPUTS_BELOW = 0.6
/**
 * A step's sums of the first layer are taken over so many segments of the inputs, each by itself, and then added: two or
 * four workers can each keep a half or a quarter of the weights in their cache, which they alone write and read. Part
 * of what a run computes, as it decides where sums are rounded: the same for any number of workers.
 */
const SEGMENTS = 4
/** Evaluations that may wait for the host; more than one poll of the host can miss. */
const RING_ROWS = 4096
const RING_BYTES = 4 << 20

/** Addresses of one kind of value for each weight and bias of a layer. */
export interface ParameterAddresses {
  /** f32[inputs, outputs] with the layer's ldw. */
  weights: number
  /** f32[outputs]: the row behind the weights, as if there were one more input. */
  biases: number
}

export interface LayerLayout {
  inputs: number
  outputs: number
  /** Stride of all that has a column for each output: weights, slots, activations, gradients. */
  ldw: number
  /** Stride of the transposed weights. */
  ldt: number
  parameters: ParameterAddresses
  /** False: the biases are 0 and stay so. */
  hasBias: boolean
  /** What the optimizer keeps, in the order of the plan's slots. */
  slots: readonly ParameterAddresses[]
  /** The weights of the best evaluation so far; null where nobody wants them back. */
  best: ParameterAddresses | null
  /** Gradients of the whole batch; null where each is used as soon as it is made. */
  gradients: ParameterAddresses | null
  /** f32[outputs, inputs]; 0 for the first layer, whose inputs need no gradient. */
  transposed: number
  /** f32[slab, outputs]: gradient of the loss with respect to the layer's sums. */
  deltas: number
  /** f32[outputs] */
  biasGradient: number
  /** Weight rows whose gradient is made, and then used, at once: some times WEIGHT_BLOCK. */
  blockRows: number
  /** Bounds of the weight rows that each worker updates: workers + 1 of them. */
  slices: readonly number[]
  /** Bounds of the units whose weights each worker shortens: workers + 1 of them. */
  unitSlices: readonly number[]
  /** Place in the table of squared norms of the layer's first block; its biases' place comes behind its last block. */
  normsAt: number
}

/** Where one forward pass keeps its values. */
export interface PassLayout {
  /** f32[rows, pixels]; nothing where the first layer reads images as they are. */
  inputs: number
  /** For each layer f32[rows, outputs]: what goes into the activation. The last one has the sums of the output layer. */
  sums: readonly number[]
  /** What comes out of it: often in the place of the sums. */
  activations: readonly number[]
  /** What the next layer gets: the activations, or a copy with some of them dropped. */
  outputs: readonly number[]
  /** f32[rows] */
  losses: number
  /** u8[rows] */
  correct: number
}

export interface WorkerLayout {
  /** Gradient of the block at hand: f32[its rows, outputs] of the layer for which that is most. */
  gradient: number
  /** The same size: the weights as they were before the step. */
  previous: number
  /** f32[first layer's outputs]: bias with the mean of the inputs folded in, and the sum that its gradient needs. */
  foldedBias: number
  foldedSum: number
  /** ROW_BLOCK rows. */
  evaluation: PassLayout
  /** The kernels' own. */
  scratch: Scratch
}

/** Segments of the inputs, whose sums are taken one by one; null where each sum is one chain over all inputs. */
export interface SegmentLayout {
  /** Inputs at which they begin, and where the last one ends. */
  bounds: readonly number[]
  /** f32[segments, rows of a slab, outputs of the first layer]: their sums. */
  sums: number
  /** Bytes from the sums of a segment to those of the next. */
  stride: number
  /**
   * Segments that each worker sums, workers + 1 bounds of them: those whose weights it updates, for all rows of the
   * batch, as soon as it has updated them. null: whoever has a row sums all its segments.
   */
  slices: readonly number[] | null
}

/** How samples become inputs. */
export interface InputLayout {
  /**
   * images: bytes, of which the first layer takes those that are not 0 through the table, and no inputs are kept; table:
   * the same made into floats; scaled: bytes times a scale; floats: floats times a scale.
   */
  kind: 'images' | 'table' | 'scaled' | 'floats'
  /** f32[256]: what each byte of an image means to the network. */
  table: number
  /** f32[pixels]: 1 / deviation where the shift is folded, else 1. */
  scales: number
  /** f32[pixels]: what is added behind the scale, −mean / deviation. */
  shifts: number
  /** f64[3, pixels] of standardized inputs: mean, 1 / deviation (0 for none) and deviation of each. */
  moments: number
  /**
   * How standardized inputs lose their mean. `folded`: the inputs stay 0 where the image is, and shifts are added to the
   * sums of the first layer: Σₖ (xₖ + shiftₖ) · wₖ = Σₖ xₖ · wₖ + Σₖ shiftₖ · wₖ. The second sum is the same for all
   * samples, so that it goes into the bias; a weight's gradient gets shiftₖ times the bias's. `added`: each input has its
   * mean taken away, since inputs are dropped one by one, or are floats, which may lie so far from 0 that sums of them
   * would have no digits left.
   */
  shift: 'none' | 'folded' | 'added'
  segments: SegmentLayout | null
  /** f32[blocks of weight rows, outputs of the first layer]: Σ shiftₖ · wₖ over each block. */
  foldedParts: number
}

export interface RunLayout {
  bytes: number
  /** So many of them, control words included, begin as zeros; what follows is the kernels' own. */
  cleared: number
  control: number
  /** Ring of evaluations on their way to the host. */
  ring: { address: number; rows: number; layers: number }
  /** u32 sample numbers of each part. */
  samples: { train: number; validation: number; test: number }
  /** u32[trainCount]: the samples in the order of this epoch. */
  order: number
  input: InputLayout
  /** A row of zeros as wide as the widest layer. */
  zeros: number
  /** f32[hidden layers]: share of the values that leave the layer that are 0, as far as anybody has looked. */
  dark: number
  /** f64[chunks, 2]: loss and hits of each chunk of an evaluation. */
  chunks: number
  /** f64[3, blocks]: squared norms of gradient, update and weights of each block of weight rows. */
  norms: { address: number; blocks: number }
  /** Stride of the inputs; 0 where there are none. */
  ldx: number
  /** As many rows as a slab has. */
  batch: PassLayout
  layers: readonly LayerLayout[]
  /** Weights and biases, all layers in one piece. */
  parameters: { address: number; bytes: number }
  /** The same weights at their best; of no length where nobody wants them back. */
  best: { address: number; bytes: number }
  /** All that a checkpoint has, in one piece; and its copy for the host. */
  state: { address: number; bytes: number }
  snapshot: number
  workers: readonly WorkerLayout[]
}

/** Bytes from row to row: whole cache lines, an odd number of them, as even ones crowd a few sets of the cache. */
export function strideFor(columns: number): number {
  const stride = roundUp(columns * 4, LINE)
  return (stride / LINE) % 2 === 0 ? stride + LINE : stride
}

interface Shape {
  inputs: number
  outputs: number
  ldw: number
}

/** Hands out addresses one after the other. */
class Bump {
  constructor(public top: number) {}

  take(bytes: number): number {
    const address = this.top
    this.top += roundUp(bytes, LINE) + LINE
    return address
  }

  parameters({ inputs, ldw }: Shape): ParameterAddresses {
    const weights = this.take((inputs + 1) * ldw)
    return { weights, biases: weights + inputs * ldw }
  }

  /** What `each` takes for every shape, as one piece. */
  piece<T>(shapes: readonly Shape[], each: (shape: Shape) => T): { address: number; bytes: number; parts: T[] } {
    const address = this.top
    const parts = shapes.map(each)
    return { address, bytes: this.top - address, parts }
  }
}

/** The layout of a run whose block begins at `base`. Its size does not depend on `base`. */
export function layOut(plan: TrainingPlan, data: PlacedDataset, base: number): RunLayout {
  const bump = new Bump(base)
  const { sizes, workers } = plan
  const shapes = sizes.slice(1).map((outputs, i) => ({ inputs: sizes[i], outputs, ldw: strideFor(outputs) }))
  const kind = inputKind(plan, data)
  const ldx = kind === 'images' ? 0 : strideFor(data.pixels)
  const widest = Math.max(...shapes.map((shape) => shape.ldw))

  const control = bump.take(CONTROL_BYTES)
  const ring = takeRing(bump, plan)
  const samples = {
    train: bump.take(plan.trainCount * 4),
    validation: bump.take(plan.validationCount * 4),
    test: bump.take(plan.testCount * 4),
  }
  const order = bump.take(plan.trainCount * 4)
  const input = takeInput(bump, plan, data, shapes[0])
  const zeros = bump.take(widest)
  const dark = bump.take(shapes.length * 4)
  const chunkCount = chunksOf(plan.trainCount) + chunksOf(plan.validationCount) + chunksOf(plan.testCount)
  const chunks = bump.take(2 * 8 * chunkCount)
  const blocks = shapes.reduce((sum, shape) => sum + weightBlocks(shape) + 1, 0)
  const norms = { address: bump.take(3 * 8 * blocks), blocks }

  const stateBegin = bump.top
  const parameters = bump.piece(shapes, (shape) => bump.parameters(shape))
  const slots = shapes.map((shape) => plan.slots.map(() => bump.parameters(shape)))
  const keepsBest = plan.earlyStopping?.restoreBest ?? false
  const best = bump.piece(keepsBest ? shapes : [], (shape) => bump.parameters(shape))
  const state = { address: stateBegin, bytes: bump.top - stateBegin }

  let normsAt = 0
  const layers = shapes.map((shape, i): LayerLayout => {
    const ldt = strideFor(shape.inputs)
    const at = normsAt
    normsAt += weightBlocks(shape) + 1
    return {
      ...shape,
      ldt,
      parameters: parameters.parts[i],
      hasBias: hasBias(plan, i),
      slots: slots[i],
      best: best.parts[i] ?? null,
      gradients: keepsGradients(plan) ? bump.parameters(shape) : null,
      transposed: i === 0 ? 0 : bump.take(shape.outputs * ldt),
      deltas: bump.take(plan.slabRows * shape.ldw),
      biasGradient: bump.take(shape.ldw),
      blockRows: blockRowsOf(shape.ldw, i === 0 && kind === 'images'),
      slices: i === 0 ? inputSlices(plan, data, input.segments) : sliceEvenly(shape.inputs, WEIGHT_BLOCK, workers),
      unitSlices: sliceEvenly(shape.outputs, WEIGHT_BLOCK, workers),
      normsAt: at,
    }
  })
  const batch = takePass(bump, plan, shapes, ldx, plan.slabRows, true)
  const snapshot = bump.take(state.bytes)
  const blockBytes = Math.max(...layers.map(({ blockRows, ldw }) => blockRows * ldw))
  const ownPieces = Array.from({ length: workers }, () => ({
    gradient: bump.take(blockBytes),
    previous: bump.take(plan.diagnostics ? blockBytes : 0),
    foldedBias: bump.take(shapes[0].ldw),
    foldedSum: bump.take(shapes[0].ldw),
    evaluation: takePass(bump, plan, shapes, ldx, ROW_BLOCK, false),
  }))
  const cleared = bump.top - base
  const scratch = scratchBytes(Math.max(ROW_BLOCK, ...sizes), sizes.at(-1) ?? 0)
  const workerLayouts = ownPieces.map((own) => ({ ...own, scratch: { address: bump.take(scratch), bytes: scratch } }))
  return {
    bytes: bump.top - base,
    cleared,
    control,
    ring,
    samples,
    order,
    input,
    zeros,
    dark,
    chunks,
    norms,
    ldx,
    batch,
    layers,
    parameters: { address: parameters.address, bytes: parameters.bytes },
    best: { address: best.address, bytes: best.bytes },
    state,
    snapshot,
    workers: workerLayouts,
  }
}

/** `fromImages`: lists of their pixels are made for so many at a time. */
function blockRowsOf(ldw: number, fromImages: boolean): number {
  return fromImages || LARGE_BLOCK * ldw <= LARGE_BLOCK_BYTES ? LARGE_BLOCK : WEIGHT_BLOCK
}

/** Blocks of a layer's weight rows. */
export function weightBlocks({ inputs }: { inputs: number }): number {
  return Math.ceil(inputs / WEIGHT_BLOCK)
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
export function skipsInputZeros(plan: TrainingPlan, data: PlacedDataset): boolean {
  const lit = data.density * (1 - plan.regularization.dropoutInput)
  return lit < SPARSE_INPUTS_BELOW && inputShift(plan, data) !== 'added'
}

function inputShift({ scaling, regularization }: TrainingPlan, { kind }: PlacedDataset): InputLayout['shift'] {
  if (scaling === 'none' || scaling === 'unit') return 'none'
  return regularization.dropoutInput > 0 || kind === 'floats' ? 'added' : 'folded'
}

function takeRing(bump: Bump, plan: TrainingPlan): RunLayout['ring'] {
  const layers = plan.diagnostics ? plan.sizes.length - 1 : 0
  const bytes = ringRowBytes(layers)
  const rows = Math.max(2, Math.min(plan.evaluations, RING_ROWS, Math.floor(RING_BYTES / bytes)))
  return { address: bump.take(rows * bytes), rows, layers }
}

function takeInput(bump: Bump, plan: TrainingPlan, data: PlacedDataset, shape: Shape): InputLayout {
  const shift = inputShift(plan, data)
  return {
    kind: inputKind(plan, data),
    table: bump.take(256 * 4),
    scales: bump.take(data.pixels * 4),
    shifts: bump.take(data.pixels * 4),
    moments: bump.take(shift === 'none' ? 0 : 3 * data.pixels * 8),
    shift,
    foldedParts: bump.take(shift === 'folded' ? weightBlocks(shape) * shape.ldw : 0),
    segments: takeSegments(bump, plan, data, shape),
  }
}

/** Where inputs are what bytes mean: only those are taken as they are. Batches in slabs have their own order. */
function takeSegments(
  bump: Bump,
  plan: TrainingPlan,
  data: PlacedDataset,
  { inputs, ldw }: Shape,
): SegmentLayout | null {
  const { regularization, slabRows, workers } = plan
  const isPlain = data.kind === 'bytes' && inputShift(plan, data) === 'none' && regularization.dropoutInput === 0
  if (!isPlain || keepsGradients(plan) || inputs < SEGMENTS * WEIGHT_BLOCK) return null
  const stride = roundUp(slabRows * ldw, LINE) + LINE
  // limits on the length of the weights come after all updates
  const isShared = workers > 1 && SEGMENTS % workers === 0 && regularization.maxNorm === 0
  return {
    // the same whether zeros are skipped or not
    bounds: sliceByCost(rowCosts(plan, data, true), SEGMENTS),
    sums: bump.take(SEGMENTS * stride),
    stride,
    slices: isShared && inputKind(plan, data) === 'images' ? sliceEvenly(SEGMENTS, 1, workers) : null,
  }
}

/** Rows of the first layer's weights that each worker updates. */
function inputSlices(plan: TrainingPlan, data: PlacedDataset, segments: SegmentLayout | null): number[] {
  if (segments?.slices) return segments.slices.map((segment) => segments.bounds[segment])
  return sliceByCost(rowCosts(plan, data, skipsInputZeros(plan, data)), plan.workers)
}

function inputKind(plan: TrainingPlan, data: PlacedDataset): InputLayout['kind'] {
  if (data.kind === 'floats') return 'floats'
  if (inputShift(plan, data) === 'folded') return 'scaled'
  return skipsInputZeros(plan, data) && plan.regularization.dropoutInput === 0 ? 'images' : 'table'
}

function takePass(
  bump: Bump,
  plan: TrainingPlan,
  shapes: readonly Shape[],
  ldx: number,
  rows: number,
  forTraining: boolean,
): PassLayout {
  const inputs = bump.take(rows * ldx)
  const sums = shapes.map(({ ldw }) => bump.take(rows * ldw))
  const activations = sums.map((address, i) => {
    const keepsSums = forTraining && i < plan.activations.length && slopeFrom(plan.activations[i].kind) === 'sums'
    return keepsSums ? bump.take(rows * shapes[i].ldw) : address
  })
  const outputs = activations.map((address, i) => {
    const drops = forTraining && i < plan.activations.length && plan.regularization.dropoutHidden > 0
    return drops ? bump.take(rows * shapes[i].ldw) : address
  })
  return { inputs, sums, activations, outputs, losses: bump.take(rows * 4), correct: bump.take(rows) }
}

/** What a weight row of the first layer costs a step: its gradient, and its update in the same unit. */
function rowCosts(plan: TrainingPlan, data: PlacedDataset, skipsZeros: boolean): number[] {
  const update = (1 + 4 * plan.slots.length) / plan.batchSize
  return data.pixelDensity.map((density) => (skipsZeros ? density : 1) + update)
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
