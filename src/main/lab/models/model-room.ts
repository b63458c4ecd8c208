/**
 * What models say: of a run, whether it trains or has ended, at whatever step it kept its weights, or from a file; asked
 * about samples, parts or the plane. Finds out which model and which data; the work is the desk's.
 */
import type { Desk, SetAddress } from '#lab/datasets/desk/desk-calls'
import { LabError } from '#shared/errors'
import type { Experiment } from '#shared/experiment'
import type {
  DrawnAnswer,
  LayerInsight,
  ModelFacts,
  ModelFile,
  ModelReading,
  ModelSource,
  OpenedModelFile,
  PartPredictions,
  PartRequest,
  PlaneAnswer,
  PlaneRequest,
  SampleInsight,
  SampleRequest,
} from '#shared/inspect/inspected'
import type { PredictRequest, Predictions } from '#shared/predict'
import type { RunId } from '#shared/run'
import { Answers } from './answers'
import { FileModels, type FoundSet } from './file-models'
import type { ModelOrder } from './loaded-models'
import { RunModels, type RunModelSurroundings } from './run-models'
import { PARTS, type Subject } from './subject'

export interface ModelSurroundings extends RunModelSurroundings {
  desk: Pick<Desk, 'ask'>
  /** A set of the workspace by its name. Rejects with `dataset/unknown`. */
  find: (name: string) => Promise<FoundSet>
  /** Whether files may be read by their paths: only for somebody who picked them in a dialog or a terminal. */
  mayReadPaths: boolean
}

const NEIGHBORS = 8
/** At most so many kept moments are asked about one sample, at even distances, the last one with them. */
const MOST_MOMENTS = 100

/** A model with the data that it is asked about now. */
interface Asked {
  subject: Subject
  set: SetAddress
  experiment: Experiment
  /** What an answer depends on, beside the question. */
  identity: readonly unknown[]
  order(): Promise<ModelOrder>
}

export class ModelRoom {
  private readonly runs: RunModels
  private readonly files: FileModels
  private readonly answers = new Answers()

  constructor(private readonly around: ModelSurroundings) {
    this.runs = new RunModels(around)
    this.files = new FileModels(around.find)
  }

  async predict(id: RunId, request: PredictRequest): Promise<Predictions> {
    const asked = await this.ask({ of: 'run', run: id, step: null })
    const { step, epoch, isSnapshot } = asked.subject.facts
    const { outputs, values, samples, labels } = await this.around.desk.ask('predict', asked.set, {
      order: await asked.order(),
      request,
    })
    return { outputs, values, samples, labels, step, epoch: epoch ?? 0, isSnapshot }
  }

  async facts(source: ModelSource): Promise<ModelFacts> {
    const subject = await this.subject(source)
    const { facts, partCounts } = subject
    const found = await subject.locate().catch((error: unknown) => {
      if (error instanceof LabError) return error
      throw error
    })
    if (found instanceof LabError) {
      return { ...facts, dataset: subject.experiment.dataset.name, dataProblem: found.message, parts: [] }
    }
    const parts = PARTS.filter((part) => partCounts[part] > 0 && !(part === 'test' && facts.isTestLocked))
    return {
      ...facts,
      dataset: found.name,
      dataProblem: null,
      parts: parts.map((part) => ({ part, count: partCounts[part] })),
    }
  }

  async openFile(file: ModelFile, reading: ModelReading): Promise<OpenedModelFile> {
    if (file.kind === 'path' && !this.around.mayReadPaths) {
      throw new LabError(
        'model/no-paths',
        'Files are read by their paths in the desktop application only; bring their bytes',
      )
    }
    return this.withFacts(await this.files.open(await this.around.desk.ask('openModel', file), reading))
  }

  async readFile(token: string, reading: ModelReading): Promise<OpenedModelFile> {
    return this.withFacts(await this.files.read(token, reading))
  }

  async predictions({ source, part, dataset }: PartRequest): Promise<PartPredictions> {
    const asked = await this.ask(source, dataset)
    const { facts, partCounts } = asked.subject
    const isOwnData = asked.experiment === asked.subject.experiment
    if (part === 'test' && facts.isTestLocked && isOwnData) {
      throw new LabError(
        'test/locked',
        `The test part of "${facts.title}" is locked: it is opened by the final evaluation of the finished run`,
      )
    }
    if (partCounts[part] === 0 && isOwnData) {
      throw new LabError('model/no-part', `"${facts.title}" has no ${part} part: its split made none`)
    }
    return this.answer(asked, ['part', part], async (order) =>
      this.around.desk.ask('inspectPart', asked.set, order, part),
    )
  }

  async sample({ source, sample, dataset, neighbors = NEIGHBORS }: SampleRequest): Promise<SampleInsight> {
    const asked = await this.ask(source, dataset)
    const { moments } = asked.subject.facts
    const steps = moments.map(({ step }) => step)
    return this.answer(asked, ['sample', sample, neighbors, steps], async (order) => {
      const insight = await this.around.desk.ask('inspectSample', asked.set, order, { sample, neighbors })
      return { ...insight, overEpochs: await this.overEpochs(asked, sample) }
    })
  }

  async drawn(source: ModelSource, pixels: Uint8Array): Promise<DrawnAnswer> {
    const asked = await this.ask(source)
    return this.around.desk.ask('inspectDrawn', asked.set, await asked.order(), pixels)
  }

  async layers(source: ModelSource, samples: number): Promise<LayerInsight[]> {
    const asked = await this.ask(source)
    return this.answer(asked, ['layers', samples], (order) =>
      this.around.desk.ask('inspectLayers', asked.set, order, samples),
    )
  }

  async plane({ source, ...plane }: PlaneRequest): Promise<PlaneAnswer> {
    const asked = await this.ask(source)
    return this.answer(asked, ['plane', plane], (order) =>
      this.around.desk.ask('inspectPlane', asked.set, order, plane),
    )
  }

  private async withFacts(file: Omit<OpenedModelFile, 'facts'>): Promise<OpenedModelFile> {
    const isWhole = file.missing.length === 0
    return { ...file, facts: isWhole ? await this.facts({ of: 'file', token: file.token }) : null }
  }

  /** Rejects with `model/none` for a run that has no weights yet. */
  subject(source: ModelSource): Promise<Subject> {
    return source.of === 'run' ? this.runs.subject(source) : this.files.subject(source.token)
  }

  /** By its own data, or by another set of the workspace in its official parts. */
  private async ask(source: ModelSource, dataset?: string): Promise<Asked> {
    const subject = await this.subject(source)
    const own = dataset === undefined ? await subject.locate() : null
    const { set, sha256, experiment } = own
      ? { set: own, sha256: own.sha256, experiment: subject.experiment }
      : await this.askElsewhere(subject, dataset ?? '')
    const { network, training, seeds } = experiment
    const identity = [
      subject.key,
      sha256 ?? set.name,
      experiment.dataset,
      network,
      training.loss,
      training.mistake,
      seeds,
    ]
    return {
      ...{ subject, experiment, identity },
      set: { name: set.name, own: set.own },
      order: async () => ({ key: subject.key, weights: await subject.weights(), experiment }),
    }
  }

  private async askElsewhere(subject: Subject, dataset: string) {
    const { facts, address } = await this.around.find(dataset)
    const own = await subject.locate().catch(() => null) // gone, perhaps: then it is certainly another one
    if (own && own.sha256 !== undefined && own.sha256 === facts.sha256) {
      return { set: address, sha256: facts.sha256, experiment: subject.experiment }
    }
    const { scaling } = subject.experiment.dataset
    const isStandardized = scaling === 'standardize' || scaling === 'standardize-per-feature'
    if (isStandardized && !subject.saysScaling) {
      throw new LabError(
        'model/no-scaling',
        `"${subject.facts.title}" was trained on standardized inputs, and its weights do not say their mean and deviation: ask it about its own data`,
      )
    }
    const experiment: Experiment = {
      ...subject.experiment,
      dataset: { name: facts.name, split: { kind: 'official' }, scaling },
    }
    return { set: address, sha256: facts.sha256, experiment }
  }

  private answer<T>(asked: Asked, question: readonly unknown[], ask: (order: ModelOrder) => Promise<T>): Promise<T> {
    return this.answers.get([...asked.identity, ...question], async () => ask(await asked.order()))
  }

  /** What the run said of the sample at each of its moments. */
  private async overEpochs({ subject, set }: Asked, sample: number): Promise<SampleInsight['overEpochs']> {
    const { source, moments } = subject.facts
    if (source.of === 'file') return []
    const { run } = source
    const every = Math.ceil(moments.length / MOST_MOMENTS)
    const chosen = moments.filter((_, i) => (moments.length - 1 - i) % every === 0)
    const answers: SampleInsight['overEpochs'][number][] = []
    for (const { step, epoch } of chosen) {
      const at = await this.runs.subject({ of: 'run', run, step })
      const values = await this.answers.get([at.key, set, 'moment', sample], async () => {
        const order = { key: at.key, weights: await at.weights(), experiment: at.experiment }
        return this.around.desk.ask('inspectMoment', set, order, sample)
      })
      answers.push({ step, epoch, values })
    }
    return answers
  }
}
