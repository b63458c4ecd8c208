import { describe, expect, it } from 'vitest'
import { printLook } from '#shared/figures/chart-look'
import { figureOf } from '#shared/figures/figure-data'
import { isLineLayout, layoutFigure } from '#shared/figures/figure-layout'
import { pickAt } from '../../../src/renderer/charts/pick'
import { madeUpRun } from '../../shared/figures/made-up-runs'

const RUNS = [madeUpRun({ id: 'run-low', floor: 0.05, seed: 3 }), madeUpRun({ id: 'run-high', floor: 0.6, seed: 8 })]
const figure = figureOf(
  {
    runs: RUNS.map(({ summary }) => summary.id),
    panels: [['test-loss']],
    x: 'epoch',
    logY: false,
    title: null,
    widthCm: 16,
    heightCm: 9,
  },
  RUNS,
)
const layout = layoutFigure(figure, printLook(16, 9))
const panel = layout.panels.find(isLineLayout) ?? expect.fail()

/** Where a value is drawn. */
function pixelOf(x: number, y: number, window = { from: panel.panel.x.min, to: panel.panel.x.max }) {
  const { plot } = panel
  return {
    x: plot.x + (plot.width * (x - window.from)) / (window.to - window.from),
    y: plot.y + plot.height * (1 - (y - panel.y.min) / (panel.y.max - panel.y.min)),
  }
}

const [low, high] = RUNS.map(({ history }) => history[29]?.test?.loss ?? NaN)

describe('a click on a curve', () => {
  it('finds the run whose line is there, and the nearest epoch', () => {
    const at = pixelOf(30.2, low ?? 0)
    expect(pickAt(layout, { x: at.x, y: at.y + 3 }, null)).toEqual({ x: 30, runIds: ['run-low'] })
    expect(pickAt(layout, pixelOf(30, high ?? 0), null)).toEqual({ x: 30, runIds: ['run-high'] })
  })

  it('between lines has a place and no run', () => {
    const between = pixelOf(30, ((low ?? 0) + (high ?? 0)) / 2)
    expect(pickAt(layout, between, null)).toEqual({ x: 30, runIds: [] })
  })

  it('outside of the axes is none', () => {
    expect(pickAt(layout, { x: 1, y: 1 }, null)).toBeNull()
  })

  it('is read on the part of the axis that a zoom shows', () => {
    const window = { from: 20, to: 40 }
    expect(pickAt(layout, pixelOf(30, low ?? 0, window), window)).toEqual({ x: 30, runIds: ['run-low'] })
  })
})
