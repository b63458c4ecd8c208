/**
 * The columns of the run table: what each shows, sorts by and writes to CSV.
 */
import { formatSeconds } from '#shared/figures/axis-scale'
import { accuracyOf, isTestLocked, testScoreOf, type RunId, type RunProgress, type RunSummary } from '#shared/run'
import {
  NONE,
  accuracyText,
  countsText,
  datasetTitle,
  epochText,
  epochsDone,
  lossText,
  sizesText,
  statusSentence,
  STATUS_WORDS,
  testAccuracyText,
  testLossText,
  testUseText,
} from '../../runs/run-text'
import { formatCount, formatMoment } from '../../ui/format'

export type ProgressById = ReadonlyMap<RunId, RunProgress>

/** Nothing to sort by goes last, whichever way the column is sorted. */
export type SortValue = string | number | null

export const COLUMN_IDS = [
  'label',
  'experiment',
  'dataset',
  'sizes',
  'parameters',
  'status',
  'epochs',
  'train-loss',
  'test-loss',
  'test-accuracy',
  'validation-accuracy',
  'validation-loss',
  'lowest-test-loss',
  'seconds-per-epoch',
  'threads',
  'replicate',
  'created',
] as const
export type ColumnId = (typeof COLUMN_IDS)[number]

export interface Column {
  id: ColumnId
  title: string
  /** The whole words, where the title is short. */
  hint?: string
  /** Pixels; the label takes what is left. */
  width: number
  align: 'left' | 'right'
  /** Its values move while a run trains. */
  live?: boolean
  /** Where there is no room, columns with a high number go first. */
  priority: number
  sort: (run: RunSummary, progress: ProgressById) => SortValue
  text: (run: RunSummary, progress: ProgressById) => string
  /** What the pointer tells. */
  detail?: (run: RunSummary) => string | null
}

/** "9,784 of 10,000 at epoch 12, watched at every evaluation". */
function testDetail(run: RunSummary): string | null {
  const test = testScoreOf(run)
  if (!test) return isTestLocked(run) ? 'Locked until the final evaluation' : null
  const epoch = run.finalEvaluation?.epoch ?? run.last?.epoch ?? 0
  return `${countsText(test)} at epoch ${epochText(epoch)}; test part ${testUseText(run)}`
}

function epochOf(run: RunSummary, progress: ProgressById): number {
  return Math.floor(epochsDone(run, progress.get(run.id)))
}

export const COLUMNS: readonly Column[] = [
  {
    id: 'label',
    title: 'Run',
    width: 216,
    align: 'left',
    priority: 0,
    sort: (run) => run.label,
    text: (run) => run.label,
    detail: (run) => run.id,
  },
  {
    id: 'experiment',
    title: 'Experiment',
    width: 150,
    align: 'left',
    priority: 9,
    sort: (run) => run.title,
    text: (run) => run.title,
  },
  {
    id: 'sizes',
    title: 'Size',
    width: 150,
    align: 'left',
    priority: 8,
    sort: (run) => run.parameters,
    text: (run) => sizesText(run.sizes),
  },
  {
    id: 'dataset',
    title: 'Data set',
    width: 124,
    align: 'left',
    priority: 5,
    sort: (run) => datasetTitle(run.dataset),
    text: (run) => datasetTitle(run.dataset),
  },
  {
    id: 'status',
    title: 'Status',
    width: 108,
    align: 'left',
    priority: 0,
    sort: (run) => run.status,
    text: (run) => STATUS_WORDS[run.status],
    detail: (run) => (run.reason ? `${statusSentence(run)}: ${run.reason}` : statusSentence(run)),
  },
  {
    id: 'epochs',
    title: 'Epochs',
    width: 76,
    align: 'right',
    priority: 1,
    live: true,
    sort: epochOf,
    text: (run, progress) => `${epochText(epochOf(run, progress))} / ${formatCount(run.epochs)}`,
  },
  {
    id: 'test-accuracy',
    title: 'Test acc.',
    hint: 'Test accuracy at the last evaluation',
    width: 82,
    align: 'right',
    priority: 1,
    sort: (run) => {
      const test = testScoreOf(run)
      return test ? accuracyOf(test) : null
    },
    text: testAccuracyText,
    detail: testDetail,
  },
  {
    id: 'test-loss',
    title: 'Test loss',
    hint: 'Test loss at the last evaluation',
    width: 80,
    align: 'right',
    priority: 1,
    sort: (run) => testScoreOf(run)?.loss ?? null,
    text: testLossText,
    detail: testDetail,
  },
  {
    id: 'validation-accuracy',
    title: 'Val. acc.',
    hint: 'Validation accuracy at the last evaluation',
    width: 82,
    align: 'right',
    priority: 2,
    sort: (run) => (run.last?.validation ? accuracyOf(run.last.validation) : null),
    text: (run) => accuracyText(run.last?.validation),
    detail: (run) => (run.last?.validation ? countsText(run.last.validation) : null),
  },
  {
    id: 'validation-loss',
    title: 'Val. loss',
    hint: 'Validation loss at the last evaluation',
    width: 80,
    align: 'right',
    priority: 2,
    sort: (run) => run.last?.validation?.loss ?? null,
    text: (run) => lossText(run.last?.validation?.loss),
    detail: ({ bestValidation: best }) =>
      best ? `Lowest ${lossText(best.score.loss)} at epoch ${epochText(best.epoch)}` : null,
  },
  {
    id: 'lowest-test-loss',
    title: 'Lowest loss',
    hint: 'Lowest test loss, and the epoch at which it was measured',
    width: 108,
    align: 'right',
    priority: 3,
    sort: (run) => run.lowestTestLoss?.loss ?? null,
    text: ({ lowestTestLoss: low }) => (low ? `${lossText(low.loss)} at ${epochText(low.epoch)}` : NONE),
    detail: ({ lowestTestLoss: low }) => low && `Test loss ${lossText(low.loss)} at epoch ${epochText(low.epoch)}`,
  },
  {
    id: 'train-loss',
    title: 'Train loss',
    hint: 'Training loss at the last evaluation',
    width: 84,
    align: 'right',
    priority: 2,
    sort: (run) => run.last?.train.loss ?? null,
    text: (run) => lossText(run.last?.train.loss),
  },
  {
    id: 'seconds-per-epoch',
    title: 's / epoch',
    hint: 'Seconds of training in an epoch, the median of all',
    width: 78,
    align: 'right',
    priority: 3,
    sort: (run) => run.secondsPerEpoch?.median ?? null,
    text: ({ secondsPerEpoch: spread }) => (spread ? formatSeconds(spread.median) : NONE),
    detail: ({ secondsPerEpoch: spread }) => spread && `${formatSeconds(spread.min)} to ${formatSeconds(spread.max)} s`,
  },
  {
    id: 'parameters',
    title: 'Parameters',
    width: 92,
    align: 'right',
    priority: 4,
    sort: (run) => run.parameters,
    text: (run) => formatCount(run.parameters),
  },
  {
    id: 'threads',
    title: 'Threads',
    width: 72,
    align: 'right',
    priority: 7,
    sort: (run) => run.threads,
    text: (run) => String(run.threads),
  },
  {
    id: 'replicate',
    title: 'Repl.',
    hint: 'Replicate: the same configuration with other seeds',
    width: 56,
    align: 'right',
    priority: 8,
    sort: (run) => run.replicate,
    text: (run) => String(run.replicate + 1),
  },
  {
    id: 'created',
    title: 'Created',
    width: 124,
    align: 'left',
    priority: 6,
    sort: (run) => run.createdAt,
    text: (run) => formatMoment(run.createdAt),
  },
]

const VALIDATION_COLUMNS: readonly ColumnId[] = ['validation-accuracy', 'validation-loss']

/**
 * Runs of one experiment stand under its name; without that, each has to say for itself where it belongs. The
 * validation part has columns where some run has one.
 */
export function columnsFor({ grouped, validated }: { grouped: boolean; validated: boolean }): readonly Column[] {
  const columns = validated ? COLUMNS : COLUMNS.filter((column) => !VALIDATION_COLUMNS.includes(column.id))
  if (grouped) return columns.filter((column) => column.id !== 'experiment')
  const needed: Partial<Record<ColumnId, number>> = { dataset: 1, experiment: 3 }
  return columns.map((column) => ({ ...column, priority: needed[column.id] ?? column.priority }))
}

/**
 * The columns that have room in `width` pixels, in table order. The most needed come first; one that does not
 * fit ends the choice, so that columns never swap places while a window is made wider.
 */
export function columnsThatFit(width: number, columns: readonly Column[]): readonly Column[] {
  const byNeed = [...columns].sort((a, b) => a.priority - b.priority)
  let used = 0
  const overflow = byNeed.findIndex((column) => (used += column.width) > width && column.priority > 0)
  const kept = new Set(overflow < 0 ? byNeed : byNeed.slice(0, overflow))
  return columns.filter((column) => kept.has(column))
}
