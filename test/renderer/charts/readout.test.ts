import { describe, expect, it } from 'vitest'
import type { FigureRun, FigureSpec } from '#shared/figure'
import { figureOf } from '#shared/figures/figure-data'
import { summaryOf } from '../../../src/renderer/charts/chart-summary'
import { tablesOf } from '../../../src/renderer/charts/figure-table'
import { readoutAt } from '../../../src/renderer/charts/readout'
import { evaluationOf, runOf } from '../runs/fixture'

function figureRun(n: number, epochs: readonly number[], label = `run ${n}`): FigureRun {
  const history = epochs.map((epoch) => evaluationOf(epoch))
  const summary = runOf(n, {
    label,
    last: history.at(-1) ?? null,
    secondsPerEpoch: { median: 2, min: 1.5, max: 3 },
    sizes: [784, n, 10],
  })
  return { summary, history, machine: null }
}

function figureFor(runs: readonly FigureRun[], more: Partial<FigureSpec> = {}) {
  const spec: FigureSpec = {
    runs: runs.map((run) => run.summary.id),
    panels: [['test-loss']],
    x: 'epoch',
    logY: false,
    title: null,
    widthCm: 12,
    heightCm: 8,
    ...more,
  }
  return figureOf(spec, runs)
}

const atX = (value: number, panel = 0) => [{ dim: 'x' as const, panel, value }]

describe('the values at the crosshair', () => {
  it('are those of the nearest evaluation', () => {
    const figure = figureFor([figureRun(1, [1, 2, 4])])
    expect(readoutAt(figure, atX(2.9))).toMatchObject({ head: 'Epoch 2', rows: [{ value: '0.5000' }] })
    expect(readoutAt(figure, atX(3.1))).toMatchObject({ head: 'Epoch 4', rows: [{ value: '0.2500' }] })
    expect(readoutAt(figure, atX(-5))).toMatchObject({ head: 'Epoch 1' })
    expect(readoutAt(figure, atX(99))).toMatchObject({ head: 'Epoch 4' })
  })

  it('leave out runs that have nothing near this place', () => {
    const figure = figureFor([
      figureRun(1, [1, 2, 3]),
      figureRun(
        2,
        Array.from({ length: 50 }, (_, i) => i + 1),
      ),
    ])
    expect(readoutAt(figure, atX(3))?.rows.map((row) => row.name)).toEqual(['run 1', 'run 2'])
    expect(readoutAt(figure, atX(40))?.rows.map((row) => row.name)).toEqual(['run 2'])
  })

  it('name the metric where there are several panels', () => {
    const figure = figureFor([figureRun(1, [1, 2])], { panels: [['train-loss', 'test-loss'], ['test-accuracy']] })
    expect(readoutAt(figure, atX(2, 1))?.rows.map(({ name, subject, value }) => [name, subject, value])).toEqual([
      ['train', 'Loss', '0.2500'],
      ['test', 'Loss', '0.5000'],
      ['test', 'Test accuracy', '90.20 %'],
    ])
  })

  it('are nothing where nothing was measured', () => {
    expect(readoutAt(figureFor([figureRun(1, [])]), atX(1))).toBeNull()
    expect(readoutAt(figureFor([figureRun(1, [1])]), [])).toBeNull()
  })

  it('of bars are found by the axis that names them', () => {
    const figure = figureFor([figureRun(1, [1]), figureRun(2, [1])], { panels: [['seconds-per-epoch']] })
    const axes = [...atX(1.234), { dim: 'y' as const, panel: 0, value: 1 }]
    expect(readoutAt(figure, axes)).toMatchObject({
      head: 'run 2',
      rows: [{ value: '2.00 s' }, {}, { value: '3.00 s' }],
    })
  })

  it('say how many there was no room for', () => {
    const runs = Array.from({ length: 20 }, (_, i) => figureRun(i + 1, [1, 2]))
    const readout = readoutAt(figureFor(runs), atX(1))
    expect((readout?.rows.length ?? 0) + (readout?.more ?? 0)).toBe(20)
    expect(readout?.more).toBe(4)
  })
})

describe('a figure as tables', () => {
  it('has a row for each place and a column for each line, with gaps where a run has no value', () => {
    const [table] = tablesOf(figureFor([figureRun(1, [1, 2]), figureRun(2, [2, 3])]))
    expect(table?.head).toEqual(['Epoch', 'run 1', 'run 2'])
    expect(table?.rows).toEqual([
      { head: '1', cells: ['1.000', '–'] },
      { head: '2', cells: ['0.5000', '0.5000'] },
      { head: '3', cells: ['–', '0.3333'] },
    ])
  })
})

describe('a figure in words', () => {
  it('says where each line begins and ends', () => {
    expect(summaryOf(figureFor([figureRun(1, [1, 2, 4], '784-64-10')]))).toBe(
      'Test loss by epoch of 784-64-10. Test loss, test: from 1.00 to 0.250 at epoch 4.',
    )
  })
  it('counts the lines that it does not tell', () => {
    const runs = Array.from({ length: 9 }, (_, i) => figureRun(i + 1, [1]))
    expect(summaryOf(figureFor(runs))).toMatch(/3 more lines are in the table\.$/)
  })
})
