/**
 * One workspace that is open: its storage, the list of its runs, and the queue that trains in it.
 */
import { availableParallelism, cpus, release, totalmem, type as osType, arch } from 'node:os'
import type { EngineHost } from '#lab/engine/host'
import type { LabOptions } from '#lab/lab'
import { LabError } from '#shared/errors'
import type { Experiment } from '#shared/experiment'
import { expandExperiment } from '#shared/experiment-expand'
import { figureFacts, type FigureRun } from '#shared/figure'
import { hasEnded, type MachineFacts, type RunDetails, type RunId } from '#shared/run'
import type { Events } from './events'
import { readInitialWeights } from './initial-weights'
import { resumeRuns } from './queue/resume'
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

export class Session {
  readonly queue: TrainingQueue
  readonly list: RunList

  private constructor(
    readonly workspace: Workspace,
    private readonly around: SessionSurroundings,
  ) {
    const { events, host, options } = around
    this.queue = new TrainingQueue({
      host,
      folders: workspace.runs,
      machine: () => machineFacts(host, options.version),
      threadLimits: () => this.threadLimits(),
      listener: {
        changed: (run: QueuedRun) => this.list.update(run),
        evaluated: (id, evaluation) => events.emit('runs:evaluated', { id, evaluation }),
        progressed: (progress) => events.emit('runs:progress', progress),
      },
    })
    const isAlive = (token: string) => workspace.processes.isAlive(token)
    this.list = new RunList(workspace.runs, this.queue, isAlive, (change) => this.tell(change))
  }

  static async open(directory: string, around: SessionSurroundings): Promise<Session> {
    return Session.begin(await Workspace.open(directory, around.fs), around)
  }

  /** Takes the workspace over, and closes it if something goes wrong. */
  static async begin(workspace: Workspace, around: SessionSurroundings): Promise<Session> {
    const session = new Session(workspace, around)
    try {
      await session.list.refresh()
      return session
    } catch (error) {
      await session.workspace.close()
      throw error
    }
  }

  async close(): Promise<void> {
    await this.queue.close()
    await this.workspace.close()
  }

  async enqueue(experiment: Experiment, presetId: string | null): Promise<RunId[]> {
    const { options } = this.around
    const now = new Date()
    const plans = expandExperiment(experiment)
    const weights = await readInitialWeights(plans, this.around.host)
    const ids = newRunIds(plans.length, now)
    const experimentId = newExperimentId(now)
    const limits = await this.threadLimits()
    const runs = plans.map((plan, i): NewRun => {
      const initial = weights.get(plan.experiment.training.initialWeights) ?? null
      const record: RunRecord = {
        version: 1,
        id: ids[i],
        status: 'waiting',
        reason: null,
        owner: this.workspace.token,
        createdAt: now.toISOString(),
        startedAt: null,
        endedAt: null,
        experimentId,
        presetId,
        experiment: plan.experiment,
        configuration: plan.configuration,
        replicate: plan.replicate,
        tags: [],
        threads: threadsAlone(plan.experiment.threads, limits),
        versions: { lab: options.version, node: process.versions.node, ...options.runtime },
        machine: null,
        ...(initial && { initialWeightsSha256: initial.sha256 }),
        measured: null,
        model: null,
      }
      return { record, initialWeights: initial?.bytes ?? null }
    })
    await this.queue.enqueue(runs)
    return ids
  }

  async stop(id: RunId): Promise<void> {
    if (await this.queue.stop(id)) return
    const { summary } = await this.list.one(id)
    if (hasEnded(summary.status)) return // it ended while the person reached for it
    throw new LabError('run/not-ours', `"${summary.label}" is trained by another program; stop it there`)
  }

  async pause(id: RunId): Promise<void> {
    if (!(await this.queue.pause(id))) throw await this.notTraining(id, 'paused')
  }

  async proceed(id: RunId): Promise<void> {
    if (!(await this.queue.proceed(id))) throw await this.notTraining(id, 'told to go on')
  }

  async setLearningRate(id: RunId, rate: number): Promise<void> {
    if (!(await this.queue.setLearningRate(id, rate))) throw await this.notTraining(id, 'given a learning rate')
  }

  async resume(ids: readonly RunId[]): Promise<void> {
    const { list, queue, workspace } = this
    await resumeRuns(ids, {
      host: this.around.host,
      folders: workspace.runs,
      list,
      queue,
      isAlive: (token) => workspace.processes.isAlive(token),
      owner: workspace.token,
    })
  }

  /** Runs of this process that have not ended. */
  own(): RunId[] {
    return this.queue.all().flatMap(({ record }) => (hasEnded(record.status) ? [] : [record.id]))
  }

  async details(id: RunId): Promise<RunDetails> {
    const { record, summary } = await this.list.one(id)
    const { experiment, machine, interventions, resumes } = record
    return {
      summary,
      experiment,
      machine,
      directory: this.workspace.runs.path(id),
      ...(interventions && { interventions }),
      ...(resumes && { resumes }),
    }
  }

  async figureRun(id: RunId): Promise<FigureRun> {
    const { record, summary } = await this.list.one(id)
    const history = await this.list.history(id)
    return { summary, history, machine: record.machine, ...figureFacts(record) }
  }

  private async threadLimits(): Promise<ThreadLimits> {
    const { threads, sideBySide } = await this.workspace.readSettings()
    const engine = this.around.host.facts.threads
    return { engine, shared: Math.min(threads || engine, engine), sideBySide }
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
