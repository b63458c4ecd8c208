/**
 * What lies in the workspace and in exported files, read without the lab's own code: a test of the lab by the lab
 * would agree with its mistakes.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface RunFolder {
  id: string
  label: string
  status: string
  /** Of the trained weights; null while there are none. */
  weightsSha256: string | null
  /** Steps from which it went on after it had been cut short. */
  resumedFrom: number[]
  /** Test loss of each evaluation, in order. */
  testLosses: number[]
  /** Wrong answers on the test part, of the last evaluation. */
  lastWrong: number | null
  epochs: number[]
  endsWithNewline: boolean
}

export function readRuns(workspace: string): RunFolder[] {
  const folder = join(workspace, 'runs')
  return readdirSync(folder)
    .sort()
    .map((id) => readRun(join(folder, id), id))
}

function wrongOf(test: { correct: number; count: number } | undefined): number | null {
  return test ? test.count - test.correct : null
}

/** The fields of run.json that are looked at here. */
interface Stored {
  status: string
  configuration: { label: string }
  model?: { weightsSha256: string } | null
  resumes?: { step: number }[]
}

interface Line {
  evaluation?: { epoch: number; test: { loss: number; correct: number; count: number } }
}

function readRun(folder: string, id: string): RunFolder {
  const { status, configuration, model, resumes } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as Stored
  const history = join(folder, 'history.jsonl')
  const text = existsSync(history) ? readFileSync(history, 'utf8') : '' // none before the run has started
  // the last piece is empty, or a line that was cut short
  const lines = text.split('\n').slice(0, -1)
  const evaluations = lines.flatMap((line) => (JSON.parse(line) as Line).evaluation ?? [])
  return {
    id,
    label: configuration.label,
    status,
    weightsSha256: model?.weightsSha256 ?? null,
    resumedFrom: (resumes ?? []).map(({ step }) => step),
    lastWrong: wrongOf(evaluations.at(-1)?.test),
    testLosses: evaluations.map(({ test }) => test.loss),
    epochs: evaluations.map(({ epoch }) => epoch),
    endsWithNewline: text.endsWith('\n'),
  }
}

/** One digest over all files of a run: the same as long as none of them changes. */
export function digestRun(workspace: string, id: string): string {
  const folder = join(workspace, 'runs', id)
  const hash = createHash('sha256')
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    hash.update(`${entry.name}\0`).update(readFileSync(join(entry.parentPath, entry.name)))
  }
  return hash.digest('hex')
}

/** Rows of a CSV without quoted fields, by column. */
export function readCsv(bytes: Buffer): Record<string, string>[] {
  const [head, ...rows] = bytes.toString('utf8').trimEnd().split(/\r?\n/)
  const columns = (head ?? '').replace(/^\ufeff/, '').split(',')
  return rows.map((row) => Object.fromEntries(row.split(',').map((value, at) => [columns[at] ?? '', value])))
}

/** Size in pixels and dots a metre, from the header and the pHYs chunk. */
export function readPng(bytes: Buffer): { width: number; height: number; dotsPerMetre: number | null } {
  if (bytes.subarray(0, 8).toString('latin1') !== '\x89PNG\r\n\x1a\n') throw new Error('expected a PNG')
  const physical = bytes.indexOf('pHYs', 8, 'latin1')
  return {
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    dotsPerMetre: physical < 0 ? null : bytes.readUInt32BE(physical + 4),
  }
}

/** A table of two classes that anybody could tell apart, with the label in its last column. */
export function makeTable(path: string, rows: number): void {
  const line = (_: unknown, i: number): string => {
    const [label, side] = i % 2 === 0 ? ['left', -1] : ['right', 1]
    return `${side * (1 + (i % 7) / 10)},${(i % 5) / 10},${side},${i % 3},${label}`
  }
  writeFileSync(path, ['a,b,c,d,class', ...Array.from({ length: rows }, line), ''].join('\n'))
}
