/**
 * The run table as numbers: what a run is listed with, at its last or its best epoch, and what several replicates come
 * to. The screen, the CSV, the LaTeX table and the command line are all made from these columns.
 */
import { accuracyOf, isTestLocked, testScoreOf, type RunSummary, type Score } from '../run'
import { mean, standardDeviation } from '../statistics/samples'

/** Where values are taken: at the last evaluation, or at the epoch with the lowest validation loss. */
export const VALUES_AT = ['last', 'best'] as const
export type ValuesAt = (typeof VALUES_AT)[number]

/** As a caption says it. */
export const VALUES_AT_TEXTS: Readonly<Record<ValuesAt, string>> = {
  last: 'values at the last epoch',
  best: 'values at the best epoch (lowest validation loss)',
}

/** Replicates under their configuration under their experiment; runs under their experiment; every run by itself. */
export const GROUPINGS_OF_RUNS = ['configuration', 'experiment', 'none'] as const
export type RunGrouping = (typeof GROUPINGS_OF_RUNS)[number]

export type CellValue = string | number | null

export interface TableColumn {
  id: string
  title: string
  /** `share`: from 0 to 1, shown in per cent. `loss`: mean per sample in nats. */
  kind: 'text' | 'count' | 'loss' | 'share' | 'seconds'
  isNumber: boolean
  /** It depends on where values are taken. */
  moves: boolean
  /** Null: not measured, or not to be seen. */
  value: (run: RunSummary, at: ValuesAt) => CellValue
}

type Part = 'train' | 'validation' | 'test'
const PART_TITLES: Readonly<Record<Part, string>> = { train: 'Train', validation: 'Val.', test: 'Test' }

/** Null where the part was not measured there. A locked test part has a score after its final evaluation only. */
export function scoreAt(run: RunSummary, part: Part, at: ValuesAt): Score | null {
  if (part === 'test' && isTestLocked(run)) return null
  if (at === 'last') return (part === 'test' ? testScoreOf(run) : run.last?.[part]) ?? null
  const best = run.bestValidation
  if (!best) return null
  if (part === 'validation') return best.score
  if (part === 'test')
    return best.test ?? (run.finalEvaluation?.epoch === best.epoch ? run.finalEvaluation.score : null)
  return best.train ?? null
}

/** Trained epochs at that point; null before the first evaluation, or without a validation part. */
export function epochAt(run: RunSummary, at: ValuesAt): number | null {
  return (at === 'last' ? run.last?.epoch : run.bestValidation?.epoch) ?? null
}

function text(id: string, title: string, value: (run: RunSummary) => string | null): TableColumn {
  return { id, title, kind: 'text', isNumber: false, moves: false, value }
}

function number(
  id: string,
  title: string,
  kind: Exclude<TableColumn['kind'], 'text'>,
  value: (run: RunSummary) => number | null | undefined,
): TableColumn {
  return { id, title, kind, isNumber: true, moves: false, value: (run) => finite(value(run)) }
}

function ofPart(part: Part): TableColumn[] {
  const title = PART_TITLES[part]
  const common = { isNumber: true, moves: true } as const
  return [
    {
      ...common,
      id: `${part}-loss`,
      title: `${title} loss`,
      kind: 'loss',
      value: (run, at) => finite(scoreAt(run, part, at)?.loss),
    },
    {
      ...common,
      id: `${part}-accuracy`,
      title: `${title} acc.`,
      kind: 'share',
      value: (run, at) => {
        const score = scoreAt(run, part, at)
        return score && score.count > 0 ? accuracyOf(score) : null
      },
    },
  ]
}

/** A loss that ran away is no number to average, sort or print. */
function finite(value: number | null | undefined): number | null {
  return value === null || value === undefined || !Number.isFinite(value) ? null : value
}

/** What the lab did not train has no size of its own to count. */
function unlessOutside(value: (run: RunSummary) => number | null | undefined) {
  return (run: RunSummary) => (run.outside ? null : value(run))
}

export const TABLE_COLUMNS: readonly TableColumn[] = [
  text('label', 'Run', (run) => run.label),
  text('experiment', 'Experiment', (run) => run.title),
  text('dataset', 'Data set', (run) => run.dataset || null),
  text('sizes', 'Size', (run) => run.sizes.join('-') || null),
  number(
    'parameters',
    'Parameters',
    'count',
    unlessOutside((run) => run.parameters),
  ),
  text('status', 'Status', (run) => run.status),
  { id: 'epoch', title: 'Epoch', kind: 'count', isNumber: true, moves: true, value: epochAt },
  number('epochs', 'Planned', 'count', (run) => run.epochs),
  ...ofPart('train'),
  ...ofPart('validation'),
  ...ofPart('test'),
  number('lowest-test-loss', 'Lowest test loss', 'loss', (run) => run.lowestTestLoss?.loss),
  number('seconds-per-epoch', 'Time / epoch', 'seconds', (run) => run.secondsPerEpoch?.median),
  number('seconds', 'Training time', 'seconds', (run) => run.last?.seconds),
  number(
    'threads',
    'Threads',
    'count',
    unlessOutside((run) => run.threads),
  ),
  number(
    'replicate',
    'Repl.',
    'count',
    unlessOutside((run) => run.replicate + 1),
  ),
  text('created', 'Created', (run) => run.createdAt),
  text('tags', 'Tags', (run) => run.tags.join(', ') || null),
  text('note', 'Note', (run) => run.note ?? null),
]

const BY_ID = new Map(TABLE_COLUMNS.map((column) => [column.id, column]))
const FACTOR = 'factor:'

/** Also for `factor:Learning rate`; null for what is no column. */
export function tableColumn(id: string): TableColumn | null {
  if (!id.startsWith(FACTOR)) return BY_ID.get(id) ?? null
  const name = id.slice(FACTOR.length)
  return text(id, name, (run) => run.configuration.levels[name] ?? null)
}

export function factorColumnId(factor: string): string {
  return `${FACTOR}${factor}`
}

/** Factors that do not have one level for all of these runs, in the order in which they come. */
export function varyingFactors(runs: readonly RunSummary[]): string[] {
  const levels = new Map<string, Set<string>>()
  for (const { configuration } of runs) {
    for (const [factor, level] of Object.entries(configuration.levels)) {
      const known = levels.get(factor)
      if (known) known.add(level)
      else levels.set(factor, new Set([level]))
    }
  }
  return [...levels].flatMap(([factor, known]) => (known.size > 1 ? [factor] : []))
}

/** Runs of one combination of levels within one experiment: they differ in their seeds only. */
export function configurationKey({ id, experimentId, configuration, origin, outside }: RunSummary): string {
  if (outside || origin?.kind === 'repeat') return `${experimentId}/${id}`
  return `${experimentId}/${configuration.index}`
}

/** In the order of their first runs. */
export function byConfiguration(runs: readonly RunSummary[]): RunSummary[][] {
  const groups = new Map<string, RunSummary[]>()
  for (const run of runs) {
    const key = configurationKey(run)
    const group = groups.get(key)
    if (group) group.push(run)
    else groups.set(key, [run])
  }
  return [...groups.values()]
}

/** Of several runs: a text that they share, or the mean of their numbers with its sample deviation. */
export type Summary =
  { kind: 'nothing' } | { kind: 'text'; text: string } | { kind: 'numbers'; mean: number; sd: number | null; n: number }

export function summaryOf(runs: readonly RunSummary[], column: TableColumn, at: ValuesAt): Summary {
  const values = runs.map((run) => column.value(run, at))
  if (!column.isNumber) {
    const [first] = values
    return typeof first === 'string' && values.every((value) => value === first)
      ? { kind: 'text', text: first }
      : { kind: 'nothing' }
  }
  const numbers = values.filter((value) => typeof value === 'number')
  if (numbers.length === 0) return { kind: 'nothing' }
  const sd = numbers.length > 1 ? standardDeviation(numbers) : null
  return { kind: 'numbers', mean: mean(numbers), sd, n: numbers.length }
}
