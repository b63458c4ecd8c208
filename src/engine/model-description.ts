/**
 * What a model's file says of its network, beside its weights: strings in `__metadata__` by the names that they have in
 * an experiment file.
 *
 *   network.layers   the hidden layers, as JSON: [{"units":64,"activation":"relu"}]
 *   network.output   softmax, sigmoid or linear
 *   training.loss    softmax-cross-entropy, …
 *   dataset.name     of the set that it was trained on
 */
import { LabError } from '#shared/errors'
import { layerSchema, type Experiment, type Layer } from '#shared/experiment'

export interface ModelDescription {
  layers: readonly Layer[]
  output: Experiment['network']['output']['activation']
  loss: Experiment['training']['loss']
  dataset: string
}

type Described = Pick<Experiment, 'dataset' | 'network' | 'training'>

const OUTPUTS: readonly string[] = ['softmax', 'sigmoid', 'linear'] satisfies ModelDescription['output'][]
const LOSSES: readonly string[] = [
  'softmax-cross-entropy',
  'binary-cross-entropy',
  'squared-error',
] satisfies ModelDescription['loss'][]
const MOST_LAYERS = 64

export function encodeDescription({ dataset, network, training }: Described): Record<string, string> {
  return {
    'network.layers': JSON.stringify(network.layers),
    'network.output': network.output.activation,
    'training.loss': training.loss,
    'dataset.name': dataset.name,
  }
}

/** As far as the file says it. Throws `model/unfit` where it says something that is none of these. */
export function decodeDescription(metadata: ReadonlyMap<string, string>): Partial<ModelDescription> {
  const layers = metadata.get('network.layers')
  const output = oneOf(metadata, 'network.output', OUTPUTS) as ModelDescription['output'] | undefined
  const loss = oneOf(metadata, 'training.loss', LOSSES) as ModelDescription['loss'] | undefined
  const dataset = metadata.get('dataset.name')
  return {
    ...(layers !== undefined && { layers: decodeLayers(layers) }),
    ...(output !== undefined && { output }),
    ...(loss !== undefined && { loss }),
    ...(dataset !== undefined && dataset.length <= 100 && { dataset }),
  }
}

function decodeLayers(text: string): Layer[] {
  const parsed = layerSchema.array().max(MOST_LAYERS).safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw unfit('network.layers', 'a list of hidden layers as in an experiment', text)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new LabError('model/unfit', 'The model’s network.layers should be JSON', { cause })
  }
}

function oneOf(metadata: ReadonlyMap<string, string>, key: string, words: readonly string[]): string | undefined {
  const word = metadata.get(key)
  if (word === undefined || words.includes(word)) return word
  throw unfit(key, `one of ${words.join(', ')}`, word)
}

function unfit(key: string, expected: string, got: string): LabError {
  return new LabError('model/unfit', `The model’s ${key} should be ${expected}, got "${got.slice(0, 60)}"`)
}
