import { describe, expect, test } from 'vitest'
import type { FigureSpec } from '#shared/figure'
import { PALETTES, printLook, type Look } from '#shared/figures/chart-look'
import { chartOption } from '#shared/figures/chart-option'
import { figureOf } from '#shared/figures/figure-data'
import { madeUpRun } from './made-up-runs'

const small = madeUpRun({ id: 'run-small', label: 'small', seed: 3 })
const large = madeUpRun({ id: 'run-large', label: 'large', seed: 8 })
const screen: Look = { ...printLook(20, 12), theme: 'light', interactive: true, animation: true }
const print = printLook(14, 8)

function option(change: Partial<FigureSpec> = {}, look: Look = print, runs = [small, large]) {
  const ids = runs.map((run) => run.summary.id)
  const spec: FigureSpec = {
    runs: ids,
    panels: [['test-loss']],
    x: 'epoch',
    logY: false,
    title: null,
    widthCm: 14,
    heightCm: 8,
    ...change,
  }
  // read as plain data, as ECharts does
  return chartOption(figureOf(spec, runs), look) as unknown as Record<string, Record<string, unknown>[]>
}

const of = (value: unknown, key: string) => (value as Record<string, unknown> | undefined)?.[key]

describe('lines', () => {
  test('have ids that stay, so that a live chart moves them and does not draw them anew', () => {
    const ids = (runs: (typeof small)[]) => option({}, screen, runs).series?.map((series) => series['id'])
    expect(ids([small, large])).toEqual(['run-small/test-loss', 'run-large/test-loss'])
    expect(ids([large])).toEqual(['run-large/test-loss'])
  })

  test('hold every point, on the screen and in print', () => {
    for (const look of [screen, print]) {
      const data = option({}, look).series?.[0]?.['data'] as (number[] | { value: number[] })[]
      const points = data.map((item) => (Array.isArray(item) ? item : item.value))
      expect(points).toEqual(small.history.map((at) => [at.epoch, at.test?.loss]))
    }
  })

  test('of several runs carry different markers in print, for those who see no colours', () => {
    const [first, second] = option().series ?? []
    expect(first?.['symbol']).not.toBe(second?.['symbol'])
    expect(first?.['showSymbol']).toBe(true)
  })

  test('carry few markers, however many points there are', () => {
    const long = ['a', 'b'].map((label, i) => madeUpRun({ id: `run-long-${label}`, label, epochs: 500, seed: i + 1 }))
    for (const series of option({}, print, long).series ?? []) {
      const marked = (series['data'] as { symbol?: string }[]).filter((item) => item.symbol !== 'none')
      expect(marked.length).toBeGreaterThan(3)
      expect(marked.length).toBeLessThanOrEqual(8)
    }
  })

  test('show each point while there are few', () => {
    const young = madeUpRun({ id: 'run-young', status: 'running', trained: 1 })
    expect(option({}, screen, [young]).series?.[0]?.['showSymbol']).toBe(true)
    expect(option({}, screen).series?.[0]?.['showSymbol']).toBe(false)
  })
})

describe('axes', () => {
  test('accuracy is labelled in per cent and stored as a share', () => {
    const axis = option({ panels: [['test-accuracy']] }).yAxis?.[0]
    const formatter = of(axis?.['axisLabel'], 'formatter') as (value: number) => string
    expect(formatter(0.96)).toBe('96')
    expect(axis?.['max']).toBeLessThanOrEqual(1)
  })

  test('a log axis names its ticks without the noise of binary fractions', () => {
    const axis = option({ logY: true }).yAxis?.[0]
    expect(axis?.['type']).toBe('log')
    const label = axis?.['axisLabel'] as { customValues: number[]; formatter: (value: number) => string }
    expect(label.customValues.map(label.formatter)).toEqual(['0.05', '0.1', '0.2', '0.5'])
  })

  test('labels of ECharts itself are never used', () => {
    const { xAxis = [], yAxis = [] } = option({ panels: [['test-loss'], ['seconds-per-epoch']] })
    const values = [...xAxis, ...yAxis].filter((axis) => axis['type'] !== 'category')
    for (const axis of values) expect(of(axis['axisLabel'], 'formatter')).toBeTypeOf('function')
  })
})

describe('a picture', () => {
  test('neither moves nor reacts', () => {
    const made = option()
    expect(made).toMatchObject({ animation: false })
    for (const part of ['tooltip', 'dataZoom', 'toolbox']) expect(made).not.toHaveProperty(part)
    for (const series of made.series ?? []) expect(series['silent']).toBe(true)
  })

  test('is black on white', () => {
    expect(option()).toMatchObject({ backgroundColor: '#ffffff', textStyle: { color: '#000000' } })
  })
})

test('a chart on the screen zooms all its line panels together and leaves the values to the page', () => {
  const made = option({ panels: [['test-loss'], ['test-accuracy'], ['seconds-per-epoch']] }, screen)
  expect(made).toMatchObject({ dataZoom: [{ xAxisIndex: [0, 1] }], tooltip: { showContent: false } })
})

describe('colours', () => {
  /** Relative luminance, WCAG 2. */
  function luminance(hex: string): number {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const channel = parseInt(hex.slice(at, at + 2), 16) / 255
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)

  test.each(['print', 'light', 'dark'] as const)('the first two are well apart in grey (%s)', (theme) => {
    const [first = '', second = ''] = PALETTES[theme].series
    expect(contrast(luminance(first), luminance(second))).toBeGreaterThan(1.8)
  })

  test.each(['print', 'light', 'dark'] as const)('every line stands out from what it is drawn on (%s)', (theme) => {
    const { series, paper, text, quiet } = PALETTES[theme]
    for (const color of series) expect(contrast(luminance(color), luminance(paper))).toBeGreaterThan(2.5)
    for (const color of [text, quiet]) expect(contrast(luminance(color), luminance(paper))).toBeGreaterThan(4.5)
  })

  test('are all different', () => {
    for (const { series } of Object.values(PALETTES)) expect(new Set(series).size).toBe(series.length)
  })
})
