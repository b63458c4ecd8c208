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

  /** x[r, p] = table[images[order[r], p]] for f32 table[256], u32 order[rows], u8 images[?, pixels]. */
  gather: (order: number, rows: number, images: number, pixels: number, table: number, x: number, ldx: number) => void

  /** a = 1 / (1 + e⁻ᵃ), in place. */
  sigmoid: (a: number, lda: number, rows: number, columns: number) => void
  /** a = max(0, a), in place; NaN stays NaN. */
  relu: (a: number, lda: number, rows: number, columns: number) => void
  /** d = d · a · (1 − a), a being the sigmoid's output. */
  sigmoidBackward: (d: number, ldd: number, a: number, lda: number, rows: number, columns: number) => void
  /** d = d where a > 0, else 0, a being the relu's output. */
  reluBackward: (d: number, ldd: number, a: number, lda: number, rows: number, columns: number) => void

  /**
   * Softmax and cross-entropy in one, shifted by the row's largest sum.
   *
   *   z        f32[rows, classes]  sums of the output layer                                      read
   *   order    u32[rows]           labels[order[r]] is the class of row r, u8                    read
   *   dz       f32[rows, classes]  (softmax − one-hot) · scale; address 0: not wanted            written
   *   loss     f32[rows]           −ln softmax[label], in nats                                   written
   *   correct  u8[rows]            1 if the largest sum (the first one, if equal) is the label's written
   */
  softmaxCrossEntropy: (
    z: number,
    ldz: number,
    rows: number,
    classes: number,
    order: number,
    labels: number,
    scale: number,
    dz: number,
    lddz: number,
    loss: number,
    correct: number,
  ) => void

  /** sums[n] = Σᵣ d[r, n], in the order of the rows: the gradient of the biases. */
  columnSums: (d: number, ldd: number, rows: number, columns: number, sums: number) => void
  /** t[n, r] = w[r, n]. */
  transpose: (w: number, ldw: number, t: number, ldt: number, rows: number, columns: number) => void

  /** w = w − rate · g. */
  sgd: (w: number, ldw: number, g: number, ldg: number, rows: number, columns: number, rate: number) => void
  /**
   * m = β₁m + (1 − β₁)g;  v = β₂v + (1 − β₂)g²;  w = w − rate · m / (√v + epsilon).
   *
   * The caller folds the bias correction into rate and epsilon. m and v have the stride of w. What would be a
   * denormal in m or v becomes 0: moments of weights that are no longer used decay into that range and stay
   * there, where each operation costs a hundred times as much.
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
}

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
