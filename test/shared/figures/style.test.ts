import { describe, expect, test } from 'vitest'
import type { FigureSpec } from '#shared/figure'
import { allPointsCsv } from '#shared/figures/all-points-csv'
import { captionOf, proposedCaption } from '#shared/figures/caption'
import { GRAY, PALETTES, printLook } from '#shared/figures/chart-look'
import { figureCsv } from '#shared/figures/figure-csv'
import { figureOf, type Figure } from '#shared/figures/figure-data'
import { isLineLayout, layoutFigure } from '#shared/figures/figure-layout'
import { lineLook } from '#shared/figures/line-look'
import type { FigureStyle } from '#shared/figures/style'
import { labelsOf, namesIn, styledFigure, withinRange } from '#shared/figures/styled-figure'
import { madeUpRun } from './made-up-runs'

const small = madeUpRun({ id: 'run-small', label: 'small', seed: 3 })
const large = madeUpRun({ id: 'run-large', label: 'large', seed: 8, secondsPerEpoch: 9.4 })

function specOf(change: Partial<FigureSpec> = {}, runs = [small, large]): FigureSpec {
  const ids = runs.map((run) => run.summary.id)
  const base = { panels: [['test-loss']], x: 'epoch', logY: false, title: null, widthCm: 14, heightCm: 8 } as const
  return { runs: ids, ...base, ...change }
}

function figure(style: FigureStyle = {}, change: Partial<FigureSpec> = {}, runs = [small, large]): Figure {
  return styledFigure(figureOf(specOf(change, runs), runs), style)
}

function layout(style: FigureStyle, change: Partial<FigureSpec> = {}) {
  return layoutFigure(figure(style, change), printLook(14, 8, style))
}

const linesOf = (of: Figure) => of.panels.flatMap((panel) => (panel.kind === 'lines' ? panel.series : []))

describe('words of a style', () => {
  test('stand in place of the names, the labels and the description, and no point changes', () => {
    const plain = figure()
    const named = figure({
      names: { small: 'model (i)', nobody: 'x' },
      labelX: 'Epochs',
      labelsY: ['Loss'],
      altText: 'Both fall.',
    })
    expect(namesIn(named)).toEqual(['model (i)', 'large'])
    expect(labelsOf(named)).toEqual({ x: 'Epochs', y: ['Loss'] })
    expect(named.description).toBe('Both fall.')
    expect(linesOf(named).map(({ points }) => points)).toEqual(linesOf(plain).map(({ points }) => points))
  })

  test('that are empty leave what was there', () => {
    expect(figure({ names: { small: '' }, labelsY: [null], altText: '' })).toEqual(figure())
  })

  test('reach bars as well', () => {
    const bars = figure({ names: { small: 'a' }, labelsY: ['s'] }, { panels: [['seconds-per-epoch']] })
    expect(namesIn(bars)).toEqual(['a', 'large'])
    expect(labelsOf(bars).y).toEqual(['s'])
  })
})

describe('ranges of a style', () => {
  test('are exactly where the axes begin and end, with ticks inside', () => {
    const [panel] = layout({ rangeX: { min: 5, max: 33 }, rangesY: [{ min: 0.07, max: 0.31 }] }).panels
    if (!panel || !isLineLayout(panel)) return expect.fail('a panel of lines')
    expect([panel.panel.x.min, panel.panel.x.max, panel.y.min, panel.y.max]).toEqual([5, 33, 0.07, 0.31])
    expect(panel.y.ticks.every((tick) => tick >= 0.07 && tick <= 0.31)).toBe(true)
    expect(panel.y.ticks.length).toBeGreaterThan(1)
  })

  test.each<[string, FigureStyle, Partial<FigureSpec>]>([
    ['begins behind its end', { rangeX: { min: 60 }, rangesY: [{ min: 5 }] }, {}],
    ['begins at zero on a log axis', { rangesY: [{ min: 0 }] }, { logY: true }],
  ])('one that %s is as if it were not there', (_, style, change) => {
    const shape = (one: FigureStyle) =>
      layout(one, change).panels.map((panel) => isLineLayout(panel) && [panel.panel.x.max, panel.y.min, panel.y.max])
    expect(shape(style)).toEqual(shape({}))
  })

  test('keep out of the CSV of what is drawn what nobody sees', () => {
    const style = { rangeX: { min: 5, max: 9.5 } }
    const rows = figureCsv(withinRange(figure(style), style))
      .trim()
      .split('\r\n')
      .slice(1)
    expect(rows).toHaveLength(2 * 5)
    expect(figureCsv(withinRange(figure()))).toBe(figureCsv(figure()))
  })
})

describe('the legend', () => {
  const plotOf = (style: FigureStyle) => layout(style).panels[0]?.plot ?? expect.fail('no plot')
  const legendOf = (style: FigureStyle) => layout(style).legend

  test('stands above the plot by itself, and leaves it the room where it stands elsewhere', () => {
    const [row] = legendOf({})
    expect(row?.entries.map(({ name }) => name)).toEqual(['small', 'large'])
    expect(row?.y).toBeLessThan(plotOf({}).y)
    expect(plotOf({ legend: 'none' }).height).toBeGreaterThan(plotOf({}).height)
  })

  test('at the right has a row for each line, beside a narrower plot', () => {
    const rows = legendOf({ legend: 'right' })
    const plot = plotOf({ legend: 'right' })
    expect(rows).toHaveLength(2)
    for (const row of rows) expect(row.x).toBeGreaterThan(plot.x + plot.width)
    expect(plot.width).toBeLessThan(plotOf({}).width)
  })

  test('below stands under the label of the x axis', () => {
    const plot = plotOf({ legend: 'below' })
    for (const row of legendOf({ legend: 'below' })) expect(row.y).toBeGreaterThan(plot.y + plot.height + 20)
  })

  test('inside lies in the corner that the lines leave free', () => {
    const { legendBox, panels } = layout({ legend: 'inside' })
    const plot = panels[0]?.plot ?? expect.fail('no plot')
    // the lines fall from the upper left corner
    expect(legendBox?.x).toBeGreaterThan(plot.x + plot.width / 2)
    expect(legendBox?.y).toBeLessThan(plot.y + plot.height / 2)
  })

  test('at the ends of the lines names each beside its end, none on another', () => {
    const { endLabels, legend, panels } = layout({ legend: 'direct' })
    const plot = panels[0]?.plot ?? expect.fail('no plot')
    expect(legend).toEqual([])
    expect(new Set(endLabels.map(({ label }) => label))).toEqual(new Set(['small', 'large']))
    for (const { x } of endLabels) expect(x).toBeGreaterThan(plot.x + plot.width)
    const [first, second] = endLabels
    expect((second?.y ?? 0) - (first?.y ?? 0)).toBeGreaterThanOrEqual(printLook(14, 8).fontSize * 1.2 - 1e-9)
  })

  test('of bars has nothing to name at ends of lines', () => {
    expect(layout({ legend: 'direct' }, { panels: [['seconds-per-epoch']] }).endLabels).toEqual([])
  })
})

describe('lines', () => {
  const looks = (style: FigureStyle) => {
    const { panels } = figure()
    return linesOf(figure()).map((series) => lineLook(series, panels, printLook(14, 8, style)))
  }

  test('of several runs differ in pattern where patterns are asked for, and carry no markers where none are', () => {
    const [first, second] = looks({ lines: 'patterns', markers: 'none' })
    expect(first?.dash).not.toEqual(second?.dash)
    expect([first?.marker, second?.marker]).toEqual([null, null])
  })

  test('in gray are at least a fifth of the way from black to white apart, the first three', () => {
    const grays = GRAY.series.slice(0, 3).map((hex) => parseInt(hex.slice(1, 3), 16))
    const gaps = grays.flatMap((a, i) => grays.slice(i + 1).map((b) => Math.abs(a - b)))
    expect(Math.min(...gaps)).toBeGreaterThan(255 / 5)
    expect(looks({ palette: 'gray' }).map(({ color }) => color)).toEqual(['#000000', '#8c8c8c'])
  })

  test('without a style are what they always were', () => {
    expect(printLook(14, 8)).toEqual(printLook(14, 8, {}))
    expect(looks({}).map(({ color, width }) => [color, width])).toEqual(
      PALETTES.print.series.slice(0, 2).map((color) => [color, 1.3]),
    )
    expect(looks({ lineWidth: 1.5 })[0]?.width).toBe(2)
  })
})

describe('the proposed caption', () => {
  test('says data, samples, seeds, reduced data, and the machine where times are shown', () => {
    const runs = [small, madeUpRun({ id: 'run-other', label: 'other', replicate: 1, reducedData: true, seed: 5 })]
    const text = proposedCaption(figure({}, { x: 'seconds' }, runs), specOf({ x: 'seconds' }, runs), runs)
    expect(text).toBe(
      'Test loss by training time of small and other (MNIST; n = 10,000 test samples; 2 seeds; times: Intel Core i7-1260P, 8 cores, 2 threads, reference kernels; reduced data: trained on less than the whole training part).',
    )
  })

  test('gives way to one that somebody wrote', () => {
    const style = { caption: 'Figure 4 of the report.' }
    expect(captionOf(figure(style), specOf({ style }), [small, large])).toBe('Figure 4 of the report.')
  })
})

describe('the CSV of all points', () => {
  test('has every evaluation of every run with all that was measured, whatever the figure shows', () => {
    const [head = '', ...rows] = allPointsCsv([small, large]).trim().split('\r\n')
    expect(rows).toHaveLength(100)
    const columns = head.split(',')
    for (const column of ['run', 'replicate', 'epoch', 'step', 'seconds', 'train loss', 'test correct', 'test count']) {
      expect(columns).toContain(column)
    }
    const first = Object.fromEntries((rows[0] ?? '').split(',').map((cell, i) => [columns[i], cell]))
    expect(Number(first['test loss'])).toBe(small.history[0]?.test?.loss)
  })
})
