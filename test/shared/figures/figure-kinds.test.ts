import { describe, expect, test } from 'vitest'
import type { FigureRun, FigureSpec } from '#shared/figure'
import { figureCsv } from '#shared/figures/figure-csv'
import { figureOf, type Figure, type LinePanel } from '#shared/figures/figure-data'
import { factorsOf } from '#shared/figures/run-factors'
import { madeUpRun, type MadeUp } from './made-up-runs'

/** Widths × activations with two seeds each; `more` for all of them. */
function study(more: MadeUp = {}): FigureRun[] {
  const levels = ['32', '128'].flatMap((Width) => ['ReLU', 'sigmoid'].map((Activation) => ({ Width, Activation })))
  return levels.flatMap((level, index) =>
    [0, 1].map((replicate) => {
      const run = madeUpRun({
        id: `run-${index}-${replicate}`,
        label: `${level.Width} · ${level.Activation}`,
        replicate,
        seed: 1 + index * 7 + replicate,
        epochs: 6,
        validated: true,
        ...more,
      })
      return { ...run, summary: { ...run.summary, configuration: { index, levels: { ...level } } } }
    }),
  )
}

function draw(runs: readonly FigureRun[], change: Partial<FigureSpec>): Figure {
  const spec: FigureSpec = {
    runs: runs.map(({ summary }) => summary.id),
    panels: [['test-error']],
    x: 'epoch',
    logY: false,
    title: null,
    widthCm: 14,
    heightCm: 8,
    ...change,
  }
  return figureOf(spec, runs)
}

function linesOf(figure: Figure): LinePanel[] {
  return figure.panels.filter((panel) => panel.kind === 'lines')
}

function testErrors(runs: readonly FigureRun[], ...ids: string[]): number[] {
  return runs
    .filter(({ summary }) => ids.some((id) => summary.id === id))
    .map(({ history }) => {
      const score = history.at(-1)?.test ?? expect.fail()
      return (score.count - score.correct) / score.count
    })
}

function rowsOf(csv: string): Record<string, string>[] {
  const [head = '', ...lines] = csv.trimEnd().split('\r\n')
  const columns = head.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [columns[i] ?? '', cell])))
}

describe('curves by configuration', () => {
  test('are one line for all seeds, whose number the legend and a note say', () => {
    const figure = draw(study(), { by: 'configuration', band: 'sd' })
    const [panel] = linesOf(figure)
    expect(panel?.series.map(({ name }) => name)).toContain('32 · ReLU (n = 2)')
    expect(panel?.series).toHaveLength(4)
    expect(figure.footnotes).toContain('Lines: mean over n = 2 seeds; bands: ± 1 standard deviation.')
  })

  test('say where seeds have ended before others', () => {
    const [first, ...rest] = study()
    const short = { ...(first ?? expect.fail()), history: first?.history.slice(0, 3) ?? [] }
    const figure = draw([short, ...rest], { by: 'configuration' })
    expect(linesOf(figure)[0]?.series[0]?.seeds).toMatchObject({ tailFrom: 3, counts: [2, 2, 2, 1, 1, 1] })
    expect(figure.footnotes.join(' ')).toContain('some seeds have ended')
  })

  test('the CSV has the mean, the ends of the band and the number of seeds', () => {
    const runs = study()
    const [panel] = linesOf(draw(runs, { by: 'configuration' }))
    const rows = rowsOf(figureCsv(draw(runs, { by: 'configuration' })))
    const [series] = panel?.series ?? []
    const [x, low, high] = series?.seeds?.band[0] ?? []
    expect(rows[0]).toMatchObject({
      run: 'run-0-0 run-0-1',
      epoch: String(x),
      value: String(series?.points[0]?.[1]),
      low: String(low),
      high: String(high),
      seeds: '2',
    })
  })

  test('smoothed lines keep what was measured, in the figure and in the CSV', () => {
    const runs = study().slice(0, 1)
    const plain = linesOf(draw(runs, {}))[0]?.series[0]?.points
    const figure = draw(runs, { smooth: { kind: 'ema', amount: 0.9 } })
    expect(linesOf(figure)[0]?.series[0]?.measured).toEqual(plain)
    expect(rowsOf(figureCsv(figure)).map(({ measured }) => Number(measured))).toEqual(plain?.map(([, y]) => y))
    expect(figure.footnotes.join(' ')).toContain('weight 0.9')
  })
})

test('samples seen are epochs times the train part', () => {
  const [run] = study()
  const [panel] = linesOf(draw([{ ...(run ?? expect.fail()), trainSamples: 500 }], { x: 'samples' }))
  expect(panel?.series[0]?.points.slice(0, 2).map(([x]) => x)).toEqual([500, 1000])
})

describe('small multiples', () => {
  test('are a panel for each level, metric by metric; lines are named by what is left', () => {
    const figure = draw(study(), { by: 'configuration', facets: ['Width'], panels: [['test-loss'], ['test-error']] })
    expect(figure.panels.map(({ title, facet }) => [title, facet])).toEqual([
      ['Test loss', 'Width 32'],
      ['Test loss', 'Width 128'],
      ['Test error', 'Width 32'],
      ['Test error', 'Width 128'],
    ])
    expect(linesOf(figure)[3]?.series.map(({ name, colorIndex }) => [name, colorIndex])).toEqual([
      ['ReLU (n = 2)', 0],
      ['sigmoid (n = 2)', 1],
    ])
  })

  test('by two factors show the parts of a single line each', () => {
    const figure = draw(study(), {
      by: 'configuration',
      facets: ['Width', 'Activation'],
      panels: [['train-loss', 'validation-loss']],
    })
    expect(figure.panels).toHaveLength(4)
    expect(linesOf(figure)[0]?.series.map(({ name }) => name)).toEqual(['train', 'validation'])
  })
})

describe('a value against factors', () => {
  test('numbers are the axis, the other factor makes the lines, seeds give mean and interval', () => {
    const runs = study()
    const [panel] = draw(runs, { kind: 'factor' }).panels
    if (panel?.kind !== 'factor') expect.fail('expected a panel of a factor')
    expect(panel.x).toMatchObject({ label: 'Width', levels: ['32', '128'], places: [32, 128], log: true })
    expect(panel.series.map(({ name }) => name)).toEqual(['ReLU', 'sigmoid'])
    const values = testErrors(runs, 'run-0-0', 'run-0-1')
    const [point] = panel.series[0]?.points ?? []
    expect(point?.mean).toBeCloseTo(((values[0] ?? NaN) + (values[1] ?? NaN)) / 2, 12)
    expect(point?.interval).toEqual({ low: Math.min(...values), high: Math.max(...values) })
  })

  test('the best epoch is that of the lowest validation loss, and runs without one are named', () => {
    const [run, other] = study()
    const history = (run ?? expect.fail()).history
    const lowest = history.map((at) => at.validation?.loss ?? NaN).reduce((a, b) => Math.min(a, b))
    const best = history.find((at) => at.validation?.loss === lowest)
    const without = { ...(other ?? expect.fail()), history: history.map(({ validation: _, ...at }) => at) }
    const figure = draw([run ?? expect.fail(), without], {
      kind: 'box',
      panels: [['test-loss']],
      at: 'best',
      by: 'run',
    })
    const [panel] = figure.panels
    expect(panel?.kind === 'box' && panel.boxes.map(({ values }) => values)).toEqual([[best?.test?.loss]])
    expect(figure.footnotes.join(' ')).toContain('Without a validation part, and so left out')
  })

  test('two factors make a grid with the mean in each cell', () => {
    const runs = study()
    const [panel] = draw(runs, { kind: 'heat', factors: ['Activation', 'Width'] }).panels
    if (panel?.kind !== 'heat') expect.fail('expected a heat map')
    expect([panel.x.levels, panel.y.levels]).toEqual([
      ['ReLU', 'sigmoid'],
      ['32', '128'],
    ])
    const values = testErrors(runs, 'run-3-0', 'run-3-1')
    const cell = panel.cells.find(({ column, row }) => column === 1 && row === 1)
    expect(cell?.value).toBeCloseTo(((values[0] ?? NaN) + (values[1] ?? NaN)) / 2, 12)
    expect(cell?.n).toBe(2)
  })

  test('parallel axes are all factors and the value', () => {
    const [panel] = draw(study(), { kind: 'parallel' }).panels
    if (panel?.kind !== 'parallel') expect.fail('expected parallel axes')
    expect(panel.axes.map(({ label }) => label)).toEqual(['Width', 'Activation', 'Test error (%)'])
    expect(panel.lines.map(({ places }) => places)).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ])
  })

  test('the CSV has a column for each factor, and a row for each seed beside the mean', () => {
    const rows = rowsOf(figureCsv(draw(study(), { kind: 'factor' })))
    expect(rows).toHaveLength(4 * 3)
    expect(rows[0]).toMatchObject({ Width: '32', Activation: 'ReLU', seeds: '2', seed: '' })
    expect(rows[1]).toMatchObject({ Width: '32', seed: '1', run: 'run-0-0' })
  })

  test('one seed each is said', () => {
    const runs = study().filter(({ summary }) => summary.replicate === 0)
    expect(draw(runs, { kind: 'factor' }).footnotes.join(' ')).toContain('One seed each')
  })

  test('factors are in the order of their numbers, and the same split under two names is one', () => {
    expect(factorsOf(study()).map(({ name, levels }) => [name, levels])).toEqual([
      ['Width', ['32', '128']],
      ['Activation', ['ReLU', 'sigmoid']],
    ])
  })
})

describe('the gap', () => {
  const falling = (losses: readonly number[]) => {
    const [run] = study()
    const history = (run ?? expect.fail()).history.slice(0, losses.length)
    return {
      ...(run ?? expect.fail()),
      history: history.map((at, i) => ({ ...at, validation: { loss: losses[i] ?? 0, correct: 1, count: 2 } })),
    }
  }

  test('is held-out minus train loss, and its mark stands where the held-out loss is lowest', () => {
    const run = falling([0.5, 0.3, 0.4, 0.6])
    const figure = draw([run], { panels: [['loss-gap']] })
    const [series] = linesOf(figure)[0]?.series ?? []
    expect(series?.points[1]?.[1]).toBeCloseTo(0.3 - (run.history[1]?.train.loss ?? NaN), 12)
    expect(series?.mark).toMatchObject({ x: 2, label: '2' })
    expect(figure.footnotes.join(' ')).toContain('what follows is over-fitting')
  })

  test('has no mark while the held-out loss still falls', () => {
    const figure = draw([falling([0.5, 0.4, 0.3])], { panels: [['loss-gap']] })
    expect(linesOf(figure)[0]?.series[0]?.mark).toBeUndefined()
    expect(figure.footnotes.join(' ')).toContain('No over-fitting yet')
  })

  test('is of the test part where there is no validation part, and says so', () => {
    const run = madeUpRun({ epochs: 4 })
    const figure = draw([run], { panels: [['loss-gap']] })
    expect(linesOf(figure)[0]?.series[0]?.points).toHaveLength(4)
    expect(figure.footnotes.join(' ')).toContain('the test part, as there is no validation part')
  })
})

describe('layers', () => {
  test('are rows from the output down, with a column for each evaluation', () => {
    const [panel] = draw([madeUpRun({ epochs: 3, layers: 3 })], { kind: 'gradients' }).panels
    if (panel?.kind !== 'heat') expect.fail('expected a heat map')
    expect(panel.y.levels).toEqual(['output', 'hidden 2', 'hidden 1'])
    expect(panel.x.places).toEqual([1, 2, 3])
    expect(panel.cells.find(({ column, row }) => column === 1 && row === 2)?.value).toBeCloseTo(1e-3 / 2, 12)
  })

  test('runs without diagnostics have no panel', () => {
    expect(draw([madeUpRun({ epochs: 3 })], { kind: 'gradients' }).panels).toEqual([])
  })
})

test('epoch times by configuration are all epochs of all seeds', () => {
  const [panel] = draw(study(), { kind: 'box', panels: [['seconds-per-epoch']] }).panels
  if (panel?.kind !== 'box') expect.fail('expected boxes')
  expect(panel.boxes[0]?.values).toHaveLength(12)
  expect(panel.boxes[0]?.quartiles).not.toBeNull()
})
