/**
 * Estimates on a machine that other programs use: then seconds by the clock say nothing, and processor seconds are
 * longer by a factor that changes all the time. So each design takes turns with those that the lab measures a machine
 * by, one thread, one run at a time, and its processor seconds are set beside theirs.
 */
import { YARDSTICK } from '#lab/estimate/measure-speed'
import type { Lab } from '#lab/lab'
import { runTime } from '#shared/cost/estimate'
import { REFERENCE_SPEED } from '#shared/cost/speed'
import type { Experiment } from '#shared/experiment'
import { hasEnded, type RunId } from '#shared/run'
import type { EstimatedDesign } from './estimate-designs'
import { processorSeconds } from './hosts'

export interface BusyRow {
  name: string
  /** Processor seconds on the reference machine, by the model. */
  estimate: number
  /** Measured here, over what the machine needed for the two designs beside it. */
  truth: number
}

export async function busyRows(lab: Lab, designs: readonly EstimatedDesign[], rounds: number): Promise<BusyRow[]> {
  await lab.call('settings:set', { sideBySide: false })
  const rows: BusyRow[] = []
  let before = await slowness(lab)
  for (const { name, experiment } of designs) {
    const truths: number[] = []
    for (let round = 0; round < rounds; round++) {
      const seconds = await processorSecondsOf(lab, experiment)
      const after = await slowness(lab)
      truths.push(seconds / Math.sqrt(before * after))
      before = after
    }
    truths.sort((a, b) => a - b)
    rows.push({ name, estimate: estimateOf(experiment), truth: truths[Math.floor((truths.length - 1) / 2)] })
    const [row] = rows.slice(-1)
    console.error(`${rows.length}/${designs.length} ${name}: ${(row.estimate / row.truth).toFixed(2)}`)
  }
  return rows
}

/** One run of the experiment stands for all of its factors' first levels and seeds: they differ in nothing that costs. */
function estimateOf(experiment: Experiment): number {
  const time = runTime(firstOf(experiment), 1, REFERENCE_SPEED)
  return time ? time.training + time.evaluations : NaN
}

function firstOf(experiment: Experiment): Experiment {
  return { ...experiment, factors: [], replicates: 1, threads: 1 }
}

/** Seconds here over those of the reference machine. */
async function slowness(lab: Lab): Promise<number> {
  let logs = 0
  for (const each of YARDSTICK) logs += Math.log((await processorSecondsOf(lab, each)) / estimateOf(each))
  return Math.exp(logs / YARDSTICK.length)
}

/** Of all epochs, by those behind the first evaluation: the first one is slower, while the kernels are compiled. */
async function processorSecondsOf(lab: Lab, experiment: Experiment): Promise<number> {
  const marks: { epoch: number; at: number }[] = []
  await trainOne(lab, firstOf(experiment), (epoch) => marks.push({ epoch, at: processorSeconds() }))
  const [from, to] = [marks[marks.length > 3 ? 1 : 0], marks[marks.length - 1]]
  return ((to.at - from.at) / (to.epoch - from.epoch)) * experiment.training.epochs
}

async function trainOne(lab: Lab, experiment: Experiment, evaluated: (epoch: number) => void): Promise<void> {
  const off: (() => void)[] = []
  try {
    await new Promise<void>((done, fail) => {
      let id: RunId | undefined
      off.push(
        lab.on('runs:evaluated', ({ evaluation }) => evaluated(evaluation.epoch)),
        lab.on('runs:changed', ({ changed }) => {
          const run = changed.find((each) => hasEnded(each.status) && (id === undefined || each.id === id))
          if (run?.status === 'finished') done()
          else if (run) fail(new Error(run.reason ?? run.status))
        }),
      )
      lab.call('runs:enqueue', experiment, null).then(([first]) => (id = first), fail)
    })
  } finally {
    for (const stop of off) stop()
  }
}
