/**
 * The run table for a report, in the manner of booktabs: loss and accuracy of a part stand under its name, points stand
 * under each other (siunitx), and it is set as large as the text of an article is wide.
 */
import { VALUES_AT_TEXTS, type Summary, type TableColumn } from './table'
import { columnsOf, rowsOf, type TableRow, type TableSpec } from './table-files'

/** Needs the packages booktabs and siunitx; compiles as it is. */
export function tableLatex(spec: TableSpec): string {
  const columns = columnsOf(spec.columns)
  const rows = rowsOf(spec, columns)
  const showsSeeds = new Set(rows.map(({ seeds }) => seeds)).size > 1 // else the caption says it
  const numbers = columns.map((column, i) => (column.isNumber ? numberFormat(column, rows, i) : null))
  const format = ['l', ...(showsSeeds ? ['r'] : []), ...numbers.map((each) => (each ? each.column : 'l'))]
  const body = rows.map(({ name, seeds, cells }) => [
    latexText(name),
    ...(showsSeeds ? [String(seeds)] : []),
    ...cells.map((cell, i) => latexCell(cell, numbers[i] ?? null)),
  ])
  const { lines, titles } = headOf(columns, ['Run', ...(showsSeeds ? ['Seeds'] : [])])
  const look = lookOf([...body, titles])
  return [
    '% needs \\usepackage{booktabs} and \\usepackage{siunitx}',
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${captionOf(spec, rows, columns, look)}}`,
    '  \\medskip',
    ...look.setup.map((line) => `  ${line}`),
    `  \\begin{tabular}{${format.join(' ')}}`,
    '    \\toprule',
    ...lines.map((line) => `    ${line}`),
    '    \\midrule',
    ...body.map((cells) => `    ${cells.join(' & ')} \\\\`),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n')
}

const PARTS: Readonly<Record<string, string>> = { train: 'Training', validation: 'Validation', test: 'Test' }

/** Columns that stand under one title; one column by itself has none. */
interface Group {
  part: string | null
  columns: readonly TableColumn[]
}

function groupsOf(columns: readonly TableColumn[]): Group[] {
  return columns.reduce<Group[]>((groups, column) => {
    const part = PARTS[/^(.+)-(?:loss|accuracy)$/.exec(column.id)?.[1] ?? ''] ?? null
    const last = groups.at(-1)
    return part !== null && last?.part === part
      ? [...groups.slice(0, -1), { part, columns: [...last.columns, column] }]
      : [...groups, { part, columns: [column] }]
  }, [])
}

/** Lines of the head; `titles` are the cells of the last one, right over the numbers. */
function headOf(columns: readonly TableColumn[], first: readonly string[]): { lines: string[]; titles: string[] } {
  const groups = groupsOf(columns)
  const shared = groups.filter((group) => group.columns.length > 1)
  const named = groups.flatMap((group) => group.columns.map((column) => titleOf(column, shared.includes(group))))
  const titles = [...first, ...named].map((title) => `{${latexText(title)}}`)
  const bottom = `${titles.join(' & ')} \\\\`
  if (shared.length === 0) return { lines: [bottom], titles }
  const over = groups.map((group) =>
    shared.includes(group) ? `\\multicolumn{${group.columns.length}}{c}{${group.part ?? ''}}` : '',
  )
  const rules = shared.map((group) => {
    const from = first.length + 1 + columns.findIndex((each) => each === group.columns[0])
    return `\\cmidrule(lr){${from}-${from + group.columns.length - 1}}`
  })
  return { lines: [`${[...first.map(() => ''), ...over].join(' & ')} \\\\`, rules.join(' '), bottom], titles }
}

function titleOf({ title, kind }: TableColumn, isShared: boolean): string {
  const unit = kind === 'share' ? ' (%)' : kind === 'seconds' ? ' (s)' : ''
  if (!isShared) return title + unit
  return kind === 'loss' ? 'Loss' : `Acc.${unit}`
}

/** How large the table is set, and whether a deviation stands behind a sign or in brackets. */
interface Look {
  inBrackets: boolean
  setup: readonly string[]
}

/** Of an article's text on A4 and on letter paper, in points. */
const TEXT_WIDTH = 345
const NARROW = '\\setlength{\\tabcolsep}{4pt}'
const WITH_SIGN = '\\sisetup{separate-uncertainty = true, table-align-uncertainty = false}'
const IN_BRACKETS = '\\sisetup{separate-uncertainty = false}'
/** With the points that a digit takes, and the space between two columns. The first that fits is taken. */
const LOOKS: readonly (Look & { digit: number; gap: number })[] = [
  { digit: 5, gap: 12, inBrackets: false, setup: [WITH_SIGN] },
  { digit: 4.6, gap: 8, inBrackets: false, setup: ['\\small', NARROW, WITH_SIGN] },
  { digit: 4.6, gap: 8, inBrackets: true, setup: ['\\small', NARROW, IN_BRACKETS] },
]
/** Too wide for all of them: at least as narrow as it can be read. */
const NARROWEST: Look = { inBrackets: true, setup: ['\\footnotesize', NARROW, IN_BRACKETS] }

function lookOf(lines: readonly (readonly string[])[]): Look {
  const isFitting = ({ digit, gap, inBrackets }: (typeof LOOKS)[number]) =>
    widthInDigits(lines, inBrackets) * digit + (lines[0]?.length ?? 0) * gap <= TEXT_WIDTH
  return LOOKS.find(isFitting) ?? NARROWEST
}

function widthInDigits(lines: readonly (readonly string[])[], inBrackets: boolean): number {
  const places = lines[0]?.map((_, place) => lines.map((cells) => digitsOf(cells[place] ?? '', inBrackets))) ?? []
  return places.reduce((sum, widths) => sum + Math.max(...widths), 0)
}

/** Letters are a little wider than digits; "±" with its spaces takes two and a half. */
function digitsOf(cell: string, inBrackets: boolean): number {
  const [, number = '', decimals = '', doubt = ''] = /^(-?\d+(?:\.(\d+))?)\((\d+)\)$/.exec(cell) ?? []
  if (number !== '') {
    const behind = inBrackets ? doubt.length + 1.6 : 2.5 + Math.max(doubt.length, decimals.length + 1) + 0.6
    return number.length + behind
  }
  const text = cell.replace(/[{}\\$]/g, '')
  return text.length * (/^[-\d.]*$/.test(text) ? 1 : 1.1)
}

/** "Tricks of the trade: values at the last epoch. Losses are the mean per sample, in nats. …" */
function captionOf(
  { runs, at, by, title }: TableSpec,
  rows: readonly TableRow[],
  columns: readonly TableColumn[],
  { inBrackets }: Look,
): string {
  const titles = new Set(runs.map((run) => run.title))
  const [only] = titles
  const name = title ?? (titles.size === 1 ? only : undefined) ?? 'Runs'
  const seeds = [...new Set(rows.map((row) => row.seeds))]
  const over = seeds.length === 1 ? `over ${seeds[0]} seeds` : 'over the seeds of each row'
  const means = inBrackets
    ? `Means ${over}; in brackets the standard deviation, in units of the last digit.`
    : `Mean $\\pm$ standard deviation ${over}.`
  return [
    `${latexText(name)}: ${VALUES_AT_TEXTS[at]}.`,
    ...(columns.some(({ kind }) => kind === 'loss') ? ['Losses are the mean per sample, in nats.'] : []),
    ...(by === 'configuration' && seeds.some((each) => each > 1) ? [means] : []),
    ...(runs.some((run) => run.reducedData) ? ['Trained on reduced data.'] : []),
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
function numberFormat({ kind }: TableColumn, rows: readonly TableRow[], place: number): NumberFormat {
  const scale = kind === 'share' ? 100 : 1
  const cells = rows.flatMap(({ cells }) => (cells[place]?.kind === 'numbers' ? [cells[place]] : []))
  const values = cells.map((cell) => scale * cell.mean)
  const decimals = decimalsOf(kind, values)
  const whole = Math.max(1, ...values.map((value) => Math.trunc(Math.abs(value)).toString().length))
  const hasMinus = values.some((value) => value < 0)
  const doubts = cells.flatMap((cell) => (hasSpread(cell) ? [inLastDigit(scale * (cell.sd ?? 0), decimals)] : []))
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
  return hasSpread(cell) ? `${value}(${inLastDigit(scale * (cell.sd ?? 0), decimals)})` : value
}

/** Not of one seed, nor where it is the same for all. */
function hasSpread({ mean, sd }: Summary & { kind: 'numbers' }): boolean {
  return sd !== null && sd >= 1e-12 * Math.abs(mean) && sd > 0
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
