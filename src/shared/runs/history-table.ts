/**
 * Somebody's training history as a table, from a file: the dict of Keras' `History` as JSON, its CSVLogger's CSV, and
 * what loops of one's own write (CSV, a list of objects, a line of JSON for each epoch). Hostile files end in a LabError.
 */
import { LabError } from '../errors'
import type { OutsideFacts } from './outside'

export const HISTORY_LIMITS = { bytes: 16 * 1024 * 1024, rows: 100_000, columns: 200, name: 200 } as const

/** A cell is a number (NaN and infinities included), empty, or a text that is none. */
export type HistoryCell = number | null | string

export interface HistoryTable {
  format: OutsideFacts['format']
  columns: readonly { name: string; cells: readonly HistoryCell[] }[]
  rows: number
}

export function readHistoryTable(bytes: Uint8Array, file: string): HistoryTable {
  if (bytes.length > HISTORY_LIMITS.bytes) {
    const mib = (size: number) => (size / 2 ** 20).toFixed(0)
    throw bad(
      'too-large',
      `${file} has ${mib(bytes.length)} MiB; a history of at most ${mib(HISTORY_LIMITS.bytes)} is read`,
    )
  }
  const text = decoded(bytes, file).replace(/^\uFEFF/, '')
  if (text.trim() === '') throw bad('empty', `${file} is empty: expected a history as CSV or JSON`)
  const table = /^\s*[[{]/.test(text) ? fromJson(text, file) : fromCsv(text, file)
  if (table.rows === 0) throw bad('empty', `${file} has no epochs: expected a row for each`)
  if (table.rows > HISTORY_LIMITS.rows) {
    throw bad('too-large', `${file} has ${table.rows} rows; at most ${HISTORY_LIMITS.rows} are read`)
  }
  if (table.columns.length > HISTORY_LIMITS.columns) {
    throw bad('too-large', `${file} has ${table.columns.length} columns; at most ${HISTORY_LIMITS.columns} are read`)
  }
  return table
}

function decoded(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw bad('not-text', `${file} is not text in UTF-8: save the history as CSV or JSON`, cause)
  }
}

function fromJson(text: string, file: string): HistoryTable {
  const whole = parseLoose(text)
  if (whole !== undefined) return fromValue(whole, file)
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const objects = lines.map(parseLoose)
  const broken = objects.findIndex((value) => !isRecord(value))
  if (broken >= 0) throw bad('not-json', `${file}, line ${broken + 1}: this is neither JSON nor a line of it`)
  return fromObjects(objects, file)
}

/** Python writes NaN and Infinity, which JSON does not know: they become words. Undefined for what is no JSON. */
function parseLoose(text: string): unknown {
  const words = /("(?:[^"\\]|\\.)*")|(-?Infinity|NaN)\b/g
  try {
    return JSON.parse(text.replace(words, (_all, quoted: string | undefined, word: string) => quoted ?? `"${word}"`))
  } catch {
    return undefined // the caller says what was expected
  }
}

/** `{ "loss": […], … }`, the same under "history", or a list of objects. */
function fromValue(value: unknown, file: string): HistoryTable {
  if (Array.isArray(value)) return fromObjects(value, file)
  if (!isRecord(value)) throw shapeless(file)
  const history = isRecord(value['history']) ? value['history'] : value
  const lists = Object.entries(history).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]))
  if (lists.length === 0) throw shapeless(file)
  const rows = Math.max(...lists.map(([, cells]) => cells.length))
  const short = lists.find(([, cells]) => cells.length !== rows)
  if (short) {
    throw bad(
      'ragged',
      `${file}: "${nameOf(short[0])}" has ${short[1].length} values, others ${rows}: expected as many of each`,
    )
  }
  const columns = lists.map(([name, cells]) => ({ name: nameOf(name), cells: cells.map(cellOf) }))
  return { format: 'keras-json', columns, rows }
}

function fromObjects(rows: readonly unknown[], file: string): HistoryTable {
  const broken = rows.findIndex((row) => !isRecord(row))
  if (broken >= 0)
    throw bad('ragged', `${file}: entry ${broken + 1} of the list is not an object such as {"epoch": 1, "loss": 0.3}`)
  const records = rows as Record<string, unknown>[]
  const names = new Set<string>()
  for (const record of records) for (const name of Object.keys(record)) names.add(name)
  if (names.size > HISTORY_LIMITS.columns) {
    throw bad('too-large', `${file} has ${names.size} names; at most ${HISTORY_LIMITS.columns} are read`)
  }
  const columns = [...names].map((name) => ({
    name: nameOf(name),
    cells: records.map((record) => (Object.hasOwn(record, name) ? cellOf(record[name]) : null)),
  }))
  return { format: 'json', columns, rows: records.length }
}

function fromCsv(text: string, file: string): HistoryTable {
  const firstLine = text.slice(0, text.search(/[\r\n]|$/))
  const delimiter = [',', ';', '\t'].reduce((best, each) =>
    count(firstLine, each) > count(firstLine, best) ? each : best,
  )
  const [head, ...body] = csvRows(text, delimiter, file)
  if (!head || head.length > HISTORY_LIMITS.columns)
    throw bad('too-large', `${file} has more than ${HISTORY_LIMITS.columns} columns`)
  if (head.every((name) => typeof cellOf(name) === 'number')) {
    throw bad(
      'no-header',
      `${file} begins with numbers: expected a first line that names the columns, such as epoch,loss,val_loss`,
    )
  }
  const odd = body.findIndex((row) => row.length !== head.length)
  if (odd >= 0) {
    throw bad('ragged', `${file}, row ${odd + 2}: ${body[odd]?.length} fields, the first line has ${head.length}`)
  }
  const isComma = delimiter === ';' // where the point of a number is a comma, fields are parted by semicolons
  const columns = head.map((name, i) => ({
    name: nameOf(name.trim()),
    cells: body.map((row) => cellOf(isComma ? row[i]?.replace(/^(-?\d+),(\d+)/, '$1.$2') : row[i])),
  }))
  return { format: 'csv', columns, rows: body.length }
}

/** RFC 4180, with any line end. Empty lines are no rows. */
function csvRows(text: string, delimiter: string, file: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let field = ''
  let quoted = false
  const endField = () => {
    row.push(field)
    field = ''
  }
  const endRow = () => {
    endField()
    if (row.length > 1 || row[0]?.trim() !== '') rows.push(row)
    row = []
    if (rows.length > HISTORY_LIMITS.rows + 1) {
      throw bad('too-large', `${file} has more than ${HISTORY_LIMITS.rows} rows`)
    }
  }
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i)
    if (quoted) {
      if (char !== '"') field += char
      else if (text.charAt(i + 1) === '"') field += text.charAt(i++)
      else quoted = false
    } else if (char === '"' && field === '') quoted = true
    else if (char === delimiter) endField()
    else if (char === '\n') endRow()
    else if (char !== '\r') field += char
  }
  if (quoted) throw bad('ragged', `${file}: a quotation mark is never closed`)
  if (field !== '' || row.length > 0) endRow()
  return rows
}

const WORDS: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Infinity,
  infinity: Infinity,
  '-inf': -Infinity,
  '-infinity': -Infinity,
}

function cellOf(value: unknown): HistoryCell {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return value === null || value === undefined ? null : 'not a number'
  const text = value.trim()
  if (text === '' || /^(none|null|na|n\/a|-)$/i.test(text)) return null
  const word = WORDS[text.toLowerCase()]
  if (word !== undefined) return word
  const number = Number(text.endsWith('%') ? text.slice(0, -1) : text)
  return Number.isNaN(number) ? text.slice(0, HISTORY_LIMITS.name) : number
}

function nameOf(name: string): string {
  return name.slice(0, HISTORY_LIMITS.name)
}

function count(text: string, part: string): number {
  return text.split(part).length - 1
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shapeless(file: string): LabError {
  return bad(
    'no-history',
    `${file} holds no history: expected {"loss": […], "val_loss": […]} or a list of objects, one an epoch`,
  )
}

export function bad(code: string, message: string, cause?: unknown): LabError {
  return new LabError(`history/${code}`, message, { cause })
}
