/**
 * How the numbers and words of a run are written, the same on every screen.
 */
import { formatSeconds } from '#shared/figures/axis-scale'
import {
  accuracyOf,
  isTestLocked,
  testScoreOf,
  timesText,
  type RunProgress,
  type RunStatus,
  type RunSummary,
  type Score,
} from '#shared/run'
import { formatCount } from '../ui/format'
import { datasetTitles } from './dataset-titles'

/** Stands where there is nothing yet, or never will be. */
export const NONE = '–'

/** Four digits that count; a loss that is very small or large has them with its power of ten. */
export function lossText(loss: number | null | undefined): string {
  if (loss === null || loss === undefined) return NONE
  if (Number.isNaN(loss)) return 'not a number'
  if (!Number.isFinite(loss)) return loss < 0 ? '−∞' : '∞'
  if (loss !== 0 && (Math.abs(loss) < 0.001 || Math.abs(loss) >= 10_000)) return loss.toExponential(3)
  return loss === 0 ? '0' : loss.toPrecision(4)
}

/** "97.84 %": two decimals, as one of 10,000 images is 0.01 points. */
export function percentText(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}

export function accuracyText(score: Score | null | undefined): string {
  return score && score.count > 0 ? percentText(accuracyOf(score)) : NONE
}

/** What stands in place of a test score that nobody may see before the final evaluation. */
export const LOCKED = 'locked'

export function testAccuracyText(run: RunSummary): string {
  return isTestLocked(run) ? LOCKED : accuracyText(testScoreOf(run))
}

export function testLossText(run: RunSummary): string {
  return isTestLocked(run) ? LOCKED : lossText(testScoreOf(run)?.loss)
}

/** "watched at every evaluation", "looked at twice": how the test part was used, where it was. */
export function testUseText({ testPolicy, finalEvaluation }: RunSummary): string {
  if (testPolicy !== 'final') return 'watched at every evaluation'
  return finalEvaluation ? `looked at ${timesText(finalEvaluation.looks)}` : 'locked until the final evaluation'
}

/** "9,784 of 10,000". */
export function countsText({ correct, count }: Score): string {
  return `${formatCount(correct)} of ${formatCount(count)}`
}

/** "0.0384 s", "0.842 s", "12.3 s", "128 s": three digits, as in the figures; a time stands for no more. "71 µs" below that. */
export function secondsText(seconds: number): string {
  if (seconds > 0 && seconds < 0.0009995) return `${Number((seconds * 1e6).toPrecision(3))} µs`
  return `${formatSeconds(seconds)} s`
}

export function sizesText(sizes: readonly number[]): string {
  return sizes.join('-')
}

/** Of a set that has gone: its name. */
export function datasetTitle(name: string): string {
  return datasetTitles.value.get(name) ?? name
}

/** Whole epochs as they are, parts of one with a decimal: "23", "23.4". */
export function epochText(epoch: number): string {
  return Number.isInteger(epoch) ? formatCount(epoch) : epoch.toFixed(1)
}

export const STATUS_WORDS: Record<RunStatus, string> = {
  waiting: 'Waiting',
  running: 'Running',
  paused: 'Paused',
  finished: 'Finished',
  cancelled: 'Cancelled',
  stopped: 'Stopped',
  failed: 'Failed',
  interrupted: 'Interrupted',
}

/** It holds its threads, whether it works or waits for a person. */
export function isInTraining(status: RunStatus): boolean {
  return status === 'running' || status === 'paused'
}

/** It has ended before its time and can go on from its last checkpoint. */
export function canResume({ status }: Pick<RunSummary, 'status'>): boolean {
  return status === 'interrupted' || status === 'stopped' || status === 'failed' || status === 'cancelled'
}

/** "0.001", "2.5e-7": as people write a learning rate. */
export function rateText(rate: number): string {
  return String(Number(rate.toPrecision(4)))
}

/** Epochs that are done, as far as we know: the progress is ahead of the last evaluation. */
export function epochsDone(run: RunSummary, progress?: RunProgress): number {
  return Math.max(run.last?.epoch ?? 0, isInTraining(run.status) ? shareDone(run, progress) * run.epochs : 0)
}

/** "13 of 50": the epoch that is being trained, from 1. */
export function currentEpochText(run: RunSummary, progress?: RunProgress): string {
  const current = Math.min(run.epochs, Math.floor(epochsDone(run, progress) + 1e-9) + 1)
  return `${formatCount(current)} of ${formatCount(run.epochs)}`
}

/** From 0 to 1. */
export function shareDone(run: RunSummary, progress?: RunProgress): number {
  if (run.status === 'finished') return 1
  if (isInTraining(run.status) && progress && progress.steps > 0) return progress.step / progress.steps
  return run.epochs > 0 ? Math.min(1, (run.last?.epoch ?? 0) / run.epochs) : 0
}

/** What `statusSentence` says is not said again: the reason of a run that somebody stopped. */
export function reasonText({ status, reason }: RunSummary): string | null {
  if (!reason || (status === 'stopped' && /^stopped at epoch/i.test(reason))) return null
  return reason.charAt(0).toUpperCase() + reason.slice(1)
}

/** "Stopped at 3 of 50": never the same words as for a run that has done all that was planned. */
export function statusSentence(run: RunSummary): string {
  const at = `${epochText(Math.floor(run.last?.epoch ?? 0))} of ${formatCount(run.epochs)} epochs`
  switch (run.status) {
    case 'waiting':
      return 'Waiting for its turn'
    case 'running':
      return 'Training'
    case 'paused':
      return `Paused at ${at}`
    case 'finished':
      return run.last && run.last.epoch < run.epochs
        ? `Finished at ${at}`
        : `Finished all ${formatCount(run.epochs)} epochs`
    case 'cancelled':
      return 'Cancelled before it began'
    case 'stopped':
      return `Stopped at ${at}`
    case 'failed':
      return `Failed at ${at}`
    case 'interrupted':
      return run.startedAt === null ? 'Has not begun' : `Interrupted at ${at}`
  }
  return run.status satisfies never
}
