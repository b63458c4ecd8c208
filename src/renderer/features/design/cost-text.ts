/**
 * What a design will cost, in the words of the bottom bar: "about 14 min on 2 threads · 40 MB".
 */
import type { Cost } from '#shared/cost/estimate'
import type { Speed } from '#shared/cost/speed'
import { formatBytes, formatEstimate, plural } from '../../ui/format'

export function countText({ runs, configurations }: Cost, replicates: number): { sum: string; runs: string } {
  const sum = `${plural(configurations, 'configuration')} × ${plural(replicates, 'seed')} = `
  return { sum: runs === 1 ? '' : sum, runs: plural(runs, 'run') }
}

export function costText(cost: Cost): string {
  const time = cost.seconds === null ? '' : `${timeText(cost)} on ${plural(cost.threads, 'thread')} · `
  return `${time}${formatBytes(cost.bytes)}`
}

function timeText({ seconds, mayEndEarly }: Cost): string {
  const text = formatEstimate(seconds ?? 0)
  return mayEndEarly ? text.replace(/^about/, 'at most') : text
}

const BASIS: Record<Speed['basis'], string> = {
  runs: 'From the runs that were trained on this machine',
  measured: 'From a short training on this machine',
  kernels: 'From the speed of this machine’s kernels; it gets better with the first runs',
  assumed: 'For a machine like the one that the lab was measured on',
}

/** What the estimate rests on, and what stands behind its numbers. */
export function costDetails(cost: Cost, { basis }: Speed): string {
  const share = Math.round(cost.evaluationShare * 100)
  return [
    `${BASIS[basis]}; meant to be right within a factor of 1.5.`,
    cost.atOnce > 1 ? `${cost.atOnce} runs train at a time.` : '',
    cost.runs > 1 && cost.seconds !== null ? `The longest run: ${formatEstimate(cost.longestSeconds)}.` : '',
    share >= 20 ? `Evaluations take ${share} % of the time.` : '',
    `While they train, checkpoints take ${formatBytes(cost.checkpointBytes)} more.`,
  ]
    .filter((line) => line !== '')
    .join('\n')
}
