/**
 * What trained runs came to: a table for people, JSON lines for programs.
 */
import type { Lab } from '#lab/lab'
import type { Experiment } from '#shared/experiment'
import { gradientRatio } from '#shared/gradient-ratio'
import {
  accuracyOf,
  testScoreOf,
  type Evaluation,
  type RunDetails,
  type RunProgress,
  type RunSummary,
} from '#shared/run'
import type { Output } from './environment'
import { formatAccuracy, formatCount, formatLoss, formatTable, formatTestAccuracy, formatTestLoss } from './format'
import type { ProgressView } from './progress'
import { namesOf } from './train'

/** JSON lines: an object for each evaluation and each end, and with `progress` for what is told ten times a second. */
export function jsonView(output: Output, { progress }: { progress: boolean }): ProgressView {
  const line = (value: unknown) => output.write(`${JSON.stringify(value)}\n`)
  return {
    progressed: (run: RunSummary, { id: _, ...told }: RunProgress) => {
      if (progress) line({ type: 'progress', run: run.id, ...told })
    },
    evaluated: (run: RunSummary, evaluation: Evaluation) => line({ type: 'evaluation', run: run.id, ...evaluation }),
    ended: (run: RunSummary) => line({ type: 'ended', run: run.id, status: run.status, reason: run.reason }),
  }
}

export function detailsOf(lab: Lab, runs: readonly RunSummary[]): Promise<RunDetails[]> {
  return Promise.all(runs.map((run) => lab.call('runs:details', run.id)))
}

/** The last line of --json; its shape is a promise (docs/command-line.md). */
export function summaryLine(runs: readonly RunSummary[], details: readonly RunDetails[]) {
  return {
    type: 'summary',
    runs: runs.map((run, i) => ({
      id: run.id,
      directory: details[i]?.directory,
      status: run.status,
      parameters: run.parameters,
      epochs: run.last ? Math.floor(run.last.epoch) : 0,
      final: run.last && finalOf(run, run.last),
      secondsPerEpoch: run.secondsPerEpoch,
      threads: run.threads,
      weightsSha256: run.weightsSha256,
      ...(gradientRatio(run) !== null && { gradientRatio: gradientRatio(run) }),
    })),
  }
}

/** Test values are null while the test part is locked. */
function finalOf(run: RunSummary, { train, validation }: Evaluation) {
  const test = testScoreOf(run)
  return {
    trainLoss: train.loss,
    trainAccuracy: accuracyOf(train),
    ...(validation && { validationLoss: validation.loss, validationAccuracy: accuracyOf(validation) }),
    testLoss: test?.loss ?? null,
    testAccuracy: test ? accuracyOf(test) : null,
  }
}

export function resultTable(runs: readonly RunSummary[], details: readonly RunDetails[]): string {
  const names = namesOf(runs)
  const hasValidation = runs.some((run) => run.last?.validation)
  const hasGradients = runs.some((run) => gradientRatio(run) !== null)
  return `\n${formatTable(runs, [
    { title: 'run', text: (run) => names.get(run.id) ?? run.label },
    { title: 'parameters', align: 'right', text: (run) => formatCount(run.parameters) },
    { title: 'status', text: (run) => run.status },
    { title: 'epochs', align: 'right', text: (run) => `${Math.floor(run.last?.epoch ?? 0)}/${run.epochs}` },
    ...(hasValidation
      ? [
          {
            title: 'val. loss',
            align: 'right' as const,
            text: ({ last }: RunSummary) => (last?.validation ? formatLoss(last.validation.loss) : '–'),
          },
          {
            title: 'val. acc.',
            align: 'right' as const,
            text: ({ last }: RunSummary) => (last?.validation ? formatAccuracy(last.validation) : '–'),
          },
        ]
      : []),
    { title: 'test loss', align: 'right', text: formatTestLoss },
    {
      title: 'test accuracy',
      align: 'right',
      text: (run) => {
        const test = testScoreOf(run)
        const counts = test && ` (${formatCount(test.correct)} of ${formatCount(test.count)})`
        return `${formatTestAccuracy(run)}${counts ?? ''}`
      },
    },
    ...(hasGradients ? [{ title: 'gradient first/last', align: 'right' as const, text: ratioText }] : []),
    { title: 's/epoch', align: 'right', text: (run) => run.secondsPerEpoch?.median.toFixed(2) ?? '–' },
    { title: 'id', text: (run) => run.id },
  ])}\n${lossNote(details.map(({ experiment }) => experiment))}${hasGradients ? GRADIENT_NOTE : ''}\n`
}

const GRADIENT_NOTE =
  '\nGradient first/last: of the first hidden layer over the last one, each the root mean square over its weights, at ' +
  'the last evaluation.'

/** Three digits that count, with the power of ten where it matters. */
function ratioText(run: RunSummary): string {
  const ratio = gradientRatio(run)
  if (ratio === null || !Number.isFinite(ratio)) return '–'
  return ratio >= 0.01 && ratio < 1000 ? ratio.toPrecision(3) : ratio.toExponential(1)
}

/** A squared error has no nats. */
export function lossNote(experiments: readonly Experiment[]): string {
  const squared = experiments.filter(({ training }) => training.loss === 'squared-error').length
  if (squared === 0) return 'Loss is the mean per sample, in nats.'
  if (squared === experiments.length) return 'Loss is half the squared error, summed over the outputs, mean per sample.'
  return 'Loss is the mean per sample, of each run in its own unit: the runs minimize different things.'
}
