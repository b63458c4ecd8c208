/**
 * From a table with names of somebody's own to measurements of ours: what each column probably is, and its rows as the
 * lab reads them.
 */
import { bad, type HistoryCell, type HistoryTable } from './history-table'
import { OUTSIDE_FIELDS, OUTSIDE_FIELD_TITLES, type OutsideField } from './outside'

export type OutsideRow = { readonly epoch: number } & { readonly [field in OutsideField]?: number }
export type OutsideColumns = Readonly<Partial<Record<OutsideField, string>>>

/** Sizes of the parts, where they are known: then shares of right answers are counts, with intervals. */
export interface OutsideSamples {
  train?: number
  validation?: number
  test?: number
}

const PARTS = { train: 'train|training|tr', validation: 'val|valid|validation|dev', test: 'test|te|eval' } as const
const ACCURACY = 'acc|accuracy|(binary|categorical|sparse_categorical)_accuracy|top1|acc1'
const LOSS = 'loss|nll|ce|cross_entropy|bce'

/** In this order: a name is taken by the first that fits. Bare names of Keras are the training part's. */
const PATTERNS: readonly (readonly [OutsideField, RegExp])[] = [
  ['epoch', /^(epochs?|ep)$/],
  ['step', /^(steps?|iterations?|iters?|global_step|batches)$/],
  ['seconds', /^(seconds?|secs?|time|elapsed|elapsed_time|wall_?time|time_s)$/],
  ['learning-rate', /^(lr|learning_rate)$/],
  ...(['validation', 'test', 'train'] as const).flatMap((part) => [
    [`${part}-loss`, pattern(part, LOSS)] as const,
    [`${part}-accuracy`, pattern(part, ACCURACY)] as const,
  ]),
]

function pattern(part: keyof typeof PARTS, what: string): RegExp {
  const either = `(?:(?:${PARTS[part]})_(?:${what})|(?:${what})_(?:${PARTS[part]}))`
  return new RegExp(part === 'train' ? `^(?:${either}|${what})$` : `^${either}$`)
}

/** What the columns probably are; a person may think otherwise. */
export function guessColumns(table: HistoryTable): OutsideColumns {
  const guessed: Partial<Record<OutsideField, string>> = {}
  for (const { name, cells } of table.columns) {
    if (cells.some((cell) => typeof cell === 'string')) continue
    const plain = plainName(name)
    const field = PATTERNS.find(([, words]) => words.test(plain))?.[0]
    if (field && guessed[field] === undefined) guessed[field] = name
  }
  return guessed
}

/** "Train Acc (%)" → "train_acc". */
function plainName(name: string): string {
  const bare = name.toLowerCase().replace(/\(.*?\)|\[.*?\]|%/g, ' ')
  return bare.trim().replace(/[\s./-]+/g, '_')
}

export interface OutsideHistory {
  rows: readonly OutsideRow[]
  /** What was made of the numbers, for the preview: "Epochs counted from 0 are counted from 1 here." */
  remarks: readonly string[]
}

/** Throws `history/…` where a column is not what it is said to be. */
export function outsideRows(table: HistoryTable, columns: OutsideColumns): OutsideHistory {
  const chosen = OUTSIDE_FIELDS.flatMap((field) => {
    const name = columns[field]
    return name === undefined ? [] : [{ field, name, values: numbersOf(table, field, name) }]
  })
  if (!chosen.some(({ field }) => /-(loss|accuracy)$/.test(field))) {
    throw bad('nothing-measured', 'Say which column is a loss or an accuracy: without one there is nothing to draw')
  }
  const epochs = epochsOf(chosen.find(({ field }) => field === 'epoch')?.values, table.rows)
  const shares = chosen.map((column) => ({ ...column, ...asShares(column) }))
  const rows = Array.from({ length: table.rows }, (_, i): OutsideRow => {
    const row: { epoch: number } & { [field in OutsideField]?: number } = { epoch: epochs.values[i] ?? i + 1 }
    for (const { field, values } of shares) {
      const value = values[i]
      if (field !== 'epoch' && typeof value === 'number') row[field] = value
    }
    return row
  })
  const perCent = shares.filter(({ wasPerCent }) => wasPerCent).map(({ name }) => name)
  const remarks = perCent.length > 0 ? [`Read as per cent: ${perCent.join(', ')}.`] : []
  return { rows, remarks: [...epochs.remarks, ...remarks] }
}

interface Column {
  field: OutsideField
  name: string
  values: readonly (number | null)[]
}

function numbersOf(table: HistoryTable, field: OutsideField, name: string): (number | null)[] {
  const found = table.columns.find((column) => column.name === name)
  if (!found)
    throw bad(
      'no-column',
      `There is no column "${name}"; there are ${table.columns.map((each) => each.name).join(', ')}`,
    )
  const must = field === 'epoch' || field === 'step' || field === 'seconds'
  return found.cells.map((cell: HistoryCell, i) => {
    if (typeof cell === 'string') {
      throw bad(
        'not-a-number',
        `"${name}", row ${i + 1}: expected a number for ${OUTSIDE_FIELD_TITLES[field].toLowerCase()}, got "${cell}"`,
      )
    }
    if (must && (cell === null || !Number.isFinite(cell) || cell < 0)) {
      throw bad(
        'not-a-number',
        `"${name}", row ${i + 1}: expected a number of at least 0 in each row, got ${cell ?? 'nothing'}`,
      )
    }
    return cell
  })
}

/** Epochs trained so far, from 1: a history that counts from 0 says which epoch it was. Its rows must go forward. */
function epochsOf(
  given: readonly (number | null)[] | undefined,
  rows: number,
): { values: number[]; remarks: string[] } {
  if (!given) {
    return {
      values: Array.from({ length: rows }, (_, i) => i + 1),
      remarks: ['No column of epochs: rows are counted from 1.'],
    }
  }
  const values = given.map(Number)
  const back = values.findIndex((value, i) => i > 0 && value <= (values[i - 1] ?? 0))
  if (back > 0) {
    throw bad(
      'order',
      `Row ${back + 1} is epoch ${values[back]} after epoch ${values[back - 1]}: expected epochs that grow. Were two histories written into one file?`,
    )
  }
  if (values[0] !== 0) return { values, remarks: [] }
  return { values: values.map((value) => value + 1), remarks: ['Epochs counted from 0 are counted from 1 here.'] }
}

/** Accuracies above 1 are per cent. */
function asShares({ field, name, values }: Column): { values: readonly (number | null)[]; wasPerCent: boolean } {
  if (!field.endsWith('-accuracy')) return { values, wasPerCent: false }
  const largest = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
  const isOff = values.some((value) => value !== null && value < 0) || largest > 100
  if (isOff)
    throw bad(
      'not-a-share',
      `"${name}": expected accuracies from 0 to 1 or 0 to 100 %, got ${largest > 100 ? largest : 'less than 0'}`,
    )
  if (largest <= 1) return { values, wasPerCent: false }
  return { values: values.map((value) => value && value / 100), wasPerCent: true }
}
