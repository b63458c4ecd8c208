/**
 * What the designer asks the lab before anything is trained: how fast this machine is, and what one minibatch says.
 */
import type { EngineHost } from '#lab/engine/host'
import type { RunList } from '#lab/queue/run-list'
import type { TrainingQueue } from '#lab/queue/training-queue'
import type { RunRecord } from '#lab/storage/run-file'
import { REFERENCE_GFLOPS, type Speed } from '#shared/cost/speed'
import type { DatasetCatalog } from '#shared/dataset'
import type { DryRun } from '#shared/dry-run'
import { LabError } from '#shared/errors'
import type { Experiment } from '#shared/experiment'
import { expandExperiment } from '#shared/experiment-expand'
import { hasEnded, type MachineFacts } from '#shared/run'
import { dryRun, type DryRunPlace } from './dry-run'
import { measureSpeed } from './measure-speed'
import type { SpeedFile } from './speed-file'
import { trainedSpeeds } from './trained-speeds'

export interface DesignSurroundings {
  host: EngineHost
  list: Pick<RunList, 'all' | 'one'>
  queue: Pick<TrainingQueue, 'isBusy'>
  file: SpeedFile
  machine: () => MachineFacts
  /** What a run may use of the machine, as the settings have it. */
  limits: () => Promise<{ shared: number; sideBySide: boolean }>
  catalog: () => Promise<DatasetCatalog>
  /** Initial weights and the place of the data, as for a run. */
  place: (experiment: Experiment) => Promise<DryRunPlace>
}

/** More runs say no more of a machine than these. */
const NEWEST_RUNS = 60
/** 256-bit vectors are twice as fast in the dense products, and a fifth in a whole training. */
const KERNELS_SHARE = 0.4

export class DesignRoom {
  private measuring: Promise<Speed> | undefined

  constructor(private readonly around: DesignSurroundings) {}

  async speed(): Promise<Speed> {
    const { host, file, limits } = this.around
    const [{ shared, sideBySide }, measured] = await Promise.all([limits(), file.read(this.machineKey())])
    const { runs, trained, ...scales } = trainedSpeeds(await this.recordsOfThisMachine())
    const { gflops } = host.facts
    const guessed = gflops === null ? 1 : (REFERENCE_GFLOPS / gflops) ** KERNELS_SHARE
    const oneThread = scales.oneThread ?? measured?.oneThread
    const allThreads = scales.allThreads ?? measured?.allThreads
    return {
      basis:
        (scales.oneThread ?? scales.allThreads)
          ? 'runs'
          : measured
            ? 'measured'
            : gflops === null
              ? 'assumed'
              : 'kernels',
      oneThread: oneThread ?? allThreads ?? guessed,
      allThreads: allThreads ?? oneThread ?? guessed,
      threads: shared,
      sideBySide,
      runs,
      trained,
    }
  }

  /** Refused while runs train: it would slow them down, and be wrong itself. */
  measureSpeed(): Promise<Speed> {
    this.measuring ??= this.measure().finally(() => (this.measuring = undefined))
    return this.measuring
  }

  async dryRun(experiment: Experiment, configuration: number): Promise<DryRun> {
    const { host, catalog, place } = this.around
    const sets = await catalog()
    const plans = expandExperiment(experiment, sets)
    const plan = plans.find((each) => each.configuration.index === configuration)
    if (!plan) {
      const most = plans.at(-1)?.configuration.index ?? 0
      throw new LabError('design/no-configuration', `There are configurations 0 … ${most}, got ${configuration}`)
    }
    return dryRun(plan, host, sets, await place(plan.experiment))
  }

  private async measure(): Promise<Speed> {
    const { host, file, queue } = this.around
    if (queue.isBusy) {
      throw new LabError(
        'design/busy',
        'The speed is measured when nothing trains: wait for the runs, or pause the queue',
      )
    }
    const scales = await measureSpeed(host)
    await file.write({ machine: this.machineKey(), measuredAt: new Date().toISOString(), ...scales })
    return this.speed()
  }

  private async recordsOfThisMachine(): Promise<RunRecord[]> {
    const { list } = this.around
    const key = this.machineKey()
    const { runs } = await list.all()
    const ended = runs.filter((run) => hasEnded(run.status) && run.secondsPerEpoch !== null).slice(0, NEWEST_RUNS)
    const records = await Promise.all(ended.map(async ({ id }) => (await list.one(id)).record))
    return records.filter(({ machine }) => machine && machineKey(machine) === key)
  }

  private machineKey(): string {
    return machineKey(this.around.machine())
  }
}

/** What two runs must share for their seconds to be compared. */
function machineKey({ cpu, cores, kernels, wideVectors }: MachineFacts): string {
  return [cpu, cores, kernels, wideVectors === true ? '256 bits' : '128 bits'].join(' | ')
}
