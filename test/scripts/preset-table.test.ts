import { readFileSync } from 'node:fs'
import { cp, mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { encodeHistory } from '#lab/storage/history-file'
import { encodeRunFile, type RunRecord } from '#lab/storage/run-file'
import { readPresets } from '#lab/presets/presets'
import { expandExperiment } from '#shared/experiment-expand'
import { configurationName, experimentOf, type Preset, type PresetChoice } from '#shared/preset'
import type { Evaluation } from '#shared/run'
import { fillTable, measuredCells, NOT_RUN, readRuns, type StoredRun } from '../../scripts/presets/table.mjs'
import { sampleRecord } from '../main/lab/support/samples'

const presets = await readPresets(resolve('resources/presets'))
const page = readFileSync('docs/presets.md', 'utf8')

function preset(id: string): Preset {
  const found = presets.find((each) => each.id === id)
  if (!found) throw new Error(`no preset ${id}`)
  return found
}

function evaluation(epoch: number, correct: number, more: Partial<Evaluation> = {}): Evaluation {
  const score = { loss: 0.25, correct, count: 10_000 }
  return { epoch, step: epoch * 100, seconds: epoch, epochSeconds: 1, train: score, test: score, ...more }
}

/** A finished run of one configuration of a preset. */
function storedRun(
  id: string,
  choice: PresetChoice,
  name: string,
  seed: number,
  history: readonly Evaluation[],
  change: Partial<RunRecord> = {},
): StoredRun {
  const plan = expandExperiment(experimentOf(preset(id), choice)).find((each) => configurationName(each) === name)
  if (!plan) throw new Error(`no configuration ${name}`)
  const seeds = { split: 1, init: seed, shuffle: seed, dropout: seed }
  const experiment = { ...plan.experiment, title: 'called otherwise', threads: 2, seeds }
  return { record: { ...sampleRecord(), status: 'finished', presetId: null, ...change, experiment }, history }
}

describe('the measured figures', () => {
  test('are the mean over seeds with the lowest and highest, for each variant that was run', () => {
    const asRun = { variant: 'as-run' } as const
    const runs = [
      storedRun('activations-mnist', asRun, 'tanh', 1, [evaluation(500, 9680)]),
      storedRun('activations-mnist', asRun, 'tanh', 2, [evaluation(500, 9700)]),
      storedRun('activations-mnist', { variant: 'corrected', quick: true }, 'tanh', 1, [evaluation(10, 9500)]),
    ]
    const cells = measuredCells(presets, runs)
    expect(cells.get('S1-16')).toBe(
      '*as-run*: test error 3.10 % [3.00 % … 3.20 %] (2 seeds)<br>*corrected, quick*: test error 5.00 % (1 seed)',
    )
    expect(cells.get('S1-15')).toBe(NOT_RUN)
    const full = storedRun('activations-mnist', { variant: 'corrected' }, 'tanh', 1, [evaluation(40, 9690)])
    expect(measuredCells(presets, [...runs, full]).get('S1-16')).toMatch(
      /<br>\*corrected\*: test error 3\.10 % \(1 seed\)$/,
    )
  })

  test('count a run once that was repeated with the same seeds', () => {
    const run = () => storedRun('logistic-regression-mnist', {}, '', 1, [evaluation(15, 9100)])
    expect(measuredCells(presets, [run(), run()]).get('S1-13')).toContain(
      'test error 9.00 %, training loss 0.2500 (1 seed)',
    )
  })

  test('do not take a run that trained something else, whatever preset it came from', () => {
    const run = storedRun('logistic-regression-mnist', {}, '', 1, [evaluation(15, 9100)])
    const { experiment } = run.record
    const other = { ...experiment, training: { ...experiment.training, batchSize: 65 } }
    const changed = { ...run, record: { ...run.record, presetId: 'logistic-regression-mnist', experiment: other } }
    expect(measuredCells(presets, [changed]).get('S1-13')).toBe(NOT_RUN)
  })

  test('are of the weights that early stopping brought back, but the length is that of the run', () => {
    const validation = { loss: 0.5, correct: 9000, count: 10_000 }
    const history = [evaluation(8, 9600, { validation }), evaluation(18, 9900)]
    const model = { epochs: 8, step: 800, weightsSha256: '', fileSha256: '', sizeBytes: 1 }
    const run = storedRun('tricks-of-the-trade', {}, 'IW', 1, history, { model })
    expect(measuredCells(presets, [run]).get('S4-5')).toBe(
      '*as-reported and corrected*: epochs 18, training loss 0.2500, training accuracy 0.9600, validation loss 0.5000, validation accuracy 0.9000 (1 seed)',
    )
  })

  test('of a row that speaks of an epoch are those of that epoch, for each configuration', () => {
    const history = [evaluation(15, 8500), evaluation(30, 8700)]
    const runs = ['16', '512'].map((width) => storedRun('fashion-widths', {}, width, 1, history))
    const cells = measuredCells(presets, runs)
    expect(cells.get('S3-5')).toBe(
      '*as-reported*: 16: training accuracy 0.8500 (1 seed); 512: training accuracy 0.8500 (1 seed); the other 2 not run yet',
    )
    expect(cells.get('S3-6')).toContain('16: training accuracy 0.8700')
  })

  test('come from the finished runs of a workspace, and from no others', async () => {
    const workspace = await mkdtemp(join(tmpdir(), 'preset-table-'))
    onTestFinished(() => rm(workspace, { recursive: true }))
    const { record } = storedRun('logistic-regression-mnist', {}, '', 1, [])
    const history = encodeHistory([evaluation(15, 9100)])
    const records: [string, RunRecord][] = [
      ['20260101-000000-000-0001-aaaaaa', record],
      ['20260101-000000-000-0002-bbbbbb', { ...record, status: 'stopped' }],
      ['20260101-000000-000-0003-cccccc', { ...record, interventions: [{ step: 3, learningRate: 0.5 }] }],
    ]
    for (const [id, each] of records) {
      await mkdir(join(workspace, 'runs', id), { recursive: true })
      await writeFile(join(workspace, 'runs', id, 'run.json'), encodeRunFile({ ...each, id: id as RunRecord['id'] }))
      await writeFile(join(workspace, 'runs', id, 'history.jsonl'), history)
    }
    await cp(join(workspace, 'runs', records[0][0]), join(workspace, 'runs', 'x.tmp'), { recursive: true })
    const runs = await readRuns(workspace)
    expect(runs.map((run) => run.record.id)).toEqual([records[0][0]])
    expect(runs[0].history).toEqual([evaluation(15, 9100)])
  })

  test('go into their cells, and leave the rest of the page as it is', () => {
    const cells = new Map([['S1-13', '*as-run*: new']])
    expect(fillTable('a <!-- measured S1-13 -->*as-run*: old<!-- end --> b', cells)).toBe(
      'a <!-- measured S1-13 -->*as-run*: new<!-- end --> b',
    )
    expect(() => fillTable('nothing', cells)).toThrow('no cell for S1-13')
    expect(() => fillTable('<!-- measured S1-1 -->old<!-- end -->', new Map())).toThrow('no preset for S1-1')
  })
})

describe('what was measured before', () => {
  const filled = (before: string, now: string) =>
    /-->(.*)<!--/.exec(fillTable(`<!-- measured S1-13 -->${before}<!-- end -->`, new Map([['S1-13', now]])))?.[1]

  test('stays where these runs say nothing of the row, or of one of its variants', () => {
    expect(filled('*corrected*: old', NOT_RUN)).toBe('*corrected*: old')
    expect(filled(NOT_RUN, NOT_RUN)).toBe(NOT_RUN)
    expect(filled('*as-run*: old<br>*corrected*: old', '*corrected*: new')).toBe('*as-run*: old<br>*corrected*: new')
    expect(filled('*corrected*: old', '*as-reported*: new')).toBe('*as-reported*: new<br>*corrected*: old')
  })

  test('is kept against a quick form of the same, and gives way to a full one', () => {
    expect(filled('*corrected*: full', '*corrected, quick*: quick')).toBe('*corrected*: full')
    expect(filled('*corrected, quick*: quick', '*corrected*: full')).toBe('*corrected*: full')
    expect(filled('*corrected, quick*: old', '*corrected, quick*: new')).toBe('*corrected, quick*: new')
    expect(filled('*as-reported and corrected*: old', '*corrected*: new')).toBe('*corrected*: new')
  })

  test('has seconds only of runs that had the machine to themselves', () => {
    const secondsPerEpoch = { median: 1.1, min: 1, max: 1.3 }
    const timed = (alone: boolean, median = 1.1) => {
      const run = storedRun('two-networks-mnist', {}, '784-150-120-10', 1, [evaluation(50, 9800)])
      const machine = { alone } as NonNullable<RunRecord['machine']>
      const measured = { secondsPerEpoch: { ...secondsPerEpoch, median } } as NonNullable<RunRecord['measured']>
      const record = { ...run.record, machine, measured }
      return measuredCells(presets, [{ ...run, record }]).get('S0-3')
    }
    expect(timed(true)).toContain('s/epoch 1.10')
    expect(timed(false)).not.toContain('s/epoch')
    expect(timed(true, 1.4)).not.toContain('s/epoch')
  })
})

describe('the tables of docs/presets.md', () => {
  const lines = page.split('\n').filter((line) => /^\| S\d-\d+ \|/.test(line))
  const table = lines.map((line) => line.slice(2, -2).split(' | '))

  test('have one line for each row that a preset measures, and no other', () => {
    const measured = presets.flatMap((each) => each.results.map((result) => result.row))
    expect(table.map(([row]) => row).sort()).toEqual([...measured].sort())
    for (const cells of table) expect(cells).toHaveLength(6)
    expect(() => fillTable(page, measuredCells(presets, []))).not.toThrow()
  })

  test.each(table)('%s names its presets and reports their numbers', (row, named, reported) => {
    expect([...named.matchAll(/`([\w-]+)`/g)].map((match) => match[1])).toEqual(
      presets.filter((each) => each.rows.includes(row)).map((each) => each.id),
    )
    const printed =
      reported
        .replaceAll(',', '')
        .replaceAll('−', '-')
        .match(/-?\d+(\.\d+)?(e-\d+)?/g) ?? []
    const values = presets.flatMap((each) => each.reportedValues).filter((each) => each.row === row)
    expect(printed.map(Number)).toEqual(expect.arrayContaining(values.map((each) => each.value)))
  })
})
