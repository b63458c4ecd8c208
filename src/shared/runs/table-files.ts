/**
 * The run table as a file: CSV for programs, LaTeX for a report. Rows are runs, or configurations with the mean and the
 * sample deviation of their replicates. Both say at which epoch the values were taken.
 */
import {
  VALUES_AT_TEXTS,
  byConfiguration,
  summaryOf,
  tableColumn,
  type Summary,
  type TableColumn,
  type ValuesAt,
} from './table'
import type { RunSummary } from '../run'
import { LabError } from '../errors'

export interface TableSpec {
  runs: readonly RunSummary[]
  /** Ids of columns, after the run's name. */
  columns: readonly string[]
  at: ValuesAt
  by: 'run' | 'configuration'
  /** Of the LaTeX table's caption. @default the experiment's title where there is one only */
  title?: string | undefined
}

/** Six rows of S4-11 need these: where it stopped, and loss and accuracy of both parts. */
export const REPORT_COLUMNS = [
  'epoch',
  'train-loss',
  'train-accuracy',
  'validation-loss',
  'validation-accuracy',
] as const

interface Row {
  name: string
  seeds: number
  cells: readonly Summary[]
}

function columnsOf(ids: readonly string[]): TableColumn[] {
  return ids.map((id) => {
    const column = tableColumn(id)
    if (column) return column
    throw new LabError('table/no-column', `There is no column "${id}" in the run table`)
  })
}

function rowsOf({ runs, at, by }: TableSpec, columns: readonly TableColumn[]): Row[] {
  const groups = by === 'run' ? runs.map((run) => [run]) : byConfiguration(runs)
  return groups.map((group) => ({
    name:
      by === 'run' && (group[0]?.replicate ?? 0) > 0
        ? `${group[0]?.label}, replicate ${(group[0]?.replicate ?? 0) + 1}`
        : (group[0]?.label ?? ''),
    seeds: group.length,
    cells: columns.map((column) => summaryOf(group, column, at)),
  }))
}

/** RFC 4180. Shares from 0 to 1, losses in nats as the mean per sample, times in seconds; all digits. */
export function tableCsv(spec: TableSpec): string {
  const columns = columnsOf(spec.columns)
  const withSpread = spec.by === 'configuration'
  const heads = columns.flatMap(({ id, isNumber }) => {
    const head = id.replaceAll('-', '_')
    return withSpread && isNumber ? [`${head}_mean`, `${head}_sd`] : [head]
  })
  const lines = rowsOf(spec, columns).map(({ name, seeds, cells }) => [
    name,
    ...(withSpread ? [seeds] : []),
    ...cells.flatMap((cell, i) => csvCells(cell, withSpread && (columns[i]?.isNumber ?? false))),
    spec.at,
  ])
  const all = [['run', ...(withSpread ? ['seeds'] : []), ...heads, 'values_at'], ...lines]
  return all.map((cells) => `${cells.map(csvText).join(',')}\r\n`).join('')
}

function csvCells(cell: Summary, withSpread: boolean): (string | number | null)[] {
  if (cell.kind === 'numbers') return withSpread ? [cell.mean, cell.sd] : [cell.mean]
  const text = cell.kind === 'text' ? cell.text : null
  return withSpread ? [text, null] : [text]
}

/** A text that a spreadsheet would take for a formula is kept from being one. */
export function csvText(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'string') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Needs the packages booktabs and siunitx; compiles as it is. */
export function tableLatex(spec: TableSpec): string {
  const columns = columnsOf(spec.columns)
  const rows = rowsOf(spec, columns)
  const showsSeeds = rows.some(({ seeds }) => seeds > 1)
  const numbers = columns.map((column, i) => (column.isNumber ? numberFormat(column, rows, i) : null))
  const format = ['l', ...(showsSeeds ? ['r'] : []), ...numbers.map((each) => (each ? each.column : 'l'))]
  const heads = ['Run', ...(showsSeeds ? ['Seeds'] : []), ...columns.map(headOf)]
  const body = rows.map(({ name, seeds, cells }) => [
    latexText(name),
    ...(showsSeeds ? [String(seeds)] : []),
    ...cells.map((cell, i) => latexCell(cell, numbers[i] ?? null)),
  ])
  return [
    '% needs \\usepackage{booktabs} and \\usepackage{siunitx}',
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${captionOf(spec, rows, columns)}}`,
    '  \\sisetup{separate-uncertainty = true}',
    `  \\begin{tabular}{${format.join(' ')}}`,
    '    \\toprule',
    `    ${heads.map((head) => `{${head}}`).join(' & ')} \\\\`,
    '    \\midrule',
    ...body.map((cells) => `    ${cells.join(' & ')} \\\\`),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n')
}

function headOf({ title, kind }: TableColumn): string {
  const unit = kind === 'share' ? ' (%)' : kind === 'seconds' ? ' (s)' : ''
  return latexText(title + unit)
}

/** "Tricks of the trade: values at the last epoch. Losses are the mean per sample, in nats. …" */
function captionOf({ runs, at, by, title }: TableSpec, rows: readonly Row[], columns: readonly TableColumn[]): string {
  const titles = new Set(runs.map((run) => run.title))
  const [only] = titles
  const name = title ?? (titles.size === 1 ? only : undefined) ?? 'Runs'
  const reduced = runs.some((run) => run.reducedData)
  const seeds = [...new Set(rows.map((row) => row.seeds))]
  const spread = seeds.length === 1 ? `over ${seeds[0]} seeds` : 'over the seeds of each row'
  return [
    `${latexText(name)}: ${VALUES_AT_TEXTS[at]}.`,
    ...(columns.some(({ kind }) => kind === 'loss') ? ['Losses are the mean per sample, in nats.'] : []),
    ...(by === 'configuration' && seeds.some((each) => each > 1) ? [`Mean $\\pm$ standard deviation ${spread}.`] : []),
    ...(reduced ? ['Trained on reduced data.'] : []),
  ].join(' ')
}

interface NumberFormat {
  /** Of the tabular's head. */
  column: string
  scale: number
  decimals: number
}

const DECIMALS: Readonly<Record<TableColumn['kind'], number>> = { text: 0, count: 0, loss: 4, share: 2, seconds: 2 }

/** One number of decimals for the whole column, so that points stand under each other. */
function numberFormat({ kind }: TableColumn, rows: readonly Row[], place: number): NumberFormat {
  const scale = kind === 'share' ? 100 : 1
  const cells = rows.flatMap(({ cells }) => (cells[place]?.kind === 'numbers' ? [cells[place]] : []))
  const values = cells.map((cell) => scale * cell.mean)
  const decimals = decimalsOf(kind, values)
  const whole = Math.max(1, ...values.map((value) => Math.trunc(Math.abs(value)).toString().length))
  const hasMinus = values.some((value) => value < 0)
  const doubts = cells.flatMap(({ sd }) => (sd === null ? [] : [inLastDigit(scale * sd, decimals)]))
  const doubt = doubts.length > 0 ? `(${Math.max(...doubts.map((each) => String(each).length))})` : ''
  return { column: `S[table-format=${hasMinus ? '-' : ''}${whole}.${decimals}${doubt}]`, scale, decimals }
}

/** A column of very small losses has as many more as its smallest needs for two digits that count, up to 8. */
function decimalsOf(kind: TableColumn['kind'], values: readonly number[]): number {
  if (kind === 'count') return values.every(Number.isInteger) ? 0 : 1
  if (kind !== 'loss') return DECIMALS[kind]
  const smallest = Math.min(...values.map(Math.abs).filter((value) => value > 0), 1)
  return Math.min(8, Math.max(DECIMALS.loss, 1 - Math.floor(Math.log10(smallest))))
}

function latexCell(cell: Summary, format: NumberFormat | null): string {
  if (cell.kind === 'nothing') return '{--}'
  if (cell.kind === 'text') return latexText(cell.text)
  if (!format) return String(cell.mean)
  const { scale, decimals } = format
  const value = (scale * cell.mean).toFixed(decimals)
  const isSame = cell.sd === null || cell.sd < 1e-12 * Math.abs(cell.mean) // one seed, or the same for all
  return isSame ? value : `${value}(${inLastDigit(scale * (cell.sd ?? 0), decimals)})`
}

/** 0.0012 at four decimals is 12: what siunitx calls the uncertainty. */
function inLastDigit(deviation: number, decimals: number): number {
  return Math.round(deviation * 10 ** decimals)
}

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '·': '$\\cdot$',
  '×': '$\\times$',
  '−': '$-$',
  '±': '$\\pm$',
  '≤': '$\\le$',
  '≥': '$\\ge$',
  '→': '$\\to$',
  '∞': '$\\infty$',
  '–': '--',
  '…': '\\dots{}',
}

/** What pdflatex cannot set comes out as a question mark, and not as an error on somebody's last evening. */
export function latexText(text: string): string {
  return Array.from(text)
    .map((char) => {
      if ('&%$#_{}'.includes(char)) return `\\${char}`
      const special = SPECIAL[char]
      if (special !== undefined) return special
      return char < ' ' || char > 'ſ' ? '?' : char
    })
    .join('')
}
