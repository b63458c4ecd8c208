/**
 * Models from files: opened, taken for what the file and the person say, and kept by a token as long as the lab is open.
 */
import { planSplit } from '#engine/split'
import type { SetAddress } from '#lab/datasets/desk/desk-calls'
import { valuesPerSample, type DatasetFacts } from '#shared/dataset'
import { LabError } from '#shared/errors'
import { experimentSchema, type Experiment, type Layer } from '#shared/experiment'
import type { ModelReading, OpenedModelFile } from '#shared/inspect/inspected'
import { parameterCount } from '#shared/network'
import { unfitFile, type ParsedModelFile } from './files/model-file'
import { scalingWords, type Subject } from './subject'

export interface FoundSet {
  facts: DatasetFacts
  address: SetAddress
}

interface Opened {
  file: ParsedModelFile
  reading: ModelReading
}

type Field = keyof ModelReading

/** Those that were opened first are forgotten. */
const MOST_FILES = 16
const LOSSES = {
  softmax: 'softmax-cross-entropy',
  sigmoid: 'binary-cross-entropy',
  linear: 'squared-error',
} as const satisfies Record<Experiment['network']['output']['activation'], Experiment['training']['loss']>

export class FileModels {
  private readonly opened = new Map<string, Opened>()
  private made = 0

  /** `find`: a set of the workspace by its name. */
  constructor(private readonly find: (name: string) => Promise<FoundSet>) {}

  async open(file: ParsedModelFile, reading: ModelReading): Promise<Omit<OpenedModelFile, 'facts'>> {
    this.made += 1
    const token = `model-${this.made}`
    const described = await this.describe(token, { file, reading: await this.withKnownSet(file, reading) })
    for (const oldest of [...this.opened.keys()].slice(0, -(MOST_FILES - 1))) this.opened.delete(oldest)
    return described
  }

  async read(token: string, reading: ModelReading): Promise<Omit<OpenedModelFile, 'facts'>> {
    return this.describe(token, { ...this.one(token), reading })
  }

  async subject(token: string): Promise<Subject> {
    const opened = this.one(token)
    const { file } = opened
    const whole = readingOf(opened)
    const [missing] = missingIn(opened)
    if (missing !== undefined) {
      throw new LabError('model/incomplete', `${file.name} does not say its ${missing}: say it when you open it`)
    }
    const { facts, address } = await this.find(whole.dataset ?? '')
    const experiment = experimentOf(opened, facts)
    return {
      facts: {
        source: { of: 'file', token },
        title: file.name,
        sizes: file.sizes,
        activations: experiment.network.layers.map((layer) => layer.activation),
        outputActivation: experiment.network.output.activation,
        loss: experiment.training.loss,
        parameters: parameterCount(file.sizes, 'each-layer'),
        classNames: facts.classes,
        step: file.step ?? 0,
        epoch: file.epoch,
        isSnapshot: false,
        moments: [],
        scaling: scalingWords(experiment.dataset.scaling, facts.kind ?? 'bytes'),
        isTestLocked: false,
      },
      key: file.key,
      weights: () => Promise.resolve(file.weights),
      experiment,
      partCounts: planSplit(experiment.dataset.split, facts),
      locate: () => Promise.resolve({ ...address, sha256: facts.sha256 }),
      saysScaling: file.scaling !== null,
    }
  }

  /** Kept only if what was said of it fits. */
  private async describe(token: string, opened: Opened): Promise<Omit<OpenedModelFile, 'facts'>> {
    const reading = readingOf(opened)
    if (reading.dataset !== undefined) mustFit(opened, (await this.find(reading.dataset)).facts)
    this.opened.set(token, opened)
    const { name, sizes, notes } = opened.file
    return { token, name, sizes, reading, fixed: fixedIn(opened.file), missing: missingIn(opened), notes }
  }

  /** A set that the file names is only taken if it is here, and nobody said another one. */
  private async withKnownSet({ said }: ParsedModelFile, reading: ModelReading): Promise<ModelReading> {
    if (reading.dataset !== undefined || said.dataset === undefined) return reading
    try {
      await this.find(said.dataset)
      return { ...reading, dataset: said.dataset }
    } catch (error) {
      if (error instanceof LabError && error.code === 'dataset/unknown') return reading
      throw error
    }
  }

  private one(token: string): Opened {
    const opened = this.opened.get(token)
    if (opened) return opened
    throw new LabError('model/not-open', 'This model’s file is no longer open: open it again')
  }
}

/** What the file says goes before what somebody says of it; which data it is asked about is the person's to say. */
function readingOf({ file: { said, scaling }, reading }: Opened): ModelReading {
  const activation = said.layers?.[0]?.activation
  return {
    ...reading,
    ...(activation !== undefined && { activation }),
    ...(said.output !== undefined && { output: said.output }),
    ...(scaling !== null && { scaling }),
  }
}

function fixedIn({ said, scaling }: ParsedModelFile): Field[] {
  return [
    ...(said.layers ? (['activation'] as const) : []),
    ...(said.output ? (['output'] as const) : []),
    ...(scaling === null ? [] : (['scaling'] as const)),
  ]
}

/** A network without hidden layers needs no activation. */
function missingIn(opened: Opened): Field[] {
  const reading = readingOf(opened)
  const needed: Field[] = ['activation', 'output', 'scaling', 'dataset']
  const isNeedless = (field: Field) => field === 'activation' && opened.file.sizes.length === 2
  return needed.filter((field) => reading[field] === undefined && !isNeedless(field))
}

function mustFit(opened: Opened, set: DatasetFacts): void {
  const { name, sizes } = opened.file
  const { output } = readingOf(opened)
  const [inputs = 0] = sizes
  const outputs = sizes.at(-1) ?? 0
  const values = valuesPerSample(set)
  const classes = set.classes.length
  if (inputs !== values) {
    throw unfitFile(name, `it takes ${inputs} inputs, and a sample of ${set.title} has ${values} values`)
  }
  const isOneForTwo = outputs === 1 && classes === 2 && output !== 'softmax'
  if (outputs >= classes || isOneForTwo) return
  throw unfitFile(name, `it has ${outputs} outputs, and ${set.title} has ${classes} classes`)
}

function experimentOf(opened: Opened, set: DatasetFacts): Experiment {
  const { file } = opened
  const { activation = 'linear', output = 'softmax', scaling = 'unit' } = readingOf(opened)
  const units = file.sizes.slice(1, -1)
  const layers = units.map((each, i): Layer => layerOf(each, file.said.layers?.[i], activation))
  return experimentSchema.parse({
    version: 1,
    title: file.name.replace(/\p{Cc}/gu, ' ').slice(0, 200) || 'model',
    dataset: { name: set.name, scaling },
    network: { layers, output: { units: file.sizes.at(-1), activation: output } },
    training: { loss: file.said.loss ?? LOSSES[output], optimizer: { kind: 'sgd' }, epochs: 1 },
  })
}

function layerOf(units: number, said: Layer | undefined, activation: Layer['activation']): Layer {
  if (said) return { ...said, units }
  if (activation === 'leaky-relu') return { units, activation, slope: 0.01 }
  if (activation === 'elu') return { units, activation, c: 1 }
  return { units, activation }
}
