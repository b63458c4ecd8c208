/**
 * A table over configurations: a row each, a column for each field. What cannot be said stands in its cell.
 */
import type { Cell, MadeTable } from './document'
import { FieldError, parseColumn, type ValueField } from './field'
import { formatOf } from './numbers'
import type { BlockOf } from './report'
import { isSquared, type Subject } from './subject'
import { valueText } from './values'

export function makeTable(
  { of, columns }: Pick<BlockOf<'table'>, 'of' | 'columns'>,
  all: readonly Subject[],
): MadeTable {
  const subjects = of.length === 0 ? all : of.map((alias) => all.find((each) => each.alias === alias) ?? unknown(alias))
  const fields = columns.map(readColumn)
  const squared = isSquared(subjects.flatMap(({ runs }) => runs))
  return {
    header: ['Configuration', ...fields.map((field, i) => headerOf(field, columns[i] ?? '', squared))],
    align: ['left', ...fields.map((field): 'left' | 'right' => (isWords(field) ? 'left' : 'right'))],
    rows: subjects.map((subject) => [nameOf(subject), ...fields.map((field) => cellOf(field, subject))]),
    notes: notesOf(subjects, fields),
  }
}

type Column = ValueField | FieldError

function readColumn(source: string): Column {
  try {
    return parseColumn(source)
  } catch (error) {
    if (error instanceof FieldError) return error
    throw error
  }
}

function unknown(alias: string): Subject {
  return { alias, title: '', runs: [], missing: [] }
}

function nameOf({ alias, title, runs }: Subject): Cell {
  return { text: title || runs[0]?.summary.label || alias }
}

const STATISTIC_WORDS = {
  median: 'median',
  min: 'lowest',
  max: 'highest',
  sd: 'sd',
  se: 'se',
  interval: '95 % interval',
}

function headerOf(field: Column, source: string, squared: boolean): string {
  if (field instanceof FieldError) return source
  const { header } = formatOf(field.quantity, squared)
  const best = 'at' in field.quantity && field.quantity.at === 'best' ? ' at the best epoch' : ''
  const word = field.statistic && field.statistic !== 'mean' ? `, ${STATISTIC_WORDS[field.statistic]}` : ''
  const [name = '', unit = ''] = header.split(/ (?=\()/)
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}${best}${word}${unit === '' ? '' : ` ${unit}`}`
}

function isWords(field: Column): boolean {
  return (
    field instanceof FieldError || (field.quantity.kind === 'fact' && !['n', 'testLooks'].includes(field.quantity.name))
  )
}

function cellOf(field: Column, subject: Subject): Cell {
  try {
    if (field instanceof FieldError) throw field
    if (subject.runs.length === 0)
      throw new FieldError(subject.missing[0]?.reason ?? `No runs are chosen for "${subject.alias}" yet`)
    return { text: valueText(field, subject).text }
  } catch (error) {
    if (error instanceof FieldError) return { text: '–', problem: error.message }
    throw error
  }
}

function notesOf(subjects: readonly Subject[], fields: readonly Column[]): string[] {
  const counts = new Set(subjects.map(({ runs }) => runs.length))
  const [most = 0] = [...counts].sort((a, b) => b - a)
  const isMeasured = fields.some((field) => !(field instanceof FieldError) && field.quantity.kind !== 'fact')
  if (!isMeasured || most === 0) return []
  const seeds =
    counts.size > 1
      ? 'Configurations have different numbers of seeds; where there are several, mean ± standard deviation.'
      : most === 1
        ? 'One seed each.'
        : `Mean ± standard deviation over ${most} seeds.`
  const reduced = subjects.some(({ runs }) => runs.some(({ summary }) => summary.reducedData))
  return [seeds, ...(reduced ? ['Reduced data: trained on less than the whole training part.'] : [])]
}
