import { describe, expect, it } from 'vitest'
import {
  COLUMNS,
  columnsFor,
  columnsThatFit,
  summaryText,
  type CellView,
  type Column,
} from '../../../src/renderer/features/runs/columns'
import { flat, grouped, matching, sorted } from '../../../src/renderer/features/runs/rows'
import { NO_FILTER } from '#shared/runs/filter'
import { evaluationOf, fullEvaluationOf, idOf, runOf } from './fixture'

function column(id: string): Column {
  const found = COLUMNS.find((each) => each.id === id)
  if (!found) throw new Error(`There is no column ${id}`)
  return found
}
const AT_REST: CellView = { at: 'last', progress: new Map() }
const VALIDATED = [runOf(1, { last: fullEvaluationOf(1) })]
const numbers = (runs: readonly { id: string }[]) => runs.map((run) => Number(run.id.slice(-4)))

describe('the search', () => {
  const runs = [
    runOf(1, { label: '64 · relu', dataset: 'fashion-mnist', title: 'Widths' }),
    runOf(2, { label: '64 · sigmoid', configuration: { index: 1, levels: { Activation: 'sigmoid' } } }),
    runOf(3, { label: 'Adam 0.01', sizes: [784, 150, 120, 10], status: 'running' }),
  ]
  const found = (search: string) => numbers(matching(runs, { ...NO_FILTER, search }))

  it('finds every word in any order, whatever its case', () => {
    expect(found('RELU 64')).toEqual([1])
    expect(found('64')).toEqual([1, 2])
    expect(found('64 adam')).toEqual([])
  })
  it('looks at data set, size, factors, status and experiment', () => {
    expect(found('fashion')).toEqual([1])
    expect(found('784-150')).toEqual([3])
    expect(found('activation')).toEqual([2])
    expect(found('running')).toEqual([3])
    expect(found('widths')).toEqual([1])
  })
})

describe('the status filter', () => {
  const runs = (['waiting', 'running', 'finished', 'stopped', 'failed', 'interrupted'] as const).map((status, i) =>
    runOf(i + 1, { status }),
  )
  it.each([
    ['all', [1, 2, 3, 4, 5, 6]],
    ['active', [1, 2]],
    ['finished', [3]],
    ['cut-short', [4, 5, 6]],
  ] as const)('%s', (status, expected) => {
    expect(numbers(matching(runs, { ...NO_FILTER, status }))).toEqual(expected)
  })
})

describe('sorting', () => {
  const runs = [
    runOf(1, { last: evaluationOf(1, { loss: 0.3 }) }),
    runOf(2),
    runOf(3, { last: evaluationOf(1, { loss: 0.1 }) }),
    runOf(4, { last: evaluationOf(1, { loss: Number.NaN }) }),
    runOf(5, { last: evaluationOf(1, { loss: 0.2 }) }),
  ]
  it('keeps runs without a value last in both directions', () => {
    const by = (descending: boolean) => numbers(sorted(runs, { column: column('test-loss'), descending }, AT_REST))
    expect(by(false)).toEqual([3, 5, 1, 2, 4])
    expect(by(true)).toEqual([1, 5, 3, 2, 4])
  })
  it('reads the numbers in names', () => {
    const named = [
      runOf(1, { label: '128 · relu' }),
      runOf(2, { label: '16 · relu' }),
      runOf(3, { label: '64 · relu' }),
    ]
    expect(numbers(sorted(named, { column: column('label'), descending: false }, AT_REST))).toEqual([2, 3, 1])
  })
  it('takes the epochs of a running run from its progress', () => {
    const two = [runOf(1, { last: evaluationOf(4) }), runOf(2, { status: 'running', last: evaluationOf(3) })]
    const progress = {
      id: idOf(2),
      step: 60,
      steps: 100,
      epoch: 6,
      epochs: 10,
      running: null,
      samplesPerSecond: 1,
      learningRate: 0.01,
      secondsLeft: 1,
    }
    const by = sorted(
      two,
      { column: column('epochs'), descending: true },
      { at: 'last', progress: new Map([[idOf(2), progress]]) },
    )
    expect(numbers(by)).toEqual([2, 1])
  })
})

describe('groups', () => {
  const runs = [
    runOf(4, { experimentId: 'b', title: 'B' }),
    runOf(3, { experimentId: 'a', title: 'A' }),
    runOf(2, { experimentId: 'b', title: 'B' }),
  ]
  it('stand where their first run stands, and hold all of its experiment', () => {
    const rows = grouped(runs, { closed: new Set() })
    expect(rows.map((row) => (row.kind === 'run' ? numbers([row.run])[0] : row.kind === 'group' && row.title))).toEqual(
      ['B', 4, 2, 'A', 3],
    )
  })
  it('hide their runs when they are closed', () => {
    const rows = grouped(runs, { closed: new Set(['b']) })
    expect(rows.map((row) => row.kind)).toEqual(['group', 'group', 'run'])
    expect(rows[0]).toMatchObject({ open: false, runs: [runs[0], runs[2]] })
  })
  it('read in the order of the design when the list is newest first', () => {
    const rows = grouped(runs, { closed: new Set(), newestFirst: true })
    expect(rows.flatMap((row) => (row.kind === 'run' ? numbers([row.run]) : []))).toEqual([2, 4, 3])
  })
  it('do not exist in the flat list', () => {
    expect(flat(runs).map((row) => row.key)).toEqual([idOf(4), idOf(3), idOf(2)])
  })
})

describe('mean and deviation of replicates', () => {
  const text = (id: string, ...losses: number[]) =>
    summaryText(
      losses.map((loss, i) => runOf(i + 1, { last: evaluationOf(10 + i, { loss, correct: 900 + i }) })),
      column(id),
      'last',
    )

  it('have as many decimals as each other', () => {
    expect(text('test-loss', 0.4671, 0.4521)).toBe('0.4596 ± 0.0106')
    expect(text('test-loss', 0.08891, 0.09012)).toBe('0.0895 ± 0.0009')
    expect(text('test-loss', 0.00123, 0.00145)).toBe('0.00134 ± 0.00016')
    expect(text('test-accuracy', 0.1, 0.1)).toBe('90.05 ± 0.07 %')
    expect(text('epochs', 0.1, 0.1)).toBe('10.5 ± 0.7')
  })

  it('never show a deviation as nothing while there is one', () => {
    expect(text('test-loss', 0.3, 0.300001)).toBe('0.3000 ± 7.1e-7')
    expect(text('test-loss', 0.3, 0.3)).toBe('0.3000')
  })
})

describe('the choice of columns', () => {
  it('never takes the name and the status away', () => {
    expect(columnsThatFit(10, COLUMNS).map((each) => each.id)).toEqual(['label', 'status'])
  })
  it('shows accuracy and loss in a window of 1100 pixels, with and without groups', () => {
    for (const all of [
      columnsFor({ grouping: 'experiment', runs: VALIDATED, chosen: null }),
      columnsFor({ grouping: 'none', runs: VALIDATED, chosen: null }),
    ]) {
      const ids = columnsThatFit(928, all).map((each) => each.id)
      expect(ids).toEqual(expect.arrayContaining(['label', 'status', 'epochs', 'test-accuracy', 'test-loss']))
      expect(
        all.filter((each) => ids.includes(each.id)).reduce((sum, each) => sum + each.width, 0),
      ).toBeLessThanOrEqual(928)
    }
  })
  it('says where a run belongs when there are no groups', () => {
    const ids = columnsThatFit(928, columnsFor({ grouping: 'none', runs: [runOf(1)], chosen: null })).map(
      (each) => each.id,
    )
    expect(ids).toContain('dataset')
    expect(ids).toContain('experiment')
  })
  it('leaves out factors that most of the shown runs do not have, unless somebody wants them', () => {
    const runs = ['a', 'b', 'c', 'd', 'e'].map((width, i) =>
      runOf(i + 1, { configuration: { index: i, levels: i < 2 ? { Width: width } : { Depth: width } } }),
    )
    const ids = (chosen: string[] | null) => columnsFor({ grouping: 'experiment', runs, chosen }).map(({ id }) => id)
    expect(ids(null)).toContain('factor:Depth')
    expect(ids(null)).not.toContain('factor:Width')
    expect(ids(['factor:Width'])).toEqual(['label', 'factor:Width'])
  })
  it('only ever adds columns as the window grows', () => {
    for (let width = 200; width < 2000; width += 7) {
      const [less, more] = [columnsThatFit(width, COLUMNS), columnsThatFit(width + 7, COLUMNS)]
      expect(less.every((each) => more.includes(each))).toBe(true)
    }
  })
})
