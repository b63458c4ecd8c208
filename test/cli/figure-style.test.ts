/** The style of `compare`, and that its figure is the app's to the byte: both are one call of one lab. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFigureRenderer } from '#lab/figures/render'
import type { FigureRequest } from '#shared/figure'
import type { RunSummary } from '#shared/run'
import type { Environment } from '../../src/cli/environment'
import { EXIT } from '../../src/cli/exit-codes'
import { runCommandLine } from '../../src/cli/program'
import { madeUpRun } from '../shared/figures/made-up-runs'
import { fakeLab } from './fake-lab'

const runs = ['small', 'large'].map((label, i) => madeUpRun({ id: `20260101-000000-${i}`, label, seed: i + 3 }))
const draw = createFigureRenderer({ resources: resolve('resources') })

let folder: string
let told: string
let asked: FigureRequest[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-style-'))
  told = ''
  asked = []
})
afterEach(() => rmSync(folder, { recursive: true }))

function lab() {
  const fake = fakeLab()
  fake.call = (async (name: string, request: FigureRequest) => {
    if (name === 'runs:list') return { revision: 1, runs: runs.map(({ summary }): RunSummary => summary) }
    asked.push(request)
    return draw(request, runs)
  }) as typeof fake.call
  return fake
}

function compare(out: string, ...flags: string[]): Promise<number> {
  const environment: Environment = {
    version: '1.2.3',
    resources: resolve('resources'),
    renderer: folder,
    workspace: folder,
    openLab: () => Promise.resolve(lab()),
    output: { write: () => undefined, tell: (text) => (told += text), isTerminal: false, width: 80, height: 24 },
    onInterrupt: () => () => undefined,
  }
  const place = ['--metric', 'test-loss', '--out', join(folder, out)]
  return runCommandLine(['compare', 'small', 'large', ...place, ...flags], environment)
}

const style = () => asked[0]?.spec.style

describe('the flags of a style', () => {
  test('become the style of the figure', async () => {
    const look = [
      '--font-size',
      '7',
      '--font',
      'serif',
      '--palette',
      'gray',
      '--lines',
      'patterns',
      '--markers',
      'none',
    ]
    const more = ['--line-width', '0.8', '--legend', 'direct', '--no-grid', '--label-x', 'Epochs', '--label-y', 'Loss']
    const ranges = ['--range-x', '0:30', '--range-y', ':0.5', '--rename', 'small=model (i)', '--alt-text', 'Both fall.']
    expect(await compare('figure.svg', ...look, ...more, ...ranges)).toBe(EXIT.ok)
    expect(style()).toEqual({
      ...{ fontSize: 7, font: 'serif', palette: 'gray', lines: 'patterns', markers: 'none', lineWidth: 0.8 },
      ...{ legend: 'direct', grid: false, labelX: 'Epochs', labelsY: ['Loss'], altText: 'Both fall.' },
      ...{ rangeX: { min: 0, max: 30 }, rangesY: [{ max: 0.5 }], names: { small: 'model (i)' } },
    })
    expect(readFileSync(join(folder, 'figure.svg'), 'utf8')).toContain('>model (i)</text>')
  })

  test('ask for nothing where none is given', async () => {
    expect(await compare('figure.svg')).toBe(EXIT.ok)
    expect(style()).toBeUndefined()
  })

  test('go before what the style file says', async () => {
    const file = join(folder, 'style.json')
    writeFileSync(file, JSON.stringify({ fontSize: 10, legend: 'right' }))
    expect(await compare('figure.svg', '--style', file, '--legend', 'below')).toBe(EXIT.ok)
    expect(style()).toEqual({ fontSize: 10, legend: 'below' })
  })

  test.each([
    [['--range-x', '5'], 'A range is min:max'],
    [['--range-x', '9:1'], 'a range whose min is below its max'],
    [['--range-y', 'low:high'], 'A range is min:max'],
    [['--rename', 'small'], 'old=new'],
    [['--font-size', '0.5'], '--font-size'],
    [['--font', 'Arial'], 'inter, serif'],
    [['--style', 'nowhere.json'], 'cannot be read'],
    [['--all-points'], '--all-points is for .csv'],
  ])('%j are refused with a word about what was expected', async (flags, word) => {
    expect(await compare('figure.svg', ...flags)).toBe(EXIT.usage)
    expect(told).toContain(word)
    expect(asked).toEqual([])
  })

  test.each(['{', '[]', '{"legned": "top"}', '{"fontSize": "large"}'])(
    'a style file with %s is refused',
    async (text) => {
      const file = join(folder, 'style.json')
      writeFileSync(file, text)
      expect(await compare('figure.svg', '--style', file)).toBe(EXIT.usage)
      expect(told).toContain('style.json')
    },
  )
})

describe('the file of compare', () => {
  test.each(['svg', 'pdf', 'png', 'tex', 'csv', 'json', 'zip'] as const)(
    'as %s is what the app gets from the same call, to the byte',
    async (format) => {
      expect(await compare(`figure.${format}`, '--legend', 'right', '--dpi', '72')).toBe(EXIT.ok)
      const [request = expect.fail('nothing was asked')] = asked
      expect(request.format).toBe(format)
      const app = await draw({ spec: request.spec, format, dpi: 72 }, runs)
      expect(readFileSync(join(folder, `figure.${format}`)).equals(app.bytes)).toBe(true)
    },
  )

  test('has all points of the runs where they are asked for', async () => {
    expect(await compare('figure.csv', '--all-points')).toBe(EXIT.ok)
    expect(readFileSync(join(folder, 'figure.csv'), 'utf8').trim().split('\r\n')).toHaveLength(1 + 100)
  })
})
