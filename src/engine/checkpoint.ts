/**
 * What a run leaves: the model, and checkpoints from which training goes on to the same bits.
 *
 * A checkpoint has the tensors of the model; what the optimizer keeps, as `optimizer.<slot>.layers.0.weight`, …; with
 * early stopping the best weights so far, as `best.layers.0.weight`, …; and in `__metadata__` the rest, as decimal
 * numbers. Every epoch's order is drawn anew from the generator's state, so that state is all there is to keep of it.
 */
import { LabError } from '#shared/errors'
import type { SnapshotFacts } from './control'
import type { InputScaling } from './input-scaling'
import type { LayerLayout, ParameterAddresses, RunLayout } from './layout'
import { encodeScaling } from './model-input'
import { hasBias, type TrainingPlan } from './plan'
import { readSafetensors, writeSafetensors, type Tensor } from './safetensors'
import { parameterTensors, pendingTensors, readParameters, transposed, type LayerParameters } from './tensors'

export const CHECKPOINT_FORMAT = 'perceptron-lab-checkpoint-2'

/** Where a run begins: at epoch 0 with first weights, or in the middle. */
export interface TrainingState {
  parameters: readonly LayerParameters[]
  /** For each of the plan's slots, all layers; null: as an optimizer begins. */
  slots: readonly (readonly LayerParameters[])[] | null
  /** Null: there is no best evaluation yet, or nobody wants its weights. */
  best: readonly LayerParameters[] | null
  /** Null: from the seeds. */
  progress: SnapshotFacts | null
}

/** The model as it is in the memory now. */
export function modelTensors(f32: Float32Array, layout: RunLayout): [string, Tensor][] {
  return parameterTensors(layout.layers.map((layer) => readParameters(f32, layer, layer.parameters)))
}

/**
 * Other programs know the layout of the tensors by `format`. `input`: what the values of a sample go through first;
 * `description`: what else is said of the network (model-description.ts).
 */
export function encodeModel(
  tensors: Iterable<readonly [string, Tensor]>,
  input: InputScaling,
  description: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const scaling = encodeScaling(input)
  return writeSafetensors([...tensors, ...scaling.tensors], { format: 'pt', ...scaling.metadata, ...description })
}

/** The model in the snapshot area, which must not be free: weights that are kept on the way. */
export function encodeKept(
  f32: Float32Array,
  plan: TrainingPlan,
  layout: RunLayout,
  { step }: SnapshotFacts,
  input: InputScaling,
  description: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const shift = layout.snapshot - layout.state.address
  const parts = layout.layers.map((layer) => {
    const { weights, biases } = layer.parameters
    return { layer, from: { weights: weights + shift, biases: biases + shift } }
  })
  const scaling = encodeScaling(input)
  const progress = { step: String(step), epoch: String(step / plan.stepsPerEpoch) }
  return writeSafetensors([...pendingTensors(f32, parts, ''), ...scaling.tensors], {
    ...{ format: 'pt', ...progress },
    ...{ ...scaling.metadata, ...description },
  })
}

/** The checkpoint in the snapshot area, which must not be free. */
export function encodeCheckpoint(
  f32: Float32Array,
  plan: TrainingPlan,
  layout: RunLayout,
  facts: SnapshotFacts,
  bitClass: string,
): Uint8Array<ArrayBuffer> {
  // the snapshot is the state, copied as it lies
  const shift = layout.snapshot - layout.state.address
  const tensorsOf = (prefix: string, addressesOf: (layer: LayerLayout) => ParameterAddresses | null) => {
    const parts = layout.layers.flatMap((layer) => {
      const addresses = addressesOf(layer)
      if (!addresses) return []
      return [{ layer, from: { weights: addresses.weights + shift, biases: addresses.biases + shift } }]
    })
    return pendingTensors(f32, parts, prefix)
  }
  const tensors = [
    ...tensorsOf('', (layer) => layer.parameters),
    ...plan.slots.flatMap((slot, i) => tensorsOf(`optimizer.${slot}.`, (layer) => layer.slots[i])),
    ...tensorsOf('best.', (layer) => layer.best),
  ]
  return writeSafetensors(tensors, {
    format: CHECKPOINT_FORMAT,
    bitClass,
    optimizer: plan.optimizer.kind,
    epoch: String(facts.step / plan.stepsPerEpoch),
    ...encodeFacts(facts),
  })
}

/**
 * The state to go on from. Throws `checkpoint/unfit` if it is not of this plan, or if kernels of `bitClass` would
 * not go on to the same bits.
 */
export function decodeCheckpoint(bytes: Uint8Array, plan: TrainingPlan, bitClass: string): TrainingState {
  const { tensors, metadata } = readSafetensors(bytes)
  for (const [key, expected] of [
    ['format', CHECKPOINT_FORMAT],
    ['bitClass', bitClass],
    ['optimizer', plan.optimizer.kind],
  ] as const) {
    const got = metadata.get(key) ?? ''
    if (got !== expected) throw unfit(`its ${key} should be "${expected}", got "${got}"`)
  }
  const progress = decodeFacts(metadata)
  const { step } = progress
  if (step % plan.stepsPerEpoch !== 0 || step < 0 || step > plan.steps) {
    throw unfit(
      `its step should be at the end of an epoch of ${plan.stepsPerEpoch} steps and at most ${plan.steps}, got ${step}`,
    )
  }
  const layersOf = (prefix: string) => decodeLayers(tensors, plan, prefix, unfit)
  return {
    parameters: layersOf(''),
    slots: plan.slots.map((slot) => layersOf(`optimizer.${slot}.`)),
    best: plan.earlyStopping?.restoreBest ? layersOf('best.') : null,
    progress,
  }
}

/**
 * Weights from a file: `layers.<i>.weight` F32 [outputs, inputs] and, where the layer has them,
 * `layers.<i>.bias` F32 [outputs]. Throws `weights/unfit` with what was expected; `what` is how it calls the file.
 */
export function decodeWeights(
  bytes: Uint8Array,
  plan: TrainingPlan,
  what = 'The file of initial weights',
): LayerParameters[] {
  const { tensors } = readSafetensors(bytes)
  const unfitWeights = (problem: string) =>
    new LabError('weights/unfit', `${what} does not fit ${plan.sizes.join('-')}: ${problem}`)
  return decodeLayers(tensors, plan, '', unfitWeights)
}

type Refuse = (problem: string) => LabError

function decodeLayers(
  tensors: ReadonlyMap<string, Tensor>,
  plan: TrainingPlan,
  prefix: string,
  refuse: Refuse,
): LayerParameters[] {
  return plan.sizes.slice(1).map((outputs, i) => {
    const inputs = plan.sizes[i]
    const name = `${prefix}layers.${i}`
    const weight = floatsOf(tensors, `${name}.weight`, [outputs, inputs], refuse)
    const needsBias = hasBias(plan, i) || tensors.has(`${name}.bias`)
    const biases = needsBias ? floatsOf(tensors, `${name}.bias`, [outputs], refuse) : new Float32Array(outputs)
    if (!hasBias(plan, i) && biases.some((bias) => bias !== 0)) {
      throw refuse(`${name}.bias should be absent or zeros, as the layer has no biases (network.bias "${plan.bias}")`)
    }
    return { inputs, outputs, weights: transposed(weight, outputs, inputs), biases }
  })
}

function floatsOf(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  shape: readonly number[],
  refuse: Refuse,
): Float32Array {
  const tensor = tensors.get(name)
  const got = tensor ? `${tensor.dtype} [${tensor.shape.join(', ')}]` : 'nothing'
  const expected = `F32 [${shape.join(', ')}]`
  if (!tensor || got !== expected) throw refuse(`${name} should be ${expected}, got ${got}`)
  // a copy, as a file's bytes need not be aligned; made so, as they may be a Buffer, whose slice() copies nothing
  return new Float32Array(new Uint8Array(tensor.bytes).buffer)
}

function unfit(problem: string): LabError {
  return new LabError('checkpoint/unfit', `The checkpoint does not belong to this run: ${problem}`)
}

function encodeFacts({ random, plateau, stopping, ...facts }: SnapshotFacts): Record<string, string> {
  return {
    step: String(facts.step),
    seconds: String(facts.seconds),
    shuffle: random.join(' '),
    runningLoss: String(facts.loss),
    runningCorrect: String(facts.correct),
    runningCount: String(facts.count),
    learningRate: String(facts.learningRate),
    plateau: [plateau.factor, plateau.best, plateau.waited].join(' '),
    stopping: [stopping.best, stopping.waited, stopping.bestStep].join(' '),
  }
}

function decodeFacts(metadata: ReadonlyMap<string, string>): SnapshotFacts {
  const numbers = (key: string, count: number, isRight: (value: number) => boolean) => {
    const text = metadata.get(key) ?? ''
    const values = text.split(' ').map((word) => (word === '' ? NaN : Number(word)))
    if (values.length === count && values.every(isRight)) return values
    throw unfit(`its ${key} should be ${count === 1 ? 'a number' : `${count} numbers`}, got "${text}"`)
  }
  const number = (key: string) => numbers(key, 1, Number.isFinite)[0]
  const isWord = (value: number) => Number.isInteger(value) && value >= 0 && value < 2 ** 32
  const [a, b, c, d] = numbers('shuffle', 4, isWord)
  const isNumber = (value: number) => !Number.isNaN(value) // Infinity: nothing was seen yet
  const [factor, lowest, waited] = numbers('plateau', 3, isNumber)
  const [best, stoppingWaited, bestStep] = numbers('stopping', 3, isNumber)
  return {
    step: number('step'),
    seconds: number('seconds'),
    random: [a, b, c, d],
    loss: number('runningLoss'),
    correct: number('runningCorrect'),
    count: number('runningCount'),
    learningRate: number('learningRate'),
    plateau: { factor, best: lowest, waited },
    stopping: { best, waited: stoppingWaited, bestStep },
  }
}
