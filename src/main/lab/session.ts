/**
 * One workspace that is open: its storage, the list of its runs, and the queue that trains in it.
 */
import { availableParallelism, cpus, release, totalmem, type as osType, arch } from 'node:os'
import type { EngineHost } from '#lab/engine/host'
import type { LabOptions } from '#lab/lab'
import { LabError } from '#shared/errors'
import type { Experiment } from '#shared/experiment'
import { expandExperiment } from '#shared/experiment-expand'
import type { FigureRun } from '#shared/figure'
import type { Settings } from '#shared/ipc'
import type { MachineFacts, RunDetails, RunId } from '#shared/run'
import type { Events } from './events'
import { RunList } from './queue/run-list'
import { newExperimentId, newRunIds } from './queue/run-id'
import { TrainingQueue, type QueuedRun } from './queue/training-queue'
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
      machine: machineFacts(host, options.version),
      threadsFor: async (record) => threadsFor(record.experiment, await workspace.readSettings(), host),
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
    const session = new Session(await Workspace.open(directory, around.fs), around)
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
    const { host, options } = this.around
    const now = new Date()
    const plans = expandExperiment(experiment)
    const ids = newRunIds(plans.length, now)
    const experimentId = newExperimentId(now)
    const settings = await this.workspace.readSettings()
    const records = plans.map((plan, i): RunRecord => ({
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
      threads: threadsFor(plan.experiment, settings, host),
      versions: { lab: options.version, node: process.versions.node, ...options.runtime },
      machine: null,
      measured: null,
      model: null,
    }))
    await this.queue.enqueue(records)
    return ids
  }

  async stop(id: RunId): Promise<void> {
    if (await this.queue.stop(id)) return
    const { summary } = await this.list.one(id)
    if (summary.status !== 'running' && summary.status !== 'waiting') return // it ended while the person reached for it
    throw new LabError('run/not-ours', `"${summary.label}" is trained by another program; stop it there`)
  }

  async details(id: RunId): Promise<RunDetails> {
    const { record, summary } = await this.list.one(id)
    const { experiment, machine } = record
    return { summary, experiment, machine, directory: this.workspace.runs.path(id) }
  }

  async figureRun(id: RunId): Promise<FigureRun> {
    const { record, summary } = await this.list.one(id)
    const trainMeasure = record.experiment.training.evaluation.train
    return { summary, history: await this.list.history(id), machine: record.machine, trainMeasure }
  }

  private tell(change: Parameters<ConstructorParameters<typeof RunList>[3]>[0]): void {
    this.around.revision.value += 1
    this.around.events.emit('runs:changed', { revision: this.around.revision.value, ...change })
  }
}

function threadsFor(experiment: Experiment, settings: Settings, host: EngineHost): number {
  const most = host.facts.threads
  const wanted = experiment.threads === 'auto' ? settings.threads || most : experiment.threads
  return Math.max(1, Math.min(wanted, most))
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
  }
}
