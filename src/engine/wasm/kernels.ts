/** The kernels of assembly/, one instance for each worker: the module's own state is the address of its scratch. */
import { LabError } from '#shared/errors'
import type { ActivationKind, KernelFacts, Kernels } from '../kernels'
import { LINE, roundUp, viewsOf } from '../memory'
import { outputLosses } from '../reference/output-loss'
import { mapRecord } from '../reference/records'

/** Shapes of the tiles that the dense products work in. A matter of speed only: the bits are the same. */
export const TILE_SETS = ['3x12', '6x8', '6x16'] as const
export type TileSet = (typeof TILE_SETS)[number]

/** Memory that belongs to one worker's kernels. */
export interface Scratch {
  address: number
  bytes: number
}

/** What assembly/scratch.ts and assembly/lists.ts keep there. */
const CONSTANT_BYTES = 512
const ENTRY_BYTES = 8
const SECTION = 64
const BOUNDS_BYTES = 128 * 4
/** Lists of the longest kind that must fit: the columns that one call lists together. */
const LISTS = 16

/**
 * Bytes of scratch for products whose depth is at most `depth`, and a softmax of at most `classes` classes.
 * assembly/lists.ts takes a line more for each list, to keep their strides odd.
 */
export function scratchBytes(depth: number, classes: number): number {
  const bounds = (Math.max(1, Math.ceil(depth / SECTION)) + 1) * BOUNDS_BYTES
  const lists = LISTS * roundUp((depth + 1) * ENTRY_BYTES + 2 * LINE, LINE)
  return CONSTANT_BYTES + Math.max(bounds + lists, roundUp(classes * 4, LINE))
}

type Export = (...numbers: number[]) => void

export function createWasmKernels(
  memory: WebAssembly.Memory,
  module: WebAssembly.Module,
  tiles: TileSet,
  { name, bitClass }: KernelFacts,
  { address, bytes }: Scratch,
): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const find = (kernel: string) => {
    const found = exports[kernel]
    if (typeof found === 'function') return found as Export
    throw new LabError('engine/kernels', `Expected the kernels to export ${kernel}; build them again (npm run kernels)`)
  }
  find('useScratch')(address, bytes)
  const denseForward = find(`denseForward${tiles}`)
  return {
    name,
    bitClass,
    denseForward,
    denseBackwardInputs: denseForward,
    denseBackwardWeights: find(`denseBackwardWeights${tiles}`),
    sparseForward: find(`sparseForward${tiles}`),
    sparseBackwardWeights: find(`sparseBackwardWeights${tiles}`),
    imageForward: find(`imageForward${tiles}`),
    imageBackwardWeights: find(`imageBackwardWeights${tiles}`),
    gather: find('gather'),
    gatherScaled: find('gatherScaled'),
    gatherFloats: find('gatherFloats'),
    activate: mapRecord(ACTIVATIONS, find),
    activateBackward: mapRecord(ACTIVATIONS, (kernel) => find(`${kernel}Backward`)),
    // rare, and of ten numbers a row or so: one implementation in plain TypeScript serves all sets
    outputLoss: { ...outputLosses(viewsOf(memory)), 'softmax-cross-entropy': find('softmaxCrossEntropy') },
    dropout: find('dropout'),
    addParts: find('addParts'),
    columnSums: find('columnSums'),
    transpose: find('transpose'),
    scale: find('scale'),
    sumOfSquares: find('sumOfSquares'),
    sumOfSquaredDifferences: find('sumOfSquaredDifferences'),
    penalize: find('penalize'),
    limitColumns: find('limitColumns'),
    sgd: find('sgd'),
    momentum: find('momentum'),
    adam: find('adam'),
    rmsprop: find('rmsprop'),
    rmspropMomentum: find('rmspropMomentum'),
    adagrad: find('adagrad'),
  }
}

/** How the module calls them. */
const ACTIVATIONS: Readonly<Record<ActivationKind, string>> = {
  linear: 'linear',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  'improved-sigmoid': 'improvedSigmoid',
  relu: 'relu',
  'leaky-relu': 'leakyRelu',
  elu: 'elu',
  gelu: 'gelu',
  silu: 'silu',
  softplus: 'softplus',
}
