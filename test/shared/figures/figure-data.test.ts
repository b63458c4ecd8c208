import { describe, expect, test } from 'vitest'
import type { FigureRun, FigureSpec } from '#shared/figure'
import { figureOf, type BarPanel, type LinePanel } from '#shared/figures/figure-data'
import { distinctNames } from '#shared/figures/run-names'
import { madeUpRun } from './made-up-runs'

const small = madeUpRun({ id: 'run-small', label: '784-150-120-10', seed: 3 })
const large = madeUpRun({ id: 'run-large', label: '784-500-250-100-10', seed: 8 })

function specOf(runs: readonly FigureRun[], change: Partial<FigureSpec> = {}): FigureSpec {
  const ids = runs.map((run) => run.summary.id)
  return {
    runs: ids,
    panels: [['test-loss']],
    x: 'epoch',
    logY: false,
    title: null,
    widthCm: 14,
    heightCm: 8,
    ...change,
  }
}

function linesOf(runs: readonly FigureRun[], change: Partial<FigureSpec> = {}): LinePanel[] {
  return figureOf(specOf(runs, change), runs).panels.filter((panel) => panel.kind === 'lines')
}

function withHistory(run: FigureRun, change: (at: FigureRun['history'][number], i: number) => object): FigureRun {
  return { ...run, history: run.history.map((at, i) => ({ ...at, ...change(at, i) })) }
}

describe('lines', () => {
  test('a line has a point for each evaluation, with the value as it was measured', () => {
    const [panel] = linesOf([small])
    expect(panel?.series[0]?.points).toEqual(small.history.map((at) => [at.epoch, at.test?.loss]))
  })

  test.each([
    ['test-accuracy', (at: FigureRun['history'][number]) => (at.test ? at.test.correct / at.test.count : NaN)],
    ['train-error', (at: FigureRun['history'][number]) => 1 - at.train.correct / at.train.count],
  ] as const)('%s is a share of the counts', (metric, value) => {
    const [panel] = linesOf([small], { panels: [[metric]] })
    panel?.series[0]?.points.forEach(([, y], i) => {
      expect(y).toBeCloseTo(value(small.history[i] ?? expect.fail()), 12)
    })
  })

  test.each(['step', 'seconds'] as const)('the x axis can be the %s', (x) => {
    const [panel] = linesOf([small], { x })
    expect(panel?.series[0]?.points.map(([at]) => at)).toEqual(small.history.map((at) => at[x]))
  })

  test('train is dashed and test is solid', () => {
    const [panel] = linesOf([small, large], { panels: [['train-loss', 'test-loss']] })
    expect(panel?.series.map(({ metric, dash }) => [metric, dash])).toEqual([
      ['train-loss', 'dashed'],
      ['test-loss', 'solid'],
      ['train-loss', 'dashed'],
      ['test-loss', 'solid'],
    ])
  })

  test('each run has its colour, the same for all its lines and panels', () => {
    const panels = linesOf([small, large], { panels: [['train-loss', 'test-loss'], ['test-accuracy']] })
    for (const series of panels.flatMap((panel) => panel.series)) {
      expect(series.colorIndex).toBe(series.runId === small.summary.id ? 0 : 1)
    }
  })

  test('a run keeps the colour that it is given when others are hidden', () => {
    const [panel] = linesOf([large], { colors: [4] })
    expect(panel?.series[0]?.colorIndex).toBe(4)
  })

  test('train and test of a single run differ in colour', () => {
    const [panel] = linesOf([small], { panels: [['train-loss', 'test-loss']] })
    const [train, tested] = panel?.series ?? []
    expect(train?.colorIndex).not.toBe(tested?.colorIndex)
  })

  test('names say no more than what differs', () => {
    const both: FigureSpec['panels'] = [['train-loss', 'test-loss']]
    const names = (runs: FigureRun[], panels: FigureSpec['panels']) =>
      linesOf(runs, { panels }).flatMap((panel) => panel.series.map((series) => series.name))
    expect(names([small], both)).toEqual(['train', 'test'])
    expect(names([small, large], [['test-loss']])).toEqual(['784-150-120-10', '784-500-250-100-10'])
    expect(names([small, large], both)[3]).toBe('784-500-250-100-10, test')
  })

  test('metrics with different units get a panel each', () => {
    const panels = linesOf([small], { panels: [['train-loss', 'test-accuracy', 'test-loss']] })
    expect(panels.map((panel) => panel.y.label)).toEqual(['Loss (nats, mean per sample)', 'Test accuracy (%)'])
  })

  test('a run that stands in the spec twice is drawn once', () => {
    const spec = specOf([small], { runs: [small.summary.id, small.summary.id] })
    expect(figureOf(spec, [small]).panels[0]).toMatchObject({ series: { length: 1 } })
  })

  test('while a run goes on the axis shows the epochs that are planned', () => {
    const going = madeUpRun({ status: 'running', epochs: 40, trained: 10 })
    expect(linesOf([going])[0]?.x).toMatchObject({ min: 0, max: 40 })
    expect(linesOf([going], { x: 'step' })[0]?.x.max).toBe(40 * 938)
    const stopped = madeUpRun({ status: 'stopped', epochs: 40, trained: 10 })
    expect(linesOf([stopped])[0]?.x.max).toBe(10)
  })

  test('a loss that overflowed leaves a gap, which is said', () => {
    const broken = withHistory(small, (at, i) => (i === 4 ? { test: { ...at.test, loss: Infinity } } : {}))
    const figure = figureOf(specOf([broken]), [broken])
    expect(figure.panels[0]).toMatchObject({ series: [{ points: { 4: [5, null] } }] })
    expect(figure.footnotes.join()).toContain('Gaps in test loss')
  })

  test('zero has no place on a log axis and is not moved to one', () => {
    const zero = withHistory(small, (at, i) => (i === 9 ? { train: { ...at.train, loss: 0 } } : {}))
    const [panel] = linesOf([zero], { panels: [['train-loss']], logY: true })
    expect(panel?.series[0]?.points[9]).toEqual([10, null])
    expect(linesOf([zero], { panels: [['train-loss']] })[0]?.series[0]?.points[9]).toEqual([10, 0])
  })

  test('accuracy stays linear when other panels are logarithmic', () => {
    const panels = linesOf([small], { panels: [['test-loss'], ['test-accuracy']], logY: true })
    expect(panels.map((panel) => panel.y.log)).toEqual([true, false])
  })
})

describe('lines of the validation part', () => {
  const validated = madeUpRun({ id: 'run-validated', label: 'validated', validated: true, seed: 5 })
  const parts: FigureSpec['panels'] = [['train-loss', 'validation-loss', 'test-loss']]

  test('stand between train and test, dotted and in a colour of their own', () => {
    const [panel] = linesOf([validated], { panels: parts })
    expect(panel?.series.map(({ name, dash }) => [name, dash])).toEqual([
      ['train', 'dashed'],
      ['validation', 'dotted'],
      ['test', 'solid'],
    ])
    expect(new Set(panel?.series.map(({ colorIndex }) => colorIndex)).size).toBe(3)
    expect(panel?.series[1]?.points).toEqual(validated.history.map((at) => [at.epoch, at.validation?.loss]))
  })

  test('are shares of its own counts', () => {
    const [panel] = linesOf([validated], { panels: [['validation-accuracy']] })
    const { correct, count } = validated.history[0]?.validation ?? expect.fail()
    expect(panel?.series[0]?.points[0]).toEqual([1, correct / count])
  })

  test('are not there for a run without one, which is said', () => {
    const figure = figureOf(specOf([small, validated], { panels: parts }), [small, validated])
    const series = figure.panels.flatMap((panel) => (panel.kind === 'lines' ? panel.series : []))
    expect(series.map(({ name }) => name)).not.toContain('784-150-120-10, validation')
    expect(series.map(({ name }) => name)).toContain('validated, validation')
    expect(figure.footnotes).toContain('Without a validation part: 784-150-120-10.')
  })
})

describe('lines of layers', () => {
  const deep = madeUpRun({ id: 'run-deep', label: 'deep', layers: 3, seed: 6 })

  test('are named from the input to the output, each in its colour, on a log axis', () => {
    const [panel] = linesOf([deep], { panels: [['gradient-norm']] })
    expect(panel?.series.map(({ name, colorIndex }) => [name, colorIndex])).toEqual([
      ['hidden 1', 0],
      ['hidden 2', 1],
      ['output', 2],
    ])
    expect(panel?.y).toMatchObject({ log: true, label: 'Gradient norm' })
  })

  test('of the update are its length as a share of the weights’', () => {
    const [panel] = linesOf([deep], { panels: [['update-ratio']] })
    expect(panel?.series[0]?.points[0]).toEqual([1, 0.001])
  })

  test('are left out where a layer has no such measurement', () => {
    const [dead, saturated] = linesOf([deep], { panels: [['dead-share'], ['saturated-share']] })
    expect(dead?.series.map(({ name }) => name)).toEqual(['hidden 1', 'hidden 2'])
    expect(saturated?.series).toEqual([])
  })

  test('of several runs differ in colour and name the run', () => {
    const other = madeUpRun({ id: 'run-other', label: 'other', layers: 2, seed: 7 })
    const [panel] = linesOf([deep, other], { panels: [['gradient-norm']] })
    expect(panel?.series.map(({ name }) => name)).toEqual([
      'deep, hidden 1',
      'deep, hidden 2',
      'deep, output',
      'other, hidden 1',
      'other, output',
    ])
    expect(new Set(panel?.series.map(({ colorIndex }) => colorIndex)).size).toBe(5)
  })

  test('say of which step they are, and which runs have none', () => {
    const { footnotes } = figureOf(specOf([deep, small], { panels: [['gradient-norm']] }), [deep, small])
    expect(footnotes.join()).toContain('of the step at each evaluation')
    expect(footnotes).toContain('Without diagnostics: 784-150-120-10.')
  })
})

test('the learning rate is one line a run', () => {
  const [panel] = linesOf([small], { panels: [['learning-rate']] })
  expect(panel?.series[0]).toMatchObject({ name: 'learning rate', points: { 1: [2, 0.05] } })
})

test('a squared error is never said to be in nats', () => {
  const squared = madeUpRun({ id: 'run-squared', label: 'squared', loss: 'squared-error' })
  expect(linesOf([squared])[0]?.y.label).toBe('Test loss (½ Σ(y − t)², mean per sample)')
  expect(linesOf([squared, small])[0]?.y.label).toBe('Test loss (each in its own unit, mean per sample)')
  expect(linesOf([small])[0]?.y.label).toBe('Test loss (nats, mean per sample)')
})

describe('bars', () => {
  test('each run has its median epoch between the fastest and the slowest', () => {
    const figure = figureOf(specOf([small, large], { panels: [['seconds-per-epoch']] }), [small, large])
    const panel = figure.panels[0] as BarPanel
    expect(panel.bars.map(({ name, median, min, max }) => ({ name, median, min, max }))).toEqual(
      [small, large].map(({ summary }) => ({ name: summary.label, ...summary.secondsPerEpoch })),
    )
  })

  test('a run that has not finished an epoch has no bar', () => {
    const waiting = madeUpRun({ id: 'run-waiting', status: 'waiting', trained: 0 })
    const figure = figureOf(specOf([small, waiting], { panels: [['seconds-per-epoch']] }), [small, waiting])
    expect((figure.panels[0] as BarPanel).bars).toHaveLength(1)
  })
})

describe('notes', () => {
  const notes = (runs: FigureRun[], change: Partial<FigureSpec> = {}) =>
    figureOf(specOf(runs, change), runs).footnotes.join('\n')

  test('a figure of complete runs against epochs says how its test part was used, and nothing more', () => {
    expect(notes([small, large])).toBe('Test part watched at every evaluation.')
    expect(notes([small, large], { panels: [['train-accuracy']] })).not.toContain('Test part')
  })

  test('a locked test part has no line and says so; after the one look it has a point and the number of looks', () => {
    const history = small.history.map(({ test: _, ...at }) => at)
    const locked: FigureRun = { ...small, history, summary: { ...small.summary, testPolicy: 'final' } }
    expect(figureOf(specOf([locked]), [locked]).panels[0]).toMatchObject({ series: [] })
    expect(notes([locked])).toBe('Test part locked until the final evaluation.')
    expect(notes([locked, large])).toContain(`locked until the final evaluation (${small.summary.label})`)

    const epoch = history.length
    const score = { loss: 0.07, correct: 9790, count: 10_000 }
    const finalEvaluation = { at: '2026-11-21T00:00:00.000Z', score, epoch, looks: 2 }
    const summary = { ...locked.summary, last: history.at(-1) ?? null, finalEvaluation }
    const opened: FigureRun = { ...locked, summary }
    const [panel] = linesOf([opened])
    expect(panel?.series.map(({ points }) => points)).toEqual([[[epoch, 0.07]]])
    expect(notes([opened])).toBe('Test part looked at twice.')
  })

  test('times are said to be those of a run that was alone, or not', () => {
    const machine = small.machine && { ...small.machine, alone: true }
    expect(notes([{ ...small, machine }], { x: 'seconds' })).toContain('no other run beside it')
    const beside = large.machine && { ...large.machine, alone: false }
    expect(notes([{ ...large, machine: beside }], { x: 'seconds' })).toContain('beside other runs')
    expect(notes([small], { x: 'seconds' })).not.toContain('beside')
  })

  test('reduced data is said, with the runs that it is true of', () => {
    const part = madeUpRun({ id: 'run-part', label: '784-64-10', reducedData: true })
    expect(notes([small, part])).toContain('Reduced data: trained on less than the whole training part (784-64-10).')
    expect(figureOf(specOf([small, part]), [small, part]).reducedData).toBe(true)
  })

  test('excluded samples are counted, with the runs that left them out', () => {
    const part = madeUpRun({ id: 'run-part', label: '784-64-10', excluded: 3 })
    expect(notes([small, part])).toContain('3 samples excluded from the data (784-64-10).')
    expect(notes([madeUpRun({ id: 'run-one', label: 'one', excluded: 1 })])).toContain(
      '1 sample excluded from the data.',
    )
    expect(notes([small])).not.toContain('excluded')
  })

  test.each([{ panels: [['seconds-per-epoch']] }, { x: 'seconds' }] as const)(
    '%j names machine and threads',
    (change) => {
      expect(notes([small, large], change)).toContain('Intel Core i7-1260P, 8 cores, 2 threads')
    },
  )

  test('times from different machines are told apart', () => {
    const elsewhere = madeUpRun({ id: 'run-else', label: 'else', cpu: 'Other CPU', threads: 1 })
    const text = notes([small, elsewhere], { x: 'seconds' })
    expect(text).toContain('Times of 784-150-120-10: Intel Core i7-1260P')
    expect(text).toContain('Times of else: Other CPU, 8 cores, 1 thread')
  })

  test('a run that did not end is never shown as if it had', () => {
    const stopped = madeUpRun({ status: 'stopped', epochs: 50, trained: 23 })
    expect(notes([stopped])).toContain('Stopped at epoch 23 of 50.')
  })

  test('a deliberate mistake is said where no label says it', () => {
    const wrong = { ...small, mistake: 'steps uphill' }
    expect(notes([wrong])).toContain('Trained with a deliberate mistake: steps uphill.')
    expect(notes([wrong, large])).not.toContain('mistake')
    expect(notes([small])).not.toContain('mistake')
  })

  test('a learning rate that was set by hand is said, and from where on', () => {
    const changed = { ...small, interventions: [{ step: 938, learningRate: 0.01 }] }
    expect(notes([changed])).toContain('Learning rate set by hand: 0.01 from step 938.')
    expect(notes([changed, large])).toContain('784-150-120-10: learning rate set by hand: 0.01 from step 938.')
  })

  test('train lines say that they are a running mean, where they are', () => {
    const text = 'Train: running mean over the epoch'
    expect(notes([small], { panels: [['train-loss']] })).toContain(text)
    expect(notes([small])).not.toContain(text)
    expect(notes([{ ...small, trainMeasure: 'full' }], { panels: [['train-loss']] })).not.toContain(text)
  })
})

test('the description says what is drawn, for those who cannot see it', () => {
  const spec = specOf([small, large], { panels: [['test-loss'], ['test-accuracy'], ['seconds-per-epoch']] })
  expect(figureOf(spec, [small, large]).description).toBe(
    'Test loss and test accuracy by epoch; training time per epoch of 784-150-120-10 and 784-500-250-100-10.',
  )
})

describe('names of runs with equal labels', () => {
  const named = (change: Partial<Parameters<typeof distinctNames>[0][number]>, id: string) => ({
    ...madeUpRun({ id, label: 'a' }).summary,
    ...change,
  })

  test('replicates are numbered', () => {
    expect(distinctNames([named({}, 'run-1'), named({ replicate: 1 }, 'run-2')])).toEqual([
      'a · replicate 1',
      'a · replicate 2',
    ])
  })

  test('the data set comes before the replicate', () => {
    expect(distinctNames([named({}, 'run-1'), named({ dataset: 'fashion-mnist' }, 'run-2')])).toEqual([
      'a · mnist',
      'a · fashion-mnist',
    ])
  })

  test('where nothing else differs the id does', () => {
    expect(distinctNames([named({}, 'run-1'), named({}, 'run-2')])).toEqual(['a · run-1', 'a · run-2'])
  })
})
