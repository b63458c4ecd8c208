/**
 * What tells designs apart that are compared: the factors that a reader would name, not the fields of the file. Seeds
 * of the weights, the order and dropout are no factors: they make replicates. What cannot change a result (titles,
 * threads, when it is evaluated if nothing watches it) is none either.
 */
import type { Experiment, Layer } from '../experiment'

export interface FactorRule {
  /** As a caption says it: "confounded by epochs, outputs". */
  name: string
  /** What the design says of it; equal texts are equal levels. */
  level: (experiment: Experiment) => string
  /** The design `to` with this factor as `from` has it; null where that makes no sense (other depth). */
  take: (from: Experiment, to: Experiment) => Experiment | null
}

export const FACTOR_RULES: readonly FactorRule[] = [
  {
    name: 'data set',
    level: ({ dataset }) => dataset.name,
    take: ({ dataset }, to) => withDataset(to, { name: dataset.name }),
  },
  {
    name: 'split',
    level: ({ dataset, seeds }) => text(isDrawn(dataset.split) ? [dataset.split, seeds.split] : dataset.split),
    take: ({ dataset, seeds }, to) => ({
      ...withDataset(to, { split: dataset.split }),
      seeds: { ...to.seeds, split: seeds.split },
    }),
  },
  {
    name: 'excluded samples',
    level: ({ dataset }) => text(dataset.exclude ?? []),
    take: ({ dataset: { exclude = [] } }, to) => withDataset(to, { exclude }),
  },
  {
    name: 'input scaling',
    level: ({ dataset }) => dataset.scaling,
    take: ({ dataset }, to) => withDataset(to, { scaling: dataset.scaling }),
  },
  {
    name: 'hidden units',
    level: ({ network }) => network.layers.map(({ units }) => units).join('-') || 'none',
    take: ({ network }, to) => withLayers(to, unitsOf(network.layers, to.network.layers)),
  },
  {
    name: 'activation',
    level: ({ network }) => [...new Set(network.layers.map(activationText))].join(', ') || 'none',
    take: ({ network }, to) => withLayers(to, unitsOf(to.network.layers, network.layers)),
  },
  {
    name: 'outputs',
    level: ({ network }) => text(network.output),
    take: ({ network }, to) => withNetwork(to, { output: network.output }),
  },
  {
    name: 'initial weights',
    level: ({ network, training }) => text(training.initialWeights ?? network.initializer),
    take: ({ network, training }, to) =>
      withTraining(withNetwork(to, { initializer: network.initializer }), { initialWeights: training.initialWeights }),
  },
  {
    name: 'biases',
    level: ({ network }) => network.bias,
    take: ({ network }, to) => withNetwork(to, { bias: network.bias }),
  },
  {
    name: 'loss',
    level: ({ training }) => training.loss,
    take: ({ training }, to) => withTraining(to, { loss: training.loss }),
  },
  {
    name: 'deliberate mistake',
    level: ({ training }) => training.mistake,
    take: ({ training }, to) => withTraining(to, { mistake: training.mistake }),
  },
  {
    name: 'optimizer',
    level: ({ training }) => text({ ...training.optimizer, learningRate: null }),
    take: ({ training }, to) => {
      const { learningRate } = to.training.optimizer
      return withTraining(to, { optimizer: { ...training.optimizer, learningRate } })
    },
  },
  {
    name: 'learning rate',
    level: ({ training }) => text([training.optimizer.learningRate, training.schedule]),
    take: ({ training }, to) => {
      const { learningRate } = training.optimizer
      return withTraining(to, { optimizer: { ...to.training.optimizer, learningRate }, schedule: training.schedule })
    },
  },
  {
    name: 'batch size',
    level: ({ training }) => String(training.batchSize),
    take: ({ training }, to) => withTraining(to, { batchSize: training.batchSize }),
  },
  {
    name: 'epochs',
    level: ({ training }) => String(training.epochs),
    take: ({ training }, to) => withTraining(to, { epochs: training.epochs }),
  },
  {
    name: 'shuffling',
    level: ({ training }) => String(training.shuffle),
    take: ({ training }, to) => withTraining(to, { shuffle: training.shuffle }),
  },
  {
    name: 'early stopping',
    level: ({ training }) => text(training.earlyStopping && [training.earlyStopping, training.evaluation]),
    take: ({ training }, to) =>
      withTraining(to, { earlyStopping: training.earlyStopping, evaluation: training.evaluation }),
  },
  {
    name: 'regularization',
    level: ({ training }) => text(training.regularization),
    take: ({ training }, to) => withTraining(to, { regularization: training.regularization }),
  },
]

/** The order of an object's fields says nothing: both sides come out of the same schema, which sets it. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isDrawn({ kind }: Experiment['dataset']['split']): boolean {
  return kind !== 'official' && kind !== 'first'
}

function activationText({ units: _, ...activation }: Layer): string {
  return text(activation)
}

/** The widths of one network with the activations of another, where both have as many layers or only one activation. */
function unitsOf(units: readonly Layer[], activations: readonly Layer[]): Layer[] | null {
  const [first] = activations
  if (units.length === 0 || !first) return units.length === activations.length ? [] : null
  if (units.length === activations.length) {
    return activations.map((layer, i) => ({ ...layer, units: units[i]?.units ?? layer.units }))
  }
  if (new Set(activations.map(activationText)).size > 1) return null
  return units.map((layer) => ({ ...first, units: layer.units }))
}

function withLayers(experiment: Experiment, layers: Layer[] | null): Experiment | null {
  return layers && withNetwork(experiment, { layers })
}

function withDataset(experiment: Experiment, change: Partial<Experiment['dataset']>): Experiment {
  return { ...experiment, dataset: { ...experiment.dataset, ...change } }
}

function withNetwork(experiment: Experiment, change: Partial<Experiment['network']>): Experiment {
  return { ...experiment, network: { ...experiment.network, ...change } }
}

function withTraining(experiment: Experiment, change: Partial<Experiment['training']>): Experiment {
  return { ...experiment, training: { ...experiment.training, ...change } }
}
