/**
 * What this version can train. The format says more than that (so that files stay valid as the engine grows);
 * a field that the engine would have to ignore is refused here by name instead.
 */
import { BUILT_IN_DATASETS, findDataset } from './dataset'
import type { Experiment } from './experiment'
import type { Problem } from './experiment-problems'

export const SUPPORTED = {
  activations: ['sigmoid', 'relu'],
  optimizers: ['sgd', 'adam'],
  initializers: [
    'glorot-uniform',
    'glorot-normal',
    'he-uniform',
    'he-normal',
    'lecun-uniform',
    'lecun-normal',
    'pytorch-default',
    'zeros',
    'uniform',
  ],
  splits: ['official', 'first'],
  scalings: ['none', 'unit'],
  losses: ['softmax-cross-entropy'],
} as const

/** The fields of one configuration (no factors) that are in the format but that this version cannot train. */
export function unsupportedFields(experiment: Experiment): Problem[] {
  return [
    ...dataProblems(experiment.dataset),
    ...networkProblems(experiment.network),
    ...trainingProblems(experiment.training),
  ]
}

function refuse(path: string, value: unknown, supported: readonly unknown[]): Problem[] {
  if (supported.includes(value)) return []
  const list = supported.map((each) => JSON.stringify(each)).join(', ')
  return [{ path, message: `${JSON.stringify(value)} cannot be trained by this version yet; expected ${list}` }]
}

function dataProblems(dataset: Experiment['dataset']): Problem[] {
  const { name, split, scaling } = dataset
  const facts = findDataset(name)
  if (!facts)
    return refuse(
      'dataset.name',
      name,
      BUILT_IN_DATASETS.map((each) => each.name),
    )
  const problems = [
    ...refuse('dataset.split.kind', split.kind, SUPPORTED.splits),
    ...refuse('dataset.scaling', scaling, SUPPORTED.scalings),
  ]
  if (split.kind === 'first') {
    for (const part of ['train', 'test'] as const) {
      if (split[part] > facts[part]) {
        const message = `a whole number, 1 … ${facts[part]} (all of ${facts.title}), got ${split[part]}`
        problems.push({ path: `dataset.split.${part}`, message })
      }
    }
  }
  return problems
}

function networkProblems(network: Experiment['network']): Problem[] {
  return [
    ...network.layers.flatMap((layer, i) =>
      refuse(`network.layers[${i}].activation`, layer.activation, SUPPORTED.activations),
    ),
    ...refuse('network.output.units', network.output.units, ['classes']),
    ...refuse('network.output.activation', network.output.activation, ['softmax']),
    ...refuse('network.initializer.kind', network.initializer.kind, SUPPORTED.initializers),
    ...refuse('network.bias', network.bias, ['each-layer']),
  ]
}

function trainingProblems(training: Experiment['training']): Problem[] {
  const { optimizer, regularization } = training
  return [
    ...refuse('training.loss', training.loss, SUPPORTED.losses),
    ...refuse('training.optimizer.kind', optimizer.kind, SUPPORTED.optimizers),
    ...(optimizer.kind === 'sgd' ? refuse('training.optimizer.momentum', optimizer.momentum, [0]) : []),
    ...(optimizer.kind === 'sgd' ? refuse('training.optimizer.nesterov', optimizer.nesterov, [false]) : []),
    ...refuse('training.schedule.kind', training.schedule.kind, ['constant']),
    ...refuse('training.earlyStopping', training.earlyStopping, [null]),
    ...Object.entries(regularization).flatMap(([field, value]) =>
      refuse(`training.regularization.${field}`, value, [0]),
    ),
  ]
}
