import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createFigureRenderer } from '#lab/figures/render'
import type { FigureFormat } from '#shared/figure'
import { EXIT } from '../../src/cli/exit-codes'
import { runCommandLine } from '../../src/cli/program'
import { specOf } from '../../src/renderer/features/compare/compare-view'
import { madeUpRun } from '../shared/figures/made-up-runs'
import { fakeLab, type FakeLab } from './fake-lab'

const folder = mkdtempSync(join(tmpdir(), 'lab-compare-'))
afterAll(() => rmSync(folder, { recursive: true }))

const runs = [madeUpRun({ id: 'r1', label: 'small', seed: 1 }), madeUpRun({ id: 'r2', label: 'large', seed: 2 })]
const render = createFigureRenderer({ resources: resolve('resources') })

/** With runs that nobody trained, and the lab's own drawing. */
function drawingLab(): FakeLab {
  const lab = fakeLab()
  const summaries = runs.map(({ summary }) => summary)
  lab.call = (name, ...args) =>
    (name === 'figures:render'
      ? render(args[0] as never, runs)
      : Promise.resolve({ revision: 1, runs: summaries, problems: [] })) as never
  return lab
}

function run(args: readonly string[], lab: FakeLab): Promise<number> {
  return runCommandLine(['compare', ...args], {
    ...{ version: '1.2.3', resources: resolve('resources'), renderer: folder, workspace: folder },
    openLab: () => Promise.resolve(lab),
    output: { write: () => undefined, tell: () => undefined, isTerminal: false, width: 80, height: 24 },
    onInterrupt: () => () => undefined,
  })
}

describe('a figure of the command line', () => {
  test.each<FigureFormat>(['svg', 'pdf', 'png', 'tex', 'csv'])('is that of the app to the byte: %s', async (format) => {
    const path = join(folder, `figure.${format}`)
    const flags = ['--metric', 'test-loss', '--log-y', '--width', '12', '--height', '8', '--out', path]
    expect(await run(['r1', 'r2', ...flags], drawingLab())).toBe(EXIT.ok)
    const shown = { runs: runs.map(({ summary }) => summary.id), colors: [0, 1] }
    const app = await render({ spec: specOf(shown, { panels: [['test-loss']], logY: true }), format }, runs)
    expect(readFileSync(path).equals(app.bytes)).toBe(true)
  })
})

/** What stands in the rows of a table of docs/figures.md, as a shell would split it. */
function commandsOf(page: string): string[][] {
  const cells = [...page.matchAll(/\| `("?(?:preset|experiment):[^`]*--out [^`]*)` \|/g)].map(([, cell = '']) => cell)
  return cells.map((cell) => [...cell.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''))
}

describe('the commands of docs/figures.md', () => {
  const commands = commandsOf(readFileSync('docs/figures.md', 'utf8'))

  test('are found', () => {
    expect(commands.length).toBeGreaterThan(12)
  })

  test.each(commands)('%s: its flags are known, and its preset ships with the lab', async (...command) => {
    const [, preset = ''] = /^preset:([^/]+)/.exec(command[0] ?? '') ?? []
    expect(readFileSync(`resources/presets/${preset}.json`, 'utf8')).toContain(`"id": "${preset}"`)
    expect(await run(command, fakeLab())).toBe(EXIT.notFound) // an empty workspace; a wrong flag is EXIT.usage
  })
})
