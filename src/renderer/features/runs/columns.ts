/**
 * The columns of the run table: what each shows, sorts by, and says of the replicates of a configuration. The numbers
 * themselves come from shared/runs/table.ts, as do those of the CSV and the LaTeX table.
 */
import { formatSeconds } from '#shared/figures/axis-scale'
import { isTestLocked, testScoreOf, type RunId, type RunProgress, type RunSummary } from '#shared/run'
import {
  epochAt,
  factorColumnId,
  scoreAt,
  summaryOf,
  tableColumn,
  varyingFactors,
  type RunGrouping,
  type ValuesAt,
} from '#shared/runs/table'
import {
  LOCKED,
  NONE,
  countsText,
  datasetTitle,
  epochText,
  epochsDone,
  lossText,
  percentText,
  sizesText,
  statusSentence,
  STATUS_WORDS,
  testUseText,
} from '../../runs/run-text'
import { formatCount, formatMoment } from '../../ui/format'

export type ProgressById = ReadonlyMap<RunId, RunProgress>

/** What a cell depends on besides its run. */
export interface CellView {
  progress: ProgressById
  at: ValuesAt
}

/** Nothing to sort by goes last, whichever way the column is sorted. */
export type SortValue = string | number | null

export interface Column {
  /** As in shared/runs/table.ts, where its numbers come from. */
  id: string
  title: string
  /** The whole words, where the title is short. */
  hint?: string
  /** Pixels; the label takes what is left. */
  width: number
  /** With room for mean and deviation. @default width */
  spreadWidth?: number
  align: 'left' | 'right'
  /** Its values move while a run trains. */
  live?: boolean
  /** It shows another value at the best epoch. */
  moves?: boolean
  /** Where there is no room, columns with a high number go first. */
  priority: number
  sort: (run: RunSummary, view: CellView) => SortValue
  text: (run: RunSummary, view: CellView) => string
  /** What the pointer tells. */
  detail?: (run: RunSummary, view: CellView) => string | null
  /** A number as it is written; the deviation of replicates is written alike. Only columns with numbers have it. */
  write?: (value: number) => string
}

type Part = 'train' | 'validation' | 'test'
const PART_WORDS: Record<Part, { short: string; long: string }> = {
  train: { short: 'Train', long: 'Training' },
  validation: { short: 'Val.', long: 'Validation' },
  test: { short: 'Test', long: 'Test' },
}

/** "9,784 of 10,000 at epoch 12, watched at every evaluation". */
function partDetail(part: Part) {
  return (run: RunSummary, { at }: CellView): string | null => {
    if (part === 'test' && isTestLocked(run)) return 'Locked until the final evaluation'
    const score = scoreAt(run, part, at)
    if (!score || score.count <= 1) return null
    const isFinal = part === 'test' && at === 'last' && run.finalEvaluation !== undefined
    const epoch = (isFinal ? run.finalEvaluation?.epoch : epochAt(run, at)) ?? 0
    const use = part === 'test' && testScoreOf(run) ? `; test part ${testUseText(run)}` : ''
    return `${countsText(score)} at epoch ${epochText(epoch)}${use}`
  }
}

/** Text and order of a column of numbers, both from the shared table. */
function measured(id: string, write: (value: number) => string): Pick<Column, 'id' | 'sort' | 'text' | 'write'> {
  const column = tableColumn(id)
  const valueOf = (run: RunSummary, { at }: CellView) => {
    const value = column?.value(run, at)
    return typeof value === 'number' ? value : null
  }
  const text = (run: RunSummary, view: CellView) => {
    const value = valueOf(run, view)
    return value === null ? NONE : write(value)
  }
  return { id, write, sort: valueOf, text }
}

function partColumns(part: Part, priority: number): Column[] {
  const { short, long } = PART_WORDS[part]
  const common = { align: 'right', priority, moves: true, detail: partDetail(part) } as const
  const accuracy = measured(`${part}-accuracy`, percentText)
  const loss = measured(`${part}-loss`, lossText)
  return [
    {
      ...common,
      ...accuracy,
      title: `${short} acc.`,
      hint: `${long} accuracy`,
      width: 84,
      spreadWidth: 128,
      text: unlessLocked(part, accuracy.text),
    },
    {
      ...common,
      ...loss,
      title: `${short} loss`,
      hint: `${long} loss: mean per sample, in nats`,
      width: 84,
      spreadWidth: 136,
      text: unlessLocked(part, (run, view) => {
        const lost = scoreAt(run, part, view.at)?.loss
        return lost === undefined || (run.outside && !Number.isFinite(lost)) ? NONE : lossText(lost)
      }),
    },
  ]
}

function unlessLocked(part: Part, text: Column['text']): Column['text'] {
  return (run, view) => (part === 'test' && isTestLocked(run) ? LOCKED : text(run, view))
}

function epochOf(run: RunSummary, { progress, at }: CellView): number | null {
  if (at === 'best') return epochAt(run, at)
  return Math.floor(epochsDone(run, progress.get(run.id)))
}

function epochsText(run: RunSummary, view: CellView): string {
  const done = epochOf(run, view)
  if (done === null) return NONE
  return run.outside ? epochText(done) : `${epochText(done)} / ${formatCount(run.epochs)}`
}

/** "97.18 ± 0.12 %", "0.0945 ± 0.0031": of all runs of a row. Empty where a text differs. */
export function summaryText(runs: readonly RunSummary[], { id, write }: Column, at: ValuesAt): string {
  const column = tableColumn(id === 'epochs' ? 'epoch' : id)
  if (!column) return ''
  const summary = summaryOf(runs, column, at)
  if (summary.kind === 'nothing') return column.isNumber && runs.every(isLockedFor(id)) ? LOCKED : NONE
  if (summary.kind === 'text') return id === 'dataset' ? datasetTitle(summary.text) : summary.text
  const text = write ?? String
  if (summary.sd === null || summary.sd < 1e-12 * Math.abs(summary.mean)) return text(summary.mean)
  if (column.kind === 'share') return `${(100 * summary.mean).toFixed(2)} ± ${(100 * summary.sd).toFixed(2)} %`
  if (column.kind === 'count') return `${summary.mean.toFixed(1)} ± ${summary.sd.toFixed(1)}`
  const middle = column.kind === 'loss' ? meanLossText(summary.mean) : text(summary.mean)
  return `${middle} ± ${deviationText(summary.sd, middle)}`
}

/** A digit less than of one run where its loss is small: the deviation has to stand beside it. */
function meanLossText(loss: number): string {
  if (loss >= 0.01 && loss < 10) return loss.toFixed(4)
  return loss >= 0.001 && loss < 0.01 ? loss.toFixed(5) : lossText(loss)
}

/** With as many decimals as its mean has, unless nothing were left of it. */
function deviationText(sd: number, meanText: string): string {
  const decimals = /^[\d,]+(?:\.(\d+))?$/.exec(meanText)?.[1]?.length ?? 0
  const text = sd.toFixed(decimals)
  return decimals === 0 || Number(text) === 0 ? sd.toPrecision(2) : text
}

function isLockedFor(id: string) {
  return (run: RunSummary) => id.startsWith('test-') && isTestLocked(run)
}

function round(value: number): number {
  return Math.round(10 * value) / 10
}

function wholeText(value: number): string {
  return formatCount(Math.round(value))
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
    detail: (run) => (run.note ? `${run.id}\n${run.note}` : run.id),
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
    text: (run) => sizesText(run.sizes) || NONE,
  },
  {
    id: 'dataset',
    title: 'Data set',
    width: 124,
    align: 'left',
    priority: 5,
    sort: (run) => datasetTitle(run.dataset),
    text: (run) => datasetTitle(run.dataset) || NONE,
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
    spreadWidth: 92,
    align: 'right',
    priority: 1,
    live: true,
    moves: true,
    sort: epochOf,
    text: epochsText,
    write: (value) => epochText(round(value)),
  },
  ...partColumns('test', 1),
  ...partColumns('validation', 2),
  {
    ...measured('lowest-test-loss', lossText),
    title: 'Lowest loss',
    hint: 'Lowest test loss, and the epoch at which it was measured',
    width: 112,
    spreadWidth: 136,
    align: 'right',
    priority: 3,
    text: ({ lowestTestLoss: low }) => (low ? `${lossText(low.loss)} at ${epochText(low.epoch)}` : NONE),
    detail: ({ lowestTestLoss: low }) => low && `Test loss ${lossText(low.loss)} at epoch ${epochText(low.epoch)}`,
  },
  ...partColumns('train', 3).reverse(),
  {
    ...measured('seconds-per-epoch', formatSeconds),
    title: 's / epoch',
    hint: 'Seconds of training in an epoch, the median of all',
    width: 78,
    spreadWidth: 116,
    align: 'right',
    priority: 3,
    detail: ({ secondsPerEpoch: spread }) => spread && `${formatSeconds(spread.min)} to ${formatSeconds(spread.max)} s`,
  },
  { ...measured('parameters', wholeText), title: 'Parameters', width: 92, align: 'right', priority: 4 },
  {
    ...measured('seconds', formatSeconds),
    title: 'Time (s)',
    hint: 'Seconds of training in all, evaluations not counted',
    width: 84,
    spreadWidth: 116,
    align: 'right',
    priority: 10,
  },
  { ...measured('threads', wholeText), title: 'Threads', width: 72, align: 'right', priority: 7 },
  {
    ...measured('replicate', wholeText),
    title: 'Repl.',
    hint: 'Replicate: the same configuration with other seeds',
    width: 56,
    align: 'right',
    priority: 8,
  },
  {
    id: 'tags',
    title: 'Tags',
    width: 120,
    align: 'left',
    priority: 11,
    sort: (run) => run.tags.join(', ') || null,
    text: (run) => run.tags.join(', ') || NONE,
  },
  {
    id: 'note',
    title: 'Note',
    width: 200,
    align: 'left',
    priority: 12,
    sort: (run) => run.note ?? null,
    text: (run) => run.note ?? NONE,
    detail: (run) => run.note ?? null,
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

/** A factor of some design: the level that the run has of it. */
export function factorColumn(factor: string): Column {
  const level = (run: RunSummary) => run.configuration.levels[factor] ?? null
  return {
    id: factorColumnId(factor),
    title: factor,
    hint: `Factor: ${factor}`,
    width: Math.min(160, Math.max(88, 24 + 7 * factor.length)),
    align: 'left',
    priority: 2,
    sort: level,
    text: (run) => level(run) ?? NONE,
  }
}

export interface ColumnsFor {
  grouping: RunGrouping
  /** The runs that are shown: factors that vary among them have columns, and so has a validation part. */
  runs: readonly RunSummary[]
  /** Ids that somebody chose; null: those that suit. */
  chosen: readonly string[] | null
}

/** Of a design with more factors than this, those that come first. */
const FACTORS_AT_MOST = 4

/**
 * At least half of the runs have a level of it. Others would be columns of dashes, where several experiments are shown;
 * the names of their runs say the level anyway.
 */
function isCommon(factor: string, runs: readonly RunSummary[]): boolean {
  const known = runs.filter(({ configuration }) => factor in configuration.levels).length
  return 2 * known >= runs.length
}

/**
 * Runs of one experiment stand under its name; without that, each has to say for itself where it belongs. The
 * validation part has columns where some run has one, so has the test part, and tags where some run has any.
 */
export function columnsFor({ grouping, runs, chosen }: ColumnsFor): readonly Column[] {
  const varying = varyingFactors(runs)
  const factors = varying.map(factorColumn)
  if (chosen) return withFactors(COLUMNS, factors).filter(({ id }) => id === 'label' || chosen.includes(id))
  const unfit = new Set<string>(['seconds', 'note'])
  if (!runs.some((run) => run.last?.validation !== undefined)) {
    unfit.add('validation-accuracy').add('validation-loss')
  }
  if (runs.some((run) => run.last) && !runs.some((run) => isTestLocked(run) || testScoreOf(run))) {
    unfit.add('test-accuracy').add('test-loss').add('lowest-test-loss')
  }
  if (!runs.some((run) => run.tags.length > 0)) unfit.add('tags')
  if (grouping !== 'none') unfit.add('experiment')
  const common = factors.filter((_, i) => isCommon(varying[i] ?? '', runs)).slice(0, FACTORS_AT_MOST)
  const columns = withFactors(COLUMNS, common).filter(({ id }) => !unfit.has(id))
  if (grouping !== 'none') return columns
  const needed: Record<string, number> = { dataset: 1, experiment: 3 }
  return columns.map((column) => ({ ...column, priority: needed[column.id] ?? column.priority }))
}

/** Factors stand behind the name, as they are what tells a row from its neighbors. */
function withFactors(columns: readonly Column[], factors: readonly Column[]): Column[] {
  const [first, ...rest] = columns
  return first ? [first, ...factors, ...rest] : [...factors]
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
