/**
 * One workspace that is open: its storage, the list of its runs, and the queue that trains in it.
 */
import { availableParallelism, cpus, release, totalmem, type as osType, arch } from 'node:os'
import type { EngineHost, OwnSet } from '#lab/engine/host'
import type { LabOptions } from '#lab/lab'
import { datasetFacts } from '#shared/dataset'
import { LabError } from '#shared/errors'
import type { Experiment } from '#shared/experiment'
import { parseExperiment } from '#shared/experiment-check'
import { expandExperiment, type RunPlan } from '#shared/experiment-expand'
import { figureFacts, type FigureRun } from '#shared/figure'
import type { HistoryImport, ResumedAll } from '#shared/ipc'
import { hasEnded, type Advance, type MachineFacts, type RunDetails, type RunId, type RunOrigin } from '#shared/run'
import { DataRoom } from './datasets/data-room'
import { openDesk } from './datasets/desk/open-desk'
import { DatasetStore } from './datasets/store'
import type { Events } from './events'
import { DesignRoom } from './estimate/design-room'
import { SpeedFile } from './estimate/speed-file'
import { FinalEvaluations } from './final-evaluation'
import { ExportRoom } from './models/export/export-room'
import { ModelRoom } from './models/model-room'
import { readInitialWeights } from './initial-weights'
import { outsideRecord } from './outside-runs'
import { withoutSamples } from './queue/exclude'
import { OrderBox } from './queue/order-box'
import { OrderRoom } from './queue/order-room'
import { NOBODY } from './queue/parked'
import { resumeAll, resumeRuns, type ResumeSurroundings } from './queue/resume'
import { retrainedExperiment, retrainingOf } from './queue/retrain'
import { wantedData } from './queue/run-data'
import { RunList } from './queue/run-list'
import { newExperimentId, newRunIds } from './queue/run-id'
import { threadsAlone, type ThreadLimits } from './queue/thread-shares'
import { TrainingQueue, type NewRun, type QueuedRun } from './queue/training-queue'
import type { FileSystem } from './storage/file-system'
import type { RunRecord } from './storage/run-file'
import { Workspace } from './storage/workspace'

export interface SessionSurroundings {
  options: LabOptions
  host: EngineHost
  events: Events
  /** Counts the changes of the run list, over all workspaces that this lab opens. */
  revision: { value: number }
  fs?: FileSystem
}

/** All that a new run needs to be written down. */
interface QueuedPlan extends RunPlan {
  presetId: string | null
  experimentId: string
  /** The weights that it begins with, if those come from a file. */
  initial: { bytes: Uint8Array; sha256: string } | null
  origin?: RunOrigin
}

export class Session {
  readonly queue: TrainingQueue
  readonly list: RunList
  readonly data: DataRoom
  readonly tests: FinalEvaluations
  readonly design: DesignRoom
  readonly models: ModelRoom
  readonly exports: ExportRoom
  readonly orders: OrderRoom
  private readonly box: OrderBox

  private constructor(
    readonly workspace: Workspace,
    private readonly around: SessionSurroundings,
  ) {
    const { events, host, options } = around
    this.queue = new TrainingQueue({
      host,
      folders: workspace.runs,
      machine: () => machineFacts(host, options.version),
      locate: (record) => this.data.locate(wantedData(record)),
      threadLimits: () => this.threadLimits(),
      listener: {
        changed: (run: QueuedRun) => this.list.update(run),
        evaluated: (id, evaluation) => events.emit('runs:evaluated', { id, evaluation }),
        progressed: (progress) => events.emit('runs:progress', progress),
        heldUp: (state) => events.emit('queue:changed', state),
      },
    })
    const desk = openDesk(options.workerFile, deskPlace(workspace, options), around.fs)
    this.data = new DataRoom({
      workspace: workspace.directory,
      resources: options.resources,
      desk,
      mayReadPaths: options.door !== 'served',
      changed: (listing) => events.emit('datasets:changed', listing),
    })
    const isAlive = (token: string) => workspace.processes.isAlive(token)
    this.list = new RunList(workspace.runs, this.queue, isAlive, (change) => this.tell(change))
    const locateRun = (record: RunRecord) => this.data.locate(wantedData(record))
    this.box = new OrderBox(workspace.disk, workspace.directory, isAlive)
    this.orders = new OrderRoom({
      box: this.box,
      folders: workspace.runs,
      list: this.list,
      queue: this.queue,
      isAlive,
      history: (id) => this.list.history(id),
      enqueue: async ({ experiment, presetId }) =>
        this.enqueue(parseExperiment(experiment, await this.data.catalog()), presetId),
      park: async ({ experiment, presetId }) =>
        this.park(parseExperiment(experiment, await this.data.catalog()), presetId),
      owner: workspace.token,
    })
    this.tests = new FinalEvaluations({ host, folders: workspace.runs, list: this.list, locate: locateRun, isAlive })
    const { list, queue } = this
    const locate = (experiment: Experiment) => this.locateByName(experiment.dataset.name)
    const addressOf = async (record: RunRecord) => {
      const wanted = wantedData(record)
      return { name: await this.data.nameOf(wanted), own: await this.data.locate(wanted) }
    }
    this.models = new ModelRoom({
      folders: workspace.runs,
      list,
      desk,
      locate: addressOf,
      find: (name) => this.data.find(name),
      mayReadPaths: options.door !== 'served',
    })
    this.exports = new ExportRoom({
      subject: (source) => this.models.subject(source),
      folders: workspace.runs,
      list,
      desk,
      locate: addressOf,
      version: options.version,
    })
    this.design = new DesignRoom({
      host,
      list,
      queue,
      file: new SpeedFile(workspace.disk, workspace.directory),
      machine: () => machineFacts(host, options.version),
      limits: () => this.threadLimits(),
      catalog: () => this.data.catalog(),
      place: async (experiment) => ({
        own: await locate(experiment),
        initialWeights: await this.weightsOf(experiment),
      }),
    })
  }

  static async open(directory: string, around: SessionSurroundings): Promise<Session> {
    return Session.begin(await Workspace.open(directory, around.fs), around)
  }

  /** Takes the workspace over, and closes it if something goes wrong. */
  static async begin(workspace: Workspace, around: SessionSurroundings): Promise<Session> {
    const session = new Session(workspace, around)
    try {
      await DatasetStore.open(workspace.disk, workspace.directory, (token) => workspace.processes.isAlive(token))
      await session.box.sweep()
      await session.list.refresh()
      session.box.listen(
        () => session.queue.isBusy,
        (order) => session.orders.obey(order),
      )
      return session
    } catch (error) {
      await session.workspace.close()
      throw error
    }
  }

  async close(): Promise<void> {
    await this.box.close()
    await this.queue.close()
    await this.data.close()
    await this.workspace.close()
  }

  async enqueue(experiment: Experiment, presetId: string | null): Promise<RunId[]> {
    return this.enqueuePlans(await this.plansOf(experiment, presetId))
  }

  /** At the end of the line on disk, for whichever program takes it up. All of its runs or none. */
  async park(experiment: Experiment, presetId: string | null): Promise<RunId[]> {
    const made = await this.newRuns(await this.plansOf(experiment, presetId), NOBODY)
    const { runs } = await this.list.all()
    const last = Math.max(0, ...runs.map((run) => run.place ?? 0))
    const { runs: folders } = this.workspace
    const written: RunId[] = []
    try {
      for (const [i, { record, initialWeights }] of made.entries()) {
        await folders.create({ ...record, place: Math.floor(last) + 1 + i }, initialWeights)
        written.push(record.id)
      }
    } catch (error) {
      for (const id of written) await folders.discard(id)
      throw error
    }
    await this.list.refresh()
    return written
  }

  private async plansOf(experiment: Experiment, presetId: string | null): Promise<QueuedPlan[]> {
    const plans = expandExperiment(experiment, await this.data.catalog())
    const locate = (each: Experiment) => this.locateByName(each.dataset.name)
    const weights = await readInitialWeights(plans, this.around.host, locate)
    const experimentId = newExperimentId(new Date())
    return plans.map((plan) => {
      const initial = weights.get(plan.experiment.training.initialWeights) ?? null
      return { ...plan, presetId, experimentId, initial }
    })
  }

  /** The same definitions once more: what they come to is compared, and never counted as another replicate. */
  async repeat(ids: readonly RunId[]): Promise<RunId[]> {
    const experimentId = newExperimentId(new Date())
    const plans: QueuedPlan[] = []
    for (const id of ids) {
      const { record } = await this.list.one(id)
      plans.push({ ...(await this.planOf(record)), experimentId, origin: { kind: 'repeat', from: id } })
    }
    return this.enqueuePlans(plans)
  }

  /** It stays in the experiment that chose it, as a configuration of its own. */
  async retrain(id: RunId): Promise<RunId> {
    const { record, summary } = await this.list.one(id)
    const origin = retrainingOf(summary)
    const [retrained] = await this.enqueuePlans([
      {
        ...(await this.planOf(record)),
        experiment: retrainedExperiment(record.experiment, origin.epochs),
        configuration: {
          index: await this.nextConfiguration(record.experimentId),
          label: `${record.configuration.label} · train + validation`,
          levels: { ...record.configuration.levels, 'Trained on': 'train + validation' },
        },
        origin,
      },
    ])
    if (retrained === undefined) throw new LabError('run/not-found', `"${summary.label}" could not be queued`)
    return retrained
  }

  /** The same definition without these samples. It stays in the experiment, so that its looks at the test count on. */
  async exclude(id: RunId, samples: readonly number[]): Promise<RunId> {
    const { record, summary } = await this.list.one(id)
    const plan = await this.planOf(record)
    const { experiment, configuration } = withoutSamples(plan, samples)
    const index = await this.nextConfiguration(record.experimentId)
    const count = experiment.dataset.exclude?.length ?? 0
    const origin: RunOrigin = { kind: 'exclude', from: id, samples: count }
    const [made] = await this.enqueuePlans([
      { ...plan, experiment, configuration: { ...configuration, index }, origin },
    ])
    if (made === undefined) throw new LabError('run/not-found', `"${summary.label}" could not be queued`)
    return made
  }

  private async nextConfiguration(experimentId: string): Promise<number> {
    const { runs } = await this.list.all()
    return (
      1 + Math.max(...runs.filter((run) => run.experimentId === experimentId).map((run) => run.configuration.index))
    )
  }

  private async planOf(record: RunRecord): Promise<QueuedPlan> {
    const { id, configuration, replicate, presetId, experimentId, initialWeightsSha256: sha256 } = record
    const { dataset } = record.experiment
    // the set may be called otherwise by now
    const name = await this.data.nameOf(wantedData(record))
    const experiment = { ...record.experiment, dataset: { ...dataset, name } }
    const bytes = sha256 === undefined ? null : await this.workspace.runs.readInitialWeights(id, sha256)
    const initial = bytes && sha256 !== undefined ? { bytes, sha256 } : null
    return { experiment, configuration, replicate, presetId, experimentId, initial }
  }

  private async enqueuePlans(plans: readonly QueuedPlan[]): Promise<RunId[]> {
    const runs = await this.newRuns(plans, this.workspace.token)
    await this.queue.enqueue(runs)
    return runs.map(({ record }) => record.id)
  }

  private async newRuns(plans: readonly QueuedPlan[], owner: string): Promise<NewRun[]> {
    const { options } = this.around
    const now = new Date()
    const ids = newRunIds(plans.length, now)
    const limits = await this.threadLimits()
    const dataOf = await this.data.describe(plans.map((plan) => plan.experiment))
    return plans.map(({ initial, ...plan }, i): NewRun => {
      const record: RunRecord = {
        version: 1,
        id: ids[i],
        status: 'waiting',
        reason: null,
        owner,
        createdAt: now.toISOString(),
        startedAt: null,
        endedAt: null,
        experimentId: plan.experimentId,
        presetId: plan.presetId,
        experiment: plan.experiment,
        ...dataOf(plan.experiment),
        configuration: plan.configuration,
        replicate: plan.replicate,
        tags: [],
        threads: threadsAlone(plan.experiment.threads, limits),
        versions: { lab: options.version, node: process.versions.node, ...options.runtime },
        machine: null,
        ...(initial && { initialWeightsSha256: initial.sha256 }),
        ...(plan.origin && { origin: plan.origin }),
        measured: null,
        model: null,
      }
      return { record, initialWeights: initial?.bytes ?? null }
    })
  }

  async stop(id: RunId): Promise<void> {
    if (await this.queue.stop(id)) return
    const { summary } = await this.list.one(id)
    if (hasEnded(summary.status)) return // it ended while the person reached for it
    throw new LabError('run/not-ours', `"${summary.label}" is trained by another program; stop it there`)
  }

  async stopAfterEpoch(id: RunId, wanted: boolean): Promise<void> {
    if (!this.queue.stopAfterEpoch(id, wanted)) throw await this.notTraining(id, 'stopped after an epoch')
  }

  /** Runs that have begun meanwhile are left where they are. */
  async move(ids: readonly RunId[], before: RunId | null): Promise<void> {
    for (const id of ids) {
      if (this.queue.get(id)) continue
      const { summary } = await this.list.one(id)
      if (hasEnded(summary.status)) {
        throw new LabError('queue/not-waiting', `"${summary.label}" is ${summary.status}: only what waits has a place`)
      }
      throw new LabError('run/not-ours', `"${summary.label}" waits in another program; move it there`)
    }
    await this.queue.move(ids, before)
  }

  async pause(id: RunId): Promise<void> {
    if (!(await this.queue.pause(id))) throw await this.notTraining(id, 'paused')
  }

  async proceed(id: RunId): Promise<void> {
    if (!(await this.queue.proceed(id))) throw await this.notTraining(id, 'told to go on')
  }

  async advance(id: RunId, by: Advance): Promise<void> {
    if (this.queue.advance(id, by)) return
    const { summary } = await this.list.one(id)
    if (summary.status !== 'running' && summary.status !== 'paused') throw await this.notTraining(id, 'advanced')
    const expected = summary.status === 'paused' ? 'The queue is paused: let it go on' : 'Pause it'
    throw new LabError('run/not-paused', `"${summary.label}" cannot be advanced step by step. ${expected} first`)
  }

  async setLearningRate(id: RunId, rate: number): Promise<void> {
    if (!(await this.queue.setLearningRate(id, rate))) throw await this.notTraining(id, 'given a learning rate')
  }

  async resume(ids: readonly RunId[]): Promise<void> {
    await resumeRuns(ids, this.resumeSurroundings)
  }

  async resumeAll(): Promise<ResumedAll> {
    return resumeAll(this.resumeSurroundings)
  }

  private get resumeSurroundings(): ResumeSurroundings {
    const { list, queue, workspace, around } = this
    return {
      host: around.host,
      folders: workspace.runs,
      list,
      queue,
      locate: (record) => this.data.locate(wantedData(record)),
      isAlive: (token) => workspace.processes.isAlive(token),
      owner: workspace.token,
    }
  }

  /** Runs of this process that have not ended. */
  own(): RunId[] {
    return this.queue.all().flatMap(({ record }) => (hasEnded(record.status) ? [] : [record.id]))
  }

  async details(id: RunId): Promise<RunDetails> {
    const { record, summary } = await this.list.one(id)
    const { experiment, machine, data, split, interventions, resumes } = record
    const dataProblem = await this.data.problemOf(wantedData(record))
    return {
      summary,
      experiment,
      machine,
      directory: this.workspace.runs.path(id),
      ...(data && { data }),
      ...(split && { split }),
      ...(dataProblem !== null && { dataProblem }),
      ...(interventions && { interventions }),
      ...(resumes && { resumes }),
    }
  }

  async figureRun(id: RunId): Promise<FigureRun> {
    const { record, summary } = await this.list.look(id)
    const history = await this.list.history(id)
    return { summary, history, machine: record?.machine ?? null, ...(record && figureFacts(record)) }
  }

  /** Somebody's own history, listed and drawn beside the runs from here on. */
  async importHistory(history: HistoryImport): Promise<RunId> {
    const record = outsideRecord(history, new Date())
    await this.list.addOutside(record)
    return record.id
  }

  private async threadLimits(): Promise<ThreadLimits> {
    const { threads, sideBySide } = await this.workspace.readSettings()
    const engine = this.around.host.facts.threads
    return { engine, shared: Math.min(threads || engine, engine), sideBySide }
  }

  /** Of the file that the experiment names; null: the initializer's. */
  private async weightsOf(experiment: Experiment): Promise<Uint8Array | null> {
    const locate = (each: Experiment) => this.locateByName(each.dataset.name)
    const weights = await readInitialWeights([{ experiment }], this.around.host, locate)
    return weights.get(experiment.training.initialWeights)?.bytes ?? null
  }

  private async locateByName(name: string): Promise<OwnSet | null> {
    return this.data.locate(datasetFacts(name, await this.data.catalog()))
  }

  private async notTraining(id: RunId, wish: string): Promise<LabError> {
    const { summary } = await this.list.one(id)
    const { label, status } = summary
    if (hasEnded(status) || this.queue.get(id)) {
      return new LabError('run/not-training', `Only a run that trains can be ${wish}; "${label}" is ${status}`)
    }
    return new LabError('run/not-ours', `"${label}" is trained by another program; look at it there`)
  }

  private tell(change: Parameters<ConstructorParameters<typeof RunList>[3]>[0]): void {
    this.around.revision.value += 1
    this.around.events.emit('runs:changed', { revision: this.around.revision.value, ...change })
  }
}

function deskPlace({ directory, token }: Workspace, { resources }: LabOptions) {
  return { resources, workspace: directory, token }
}

function machineFacts(host: EngineHost, version: string): MachineFacts {
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    os: `${osType()} ${release()} ${arch()}`,
    node: process.versions.node,
    app: version,
    kernels: host.facts.kernels,
    bitClass: host.facts.bitClass,
    placement: host.facts.placement,
    wideVectors: host.facts.wideVectors,
  }
}
