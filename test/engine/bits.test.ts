/** The same experiment leaves the same bits, whoever computes it, in whatever shares, with or without a break. */
import { afterAll, describe, expect, it } from 'vitest'
import type { RawPart } from '#engine/data'
import type { Kernels } from '#engine/kernels'
import { SLAB } from '#engine/plan'
import { seededRandom } from '#engine/random'
import type { KernelChoice } from '#engine/wasm/choice'
import type { ExperimentInput } from '#shared/experiment'
import { allChoices, arithmetics } from './choices'
import { makeExperiment, makePart } from './synthetic'
import { Together, type Trained } from './together'

const together = new Together(4)
afterAll(() => together.close())

const random = seededRandom(6, 51)
/** Enough pixels for the first layer to be summed in segments, the last of which ends with a few. */
const [PIXELS, CLASSES] = [70, 4]
const images = together.place(
  PIXELS,
  CLASSES,
  makePart(90, PIXELS, CLASSES, random),
  makePart(140, PIXELS, CLASSES, random),
)
const manyImages = together.place(
  PIXELS,
  CLASSES,
  makePart(SLAB + 333, PIXELS, CLASSES, random),
  makePart(50, PIXELS, CLASSES, random),
)
const points = together.place(2, 2, makePoints(70), makePoints(40))

function makePoints(count: number): RawPart {
  const values = new Float32Array(count * 2).map(() => random.normal() * 3 + 1)
  return { count, images: values, labels: new Uint8Array(count).map(() => random.below(2)) }
}

interface Described {
  data?: typeof images
  split?: ExperimentInput['dataset']['split']
  exclude?: readonly number[]
  scaling?: ExperimentInput['dataset']['scaling']
  network?: Partial<ExperimentInput['network']>
  training?: Partial<ExperimentInput['training']>
}

const sgd = { kind: 'sgd', learningRate: 0.1 } as const
const adam = { kind: 'adam', learningRate: 0.02 } as const
const withValidation = { kind: 'random', train: 60, validation: 30 } as const

/** Together they have every option of an experiment file. 37 units and minibatches of 23: shares are never even. */
const EXPERIMENTS: Record<string, Described> = {
  'Adam, sigmoid and ReLU': {},
  'one sample at a time, no hidden layer': {
    network: { layers: [] },
    training: { optimizer: sgd, batchSize: 1, epochs: 1 },
  },
  'dropout of inputs and hidden units, Nesterov': {
    training: {
      optimizer: { ...sgd, momentum: 0.9, nesterov: true },
      regularization: { dropoutInput: 0.2, dropoutHidden: 0.5 },
    },
  },
  'gradients that are clipped, momentum': {
    training: { optimizer: { ...sgd, momentum: 0.8 }, regularization: { clipNorm: 0.1 } },
  },
  'limited weights, RMSprop': {
    training: { optimizer: { kind: 'rmsprop', learningRate: 0.01 }, regularization: { maxNorm: 0.5 } },
  },
  'RMSprop with momentum, L1 and L2, diagnostics': {
    training: {
      optimizer: { kind: 'rmsprop', momentum: 0.5, learningRate: 0.003 },
      regularization: { l1: 0.001, l2: 0.01 },
      diagnostics: true,
    },
  },
  'activity penalties, GELU and SiLU, AdamW': {
    network: {
      layers: [
        { units: 37, activation: 'gelu' },
        { units: 9, activation: 'silu' },
      ],
    },
    training: {
      optimizer: { kind: 'adamw', learningRate: 0.01 },
      regularization: { activityL1: 0.01, activityL2: 0.02, dropoutHidden: 0.3 },
    },
  },
  'Adagrad, softplus and ELU, the constant input': {
    network: {
      layers: [
        { units: 37, activation: 'softplus' },
        { units: 9, activation: 'elu', c: 0.7 },
      ],
      bias: 'input-trick',
    },
    training: { optimizer: { kind: 'adagrad' }, regularization: { l2: 0.01, maxNorm: 1, clipNorm: 0.5 } },
  },
  'standardized, tanh and leaky ReLU, no biases': {
    scaling: 'standardize',
    network: {
      layers: [
        { units: 37, activation: 'tanh' },
        { units: 9, activation: 'leaky-relu' },
      ],
      bias: 'none',
    },
  },
  'standardized by the pixel, limited, improved sigmoid': {
    scaling: 'standardize-per-feature',
    network: { layers: [{ units: 37, activation: 'improved-sigmoid' }], initializer: { kind: 'lecun-normal' } },
    training: { regularization: { maxNorm: 0.7 } },
  },
  'standardized by the pixel, with dropout of the inputs': {
    scaling: 'standardize-per-feature',
    training: { regularization: { dropoutInput: 0.4 } },
  },
  'a slab and a third at once': { data: manyImages, training: { batchSize: 'all' } },
  'a slab and a third at once, standardized, clipped, dropout': {
    data: manyImages,
    scaling: 'standardize',
    training: {
      batchSize: 'all',
      optimizer: sgd,
      regularization: { clipNorm: 0.2, dropoutHidden: 0.2, maxNorm: 2, l2: 0.01 },
    },
  },
  'samples left out of train, validation and test, standardized': {
    split: withValidation,
    exclude: [0, 11, 50, 51, 89, 90, 130],
    scaling: 'standardize',
  },
  'early stopping, the best weights come back': {
    split: withValidation,
    training: { optimizer: { ...adam, learningRate: 0.2 }, epochs: 12, earlyStopping: { patience: 3 } },
  },
  'early stopping by accuracy, the last weights stay': {
    split: withValidation,
    training: {
      optimizer: { ...adam, learningRate: 0.1 },
      epochs: 9,
      earlyStopping: { patience: 2, metric: 'validation-accuracy', restoreBest: false },
    },
  },
  'plateau of the validation accuracy, evaluations within epochs': {
    split: withValidation,
    training: {
      schedule: { kind: 'plateau', metric: 'validation-accuracy', patience: 1, factor: 0.5 },
      evaluation: { every: { steps: 2 }, train: 'full' },
      epochs: 5,
    },
  },
  'plateau of the running loss, stopping by it too': {
    training: {
      optimizer: { ...sgd, learningRate: 3 },
      schedule: { kind: 'plateau', metric: 'train-loss', patience: 1, factor: 0.5, warmupEpochs: 1 },
      evaluation: { every: { steps: 3 } },
      earlyStopping: { metric: 'train-loss', patience: 8 },
      epochs: 8,
    },
  },
  'cosine after a warm-up, label smoothing': {
    training: { schedule: { kind: 'cosine', warmupEpochs: 1 }, regularization: { labelSmoothing: 0.1 } },
  },
  'step by step, softmax twice': {
    training: { schedule: { kind: 'step', everyEpochs: 1, factor: 0.5 }, mistake: 'softmax-twice' },
  },
  'exponential, uphill, binary cross-entropy': {
    network: { output: { activation: 'sigmoid' } },
    training: {
      optimizer: { ...sgd, learningRate: 0.01 },
      schedule: { kind: 'exponential', factor: 0.5 },
      loss: 'binary-cross-entropy',
      mistake: 'gradient-sign',
    },
  },
  'squared error of a softmax, in the order of the data': {
    training: { optimizer: sgd, loss: 'squared-error', shuffle: false },
  },
  'two features, no hidden layer, one sample at a time': {
    data: points,
    scaling: 'standardize-per-feature',
    network: { layers: [], output: { units: 1, activation: 'sigmoid' } },
    training: { optimizer: sgd, loss: 'squared-error', batchSize: 1, epochs: 1 },
  },
  'two features, wide layers, linear': {
    data: points,
    scaling: 'none',
    network: {
      layers: [
        { units: 130, activation: 'linear' },
        { units: 70, activation: 'relu' },
      ],
      output: { activation: 'linear' },
      initializer: { kind: 'pytorch-default' },
    },
    training: { optimizer: { ...sgd, learningRate: 0.001 }, loss: 'squared-error' },
  },
}

function experimentOf({ split, exclude, scaling, network, training }: Described) {
  const defaults = { optimizer: adam, batchSize: 23, epochs: 3 }
  const layers = [
    { units: 37, activation: 'sigmoid' as const },
    { units: 9, activation: 'relu' as const },
  ]
  return makeExperiment({
    dataset: { ...(split && { split }), ...(exclude && { exclude: [...exclude] }), ...(scaling && { scaling }) },
    network: { layers, ...network },
    training: { ...defaults, ...training },
  })
}

const everything = Object.entries(EXPERIMENTS).map(
  ([name, described]) => [name, { experiment: experimentOf(described), data: described.data ?? images }] as const,
)

function bitsOf({ outcome, hash, history }: Trained): Trained {
  return { outcome, hash, history }
}

const onlyDense = (kernels: Kernels): Kernels => ({
  ...kernels,
  sparseForward: kernels.denseForward,
  sparseBackwardWeights: kernels.denseBackwardWeights,
})
const onlySparse = (kernels: Kernels): Kernels => ({
  ...kernels,
  denseForward: kernels.sparseForward,
  denseBackwardInputs: kernels.sparseForward,
  denseBackwardWeights: kernels.sparseBackwardWeights,
})

/** The sets of tiles of one arithmetic. */
function tilesOf({ bitClass }: KernelChoice): (readonly [string, KernelChoice])[] {
  return allChoices.filter(([, choice]) => choice.bitClass === bitClass)
}

describe.each(everything)('%s', (_, { experiment, data }) => {
  it('has the same bits for 1, 2, 3 and 4 workers with any tiles', async () => {
    for (const [, choice] of arithmetics) {
      const expected = bitsOf(together.trainHere(experiment, data, { choice }))
      expect(expected.history.length).toBeGreaterThan(0)
      // plain TypeScript has no tiles, but as many workers
      const tiles = tilesOf(choice)
      for (const [i, workers] of [2, 3, 4, 1].entries()) {
        const [name, tiled] = tiles[i % tiles.length]
        expect(
          await together.train(experiment, data, { choice: tiled, workers }),
          `${name}, ${workers} workers`,
        ).toEqual(expected)
      }
    }
  })

  it('has the same bits whether zeros are skipped or not', () => {
    for (const [name, choice] of allChoices) {
      const [dense, sparse] = [onlyDense, onlySparse].map((wrap) =>
        bitsOf(together.trainHere(experiment, data, { choice }, wrap)),
      )
      expect(sparse, name).toEqual(dense)
    }
  })

  it('goes on from every checkpoint to the same bits, with any number of workers', async () => {
    const choice = arithmetics[arithmetics.length > 1 ? 1 : 0][1]
    const { states, ...whole } = together.trainHere(experiment, data, { choice })
    expect(states.length).toBeGreaterThan(0)
    for (const [i, state] of states.entries()) {
      const rest = await together.train(experiment, data, { choice, state, workers: 1 + (i % 3) })
      const step = state.progress?.step ?? NaN
      expect(rest, `from step ${step}`).toEqual({ ...whole, history: whole.history.filter((each) => each.step > step) })
    }
  })
})

describe('all of it at once', () => {
  it('1, 2, 3, 4 workers × sparse and dense × every tile set', async () => {
    const [[, { experiment, data }]] = everything
    for (const [, choice] of arithmetics) {
      const expected = bitsOf(together.trainHere(experiment, data, { choice }))
      for (const [name, tiled] of tilesOf(choice)) {
        for (const workers of [1, 2, 3, 4]) {
          for (const density of [0.1, 0.9]) {
            const trained = await together.train(experiment, data, { choice: tiled, workers, density })
            expect(trained, `${name}, ${workers} workers, ${density}`).toEqual(expected)
          }
        }
      }
    }
  })

  it('diagnostics change no bit', () => {
    const [, { experiment, data }] = everything[2]
    const observed = { ...experiment, training: { ...experiment.training, diagnostics: true } }
    for (const [, choice] of arithmetics) {
      const [without, withThem] = [experiment, observed].map((each) => together.trainHere(each, data, { choice }))
      expect(withThem.hash).toBe(without.hash)
      expect(withThem.history.every(({ diagnostics }) => diagnostics?.length === 3)).toBe(true)
    }
  })

  it('the experiments above do what they are named for', () => {
    const outcomes = new Map(
      everything.map(([name, { experiment, data }]) => [
        name,
        together.trainHere(experiment, data, { choice: arithmetics[0][1] }),
      ]),
    )
    const stopped = outcomes.get('early stopping, the best weights come back')
    expect(stopped?.outcome.outcome).toBe('converged')
    expect(stopped?.outcome.modelStep).toBeLessThan(stopped?.outcome.step ?? 0)
    expect(outcomes.get('early stopping by accuracy, the last weights stay')?.outcome.outcome).toBe('converged')
    for (const name of [
      'plateau of the validation accuracy, evaluations within epochs',
      'plateau of the running loss, stopping by it too',
    ]) {
      const rates = outcomes.get(name)?.history.map(({ learningRate }) => learningRate)
      expect(new Set(rates).size, name).toBeGreaterThan(2)
    }
    for (const [name, { outcome }] of outcomes) expect(outcome.outcome, name).toMatch(/finished|converged/)
  })
})
