import { describe, expect, test } from 'vitest'
import type { FigureSpec } from '#shared/figure'
import type { RunId } from '#shared/run'
import {
  CHARTS,
  chartOf,
  fieldsOf,
  metricOptions,
  withChart,
  withFactors,
  withMetrics,
  withSmoothing,
} from '../../../src/renderer/features/report/figure-fields'

const SPEC: FigureSpec = {
  runs: ['run-1' as RunId],
  panels: [['train-loss', 'test-loss']],
  x: 'seconds',
  logY: true,
  title: null,
  by: 'configuration',
  band: 'sd',
  smooth: { kind: 'ema', amount: 0.5 },
  widthCm: 15,
  heightCm: 7,
  style: { font: 'serif', labelX: 'Seconds of mine', rangesY: [{ min: 0 }], names: { a: 'b' } },
}

describe('a figure of a report', () => {
  test.each(CHARTS)('becomes $label, and curves again', ({ value }) => {
    const changed = withChart(SPEC, value)
    expect(chartOf(changed)).toBe(value)
    expect(changed.panels.flat().length).toBe(fieldsOf(value).metrics === 'many' ? 2 : 1)
    expect(chartOf(withChart(changed, 'curves'))).toBe('curves')
    expect(metricOptions(value, true).map((option) => option.value)).toEqual(
      expect.arrayContaining(changed.panels.flat()),
    )
  })

  test('keeps how it is set and loses the words of axes that are no more', () => {
    expect(withChart(SPEC, 'heat')).toMatchObject({ style: { font: 'serif' }, widthCm: 15, runs: SPEC.runs })
    expect(withChart(SPEC, 'heat').style).toEqual({ font: 'serif' })
    expect(withChart(SPEC, 'heat')).not.toHaveProperty('smooth')
    expect(withChart({ ...SPEC, style: { labelX: 'x' } }, 'box')).not.toHaveProperty('style')
  })

  test('shows the norms of layers by epoch, as no score has layers', () => {
    expect(withChart(SPEC, 'gradients').panels).toEqual([['gradient-norm']])
    expect(metricOptions('gradients', true).every(({ value }) => !value.includes('loss'))).toBe(true)
  })

  test('has its metrics in one panel, or in one each', () => {
    expect(withMetrics(SPEC, ['train-loss', 'test-error'], false).panels).toEqual([['train-loss', 'test-error']])
    expect(withMetrics(SPEC, ['train-loss', 'test-error'], true).panels).toEqual([['train-loss'], ['test-error']])
    expect(metricOptions('curves', false).some(({ value }) => value.startsWith('validation'))).toBe(false)
  })

  test('loses what is taken back', () => {
    expect(withSmoothing(SPEC, 0)).not.toHaveProperty('smooth')
    expect(withFactors({ ...SPEC, factors: ['width'] }, [])).not.toHaveProperty('factors')
  })
})
