/**
 * One measurement, in a process of its own so that the peak of memory is this measurement's alone: takes a request
 * as JSON on the command line, prints the answer as one line of JSON.
 */
import type { EngineHost, Training, TrainingEvents, TrainingJob, TrainingResult } from '#lab/engine/host'
import type { Experiment } from '#shared/experiment'
import type { Evaluation, RunId } from '#shared/run'
import { openHost, peakMemory, startWatchingOthers, type HostKind } from './hosts'
import { measurePeak, type PeakResult } from './peak'
import { experimentOf, WORKLOADS } from './workloads'

export type MeasureRequest =
  | { kind: 'train'; workload: string; epochs: number; threads: number; host: HostKind }
  | { kind: 'evaluate'; workload: string; epochs: number; threads: number; host: HostKind }
  | { kind: 'peak'; threads: number }

export interface TrainResult {
  /** Training seconds of each epoch, the first one included; evaluations are not in them. */
  epochSeconds: number[]
  /** Mean over the first epoch, as it was trained. */
  firstLoss: number
  /** After the last epoch. */
  testAccuracy: number
  weightsSha256: string
  bitClass: string
  kernels: string
  placement: string
  wideVectors: boolean
  /** Of all processes that took part, at their highest; MB are 10⁶ bytes. */
  peakMemoryMb: number
  /** Cores that other programs kept busy meanwhile. */
  otherCores: number
}

export interface EvaluateResult {
  imagesPerSecond: number
  otherCores: number
}

export type MeasureAnswer = TrainResult | EvaluateResult | PeakResult

/** Passes over the test images in the short and in the long run: the difference is without start and end. */
const EVALUATIONS = [20, 120] as const

const SILENT: TrainingEvents = { evaluated: () => {}, progressed: () => {}, checkpointed: () => {} }

const request = JSON.parse(process.argv[2]) as MeasureRequest
process.stdout.write(`${JSON.stringify(await answer(request))}\n`)

async function answer(asked: MeasureRequest): Promise<MeasureAnswer> {
  if (asked.kind === 'peak') return measurePeak(asked.threads)
  const host = await openHost(asked.host, asked.threads)
  try {
    return await (asked.kind === 'train' ? train(host, asked) : evaluate(host, asked))
  } finally {
    await host.close()
  }
}

async function train(
  host: EngineHost,
  { workload, epochs, threads }: { workload: string; epochs: number; threads: number },
): Promise<TrainResult> {
  const others = startWatchingOthers()
  const evaluations: Evaluation[] = []
  const events = { ...SILENT, evaluated: (evaluation: Evaluation) => void evaluations.push(evaluation) }
  const { weightsSha256 } = await run(host, experimentOf(find(workload), epochs), threads, events)
  const last = evaluations[evaluations.length - 1]
  return {
    epochSeconds: evaluations.map(({ epochSeconds }) => epochSeconds ?? Number.NaN),
    firstLoss: evaluations[0].train.loss,
    testAccuracy: last.test ? last.test.correct / last.test.count : Number.NaN,
    weightsSha256,
    bitClass: host.facts.bitClass,
    kernels: host.facts.kernels,
    placement: host.facts.placement,
    wideVectors: host.facts.wideVectors,
    peakMemoryMb: peakMemory() / 1e6,
    otherCores: others(),
  }
}

/**
 * Images a second in evaluation. A trained network (sums of zeros are skipped, and training makes them) is trained
 * on by a step of next to nothing, evaluated, and so on; what the clock shows besides training is evaluation.
 */
async function evaluate(
  host: EngineHost,
  { workload, epochs, threads }: { workload: string; epochs: number; threads: number },
): Promise<EvaluateResult> {
  const experiment = experimentOf(find(workload), epochs)
  const { model } = await run(host, experiment, threads)
  const others = startWatchingOthers()
  const seconds: number[] = []
  for (const evaluations of EVALUATIONS) {
    const began = performance.now()
    let trained = 0
    const events = { ...SILENT, evaluated: (evaluation: Evaluation) => (trained = evaluation.seconds) }
    await run(host, evaluatedOften(experiment, evaluations), threads, events, model)
    seconds.push((performance.now() - began) / 1000 - trained)
  }
  const images = (EVALUATIONS[1] - EVALUATIONS[0]) * 10_000
  return { imagesPerSecond: images / (seconds[1] - seconds[0]), otherCores: others() }
}

/** An epoch of a single small batch, whose steps move no weight by more than a rounding. */
function evaluatedOften({ dataset, training, ...rest }: Experiment, epochs: number): Experiment {
  return {
    ...rest,
    dataset: { ...dataset, split: { kind: 'first', train: 64, validation: 0, test: 10_000 } },
    training: {
      ...training,
      optimizer: { kind: 'sgd', learningRate: 1e-12, momentum: 0, nesterov: false },
      initialWeights: 'trained.safetensors',
      epochs,
    },
  }
}

function run(
  host: EngineHost,
  experiment: Experiment,
  threads: number,
  events: TrainingEvents = SILENT,
  initialWeights: Uint8Array | null = null,
): Promise<TrainingResult> {
  const job: TrainingJob = { id: 'bench-run' as RunId, experiment, threads, initialWeights }
  const training: Training = host.train(job, events)
  return training.result
}

function find(id: string) {
  const workload = WORKLOADS.find((each) => each.id === id)
  if (workload) return workload
  throw new Error(`There is no workload "${id}"`)
}
