/**
 * Factors made from a line of values: "0.1, 0.01, 0.001" for the learning rate, "784-64-10, 784-128-10" for the
 * network.
 */
import type { Factor } from '#shared/experiment'
import { readNumber } from '../../ui/number-text'
import { ACTIVATIONS, INITIALIZERS, OPTIMIZERS, initializerOf, optimizerOf } from './choices'
import { withSizes, type LooseLayer } from './layers'
import { readSizeString, type NetworkEnds } from './size-string'

/** What the values are read with: the design they are for. */
export interface FactorContext {
  layers: readonly LooseLayer[]
  ends: NetworkEnds
}

type Reading = { ok: true; label: string; set: Record<string, unknown> } | { ok: false; message: string }

export interface VariableField {
  path: string
  name: string
  /** Values to start from. */
  example: (context: FactorContext) => string
  hint: string
  read: (text: string, context: FactorContext) => Reading
}

function numberField(path: string, name: string, example: string): VariableField {
  return {
    path,
    name,
    example: () => example,
    hint: 'Numbers, with commas between them',
    read(text) {
      const value = readNumber(text)
      if (typeof value === 'string') return { ok: false, message: `“${text}” is not a number` }
      return { ok: true, label: text, set: { [path]: value } }
    },
  }
}

function choiceField(
  path: string,
  name: string,
  options: readonly { value: string; label: string }[],
  make: (value: string, context: FactorContext) => unknown = (value) => value,
): VariableField {
  return {
    path,
    name,
    example: () =>
      options
        .slice(0, 2)
        .map((option) => option.value)
        .join(', '),
    hint: `Of: ${options.map((option) => option.value).join(', ')}`,
    read(text, context) {
      const option = options.find((each) => each.value === text.toLowerCase())
      if (!option) return { ok: false, message: `“${text}” is none of ${options.map((each) => each.value).join(', ')}` }
      return { ok: true, label: option.label, set: { [path]: make(option.value, context) } }
    },
  }
}

export const VARIABLE_FIELDS: readonly VariableField[] = [
  {
    path: 'network.layers',
    name: 'Network',
    example: ({ ends }) => `${ends.inputs}-64-${ends.outputs}, ${ends.inputs}-128-${ends.outputs}`,
    hint: 'Sizes, with commas between them; each becomes a network that you can edit',
    read(text, { layers, ends }) {
      const size = readSizeString(text, ends)
      if (!size.ok) return size
      const label = [ends.inputs, ...size.hidden, ends.outputs].join('-')
      return { ok: true, label, set: { 'network.layers': withSizes(layers, size.hidden) } }
    },
  },
  numberField('training.optimizer.learningRate', 'Learning rate', '0.1, 0.01, 0.001'),
  choiceField('training.optimizer', 'Optimizer', OPTIMIZERS, optimizerOf),
  numberField('training.batchSize', 'Batch size', '32, 64, 128'),
  numberField('training.epochs', 'Epochs', '10, 20, 50'),
  choiceField('network.layers', 'Activation', ACTIVATIONS, (activation, { layers }) =>
    layers.map(({ units }) => ({ units, activation })),
  ),
  choiceField(
    'network.initializer',
    'Initializer',
    INITIALIZERS.filter((option) => option.value !== 'uniform'),
    initializerOf,
  ),
  choiceField('dataset.name', 'Data set', [
    { value: 'mnist', label: 'MNIST' },
    { value: 'fashion-mnist', label: 'Fashion-MNIST' },
  ]),
]

export type FactorReading = { ok: true; factor: Factor } | { ok: false; message: string }

export function readFactor(field: VariableField, text: string, context: FactorContext): FactorReading {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (parts.length < 2) return { ok: false, message: 'At least two values, with a comma between them' }
  const levels: Factor['levels'] = []
  for (const part of parts) {
    const reading = field.read(part, context)
    if (!reading.ok) return reading
    if (levels.some((level) => level.label === reading.label)) {
      return { ok: false, message: `“${reading.label}” is there twice` }
    }
    levels.push({ label: reading.label, set: reading.set as Factor['levels'][number]['set'] })
  }
  return { ok: true, factor: { name: field.name, levels } }
}
