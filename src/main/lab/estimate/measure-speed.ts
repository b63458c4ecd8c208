/**
 * Finds out how fast this machine trains: two small networks with one thread and with all of them, through the engine
 * as it is. Takes about two seconds.
 */
import type { EngineHost } from '#lab/engine/host'
import { onThreads } from '#shared/cost/estimate'
import { workOf } from '#shared/cost/work'
import { BUILT_IN_DATASETS } from '#shared/dataset'
import type { Experiment, ExperimentInput } from '#shared/experiment'
import { parseExperiment } from '#shared/experiment-check'
import type { RunId } from '#shared/run'

export interface Scales {
  oneThread: number
  allThreads: number
}

/** The first epoch is slower, while the kernels are compiled. */
const WARM_UP = 1
/** Too many for a processor's cache, as the sets are that people train on: reading them is a part of what training costs. */
const SAMPLES = 20_000

/** Their epochs beside what the model says of them are the speed of a machine. */
export const YARDSTICK: readonly Experiment[] = [
  design(SAMPLES, [64], 'relu', 3),
  design(SAMPLES, [256, 128], 'sigmoid', 2),
].map((each) => parseExperiment(each))

function design(
  train: number,
  units: readonly number[],
  activation: 'relu' | 'sigmoid',
  epochs: number,
): ExperimentInput {
  return {
    version: 1,
    title: 'Speed of this machine',
    dataset: { name: 'mnist', split: { kind: 'first', train, test: 100 } },
    network: { layers: units.map((each) => ({ units: each, activation })) },
    training: { optimizer: { kind: 'adam' }, epochs: WARM_UP + epochs },
  }
}

export async function measureSpeed(host: EngineHost): Promise<Scales> {
  const { threads } = host.facts
  const oneThread = await scaleWith(host, 1)
  return { oneThread, allThreads: threads > 1 ? await scaleWith(host, threads) : oneThread }
}

/** Geometric mean, so that twice as fast and twice as slow cancel out. */
async function scaleWith(host: EngineHost, threads: number): Promise<number> {
  let logs = 0
  for (const experiment of YARDSTICK) {
    const work = workOf(experiment, BUILT_IN_DATASETS)
    if (!work) throw new Error('MNIST is not among the data sets that ship with the lab')
    logs += Math.log((await epochSeconds(host, experiment, threads)) / onThreads(work.epoch, work.together, threads))
  }
  return Math.exp(logs / YARDSTICK.length)
}

/** The median of the later epochs: what other programs do for a moment does not count. */
async function epochSeconds(host: EngineHost, experiment: Experiment, threads: number): Promise<number> {
  const seconds: number[] = []
  const training = host.train(
    { id: 'speed-of-this-machine' as RunId, experiment, threads },
    {
      evaluated: ({ epochSeconds }) => {
        if (epochSeconds !== null) seconds.push(epochSeconds)
      },
      progressed: () => undefined,
      checkpointed: () => undefined,
    },
  )
  await training.result
  const later = seconds.slice(WARM_UP).sort((a, b) => a - b)
  return later[Math.floor(later.length / 2)] ?? seconds.at(-1) ?? Infinity
}
