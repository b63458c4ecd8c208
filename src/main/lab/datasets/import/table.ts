/**
 * Tables as text (CSV, TSV): one sample a line, one column of labels, all other columns values.
 */
import papaparse, { type ParseStepResult } from 'papaparse'
import { LabError } from '#shared/errors'
import type { RawParts } from './arrays'
import { cannotImport, tooLarge } from './limits'
import { IMPORT_LIMITS } from '#shared/import-options'
import { LABEL_COLUMNS, partOf } from './names'
import type { ImportOptions } from '#shared/import-options'
import type { ImportNote, RawPart } from './samples'
import { numberOf, numbersIfAll } from './texts'

/** A longer text is more than a string can hold. */
const MAX_TABLE_BYTES = 500_000_000
/** Lines that are looked at before it is decided which column has the labels. */
const LOOKED_AT = 200
const LOOKED_AT_CELLS = 1_000_000
/** Lines with nothing in them, or with comments. */
const MAX_EMPTY_LINES = 100_000
const [TAB, NEWLINE, RETURN, SPACE, QUOTE, HASH] = [0x09, 0x0a, 0x0d, 0x20, 0x22, 0x23]

export interface TableFile {
  path: string
  bytes: Uint8Array
}

interface Columns {
  names: string[] | undefined
  count: number
  label: number
}

export function partsOfTables(tables: readonly TableFile[], options: ImportOptions): RawParts {
  const notes: ImportNote[] = []
  const of = (part: ReturnType<typeof partOf>) => tables.filter(({ path }) => partOf(path) === part)
  const [train, unnamed, named] = [of('train'), of(undefined), of('test')]
  const first = [train, unnamed, named].find((part) => part.length > 0) ?? []
  const test = first === named ? [] : named
  if (first.length !== 1 || test.length > 1 || first.length + test.length !== tables.length) {
    const names = tables.map(({ path }) => path).join(', ')
    throw cannotImport(`Expected one table, or one with "train" and one with "test" in its name, got ${names}`)
  }
  const { part, labelName } = readTable(first[0], options, notes)
  if (test.length === 0) return { train: part, notes }
  // A table without labels, as competitions hand out for their test, is then told by the name of what it lacks.
  const alike = labelName === undefined ? options : { ...options, labelColumn: { name: labelName } }
  return { train: part, test: readTable(test[0], alike, notes).part, notes }
}

function readTable(
  { path, bytes }: TableFile,
  options: ImportOptions,
  notes: ImportNote[],
): { part: RawPart; labelName: string | undefined } {
  const { text, delimiter } = textAndDelimiter(path, bytes, options)
  mustBeRows(bytes, delimiter, path)
  const reader = new TableReader(path, options, notes)
  papaparse.parse<string[]>(text, {
    delimiter,
    comments: '#',
    skipEmptyLines: 'greedy',
    step: (row) => reader.take(row, text),
  })
  return { part: reader.finish(), labelName: reader.labelName }
}

/** Names of the columns, or their numbers from 1 on where no line names them. */
export function tableColumns({ path, bytes }: TableFile, options: ImportOptions): string[] {
  const { text, delimiter } = textAndDelimiter(path, bytes, options)
  const { data } = papaparse.parse<string[]>(text, { delimiter, comments: '#', skipEmptyLines: 'greedy', preview: 1 })
  const [head = []] = data
  const isHeader = options.header ?? looksLikeHeader(head)
  return head.map((cell, i) => (isHeader ? cell.trim() : String(i + 1)))
}

function textAndDelimiter(path: string, bytes: Uint8Array, options: ImportOptions) {
  const text = textOf(bytes, path)
  return { text, delimiter: options.delimiter ?? delimiterOf(text) }
}

function textOf(bytes: Uint8Array, file: string): string {
  if (bytes.length > MAX_TABLE_BYTES)
    throw tooLarge(file, `has ${bytes.length} bytes; a table may have ${MAX_TABLE_BYTES}`)
  const zero = bytes.indexOf(0)
  if (zero >= 0) throw cannotImport(`${file}, byte ${zero}: expected text in UTF-8, got a zero byte`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new LabError('import/bad-file', `${file}: expected text in UTF-8; save it again in that encoding`, {
      cause: error,
    })
  }
}

/**
 * Before the text is taken apart: a line of millions of cells would become millions of texts, and a parser goes slowly
 * over millions of lines that hold nothing.
 */
function mustBeRows(bytes: Uint8Array, delimiter: string, file: string): void {
  const mark = delimiter.charCodeAt(0)
  let [columns, empty, isQuoted, holds, isFirst, isComment] = [1, 0, false, false, true, false]
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (isQuoted ? byte !== QUOTE : byte !== NEWLINE && byte !== RETURN) {
      if (byte === QUOTE) isQuoted = true
      else if (byte === mark && !isQuoted) columns += 1
      else if (byte !== SPACE && byte !== TAB) holds = true
      if (isFirst) isComment = byte === HASH
      isFirst = false
      if (columns > IMPORT_LIMITS.columns && !isComment) {
        throw cannotImport(`${file}, byte ${i}: expected at most ${IMPORT_LIMITS.columns} columns, got more`)
      }
    } else if (isQuoted) {
      isQuoted = false
    } else {
      // the second half of a line's end is no line of its own
      if ((!holds || isComment) && !(byte === NEWLINE && bytes[i - 1] === RETURN)) empty += 1
      if (empty > MAX_EMPTY_LINES) {
        throw cannotImport(`${file}, byte ${i}: expected samples, got more than ${MAX_EMPTY_LINES} empty lines`)
      }
      ;[columns, holds, isFirst, isComment] = [1, false, true, false]
    }
  }
}

/** The one that stands most often in the first line that is no comment. */
function delimiterOf(text: string): string {
  const line = /^(?!#).*\S.*$/m.exec(text.slice(0, 1_000_000))?.[0] ?? ''
  const bare = line.replace(/"[^"]*"/g, '')
  const times = (mark: string) => bare.split(mark).length
  return [',', ';', '\t', '|', ' '].reduce((best, mark) => (times(mark) > times(best) ? mark : best))
}

/** Takes row after row; holds no more than the first of them as texts. */
class TableReader {
  private readonly first: { cells: string[]; line: () => number }[] = []
  private columns: Columns | undefined
  private readonly labels: string[] = []
  private readonly codes = new Map<string, string>()
  private readonly values = new GrowingValues()

  constructor(
    private readonly file: string,
    private readonly options: ImportOptions,
    private readonly notes: ImportNote[],
  ) {}

  take({ data, errors, meta }: ParseStepResult<string[]>, text: string): void {
    const { cursor } = meta
    const line = () => lineAt(text, cursor)
    if (errors.length > 0) throw this.wrong(line(), 'cells in quotes that end', errors[0].message)
    if (data.length > IMPORT_LIMITS.columns)
      throw this.wrong(line(), `at most ${IMPORT_LIMITS.columns} columns`, `${data.length}`)
    if (this.columns) return this.add(data, line, this.columns)
    this.first.push({ cells: data, line })
    if (this.first.length >= Math.min(LOOKED_AT, LOOKED_AT_CELLS / data.length)) this.begin()
  }

  finish(): RawPart {
    if (!this.columns) this.begin()
    const features = (this.columns?.count ?? 1) - 1
    if (this.labels.length === 0) throw cannotImport(`${this.file}: expected a line for each sample, got none`)
    return {
      name: this.file,
      count: this.labels.length,
      shape: [features],
      values: this.values.taken(),
      labels: { name: this.file, values: numbersIfAll(this.labels) },
    }
  }

  get labelName(): string | undefined {
    return this.columns?.names?.[this.columns.label]
  }

  private begin(): void {
    const rows = this.first.map(({ cells }) => cells)
    if (rows.length === 0) throw cannotImport(`${this.file}: expected a line for each sample, got an empty file`)
    const columns = columnsOf(rows, this.options, this.file)
    this.columns = columns
    this.note(columns)
    const begin = columns.names ? 1 : 0
    for (const { cells, line } of this.first.slice(begin)) this.add(cells, line, columns)
    this.first.length = 0
  }

  private note({ names, label, count }: Columns): void {
    if (this.notes.some(({ code }) => code === 'label-column')) return
    const column = names ? JSON.stringify(names[label]) : `${label + 1} of ${count}`
    this.notes.push({ code: 'label-column', text: `Labels are in column ${column}` })
    if (names) this.notes.push({ code: 'header', text: 'The first line names the columns' })
  }

  private add(cells: readonly string[], line: () => number, { count, label }: Columns): void {
    if (cells.length !== count) throw this.wrong(line(), `${count} cells`, `${cells.length}`)
    for (let c = 0; c < count; c++) {
      if (c === label) continue
      const value = numberOf(cells[c])
      if (Number.isNaN(value)) throw this.wrong(line(), `a number in column ${c + 1}`, quoted(cells[c]))
      this.values.add(value)
    }
    if (this.values.length > IMPORT_LIMITS.valueBytes / 4) throw tooLarge(this.file, 'has too many values to hold')
    this.labels.push(this.known(cells[label].trim(), line))
  }

  /** One string for each class, whatever the number of its samples: cells are slices that keep the whole text. */
  private known(text: string, line: () => number): string {
    const found = this.codes.get(text)
    if (found !== undefined) return found
    if (text === '') throw this.wrong(line(), 'a label', 'an empty cell')
    if (text.length > 100) throw this.wrong(line(), 'a label of at most 100 characters', `${text.length}`)
    if (this.codes.size >= IMPORT_LIMITS.classes) {
      throw this.wrong(line(), `at most ${IMPORT_LIMITS.classes} labels that differ`, 'more; are these the labels?')
    }
    this.codes.set(text, text)
    return text
  }

  private wrong(line: number, expected: string, got: string): LabError {
    return cannotImport(`${this.file}, line ${line}: expected ${expected}, got ${got}`)
  }
}

function quoted(cell: string): string {
  return JSON.stringify(cell.length > 40 ? `${cell.slice(0, 40)}…` : cell)
}

/** `cursor` stands behind a row, its line's end included. Only asked for when something is wrong. */
function lineAt(text: string, cursor: number): number {
  let lines = 1
  const end = cursor < text.length ? cursor - 1 : text.replace(/[\r\n]+$/, '').length
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
}

function columnsOf(rows: readonly string[][], options: ImportOptions, file: string): Columns {
  const [head] = rows
  const count = head.length
  if (count < 2)
    throw cannotImport(`${file}, line 1: expected a label and at least one value, got one cell ${quoted(head[0])}`)
  const names = (options.header ?? looksLikeHeader(head)) ? head.map((cell) => cell.trim()) : undefined
  const body = names ? rows.slice(1) : rows
  return { names, count, label: labelColumn(names, body, count, options, file) }
}

/** A first line with texts, where a text in a single column could be a sample's label. */
function looksLikeHeader(cells: readonly string[]): boolean {
  const texts = cells.filter((cell) => Number.isNaN(numberOf(cell)))
  return texts.length > 1 || texts.some((text) => LABEL_COLUMNS.includes(text.trim().toLowerCase()))
}

function labelColumn(
  names: readonly string[] | undefined,
  body: readonly string[][],
  count: number,
  { labelColumn: wanted }: ImportOptions,
  file: string,
): number {
  if (wanted === 'first') return 0
  if (wanted === 'last') return count - 1
  if (wanted) {
    const found = names?.indexOf(wanted.name) ?? -1
    if (found >= 0) return found
    const there = names ? `there are ${names.slice(0, 20).join(', ')}` : 'its first line names no columns'
    throw new LabError(
      'import/bad-option',
      `labelColumn: ${file} has no column ${JSON.stringify(wanted.name)}; ${there}`,
    )
  }
  return (names && namedLabels(names)) ?? textColumn(body, count) ?? likelyLabels(body, count)
}

/** "y" is a place where "x" is another column. */
function namedLabels(names: readonly string[]): number | undefined {
  const lower = names.map((name) => name.toLowerCase())
  const known = LABEL_COLUMNS.filter((name) => name !== 'y' || !lower.includes('x'))
  const found = known.map((name) => lower.indexOf(name)).find((place) => place >= 0)
  return found
}

/** The only column that is no numbers. */
function textColumn(body: readonly string[][], count: number): number | undefined {
  const isText = (c: number) => body.some((row) => c < row.length && Number.isNaN(numberOf(row[c])))
  const texts = Array.from({ length: Math.min(count, IMPORT_LIMITS.columns) }, (_, c) => c).filter(isText)
  return texts.length === 1 ? texts[0] : undefined
}

/** Whole numbers, few, and more than one: in the first column of pictures, in the last one of small tables. */
function likelyLabels(body: readonly string[][], count: number): number {
  const isLikely = (c: number) => {
    const numbers = body.map((row) => numberOf(row[c] ?? ''))
    const distinct = new Set(numbers).size
    return (
      numbers.every((n) => Number.isInteger(n) && Math.abs(n) <= 255) &&
      distinct > 1 &&
      distinct <= Math.max(2, body.length / 2)
    )
  }
  const order = count > 16 ? [0, count - 1] : [count - 1, 0]
  return order.find(isLikely) ?? order[0]
}

/** Bytes as long as all values are whole numbers 0 … 255, 32-bit floats from the first one that is not. */
class GrowingValues {
  length = 0
  private values: Uint8Array | Float32Array = new Uint8Array(4096)

  add(value: number): void {
    if (this.values instanceof Uint8Array && !(value >= 0 && value <= 255 && Number.isInteger(value))) {
      this.values = Float32Array.from(this.values)
    }
    if (this.length === this.values.length) this.grow()
    this.values[this.length++] = value
  }

  taken(): Uint8Array | Float32Array {
    return this.values.slice(0, this.length)
  }

  private grow(): void {
    const larger =
      this.values instanceof Uint8Array ? new Uint8Array(this.length * 2) : new Float32Array(this.length * 2)
    larger.set(this.values)
    this.values = larger
  }
}
