/**
 * Factors made from a line of values: "0.1, 0.01, 0.001" for the learning rate, "784-64-10, 784-128-10" for the
 * network.
 */
import type { Factor } from '#shared/experiment'
import { readNumber } from '../../ui/number-text'
import { BUILT_IN_DATASETS, unknownDataset, type DatasetCatalog } from '#shared/dataset'
import { OUTPUT_OF_LOSS } from '#shared/experiment-support'
import {
  ACTIVATIONS,
  BIASES,
  INITIALIZERS,
  LOSSES,
  MISTAKES,
  OPTIMIZERS,
  OUTPUT_ACTIVATIONS,
  SCALINGS,
  SCHEDULES,
  WATCHED,
  initializerOf,
  layerOf,
  optimizerOf,
  scheduleOf,
} from './choices'
import { withSizes, type LooseLayer } from './layers'
import { readSizeString, type NetworkEnds } from './size-string'

/** What the values are read with: the design they are for. */
export interface FactorContext {
  layers: readonly LooseLayer[]
  ends: NetworkEnds
  /** @default the sets that ship with the lab */
  catalog?: DatasetCatalog
}

type Reading = { ok: true; label: string; set: Record<string, unknown> } | { ok: false; message: string }

export interface VariableField {
  /** Offered where the design has this field. */
  path: string
  name: string
  /** Under which heading it is listed. */
  group: 'Data' | 'Network' | 'Optimizer' | 'Length' | 'Schedule and stopping' | 'Regularization' | 'More'
  /** Values to start from. */
  example: (context: FactorContext) => string
  hint: string
  /** Left out: its values are words. `whole`: whole numbers only. */
  numbers?: 'any' | 'whole'
  read: (text: string, context: FactorContext) => Reading
}

function numberField(
  group: VariableField['group'],
  path: string,
  name: string,
  example: string,
  numbers: VariableField['numbers'] & string = 'any',
): VariableField {
  return {
    numbers,
    path,
    name,
    group,
    example: () => example,
    hint: 'Numbers, with commas between them',
    read(text) {
      const value = readNumber(text)
      if (typeof value === 'string') return { ok: false, message: `“${text}” is not a number` }
      return { ok: true, label: text, set: { [path]: value } }
    },
  }
}

/** By its word in the file, or as it is called here. */
function optionFor<T extends { value: string; label: string }>(text: string, options: readonly T[]): T | undefined {
  const wanted = text.toLowerCase()
  return options.find((each) => each.value === wanted) ?? options.find((each) => each.label.toLowerCase() === wanted)
}

function choiceField(
  group: VariableField['group'],
  path: string,
  name: string,
  options: readonly { value: string; label: string }[],
  make: (value: string, context: FactorContext) => unknown = (value) => value,
): VariableField {
  return {
    path,
    name,
    group,
    example: () =>
      options
        .slice(0, 2)
        .map((option) => option.value)
        .join(', '),
    hint: `Of: ${options.map((option) => option.value).join(', ')}`,
    read(text, context) {
      const option = optionFor(text, options)
      if (!option) return { ok: false, message: `“${text}” is none of ${options.map((each) => each.value).join(', ')}` }
      return { ok: true, label: option.label, set: { [path]: make(option.value, context) } }
    },
  }
}

/** A loss that needs a certain output brings it. */
const lossField: VariableField = {
  ...choiceField('Network', 'training.loss', 'Loss', LOSSES),
  read(text) {
    const option = optionFor(text, LOSSES)
    if (!option) return { ok: false, message: `“${text}” is none of ${LOSSES.map((each) => each.value).join(', ')}` }
    const output = OUTPUT_OF_LOSS[option.value as keyof typeof OUTPUT_OF_LOSS]
    const set = { 'training.loss': option.value, ...(output ? { 'network.output.activation': output } : {}) }
    return { ok: true, label: option.label, set }
  },
}

const datasetField: VariableField = {
  path: 'dataset.name',
  name: 'Data set',
  group: 'Data',
  example: ({ catalog = BUILT_IN_DATASETS }) =>
    catalog
      .slice(0, 2)
      .map((set) => set.name)
      .join(', '),
  hint: 'Names of data sets, as the Data screen shows them',
  read(text, { catalog = BUILT_IN_DATASETS }) {
    const found = catalog.find(({ name }) => name === text)
    if (found) return { ok: true, label: found.title, set: { 'dataset.name': found.name } }
    return { ok: false, message: unknownDataset(text, catalog) }
  },
}

const networkField: VariableField = {
  path: 'network.layers',
  name: 'Network',
  group: 'Network',
  example: ({ ends }) => `${ends.inputs}-64-${ends.outputs}, ${ends.inputs}-128-${ends.outputs}`,
  hint: 'Sizes, with commas between them; each becomes a network that you can edit',
  read(text, { layers, ends }) {
    const size = readSizeString(text, ends)
    if (!size.ok) return size
    const label = [ends.inputs, ...size.hidden, ends.outputs].join('-')
    return { ok: true, label, set: { 'network.layers': withSizes(layers, size.hidden) } }
  },
}

const ON_OFF = [
  { value: 'on', label: 'on' },
  { value: 'off', label: 'off' },
]

const onOffField = (group: VariableField['group'], path: string, name: string) =>
  choiceField(group, path, name, ON_OFF, (value) => value === 'on')
const SEED_WORDS = { init: 'initial weights', shuffle: 'shuffle', dropout: 'dropout', split: 'split' } as const

const optimizerNumber = (field: string, name: string, example: string) =>
  numberField('Optimizer', `training.optimizer.${field}`, name, example)
const scheduleNumber = (field: string, name: string, example: string) =>
  numberField('Schedule and stopping', `training.schedule.${field}`, name, example)
const regularizer = (field: string, name: string, example: string) =>
  numberField('Regularization', `training.regularization.${field}`, name, example)

export const VARIABLE_FIELDS: readonly VariableField[] = [
  networkField,
  choiceField('Network', 'network.layers', 'Activation', ACTIVATIONS, (activation, { layers }) =>
    layers.map(({ units }) => layerOf(units, activation)),
  ),
  choiceField(
    'Network',
    'network.initializer',
    'Initializer',
    INITIALIZERS.filter((option) => option.value !== 'uniform'),
    initializerOf,
  ),
  numberField('Network', 'network.initializer.range', 'a, in U(−a, a)', '0.01, 0.05, 1'),
  choiceField('Network', 'network.bias', 'Biases', BIASES),
  lossField,
  choiceField('Network', 'network.output.activation', 'Output activation', OUTPUT_ACTIVATIONS),
  numberField('Optimizer', 'training.optimizer.learningRate', 'Learning rate', '0.1, 0.01, 0.001'),
  choiceField('Optimizer', 'training.optimizer', 'Optimizer', OPTIMIZERS, optimizerOf),
  optimizerNumber('momentum', 'Momentum', '0, 0.9'),
  optimizerNumber('beta1', 'β₁', '0.8, 0.9, 0.95'),
  optimizerNumber('beta2', 'β₂', '0.9, 0.99, 0.999'),
  optimizerNumber('rho', 'ρ', '0.9, 0.99'),
  optimizerNumber('epsilon', 'ε', '1e-8, 1e-7'),
  optimizerNumber('weightDecay', 'Weight decay', '0, 0.01, 0.1'),
  optimizerNumber('initialAccumulator', 'First sum of squares', '0, 0.1'),
  numberField('Length', 'training.batchSize', 'Batch size', '32, 64, 128', 'whole'),
  numberField('Length', 'training.epochs', 'Epochs', '10, 20, 50', 'whole'),
  onOffField('Length', 'training.shuffle', 'Shuffle'),
  choiceField('Schedule and stopping', 'training.schedule', 'Schedule', SCHEDULES, (kind) =>
    scheduleOf(kind, 0, 'train-loss'),
  ),
  scheduleNumber('warmupEpochs', 'Warm-up', '0, 5'),
  scheduleNumber('factor', 'Factor of the schedule', '0.5, 0.1'),
  scheduleNumber('everyEpochs', 'Epochs between steps', '5, 10'),
  scheduleNumber('final', 'Factor at the end', '0, 0.1'),
  scheduleNumber('patience', 'Patience of the schedule', '3, 10'),
  numberField('Schedule and stopping', 'training.earlyStopping.patience', 'Patience until the stop', '3, 10'),
  choiceField('Schedule and stopping', 'training.earlyStopping.metric', 'What has to improve', WATCHED),
  regularizer('l1', 'L1', '0, 1e-5, 1e-4'),
  regularizer('l2', 'L2', '0, 1e-4, 1e-3'),
  regularizer('activityL1', 'Activity L1', '0, 1e-5'),
  regularizer('activityL2', 'Activity L2', '0, 1e-5'),
  regularizer('dropoutInput', 'Input dropout', '0, 0.2'),
  regularizer('dropoutHidden', 'Dropout', '0, 0.25, 0.5'),
  regularizer('maxNorm', 'Max-norm', '0, 3'),
  regularizer('clipNorm', 'Gradient clipping', '0, 1'),
  regularizer('labelSmoothing', 'Label smoothing', '0, 0.1'),
  datasetField,
  choiceField('Data', 'dataset.scaling', 'Pixel scaling', SCALINGS),
  numberField('Data', 'dataset.split.train', 'Training samples', '1000, 10000', 'whole'),
  choiceField('More', 'training.mistake', 'Deliberate mistake', MISTAKES),
  numberField('Data', 'dataset.split.validation', 'Validation samples', '5000, 10000', 'whole'),
  numberField('Data', 'dataset.split.fold', 'Fold', '0, 1, 2', 'whole'),
  numberField('Network', 'network.output.units', 'Output units', '10, 200', 'whole'),
  onOffField('Optimizer', 'training.optimizer.nesterov', 'Nesterov momentum'),
  onOffField('Schedule and stopping', 'training.earlyStopping.restoreBest', 'Bring the best weights back'),
  numberField('Length', 'training.evaluation.every.epochs', 'Epochs between evaluations', '1, 5', 'whole'),
  numberField('Length', 'training.evaluation.every.steps', 'Steps between evaluations', '100, 500', 'whole'),
  choiceField('Length', 'training.evaluation.train', 'Training score', [
    { value: 'running', label: 'running' },
    { value: 'full', label: 'full' },
  ]),
  ...(['init', 'shuffle', 'dropout', 'split'] as const).map((seed) =>
    numberField('More', `seeds.${seed}`, `Seed: ${SEED_WORDS[seed]}`, '1, 2, 3', 'whole'),
  ),
  onOffField('More', 'training.diagnostics', 'Diagnostics'),
  numberField('More', 'threads', 'Threads', '1, 2', 'whole'),
]

/** Fields of the hidden layers that the design has now. */
function layerFields(layers: readonly LooseLayer[]): VariableField[] {
  return layers.flatMap((layer, i) => {
    const at = `network.layers[${i}]`
    const of = `of hidden layer ${i + 1}`
    const parameter = layer.activation === 'leaky-relu' ? 'slope' : layer.activation === 'elu' ? 'c' : null
    return [
      numberField('Network', `${at}.units`, `Units ${of}`, '16, 32, 64, 128', 'whole'),
      choiceField('Network', at, `Activation ${of}`, ACTIVATIONS, (activation) => layerOf(layer.units, activation)),
      ...(parameter ? [numberField('Network', `${at}.${parameter}`, `${parameter} ${of}`, '0.01, 0.1, 0.3')] : []),
    ]
  })
}

/** All that can be varied; which of them a design has is another matter. */
export function variableFields(layers: readonly LooseLayer[]): VariableField[] {
  return [...VARIABLE_FIELDS, ...layerFields(layers)]
}

/** The line of values that made a factor, as far as its levels still say so; undefined if they were changed since. */
export function valuesOf(
  factor: { name: string; levels: readonly { label: string }[] },
  fields: readonly VariableField[],
) {
  const field = fields.find((each) => each.name === factor.name)
  return field && { field, values: factor.levels.map((level) => level.label).join(', ') }
}

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
