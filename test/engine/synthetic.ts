/** Data and experiments for the engine's tests: small, made up, the same each time. */
import type { LoadedDataset, LoadDataset } from '#lab/engine/host'
import { Random, seededRandom } from '#engine/random'
import { datasetFacts } from '#shared/dataset'
import { experimentSchema, type Experiment, type ExperimentInput } from '#shared/experiment'

const STREAM = 99

/** Classes that a small network can learn: each has its own bright patch, in noise; most bytes are 0. */
export function makePart(count: number, pixels: number, classes: number, random: Random) {
  const images = new Uint8Array(count * pixels)
  const labels = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    const label = random.below(classes)
    labels[i] = label
    for (let p = 0; p < pixels; p++) {
      const lit = Math.floor((p * classes) / pixels) === label ? 0.6 : 0.05
      if (random.uniform() < lit) images[i * pixels + p] = 1 + random.below(255)
    }
  }
  return { count, images, labels }
}

export function makeDataset({ train = 300, test = 150, seed = 1 } = {}): LoadedDataset {
  const random = seededRandom(seed, STREAM)
  return {
    facts: { ...datasetFacts('mnist'), train, test },
    train: makePart(train, 784, 10, random),
    test: makePart(test, 784, 10, random),
  }
}

export function loadSynthetic(options?: Parameters<typeof makeDataset>[0]): LoadDataset {
  const dataset = makeDataset(options)
  return () => Promise.resolve(dataset)
}

type Training = Partial<ExperimentInput['training']>

/** 784-24-17-10, sigmoid and ReLU, Adam, two epochs: unless told otherwise. */
export function makeExperiment(
  changes: {
    network?: Partial<ExperimentInput['network']>
    training?: Training
    dataset?: Partial<ExperimentInput['dataset']>
    seeds?: ExperimentInput['seeds']
  } = {},
): Experiment {
  return experimentSchema.parse({
    version: 1,
    title: 'test',
    dataset: { name: 'mnist', ...changes.dataset },
    network: {
      layers: [
        { units: 24, activation: 'sigmoid' },
        { units: 17, activation: 'relu' },
      ],
      ...changes.network,
    },
    training: { optimizer: { kind: 'adam', learningRate: 0.01 }, batchSize: 32, epochs: 2, ...changes.training },
    ...(changes.seeds ? { seeds: changes.seeds } : {}),
  } satisfies ExperimentInput)
}
