/**
 * The arithmetic of training, as functions over addresses in the shared memory.
 *
 * Addresses and strides (names in `ld…`: bytes from one row to the next) are bytes; rows, columns and depth
 * count elements. The signatures are those of an exported wasm function, so that a compiled module and plain
 * TypeScript are told apart by nobody.
 *
 * What a caller promises, and no kernel checks:
 *   – matrices are row-major f32, their rows begin on a 64-byte line, and the stride leaves room for the columns
 *     rounded up to 16;
 *   – that room holds zeros. A kernel may compute columns up to the next multiple of 8, which then become zeros
 *     again: padding is zero at all times, and activations leave it alone;
 *   – outputs overlap no input, except where `initial` is the output itself.
 *
 * What a kernel promises: each element is one sum, taken in the order of the depth, so that its bits do not
 * depend on how the rows are shared out among calls.
 */
import { createReferenceKernels } from './reference/kernels'
import { PLAIN_KERNELS, type KernelChoice } from './wasm/choice'
import { createWasmKernels, type Scratch } from './wasm/kernels'

export interface KernelFacts {
  /** For people: "plain TypeScript". */
  readonly name: string
  /** Kernels of one class give the same bits. */
  readonly bitClass: string
}

export interface Kernels extends KernelFacts {
  /**
   * z[r, n] = initial[r, n] + Σₖ a[r, k] · b[k, n]
   *
   *   a        f32[rows, depth]     activations                    read
   *   b        f32[depth, columns]  weights, a row for each input  read
   *   initial  f32[rows, columns]   bias; ldi 0: one row for all   read
   *   z        f32[rows, columns]                                  written
   */
  denseForward: MatrixProduct
  /** The same product going back: gradient with respect to the inputs, b being the transposed weights. */
  denseBackwardInputs: MatrixProduct
  /**
   * g[r, n] = initial[r, n] + Σₘ a[m, r] · b[m, n]
   *
   *   a        f32[depth, rows]     activations before the layer   read
   *   b        f32[depth, columns]  gradient of the layer's sums   read
   *   g        f32[rows, columns]   gradient of the weights        written
   */
  denseBackwardWeights: MatrixProduct
  /** As denseForward, for an `a` of mostly zeros, which it skips. Equal bits as long as b is finite. */
  sparseForward: MatrixProduct
  /** As denseBackwardWeights, for an `a` of mostly zeros, which it skips. Equal bits as long as b is finite. */
  sparseBackwardWeights: MatrixProduct

  /**
   * gather and sparseForward in one, without the floats in between: z[r, n] = initial[r, n] + Σₖ x[r, k] · b[k, n]
   * with x[r, k] = table[images[order[r], k]], for k < depth ≤ pixels. table[0] is 0. Equal bits, b being finite.
   * `images` may be the address of a later pixel of the first sample, from which on the depth is counted.
   */
  imageForward: ImageProduct
  /**
   * sparseBackwardWeights in the same way: g[r, n] = initial[r, n] + Σₘ table[images[order[m], r]] · b[m, n].
   * `images` may be the address of a later pixel of the first sample, from which on rows are counted.
   */
  imageBackwardWeights: ImageProduct

  /** x[r, p] = table[images[order[r], p]] for f32 table[256], u32 order[rows], u8 images[?, pixels]. */
  gather: (order: number, rows: number, images: number, pixels: number, table: number, x: number, ldx: number) => void
  /** x[r, p] = images[order[r], p] · scales[p], for f32 scales[pixels]: a black pixel stays 0. */
  gatherScaled: (
    order: number,
    rows: number,
    images: number,
    pixels: number,
    scales: number,
    x: number,
    ldx: number,
  ) => void
  /** The same for features that are floats already: f32 values[?, features], rows packed without padding. */
  gatherFloats: (
    order: number,
    rows: number,
    values: number,
    features: number,
    scales: number,
    x: number,
    ldx: number,
  ) => void

  /** a[r, n] = f(z[r, n]); z and a may be the same. */
  activate: Readonly<Record<ActivationKind, Activate>>
  /** d[r, n] = d[r, n] · f′, in place, where f′ comes from `from`: what `slopeFrom` says of the activation. */
  activateBackward: Readonly<Record<ActivationKind, ActivateBackward>>

  /**
   * Loss of the output layer and, unless dz is 0, its gradient.
   *
   *   z        f32[rows, units]   sums of the output layer                                          read
   *   order    u32[rows]          labels[order[r]] is the class of row r, u8                        read
   *   dz       f32[rows, units]   ∂loss/∂z · scale                                                  written
   *   loss     f32[rows]          of each row alone                                                 written
   *   correct  u8[rows]           1 if the class that is answered is the label's                    written
   *
   * The answer is the unit with the largest sum, the first one if several are equal; of a single unit it is class 1
   * where the output lies above one half, else class 0.
   */
  outputLoss: Readonly<Record<OutputLossKind, OutputLoss>>

  /**
   * Inverted dropout: y[r, n] = x[r, n] · scale where unit n of row r stays, else 0; x and y may be the same.
   *
   * It stays if mix(mix(seed ^ mix(firstRow + r)) + n · 0x9e3779b9) ≥ threshold, all in u32, with
   * mix(h): h ^= h ≫ 16, h *= 0x7feb352d, h ^= h ≫ 15, h *= 0x846ca68b, h ^= h ≫ 16 (“lowbias32” of Chris Wellons'
   * hash prospector): it depends on seed, row and unit, and on nothing that a thread could change.
   */
  dropout: (
    x: number,
    ldx: number,
    y: number,
    ldy: number,
    rows: number,
    columns: number,
    seed: number,
    firstRow: number,
    threshold: number,
    scale: number,
  ) => void

  /**
   * z[r, n] = initial[n] + Σₚ parts[p, r, n], in the order of the parts: sums that were taken over one segment of the depth
   * after the other. From part to part it is ldp bytes, from row to row ldr, also in z.
   */
  addParts: (
    parts: number,
    ldp: number,
    count: number,
    ldr: number,
    initial: number,
    z: number,
    rows: number,
    columns: number,
  ) => void
  /** sums[n] = initial[n] + Σᵣ d[r, n], in the order of the rows: the gradient of the biases. `initial` may be `sums`. */
  columnSums: (d: number, ldd: number, rows: number, columns: number, initial: number, sums: number) => void
  /** t[n, r] = w[r, n]. */
  transpose: (w: number, ldw: number, t: number, ldt: number, rows: number, columns: number) => void
  /** x = factor · x. */
  scale: (x: number, ldx: number, rows: number, columns: number, factor: number) => void
  /** The f64 at `sum` = Σ x², taken in float64: by columns n ≡ 0, 1, 2, 3 modulo 4, each row by row, then (0+1)+(2+3). */
  sumOfSquares: (x: number, ldx: number, rows: number, columns: number, sum: number) => void
  /** As sumOfSquares, of x − y. */
  sumOfSquaredDifferences: (
    x: number,
    ldx: number,
    y: number,
    ldy: number,
    rows: number,
    columns: number,
    sum: number,
  ) => void
  /** g = g + l1 · sign(w) + 2 · l2 · w: the gradient of l1 · Σ|w| + l2 · Σw². */
  penalize: (
    g: number,
    ldg: number,
    w: number,
    ldw: number,
    rows: number,
    columns: number,
    l1: number,
    l2: number,
  ) => void
  /** Shortens every column of w that is longer than `most` to that length; lengths are taken in float64. */
  limitColumns: (w: number, ldw: number, rows: number, columns: number, most: number) => void

  // — optimizers. State has the stride of w; what would be a denormal in it becomes 0: state of weights that are no
  //   longer used decays into that range and stays there, where each operation costs a hundred times as much —

  /** w = w − rate · g. */
  sgd: (w: number, ldw: number, g: number, ldg: number, rows: number, columns: number, rate: number) => void
  /** v = momentum · v + g; w = w − rate · v, or with `nesterov` 1: w = w − rate · (g + momentum · v). */
  momentum: (
    w: number,
    v: number,
    ldw: number,
    g: number,
    ldg: number,
    rows: number,
    columns: number,
    momentum: number,
    nesterov: number,
    rate: number,
  ) => void
  /**
   * m = β₁m + (1 − β₁)g;  v = β₂v + (1 − β₂)g²;  w = w − rate · m / (√v + epsilon).
   *
   * The caller folds the bias correction into rate and epsilon.
   */
  adam: (
    w: number,
    m: number,
    v: number,
    ldw: number,
    g: number,
    ldg: number,
    rows: number,
    columns: number,
    beta1: number,
    beta2: number,
    rate: number,
    epsilon: number,
  ) => void
  /** s = rho · s + (1 − rho)g²;  w = w − rate · g / (√s + epsilon). */
  rmsprop: (
    w: number,
    s: number,
    ldw: number,
    g: number,
    ldg: number,
    rows: number,
    columns: number,
    rho: number,
    rate: number,
    epsilon: number,
  ) => void
  /** s as in rmsprop;  v = momentum · v + g / (√s + epsilon);  w = w − rate · v. */
  rmspropMomentum: (
    w: number,
    s: number,
    v: number,
    ldw: number,
    g: number,
    ldg: number,
    rows: number,
    columns: number,
    rho: number,
    momentum: number,
    rate: number,
    epsilon: number,
  ) => void
  /** s = s + g²;  w = w − rate · g / (√s + epsilon). */
  adagrad: (
    w: number,
    s: number,
    ldw: number,
    g: number,
    ldg: number,
    rows: number,
    columns: number,
    rate: number,
    epsilon: number,
  ) => void
}

/**
 * linear f(z) = z; sigmoid; tanh; improved-sigmoid 1.7159 · tanh(2z/3) (LeCun et al., Efficient BackProp, 1998); relu;
 * leaky-relu z or parameter · z below 0; elu z or parameter · (eᶻ − 1) below 0; gelu z · Φ(z) with the exact Φ; silu
 * z · sigmoid(z); softplus ln(1 + eᶻ).
 */
export const ACTIVATION_KINDS = [
  'linear',
  'sigmoid',
  'tanh',
  'improved-sigmoid',
  'relu',
  'leaky-relu',
  'elu',
  'gelu',
  'silu',
  'softplus',
] as const
export type ActivationKind = (typeof ACTIVATION_KINDS)[number]

/** What f′ is computed from: the activation's output, or the sums that went into it, which must then be kept. */
export function slopeFrom(kind: ActivationKind): 'output' | 'sums' {
  return kind === 'gelu' || kind === 'silu' ? 'sums' : 'output'
}

/** `parameter`: slope of leaky-relu, c of elu; unused by the others. */
export type Activate = (
  z: number,
  ldz: number,
  a: number,
  lda: number,
  rows: number,
  columns: number,
  parameter: number,
) => void
export type ActivateBackward = (
  d: number,
  ldd: number,
  from: number,
  ldf: number,
  rows: number,
  columns: number,
  parameter: number,
) => void

/**
 * Output and loss in one. y is the output, t the target: one-hot, or the label itself (0 or 1) of a single unit.
 *
 *   softmax-cross-entropy        −Σ t ln softmax(z); `smoothing` s makes the target (1 − s)t + s / units
 *   softmax-twice-cross-entropy  the same, of softmax(z) in place of z: a mistake, made on purpose
 *   sigmoid-binary-cross-entropy −Σ (t ln y + (1 − t) ln(1 − y)), y = sigmoid(z); `smoothing` makes t (1 − s)t + s / 2
 *   softmax-squared-error        ½ Σ (y − t)², y = softmax(z)
 *   sigmoid-squared-error        ½ Σ (y − t)², y = sigmoid(z)
 *   linear-squared-error         ½ Σ (y − t)², y = z
 */
export const OUTPUT_LOSS_KINDS = [
  'softmax-cross-entropy',
  'softmax-twice-cross-entropy',
  'sigmoid-binary-cross-entropy',
  'softmax-squared-error',
  'sigmoid-squared-error',
  'linear-squared-error',
] as const
export type OutputLossKind = (typeof OUTPUT_LOSS_KINDS)[number]

export type OutputLoss = (
  z: number,
  ldz: number,
  rows: number,
  units: number,
  order: number,
  labels: number,
  smoothing: number,
  scale: number,
  dz: number,
  lddz: number,
  loss: number,
  correct: number,
) => void

export type MatrixProduct = (
  a: number,
  lda: number,
  b: number,
  ldb: number,
  initial: number,
  ldi: number,
  out: number,
  ldo: number,
  rows: number,
  columns: number,
  depth: number,
) => void

/** a is made of samples: u32 order[…] says which, u8 images[?, pixels] holds them, f32 table[256] what a byte means. */
export type ImageProduct = (
  order: number,
  images: number,
  pixels: number,
  table: number,
  b: number,
  ldb: number,
  initial: number,
  ldi: number,
  out: number,
  ldo: number,
  rows: number,
  columns: number,
  depth: number,
) => void

/**
 * The kernels that were chosen for this run, over a memory of its present length. The compiled ones need a scratch
 * of `scratchBytes` bytes on a cache line, which nobody else may use meanwhile.
 */
export function createKernels(
  memory: WebAssembly.Memory,
  choice: KernelChoice = PLAIN_KERNELS,
  scratch?: Scratch,
): Kernels {
  if (choice.arithmetic === 'plain') return createReferenceKernels(memory)
  if (!scratch) throw new Error('compiled kernels have a scratch')
  return createWasmKernels(memory, choice.module, choice.tiles, choice, scratch)
}
