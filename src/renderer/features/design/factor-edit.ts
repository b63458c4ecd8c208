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
  read: (text: string, context: FactorContext) => Reading
}

function numberField(group: VariableField['group'], path: string, name: string, example: string): VariableField {
  return {
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
      const option = options.find((each) => each.value === text.toLowerCase())
      if (!option) return { ok: false, message: `“${text}” is none of ${options.map((each) => each.value).join(', ')}` }
      return { ok: true, label: option.label, set: { [path]: make(option.value, context) } }
    },
  }
}

/** A loss that needs a certain output brings it. */
const lossField: VariableField = {
  ...choiceField('Network', 'training.loss', 'Loss', LOSSES),
  read(text) {
    const option = LOSSES.find((each) => each.value === text.toLowerCase())
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
  numberField('Length', 'training.batchSize', 'Batch size', '32, 64, 128'),
  numberField('Length', 'training.epochs', 'Epochs', '10, 20, 50'),
  choiceField('Length', 'training.shuffle', 'Shuffle', ON_OFF, (value) => value === 'on'),
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
  numberField('Data', 'dataset.split.train', 'Training samples', '1000, 10000'),
  choiceField('More', 'training.mistake', 'Deliberate mistake', MISTAKES),
  numberField('More', 'threads', 'Threads', '1, 2'),
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
