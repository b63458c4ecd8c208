import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { EXIT } from '../../src/cli/exit-codes'
import { runCommandLine } from '../../src/cli/program'
import { openLab } from '#lab/open-lab'
import { FakeHost, trainsThrough } from '../main/lab/support/fake-host'
import { makeIdx, makeTable, somePictures } from '../main/lab/import/support/make-files'
import { temporaryFolder } from '../main/lab/support/temporary-folder'

let folder: string
let out: string
let told: string

beforeEach(async () => {
  folder = await temporaryFolder()
  mkdirSync(join(folder, 'files'))
  const { values, labels } = somePictures(30, 5, 4, 3)
  writeFileSync(join(folder, 'files', 'my-images-idx3-ubyte'), makeIdx(8, [30, 5, 4], values))
  writeFileSync(join(folder, 'files', 'my-labels-idx1-ubyte'), makeIdx(8, [30], labels))
})

/** A real lab, closed after each command, whose engine trains nothing. */
function run(...args: string[]): Promise<number> {
  out = told = ''
  return runCommandLine(args, {
    version: '1.2.3',
    resources: resolve('resources'),
    renderer: folder,
    workspace: join(folder, 'workspace'),
    openLab: (workspace) =>
      openLab(
        { workspace, resources: resolve('resources'), workerFile: 'none', version: '1.2.3', door: 'cli' },
        { host: new FakeHost(trainsThrough) },
      ),
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

const files = () => join(folder, 'files')
const json = (): unknown => JSON.parse(out)

describe('data', () => {
  test('import stores files, list names them, show says what they are', async () => {
    expect(await run('data', 'import', files(), '--title', 'My digits', '--test-share', '0.5')).toBe(EXIT.ok)
    expect(told).toContain('15 samples to train with, 15 to test: 5 × 4, bytes, 3 classes\n')
    expect(out).toContain('Stored as my-digits (My digits), SHA-256 ')
    expect(await run('data', 'list')).toBe(EXIT.ok)
    expect(out.split('\n')[4]).toMatch(/^my-digits +My digits +15 \+ 15 +5 × 4, bytes +3 +files$/)
    expect(await run('data', 'list', '--json')).toBe(EXIT.ok)
    expect(json()).toMatchObject({ sets: [{ name: 'mnist' }, {}, {}, { name: 'my-digits', train: 15 }], problems: [] })
    expect(await run('data', 'show', 'my-digits')).toBe(EXIT.ok)
    expect(out).toMatch(/\n0 +5 +5\n1 +5 +5\n2 +5 +5\n$/)
    expect(await run('data', 'show', 'my-digits', '--json')).toBe(EXIT.ok)
    expect(json()).toMatchObject({ name: 'my-digits', statistics: { counts: { train: [5, 5, 5] } } })
  })

  test('an import that is only previewed stores nothing', async () => {
    expect(await run('data', 'import', files(), '--preview', '--json', '--classes', 'a, b,c')).toBe(EXIT.ok)
    expect(json()).toMatchObject({ train: 24, classNames: ['a', 'b', 'c'], files: [{}, {}] })
    await run('data', 'list', '--json')
    expect(json()).toMatchObject({ sets: { length: 3 } })
  })

  test('the flags of a table are as the table is', async () => {
    const path = join(folder, 'points.csv')
    writeFileSync(path, makeTable([['kind', 'x', 'y'], ...Array.from({ length: 10 }, (_, i) => [i % 2, i, -i])]))
    expect(await run('data', 'import', path, '--header', '--label-column', 'kind', '--json')).toBe(EXIT.ok)
    expect(json()).toMatchObject({ name: 'points', width: 2, kind: 'floats', classes: ['0', '1'] })
  })

  test('an own set is trained on by its name, and its run is known by its content', async () => {
    await run('data', 'import', files(), '--name', 'digits')
    const experiment = {
      version: 1,
      title: 'Own',
      dataset: { name: 'digits' },
      network: { layers: [{ units: 8, activation: 'relu' }] },
      training: { optimizer: { kind: 'adam' }, epochs: 1 },
    }
    const path = join(folder, 'own.json')
    writeFileSync(path, JSON.stringify(experiment))
    expect(await run('validate', path)).toBe(EXIT.ok)
    expect(out).toContain('20-8-3')
    expect(await run('run', path, '--json')).toBe(EXIT.ok)
    expect(await run('show', '20-8-3', '--json')).toBe(EXIT.ok)
    expect(json()).toMatchObject({ data: { name: 'digits', height: 5 }, split: { classCounts: { train: [8, 8, 8] } } })
  })

  test('points are made by shape and settings', async () => {
    expect(await run('data', 'points', 'formula', '--set', 'formula=y > x', '--set', 'size=40', '--json')).toBe(EXIT.ok)
    expect(json()).toMatchObject({ train: 32, test: 8, source: { points: { formula: 'y > x' } } })
    expect(await run('data', 'points', 'moons', '--set', 'size=3')).toBe(EXIT.usage)
    expect(told).toContain('size: a whole number, 4 … 100000')
  })

  test('export-grid writes a figure with the first samples of each class', async () => {
    await run('data', 'import', files(), '--name', 'digits')
    const path = join(folder, 'grid.svg')
    expect(await run('data', 'export-grid', 'digits', '--out', path, '--per-class', '2')).toBe(EXIT.ok)
    const svg = readFileSync(path, 'utf8')
    expect([...svg.matchAll(/<text [^>]*>(\d)<\/text>/g)].map((match) => match[1])).toEqual([
      '0',
      '0',
      '1',
      '1',
      '2',
      '2',
    ])
    expect(told).toContain('Wrote ')
  })

  test.each([
    [EXIT.notFound, ['show', 'nothing']],
    [EXIT.notFound, ['import', 'no-such-file.csv']],
    [EXIT.usage, ['import', 'x', '--shape', '28']],
    [EXIT.usage, ['import', 'x', '--test-share', 'half']],
    [EXIT.usage, ['export-grid', 'mnist', '--out', 'x.pdf']],
    [EXIT.usage, ['export-grid', 'mnist', '--out', 'x.svg', '--samples', '1,b']],
    [EXIT.usage, ['sell']],
  ])('ends with %i for %j', async (code, args) => {
    expect(await run('data', ...args)).toBe(code)
    expect(told).not.toBe('')
  })

  test('a broken file ends with 65 and says what is wrong', async () => {
    writeFileSync(join(files(), 'my-images-idx3-ubyte'), Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 30))
    expect(await run('data', 'import', files())).toBe(EXIT.badData)
    expect(told).toMatch(/my-images-idx3-ubyte, byte \d+: expected/)
  })
})
