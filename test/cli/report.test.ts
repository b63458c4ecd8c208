import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Lab } from '#lab/lab'
import type { RunSummary } from '#shared/run'
import { subjectRun } from '../shared/report/subjects'
import { EXIT } from '../../src/cli/exit-codes'
import { runCommandLine } from '../../src/cli/program'

let out: string
let told: string
let asked: { name: string; args: unknown[] }[]
let findings: unknown[]
let folder: string

const RUNS: RunSummary[] = ['run-a00002', 'run-a00001'].map(
  (id) => subjectRun({ id, change: { presetId: 'two-networks-mnist' } }).summary,
)
const LISTED = {
  id: 'report-20260101-000000-abcdef',
  title: 'Two networks',
  presetId: null,
  createdAt: '',
  changedAt: '2026-01-01T00:00:00Z',
  blocks: 3,
  runs: [],
}

beforeEach(() => {
  out = told = ''
  asked = []
  findings = []
  folder = mkdtempSync(join(tmpdir(), 'lab-report-cli-'))
})

function answer(name: string): unknown {
  switch (name) {
    case 'runs:list':
      return { revision: 0, runs: RUNS }
    case 'reports:list':
      return { reports: [LISTED], problems: [{ file: 'reports/x.json', message: 'reports/x.json cannot be read' }] }
    case 'reports:create':
      return { ...LISTED, aliases: [{ name: 'a', title: '784-64-10', runs: [] }], blocks: [] }
    case 'reports:check':
      return findings
    case 'reports:export':
      return { name: 'x.pdf', mediaType: 'application/pdf', bytes: new TextEncoder().encode('%PDF') }
    default:
      throw new Error(`no answer to ${name}`)
  }
}

function run(...args: string[]): Promise<number> {
  const lab = {
    call: (name: string, ...given: unknown[]) => {
      asked.push({ name, args: given })
      return Promise.resolve(answer(name))
    },
    close: () => Promise.resolve(),
  } as unknown as Lab
  return runCommandLine(['report', ...args], {
    version: '1.2.3',
    resources: resolve('resources'),
    renderer: folder,
    workspace: folder,
    openLab: () => Promise.resolve(lab),
    output: {
      write: (text) => (out += text),
      tell: (text) => (told += text),
      isTerminal: false,
      width: 80,
      height: 24,
    },
    onInterrupt: () => () => undefined,
  })
}

describe('report', () => {
  test('lists reports, and tells of files that cannot be read', async () => {
    expect(await run('list')).toBe(EXIT.ok)
    expect(out).toContain('Two networks')
    expect(told).toContain('reports/x.json cannot be read')
  })

  test('begins one with the newest runs of a preset, in the order of its design', async () => {
    expect(await run('new', '--template', 'preset', '--preset', 'two-networks-mnist')).toBe(EXIT.ok)
    const request = {
      template: 'preset',
      presetId: 'two-networks-mnist',
      title: null,
      runs: ['run-a00001', 'run-a00002'],
    }
    expect(asked.find(({ name }) => name === 'reports:create')?.args).toEqual([request])
    expect(out).toBe(`${LISTED.id}\n`)
  })

  test('refuses a template that there is not, and a run that there is not', async () => {
    expect(await run('new', '--template', 'poem')).toBe(EXIT.usage)
    expect(await run('new', '--template', 'empty', '--runs', 'nobody')).toBe(EXIT.notFound)
  })

  test('ends a check with 1 if there is something to look at', async () => {
    expect(await run('check', 'Two networks')).toBe(EXIT.ok)
    findings = [{ kind: 'stale', blockId: 'figure-1', message: 'Figure 1 is out of date', advice: 'Refresh it.' }]
    expect(await run('check', '20260101')).toBe(EXIT.failed)
    expect(out).toContain('Figure 1 is out of date')
    expect(await run('check', 'another')).toBe(EXIT.notFound)
  })

  test('writes an export into a file', async () => {
    const file = join(folder, 'report.pdf')
    expect(await run('export', 'Two networks', '--format', 'pdf', '--out', file)).toBe(EXIT.ok)
    expect(readFileSync(file, 'utf8')).toBe('%PDF')
    expect(await run('export', 'Two networks', '--format', 'docx', '--out', file)).toBe(EXIT.usage)
  })

  test('writes a zip into no file that is called otherwise', async () => {
    const file = join(folder, 'report.md')
    expect(await run('export', 'Two networks', '--format', 'md', '--out', file)).toBe(EXIT.usage)
    expect(told).toContain('expected --out to end in .zip')
    expect(existsSync(file)).toBe(false)
    expect(await run('export', 'Two networks', '--format', 'md', '--out', join(folder, 'report.zip'))).toBe(EXIT.ok)
  })
})
