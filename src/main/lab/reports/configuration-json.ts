/**
 * An experiment as the appendix prints it: JSON that the lab can train again, as few lines as can be read.
 */
import type { Experiment } from '#shared/experiment'

const WIDTH = 92

/** Without what is only said about it: title, question, hypothesis, notes. */
export function configurationJson(experiment: Experiment): string {
  const { question: _q, hypothesis: _h, notes: _n, ...rest } = experiment
  return written(rest, '')
}

/** What fits on a line stands on one. */
function written(value: unknown, indent: string): string {
  const flat = flatText(value)
  if (typeof value !== 'object' || value === null || indent.length + flat.length <= WIDTH) return flat
  const inner = `${indent}  `
  const isList = Array.isArray(value)
  const lines = isList
    ? value.map((each) => `${inner}${written(each, inner)}`)
    : entriesOf(value).map(([key, each]) => `${inner}${JSON.stringify(key)}: ${written(each, inner)}`)
  return `${isList ? '[' : '{'}\n${lines.join(',\n')}\n${indent}${isList ? ']' : '}'}`
}

function flatText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flatText).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = entriesOf(value).map(([key, each]) => `${JSON.stringify(key)}: ${flatText(each)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}

function entriesOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, each]) => each !== undefined)
}
