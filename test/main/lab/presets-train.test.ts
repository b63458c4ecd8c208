/** Presets in the engine: all of them are planned and laid out at their real size, and take their first steps. */
import { resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { initialParameters, layOut, planTraining, type PlacedDataset, type RawPart } from '#engine/index'
import { seededRandom } from '#engine/random'
import { PLAIN_KERNELS } from '#engine/wasm/choice'
import { createDatasetLoader } from '#lab/datasets/loader'
import type { LoadedDataset } from '#lab/engine/host'
import { readPresets } from '#lab/presets/presets'
import { datasetFacts, valuesPerSample } from '#shared/dataset'
import { experimentSchema, type Experiment } from '#shared/experiment'
import { gradientRatio } from '#shared/gradient-ratio'
import { expandExperiment } from '#shared/experiment-expand'
import { configurationName, experimentOf, variantNames, type Preset } from '#shared/preset'
import type { Evaluation } from '#shared/run'
import { trainAlone, type AloneOptions } from '../../engine/alone'
import { makePart } from '../../engine/synthetic'
import { compiledChoices } from '../../engine/wasm/simd'

const presets = await readPresets(resolve('resources/presets'))
const choice = compiledChoices[0]?.[1] ?? PLAIN_KERNELS
/** Too small to change a float32 that is not tiny itself: weights stay as they were drawn. */
const NO_STEP = { kind: 'sgd', learningRate: 1e-30 } as const

function preset(id: string): Preset {
  const found = presets.find((each) => each.id === id)
  if (!found) throw new Error(`no preset ${id}`)
  return found
}

/** Each configuration of each form, once. */
function configurations(each: Preset): Experiment[] {
  const forms = [undefined, ...variantNames(each)].flatMap((variant) =>
    [false, true].flatMap((quick) => expandExperiment(experimentOf(each, { variant, quick }))),
  )
  const first = forms.filter((plan) => plan.replicate === 0).map((plan) => plan.experiment)
  return [...new Map(first.map((experiment) => [JSON.stringify(experiment), experiment])).values()]
}

/** Two steps on so many samples as they need, an evaluation after each; the rest as it is. */
function shortened(experiment: Experiment): { experiment: Experiment; train: number } {
  const { dataset, training } = experiment
  const isWhole = training.batchSize === 'all'
  const batchSize = training.batchSize === 'all' ? 'all' : Math.min(training.batchSize, 64)
  const train = batchSize === 'all' ? 64 : 2 * batchSize
  const validation = 'validation' in dataset.split && dataset.split.validation > 0 ? 16 : 0
  const split = {
    official: {},
    first: { train, validation, test: 16 },
    random: { train, validation },
    stratified: { train, validation },
  }
  const { kind } = dataset.split
  if (kind === 'k-fold') throw new Error('no preset has folds')
  return {
    experiment: experimentSchema.parse({
      ...experiment,
      dataset: { ...dataset, split: { kind, ...split[kind] } },
      training: {
        ...training,
        batchSize,
        epochs: isWhole ? 2 : 1,
        evaluation: { ...training.evaluation, every: { steps: 1 } },
      },
    }),
    train: train + validation,
  }
}

const numbersOf = ({ train, test, validation }: Evaluation) => [train.loss, test?.loss ?? NaN, validation?.loss ?? 0]

describe.each(presets)('$id', (each) => {
  const all = configurations(each)

  it('is planned and laid out at its real size, in every form', () => {
    for (const experiment of all) {
      const facts = datasetFacts(experiment.dataset.name)
      const { train, test, classes, kind = 'bytes' } = facts
      const pixels = valuesPerSample(facts)
      const shape = { pixels, classes: classes.length, train, test }
      const data: PlacedDataset = { ...shape, kind, images: 0, labels: 0, pixelDensity: [], density: 0.2 }
      const plan = planTraining(experiment, shape, 2)
      const layout = layOut(plan, { ...data, pixelDensity: Array<number>(pixels).fill(0.2) }, 0)
      expect(layout.layers.map((layer) => layer.outputs)).toEqual(plan.sizes.slice(1))
      expect(layout.bytes).toBeLessThan(1 << 30)
    }
  })

  it('takes its first two steps with finite losses, in every form', () => {
    for (const whole of all) {
      const { experiment, train } = shortened(whole)
      const random = seededRandom(7, 5)
      const facts = datasetFacts(experiment.dataset.name)
      const [pixels, classes] = [valuesPerSample(facts), facts.classes.length]
      const part = (count: number) => makePart(count, pixels, classes, random)
      const run = trainAlone(experiment, part(train), part(16), { choice, pixels, classes })
      expect({ outcome: run.outcome, step: run.step }).toEqual({ outcome: 'finished', step: 2 })
      expect(run.evaluations).toHaveLength(2)
      const name = `${experiment.title}, ${JSON.stringify(experiment.network)}`
      expect(run.evaluations.flatMap(numbersOf).every(Number.isFinite), name).toBe(true)
      expect(
        run.parameters.every((layer) => layer.weights.every(Number.isFinite)),
        name,
      ).toBe(true)
    }
  })
})

describe('the mistakes in the loss', () => {
  const forms = expandExperiment(preset('mistakes-in-the-loss').experiment)

  /** One evaluation of weights that stay as they are. */
  function lossOf(experiment: Experiment, data: RawPart, options: AloneOptions = {}, changes: object = {}): number {
    const still = experimentSchema.parse({
      ...experiment,
      network: { ...experiment.network, ...changes },
      training: { ...experiment.training, optimizer: NO_STEP, batchSize: 'all', epochs: 1 },
    })
    const [evaluation] = trainAlone(still, data, data, { choice, ...options }).evaluations
    return evaluation.test?.loss ?? NaN
  }

  it.each(forms)('$configuration.label: a network that knows nothing has a loss of ln C', ({ experiment }) => {
    const outputs = experiment.network.output.units === 'classes' ? 10 : 200
    const loss = lossOf(experiment, makePart(60, 784, 10, seededRandom(1, 5)), {}, { initializer: { kind: 'zeros' } })
    expect(loss).toBeCloseTo(Math.log(outputs), 5)
    expect(Math.log(outputs).toFixed(4)).toBe(outputs === 10 ? '2.3026' : '5.2983')
  })

  // Right and perfectly sure: the first softmax gives 1 for the right class and 0 for the C − 1 others. The second one
  // makes e / (e + C − 1) of the 1, so that the loss is −ln of that: ln((e + C − 1) / e) = ln(1 + (C − 1) / e).
  it.each(forms)('$configuration.label: a network that is right and perfectly sure is at the floor', (form) => {
    const { network, training } = form.experiment
    const outputs = network.output.units === 'classes' ? 10 : 200
    const isTwice = training.mistake === 'softmax-twice'
    const floor = isTwice ? Math.log(1 + (outputs - 1) / Math.E) : 0
    if (isTwice) expect(floor.toFixed(6)).toBe(outputs === 10 ? '1.461150' : '4.306872')

    // image c has one pixel, number c, and the weight from it to output c is large
    const labels = Uint8Array.from({ length: 10 }, (_, c) => c)
    const images = new Uint8Array(10 * 784)
    for (const c of labels) images[c * 784 + c] = 255
    const weights = new Float32Array(784 * outputs)
    for (const c of labels) weights[c * outputs + c] = 1000
    const parameters = [{ inputs: 784, outputs, weights, biases: new Float32Array(outputs) }]
    const unit = { ...form.experiment, dataset: { ...form.experiment.dataset, scaling: 'unit' as const } }
    const state = { parameters, slots: null, best: null, progress: null }
    expect(lossOf(unit, { count: 10, images, labels }, { state }, { layers: [] })).toBeCloseTo(floor, 5)
  })

  it('hide behind a test error that falls all the same', () => {
    const experiment = forms.find(
      ({ configuration }) => configuration.label === '10 outputs · softmax twice',
    )?.experiment
    if (!experiment) throw new Error('the form is gone')
    const random = seededRandom(3, 5)
    const short = { ...experiment, training: { ...experiment.training, epochs: 4 } }
    const run = trainAlone(short, makePart(640, 784, 10, random), makePart(200, 784, 10, random), { choice })
    const last = run.evaluations.at(-1)
    expect(last?.test?.correct).toBeGreaterThan(190)
    for (const { train, test } of run.evaluations)
      expect(Math.min(train.loss, test?.loss ?? NaN)).toBeGreaterThan(1.46115)
  })
})

describe('on real images', () => {
  let mnist: LoadedDataset
  beforeAll(async () => {
    mnist = await createDatasetLoader(resolve('resources/datasets'))('mnist')
  })
  const first = ({ images, labels }: RawPart, count: number): RawPart => ({
    count,
    images: images.subarray(0, count * 784),
    labels: labels.subarray(0, count),
  })

  it('S1-14: an untrained network is wrong nine times out of ten, as a mean of 50 draws', () => {
    const plans = expandExperiment(experimentOf(preset('untrained-error'), { variant: 'corrected' }))
    expect(plans).toHaveLength(50)
    const train = first(mnist.train, 500)
    const errors = plans.map(({ experiment }) => {
      const { test } = trainAlone(experiment, train, mnist.test, { choice }).evaluations[0]
      return test ? 1 - test.correct / test.count : NaN
    })
    const mean = errors.reduce((a, b) => a + b) / errors.length
    expect(Math.abs(mean - 0.9)).toBeLessThan(0.02)
    expect(Math.max(...errors) - Math.min(...errors)).toBeGreaterThan(0.05) // why one draw is not enough
  })

  it('S1-14: the step that is taken leaves the weights as they were drawn', () => {
    const [{ experiment }] = expandExperiment(preset('untrained-error').experiment)
    const run = trainAlone(experiment, first(mnist.train, 500), first(mnist.test, 1000), { choice })
    expect(run.step).toBe(1)
    expect(run.parameters).toEqual(initialParameters(run.plan))
  })

  /** First over last hidden layer: root mean square of the gradients of their weights, at the first weights. */
  function ratioOf(experiment: Experiment): number {
    const { evaluations, plan } = trainAlone(experiment, first(mnist.train, 500), first(mnist.test, 1000), { choice })
    const [evaluation] = evaluations
    if (evaluation.diagnostics?.length !== 11) throw new Error('one of eleven layers has no diagnostics')
    return gradientRatio({ last: evaluation, sizes: plan.sizes }) ?? NaN
  }

  // The catalogue's ratios come from a small simulation on made-up inputs: an order of magnitude is all they promise.
  it.each([
    ['logistic · N(0, 1/√fan-in)', 6e-7],
    ['logistic · U(−1, 1)', 3e-3],
    ['improved sigmoid · N(0, 1/√fan-in)', 0.56],
    ['improved sigmoid · U(−1, 1)', 5e1],
    ['ReLU · N(0, 1/√fan-in)', 0.56],
  ])('S4-16: %s has a ratio of gradients in the order of %f', (name, ratio) => {
    const plans = expandExperiment(experimentOf(preset('vanishing-gradients'), { quick: true }))
    expect(plans).toHaveLength(15)
    const plan = plans.find((each) => configurationName(each) === name)
    if (!plan) throw new Error(`no configuration ${name}`)
    expect(Math.abs(Math.log10(ratioOf(plan.experiment) / ratio))).toBeLessThan(1)
  })
})
