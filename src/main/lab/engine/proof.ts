/**
 * A proof that kernels compute what they should, bit for bit, before they are used: two small networks are trained,
 * one on mostly dark samples and one on mostly lit ones, so that the sparse and the dense kernels come to their turn
 * in whole tiles and in tails. The weights of two machines of one class of bits are equal, or one of them is wrong.
 *
 * That is what compilers are tried with that are called experimental by those who make them.
 */
import { createHash } from 'node:crypto'
import {
  Control,
  createMemory,
  layOut,
  MemoryBlocks,
  modelTensors,
  placeDataset,
  planTraining,
  shapeOf,
  trainWorker,
  viewsOf,
  type KernelChoice,
} from '#engine/index'
import { experimentSchema } from '#shared/experiment'
import type { Proof } from './messages'

const PIXELS = 150
const CLASSES = 10
const SAMPLES = 96

const EXPERIMENT = experimentSchema.parse({
  version: 1,
  title: 'Proof of the kernels',
  dataset: { name: 'mnist' },
  network: {
    layers: [
      { units: 44, activation: 'relu' },
      { units: 33, activation: 'sigmoid' },
      { units: 21, activation: 'gelu' },
    ],
  },
  training: { optimizer: { kind: 'adam' }, batchSize: 40, epochs: 3, evaluation: { train: 'full' } },
})

export function prove(kernels: KernelChoice): Proof {
  const hash = createHash('sha256')
  for (const lit of [0.15, 0.9]) for (const bytes of trainedWeights(kernels, lit)) hash.update(bytes)
  return { bitClass: kernels.bitClass, weightsSha256: hash.digest('hex') }
}

/** By this thread alone: a single worker waits for nobody. */
function trainedWeights(kernels: KernelChoice, lit: number): Uint8Array[] {
  const blocks = new MemoryBlocks(createMemory())
  const part = samples(lit)
  const data = placeDataset(blocks, 'proof', { pixels: PIXELS, classes: CLASSES }, part, part)
  const plan = planTraining(EXPERIMENT, shapeOf(data), 1)
  const layout = layOut(plan, data, blocks.take(layOut(plan, data, 0).bytes, 'The proof of the kernels'))
  const { memory } = blocks
  new Control(viewsOf(memory), layout.control, layout.ring).clear()
  trainWorker({ memory, plan, layout, data, worker: 0, state: null, kernels })
  return modelTensors(viewsOf(memory).f32, layout).map(([, tensor]) => tensor.bytes)
}

/** The same each time: a linear congruence is random enough for pictures that nobody looks at. */
function samples(lit: number) {
  let state = 1
  const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
  const images = Uint8Array.from({ length: SAMPLES * PIXELS }, () =>
    random() < lit ? 1 + Math.floor(random() * 255) : 0,
  )
  const labels = Uint8Array.from({ length: SAMPLES }, () => Math.floor(random() * CLASSES))
  return { count: SAMPLES, images, labels }
}
