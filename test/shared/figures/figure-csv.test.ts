import { describe, expect, test } from 'vitest'
import type { FigureSpec } from '#shared/figure'
import { csvCell, figureCsv } from '#shared/figures/figure-csv'
import { figureOf } from '#shared/figures/figure-data'
import { madeUpRun } from './made-up-runs'

const runs = [
  madeUpRun({ id: 'run-one', label: 'one', seed: 3 }),
  madeUpRun({ id: 'run-two', label: 'two, "wide"', seed: 8, trained: 12, status: 'stopped' }),
]

function specOf(): FigureSpec {
  return {
    runs: runs.map((run) => run.summary.id),
    panels: [['train-loss', 'test-loss'], ['test-accuracy']],
    x: 'epoch',
    logY: false,
    title: null,
    widthCm: 14,
    heightCm: 8,
  }
}

function figure(change: Partial<FigureSpec> = {}) {
  return figureOf({ ...specOf(), ...change }, runs)
}

/** RFC 4180, as a reader other than ours would read it. */
function parse(csv: string): string[][] {
  const rows: string[][] = [[]]
  for (const match of csv.matchAll(/("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|$)/g)) {
    const [whole, cell = '', end] = match
    if (whole === '') break
    rows.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replace(/""/g, '"') : cell)
    if (end === '\r\n') rows.push([])
  }
  return rows.filter((row) => row.length > 0)
}

describe('the table of a figure', () => {
  test('holds exactly the points that are drawn, to the last bit', () => {
    const drawn = figure().panels.flatMap((panel) =>
      panel.kind === 'lines'
        ? panel.series.flatMap(({ runId, metric, points }) => points.map(([x, y]) => [runId, metric, x, y]))
        : [],
    )
    const [head = [], ...rows] = parse(figureCsv(figure()))
    const at = (name: string) => head.indexOf(name)
    const read = rows.map((row) => [
      row[at('run')],
      row[at('metric')],
      Number(row[at('epoch')]),
      Number(row[at('value')]),
    ])
    expect(read).toEqual(drawn)
    expect(drawn.length).toBe(3 * (50 + 12))
  })

  test('begins with its column names, the x column named by the axis', () => {
    expect(figureCsv(figure({ x: 'seconds' })).split('\r\n')[0]).toBe('panel,run,label,metric,seconds,value,unit')
  })

  test('gives the unit of each value', () => {
    const [head = [], ...rows] = parse(figureCsv(figure()))
    const units = new Set(rows.map((row) => `${row[head.indexOf('metric')]} ${row[head.indexOf('unit')]}`))
    expect([...units]).toEqual(['train-loss nats per sample', 'test-loss nats per sample', 'test-accuracy share'])
  })

  test('names the layer of what each layer has', () => {
    const deep = madeUpRun({ id: 'run-deep', layers: 2, trained: 1 })
    const spec: FigureSpec = { ...specOf(), runs: [deep.summary.id], panels: [['gradient-norm'], ['test-loss']] }
    const rows = figureCsv(figureOf(spec, [deep]))
      .trim()
      .split('\r\n')
    const loss = deep.history[0]?.test?.loss
    expect(rows).toEqual([
      'panel,run,label,metric,layer,epoch,value,unit',
      '1,run-deep,784-150-120-10,gradient-norm,hidden 1,1,0.01,Euclidean norm',
      '1,run-deep,784-150-120-10,gradient-norm,output,1,0.1,Euclidean norm',
      `2,run-deep,784-150-120-10,test-loss,,1,${loss},nats per sample`,
    ])
  })

  test('bars are rows with the ends of their whiskers', () => {
    const [head, first] = parse(figureCsv(figure({ panels: [['seconds-per-epoch']] })))
    expect(head).toEqual(['panel', 'run', 'label', 'metric', 'value', 'min', 'max', 'unit'])
    const { median, min, max } = runs[0]?.summary.secondsPerEpoch ?? expect.fail()
    const values = [median, min, max].map(String)
    expect(first).toEqual(['1', 'run-one', 'one', 'seconds-per-epoch', ...values, 'seconds per epoch'])
  })

  test('names with commas and quotes come back as they were', () => {
    const [head = [], ...rows] = parse(figureCsv(figure()))
    expect(new Set(rows.map((row) => row[head.indexOf('label')]))).toEqual(new Set(['one', 'two, "wide"']))
  })

  test('a gap is an empty value', () => {
    const zero = { ...madeUpRun({ id: 'run-zero', trained: 1 }) }
    const history = zero.history.map((at) => ({ ...at, test: { ...(at.test ?? at.train), loss: 0 } }))
    const ids = [zero.summary.id]
    const spec = {
      runs: ids,
      panels: [['test-loss']],
      x: 'epoch',
      logY: true,
      title: null,
      widthCm: 9,
      heightCm: 9,
    } as const
    expect(figureCsv(figureOf(spec, [{ ...zero, history }])).split('\r\n')[1]).toBe(
      '1,run-zero,784-150-120-10,test-loss,1,,nats per sample',
    )
  })
})

describe('a cell', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\r=1'])('%j is not a formula to a spreadsheet', (text) => {
    expect(csvCell(text).replace(/^"/, '')).toMatch(/^'/)
  })

  test('a negative number stays a number', () => {
    expect(csvCell(-0.5)).toBe('-0.5')
  })

  test('line breaks are kept in quotes', () => {
    expect(csvCell('a\nb')).toBe('"a\nb"')
  })
})
