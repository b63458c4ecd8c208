import { describe, expect, it } from 'vitest'
import type { RawPart } from '#engine/data'
import { ACTIVATION_KINDS, OUTPUT_LOSS_KINDS, type ActivationKind, type OutputLossKind } from '#engine/kernels'
import { SLAB } from '#engine/plan'
import { Random, seededRandom } from '#engine/random'
import type { LayerParameters } from '#engine/tensors'
import type { Experiment, ExperimentInput, Layer } from '#shared/experiment'
import { trainAlone } from './alone'
import { arithmetics } from './choices'
import { expectClose } from './compare'
import { dropout64, gradients64, score64, slope64, standardized, to64, toSamples, type Model64 } from './float64'
import { makeExperiment, makePart } from './synthetic'

/**
 * The engine's gradient, from one step of SGD with a learning rate of 1: weights before less weights after.
 * That difference of float32 numbers below 4 is exact to 2.4e-7. The gradient itself has roundings of 6e-8 in each of
 * some ten factors from the loss to the first layer, which is relative. Finite differences in float64 are good to 1e-9.
 */
const TOLERANCE = { absolute: 4e-7, relative: 2e-6 }

/** What is trained for one step, and what it is checked against. */
interface Configuration {
  experiment: Experiment
  part: RawPart
  pixels: number
  classes: number
  start: LayerParameters[]
}

type Regularization = Experiment['training']['regularization']

// — the expectation, in float64 —

function modelOf({ network, training, seeds }: Experiment): Model64 {
  const { labelSmoothing: smoothing, dropoutInput, dropoutHidden, ...penalties } = training.regularization
  return {
    activations: network.layers.map(activationOf),
    outputLoss: outputLossOf(network, training),
    smoothing,
    penalties,
    hasConstantInput: network.bias === 'input-trick',
    dropout: dropout64(seeds.dropout, 1, { input: dropoutInput, hidden: dropoutHidden }),
  }
}

function activationOf(layer: Layer) {
  const kind: ActivationKind = layer.activation
  if (layer.activation === 'leaky-relu') return { kind, parameter: layer.slope }
  return layer.activation === 'elu' ? { kind, parameter: layer.c } : { kind }
}

function outputLossOf({ output }: Experiment['network'], { loss, mistake }: Experiment['training']): OutputLossKind {
  if (mistake === 'softmax-twice') return 'softmax-twice-cross-entropy'
  const name = loss === 'softmax-cross-entropy' ? loss : `${output.activation}-${loss}`
  const kind = OUTPUT_LOSS_KINDS.find((each) => each === name)
  if (!kind) throw new Error(`no such pair of output and loss: ${name}`)
  return kind
}

function inputsOf(experiment: Experiment, part: RawPart, pixels: number): number[][] {
  const { scaling } = experiment.dataset
  if (scaling === 'unit' || scaling === 'none') return toSamples(part.images, pixels, scaling === 'unit' ? 255 : 1)
  return standardized(toSamples(part.images, pixels, 1), scaling === 'standardize-per-feature')
}

/** By how much each weight and bias is to change, before any clipping and on the way down. Biases that do not exist stay. */
function gradientOf({ experiment, part, start, pixels }: Configuration) {
  const { bias } = experiment.network
  const model = modelOf(experiment)
  const layers = to64(start)
  const inputs = inputsOf(experiment, part, pixels)
  const gradients = gradients64(layers, () => score64(layers, model, inputs, part.labels).objective)
  gradients.forEach(({ biases }, i) => {
    if (bias === 'none' || (bias === 'input-trick' && i > 0)) biases.fill(0)
  })
  return { gradients, length: Math.hypot(...gradients.map(lengthOf)) }
}

/** Euclidean, over weights and biases. */
function lengthOf({ weights, biases }: Record<'weights' | 'biases', ArrayLike<number>>): number {
  return Math.hypot(...Array.from(weights), ...Array.from(biases))
}

/** Worked out once for each configuration, for all kernels. */
const known = new Map<Configuration, ReturnType<typeof gradientOf>>()
function knownGradient(configuration: Configuration) {
  const gradient = known.get(configuration) ?? gradientOf(configuration)
  known.set(configuration, gradient)
  return gradient
}

function check(configuration: Configuration): void {
  const { experiment, part, pixels, classes, start } = configuration
  const { gradients, length } = knownGradient(configuration)
  const { mistake, regularization } = experiment.training
  const shortening = isClipped(configuration) ? regularization.clipNorm / length : 1
  const factor = mistake === 'gradient-sign' ? -shortening : shortening
  for (const [name, choice] of arithmetics) {
    const state = { parameters: start, slots: null, best: null, progress: null }
    const { parameters } = trainAlone(experiment, part, part, { pixels, classes, state, choice })
    start.forEach((before, i) => {
      for (const which of ['weights', 'biases'] as const) {
        const changes = Array.from(before[which], (value, j) => value - parameters[i][which][j])
        const expected = gradients[i][which].map((each) => each * factor)
        expectClose(changes, expected, TOLERANCE, `${name}, layer ${i}, ${which}`)
      }
    })
  }
}

function isClipped(configuration: Configuration): boolean {
  const { clipNorm } = configuration.experiment.training.regularization
  return clipNorm > 0 && knownGradient(configuration).length > clipNorm
}

// — configurations —

const ONE_STEP = { optimizer: { kind: 'sgd', learningRate: 1 }, batchSize: 'all', epochs: 1, shuffle: false } as const

interface Size {
  count?: number
  pixels?: number
  classes?: number
  part?: RawPart
}

interface Changes {
  dataset?: Partial<ExperimentInput['dataset']>
  network?: Partial<ExperimentInput['network']>
  training?: Partial<ExperimentInput['training']>
  regularization?: Partial<Regularization>
}

function configure(
  random: Random,
  { count = 13, pixels = 9, classes = 4, part = makePart(count, pixels, classes, random) }: Size,
  { dataset = {}, network = {}, training = {}, regularization = {} }: Changes = {},
): Configuration {
  const experiment = makeExperiment({
    dataset,
    network: { layers: [], ...network },
    training: { ...ONE_STEP, ...training, regularization },
    seeds: { dropout: random.below(2 ** 31) },
  })
  const { units } = experiment.network.output
  const sizes = [
    pixels,
    ...experiment.network.layers.map((layer) => layer.units),
    units === 'classes' ? classes : units,
  ]
  return { experiment, part, pixels, classes, start: drawStart(random, sizes, experiment.network.bias) }
}

/**
 * Wide enough that activations bend, narrow enough that they do not saturate; and not so near 0 that a finite
 * difference would reach over the edge of |w|.
 */
function drawStart(random: Random, sizes: readonly number[], bias: Experiment['network']['bias']): LayerParameters[] {
  return sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i]
    const width = Math.max(0.25, 1.5 / Math.sqrt(inputs))
    const draw = () => (random.below(2) === 0 ? 1 : -1) * (0.001 + random.uniform() * width)
    const weights = new Float32Array(inputs * outputs).map(draw)
    const hasBias = bias === 'each-layer' || (bias === 'input-trick' && i === 0)
    return {
      inputs,
      outputs,
      weights,
      biases: hasBias ? new Float32Array(outputs).map(draw) : new Float32Array(outputs),
    }
  })
}

function layerOf(activation: ActivationKind, units: number, random: Random): Layer {
  if (activation === 'leaky-relu') return { units, activation, slope: random.uniform() * 0.5 }
  if (activation === 'elu') return { units, activation, c: 0.2 + 2 * random.uniform() }
  return { units, activation }
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.below(values.length)]
}

/** Features that are no bytes, of both signs. */
function makePoints(count: number, pixels: number, classes: number, random: Random): RawPart {
  const images = new Float32Array(count * pixels).map(() => random.normal() + 0.5)
  return { count, images, labels: new Uint8Array(count).map(() => random.below(classes)) }
}

/** Anything goes with anything, but for what the experiment file refuses. */
function drawConfiguration(random: Random): Configuration {
  const [count, pixels, classes] = [1 + random.below(24), 1 + random.below(14), 2 + random.below(4)]
  const layers = Array.from({ length: random.below(4) }, () =>
    layerOf(pick(random, ACTIVATION_KINDS), 1 + random.below(12), random),
  )
  const kind = pick(random, OUTPUT_LOSS_KINDS)
  const activation = pick(
    random,
    (['softmax', 'sigmoid', 'linear'] as const).filter((each) => kind.startsWith(each)),
  )
  const isCrossEntropy = kind.endsWith('cross-entropy')
  const loss =
    kind === 'sigmoid-binary-cross-entropy'
      ? 'binary-cross-entropy'
      : isCrossEntropy
        ? 'softmax-cross-entropy'
        : 'squared-error'
  const twice = kind === 'softmax-twice-cross-entropy'
  const some = (most: number) => (random.below(3) === 0 ? random.uniform() * most : 0)
  const isPoints = random.below(3) === 0
  const part = (isPoints ? makePoints : makePart)(count, pixels, classes, random)
  const scaling = pick(random, ['standardize', 'standardize-per-feature', isPoints ? 'none' : 'unit'] as const)
  const units =
    classes === 2 && activation !== 'softmax'
      ? pick(random, [1, 'classes'] as const)
      : pick(random, ['classes', classes + 1] as const)
  return configure(
    random,
    { count, pixels, classes, part },
    {
      dataset: { scaling },
      network: {
        layers,
        output: { units, activation },
        bias: pick(random, ['each-layer', 'each-layer', 'input-trick', 'none'] as const),
      },
      training: { loss, mistake: twice ? 'softmax-twice' : random.below(6) === 0 ? 'gradient-sign' : 'none' },
      regularization: {
        l1: some(0.05),
        l2: some(0.1),
        activityL1: some(0.1),
        activityL2: some(0.2),
        clipNorm: some(1),
        dropoutInput: some(0.6),
        dropoutHidden: some(0.6),
        labelSmoothing: isCrossEntropy ? some(0.5) : 0,
      },
    },
  )
}

function inWords({ experiment: { network, training, dataset }, part, pixels }: Configuration): string {
  const { images, count } = part
  const regularization = Object.entries(training.regularization).filter(([, value]) => value > 0)
  return [
    `${count} × ${pixels} ${images instanceof Float32Array ? 'floats' : 'bytes'} ${dataset.scaling}`,
    ...network.layers.map(({ units, activation }) => `${units} ${activation}`),
    `${network.output.units} ${network.output.activation}`,
    ...[training.loss, training.mistake, network.bias],
    ...regularization.map(([name, value]) => `${name} ${value.toFixed(3)}`),
  ].join(', ')
}

describe('the gradient is that of finite differences in float64', () => {
  it.each(ACTIVATION_KINDS)('through two layers of %s', (kind) => {
    const random = seededRandom(kind.length, 21)
    check(configure(random, {}, { network: { layers: [layerOf(kind, 8, random), layerOf(kind, 17, random)] } }))
  })

  it('without a hidden layer', () => check(configure(seededRandom(1, 22), {})))

  it('of a batch of more than one block', () => {
    const layers = [{ units: 5, activation: 'sigmoid' as const }]
    check(configure(seededRandom(2, 22), { count: 300, pixels: 6, classes: 3 }, { network: { layers } }))
  })

  it.each([{}, { clipNorm: 0.02, l2: 0.1 }, { dropoutInput: 0.3, dropoutHidden: 0.3 }])(
    'of a batch of more than one slab, with %o',
    (regularization) => {
      const layers = [{ units: 4, activation: 'relu' as const }]
      const size = { count: SLAB + 77, pixels: 5, classes: 3 }
      const dataset = { scaling: 'standardize' as const }
      check(configure(seededRandom(3, 22), size, { network: { layers }, dataset, regularization }))
    },
  )
})

describe('the gradient of a network for images', () => {
  it('is that of finite differences, at weights taken at random', () => {
    const random = seededRandom(4, 22)
    const layers = [
      { units: 21, activation: 'relu' as const },
      { units: 40, activation: 'tanh' as const },
    ]
    const dataset = { scaling: 'standardize-per-feature' as const }
    // two blocks of rows, the second not full; 49 blocks of weights
    const configuration = configure(random, { count: 150, pixels: 784, classes: 10 }, { network: { layers }, dataset })
    const { experiment, part, start, pixels, classes } = configuration
    const inputs = inputsOf(experiment, part, pixels)
    const model = modelOf(experiment)
    const network = to64(start)
    const chosen = network.flatMap(({ weights }, i) =>
      Array.from({ length: 12 }, () => ({ i, j: random.below(weights.length) })),
    )
    const expected = chosen.map(({ i, j }) =>
      slope64(network[i].weights, j, () => score64(network, model, inputs, part.labels).objective),
    )
    for (const [name, choice] of arithmetics) {
      const state = { parameters: start, slots: null, best: null, progress: null }
      const { parameters } = trainAlone(experiment, part, part, { pixels, classes, state, choice })
      const changes = chosen.map(({ i, j }) => start[i].weights[j] - parameters[i].weights[j])
      expectClose(changes, expected, TOLERANCE, name)
    }
  })
})

describe('the gradient of anything with anything is that of finite differences', () => {
  const random = seededRandom(2026, 23)
  const configurations = Array.from({ length: 80 }, () => drawConfiguration(random))
  const experiments = configurations.map(({ experiment }) => experiment)

  it.each(configurations.map((each) => [inWords(each), each] as const))('%s', (_, configuration) =>
    check(configuration),
  )

  it('also in the norms of the diagnostics: of each layer’s gradient, of its change and of its weights', () => {
    for (const configuration of configurations) {
      const { experiment, start, part, pixels, classes } = configuration
      const state = { parameters: start, slots: null, best: null, progress: null }
      const observed = { ...experiment, training: { ...experiment.training, diagnostics: true } }
      const { evaluations, parameters } = trainAlone(observed, part, part, { pixels, classes, state })
      const { gradients, length } = knownGradient(configuration)
      const { diagnostics = [] } = evaluations[0]
      expect(diagnostics).toHaveLength(start.length)
      const lengths = gradients.map(lengthOf)
      const shortening = isClipped(configuration) ? experiment.training.regularization.clipNorm / length : 1
      const expected = [lengths, lengths.map((each) => each * shortening), parameters.map(lengthOf)]
      ;(['gradientNorm', 'updateNorm', 'weightNorm'] as const).forEach((norm, i) => {
        // a length of some hundred numbers, each good to TOLERANCE
        const found = diagnostics.map((each) => each[norm])
        expectClose(found, expected[i], { absolute: 5e-6, relative: 2e-6 }, `${inWords(configuration)}, ${norm}`)
      })
    }
  })

  it('with every activation, loss, bias and scaling among them', () => {
    const kinds = (values: readonly unknown[]) => new Set(values).size
    const activations = experiments.flatMap(({ network }) => network.layers.map((layer) => layer.activation))
    expect(kinds(activations)).toBe(ACTIVATION_KINDS.length)
    expect(kinds(experiments.map(({ network, training }) => outputLossOf(network, training)))).toBe(
      OUTPUT_LOSS_KINDS.length,
    )
    expect(kinds(experiments.map(({ network }) => network.bias))).toBe(3)
    expect(kinds(experiments.map(({ dataset }) => dataset.scaling))).toBe(4)
    expect(kinds(experiments.map(({ training }) => training.mistake))).toBe(3)
    expect(experiments.some(({ network }) => network.layers.length === 0)).toBe(true)
    expect(experiments.some(({ network }) => network.output.units === 1)).toBe(true)
  })

  it('with some that are clipped, and some that are short enough', () => {
    const limited = configurations.filter(({ experiment }) => experiment.training.regularization.clipNorm > 0)
    const clipped = limited.filter(isClipped)
    expect(clipped.length).toBeGreaterThan(3)
    expect(clipped.length).toBeLessThan(limited.length)
  })
})
