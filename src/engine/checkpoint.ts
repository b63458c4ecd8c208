/**
 * What a run leaves: the model, and checkpoints from which training goes on to the same bits.
 *
 * A checkpoint has the tensors of the model; for Adam also `optimizer.m.layers.0.weight`, … and
 * `optimizer.v.layers.0.weight`, … of the same shapes; and in `__metadata__` the rest, as decimal numbers.
 * Every epoch's order is drawn anew from the generator's state, so that state is all there is to keep of it.
 */
import { LabError } from '#shared/errors'
import type { SnapshotFacts } from './control'
import type { LayerLayout, RunLayout } from './layout'
import type { TrainingPlan } from './plan'
import { readSafetensors, writeSafetensors, type Tensor } from './safetensors'
import { parameterTensors, readParameters, transposed, type LayerParameters } from './tensors'

export const CHECKPOINT_FORMAT = 'perceptron-lab-checkpoint-1'

/** Where a run begins: at epoch 0 with first weights, or in the middle. */
export interface TrainingState {
  parameters: readonly LayerParameters[]
  /** Adam's m and v; null: zeros. */
  moments: { mean: readonly LayerParameters[]; square: readonly LayerParameters[] } | null
  /** Null: from the seeds. */
  progress: SnapshotFacts | null
}

/** The model as it is in the memory now. */
export function modelTensors(f32: Float32Array, layout: RunLayout): [string, Tensor][] {
  return parameterTensors(layout.layers.map((layer) => readParameters(f32, layer, layer.parameters)))
}

/** Other programs know the layout of the tensors by `format`. */
export function encodeModel(tensors: Iterable<readonly [string, Tensor]>): Uint8Array<ArrayBuffer> {
  return writeSafetensors(tensors, { format: 'pt' })
}

/** The checkpoint in the snapshot area, which must not be free. */
export function encodeCheckpoint(
  f32: Float32Array,
  plan: TrainingPlan,
  layout: RunLayout,
  facts: SnapshotFacts,
  bitClass: string,
): Uint8Array<ArrayBuffer> {
  const layers = layout.layers.map((layer) => shifted(layer, layout.snapshot - layout.state.address))
  const tensors = parameterTensors(layers.map((layer) => readParameters(f32, layer, layer.parameters)))
  for (const [name, moment] of [['m', 'mean'] as const, ['v', 'square'] as const]) {
    const parts = layers.flatMap((layer) => (layer.moments ? [readParameters(f32, layer, layer.moments[moment])] : []))
    tensors.push(...parameterTensors(parts, `optimizer.${name}.`))
  }
  return writeSafetensors(tensors, {
    format: CHECKPOINT_FORMAT,
    bitClass,
    optimizer: plan.optimizer.kind,
    step: String(facts.step),
    epoch: String(facts.step / plan.stepsPerEpoch),
    seconds: String(facts.seconds),
    shuffle: facts.random.join(' '),
    runningLoss: String(facts.loss),
    runningCorrect: String(facts.correct),
    runningCount: String(facts.count),
  })
}

/**
 * The state to go on from. Throws `checkpoint/unfit` if it is not of this plan, or if kernels of `bitClass` would
 * not go on to the same bits.
 */
export function decodeCheckpoint(bytes: Uint8Array, plan: TrainingPlan, bitClass: string): TrainingState {
  const { tensors, metadata } = readSafetensors(bytes)
  const text = (key: string) => metadata.get(key) ?? ''
  for (const [key, expected] of [
    ['format', CHECKPOINT_FORMAT],
    ['bitClass', bitClass],
    ['optimizer', plan.optimizer.kind],
  ] as const) {
    if (text(key) !== expected) throw unfit(`its ${key} should be "${expected}", got "${text(key)}"`)
  }
  const number = (key: string) => {
    const value = text(key) === '' ? NaN : Number(text(key))
    if (!Number.isFinite(value)) throw unfit(`its ${key} should be a number, got "${text(key)}"`)
    return value
  }
  const [a, b, c, d] = text('shuffle').split(' ').map(Number)
  const random = [a, b, c, d] as const
  if (!random.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32)) {
    throw unfit(`its shuffle should be four words, got "${text('shuffle')}"`)
  }
  const step = number('step')
  if (step % plan.stepsPerEpoch !== 0 || step < 0 || step > plan.steps) {
    throw unfit(
      `its step should be at the end of an epoch of ${plan.stepsPerEpoch} steps and at most ${plan.steps}, got ${step}`,
    )
  }
  const layersOf = (prefix: string) =>
    plan.sizes.slice(1).map((outputs, i) => decodeLayer(tensors, `${prefix}layers.${i}`, plan.sizes[i], outputs))
  return {
    parameters: layersOf(''),
    moments:
      plan.optimizer.kind === 'adam' ? { mean: layersOf('optimizer.m.'), square: layersOf('optimizer.v.') } : null,
    progress: {
      step,
      seconds: number('seconds'),
      random,
      loss: number('runningLoss'),
      correct: number('runningCorrect'),
      count: number('runningCount'),
    },
  }
}

function decodeLayer(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  inputs: number,
  outputs: number,
): LayerParameters {
  const floats = (part: string, shape: readonly number[]) => {
    const tensor = tensors.get(`${name}.${part}`)
    const got = tensor ? `${tensor.dtype} [${tensor.shape.join(', ')}]` : 'nothing'
    const expected = `F32 [${shape.join(', ')}]`
    if (!tensor || got !== expected) throw unfit(`${name}.${part} should be ${expected}, got ${got}`)
    return new Float32Array(tensor.bytes.slice().buffer) // a copy, as the file's bytes need not be aligned
  }
  const weights = transposed(floats('weight', [outputs, inputs]), outputs, inputs)
  return { inputs, outputs, weights, biases: floats('bias', [outputs]) }
}

function unfit(problem: string): LabError {
  return new LabError('checkpoint/unfit', `The checkpoint does not belong to this run: ${problem}`)
}

/** The same layer, `bytes` further on: the snapshot is the state, copied as it lies. */
function shifted(layer: LayerLayout, bytes: number): LayerLayout {
  const shift = ({ weights, biases }: LayerLayout['parameters']) => ({
    weights: weights + bytes,
    biases: biases + bytes,
  })
  return {
    ...layer,
    parameters: shift(layer.parameters),
    moments: layer.moments && { mean: shift(layer.moments.mean), square: shift(layer.moments.square) },
  }
}
