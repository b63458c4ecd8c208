import { describe, expect, it } from 'vitest'
import { NO_FILTER, matchingRuns, parseCondition } from '#shared/runs/filter'
import { byConfiguration, scoreAt, summaryOf, tableColumn, varyingFactors } from '#shared/runs/table'
import type { RunSummary } from '#shared/run'
import { aRun } from '../../renderer/samples'

const at = (epoch: number, loss: number, correct: number) => ({
  epoch,
  step: epoch * 10,
  seconds: epoch,
  epochSeconds: 1,
  train: { loss, correct, count: 1000 },
  validation: { loss: loss + 0.1, correct: correct - 10, count: 1000 },
})

function run(n: number, change: Partial<RunSummary> = {}): RunSummary {
  return aRun({ ...change, id: `run-${String(n).padStart(6, '0')}` })
}

function column(id: string) {
  const found = tableColumn(id)
  if (!found) throw new Error(`no column ${id}`)
  return found
}

describe('values of the run table', () => {
  const overfitted = run(1, {
    last: at(20, 0.01, 999),
    bestValidation: {
      epoch: 7,
      score: { loss: 0.2, correct: 950, count: 1000 },
      train: { loss: 0.05, correct: 985, count: 1000 },
    },
  })

  it('are those of the last epoch, or of the epoch with the lowest validation loss', () => {
    const values = (where: 'last' | 'best') =>
      ['epoch', 'train-loss', 'train-accuracy', 'validation-loss', 'validation-accuracy'].map((id) =>
        column(id).value(overfitted, where),
      )
    expect(values('last')).toEqual([20, 0.01, 0.999, 0.11, 0.989])
    expect(values('best')).toEqual([7, 0.05, 0.985, 0.2, 0.95])
  })

  it('are none at the best epoch where there is no validation part, and none of a locked test part', () => {
    const plain = run(2, { last: { ...at(3, 0.5, 900), test: { loss: 0.6, correct: 890, count: 1000 } } })
    expect(scoreAt(plain, 'train', 'best')).toBeNull()
    expect(scoreAt(plain, 'test', 'last')?.correct).toBe(890)
    const locked = run(3, { testPolicy: 'final', last: at(3, 0.5, 900) })
    expect(column('test-accuracy').value(locked, 'last')).toBeNull()
  })

  it('are none where a loss ran away or an accuracy was never told', () => {
    const lost = run(4, { last: { ...at(3, Number.NaN, 0), train: { loss: Number.NaN, correct: 0, count: 0 } } })
    expect(column('train-loss').value(lost, 'last')).toBeNull()
    expect(column('train-accuracy').value(lost, 'last')).toBeNull()
  })

  it('of replicates are their mean with the sample deviation', () => {
    // the three runs of one configuration in presets.md, S1: 2.70, 2.65, 2.39 % wrong; mean 2.58, deviation 0.17 points
    const replicates = [9730, 9735, 9761].map((correct, i) =>
      run(i + 1, { replicate: i, last: { ...at(1, 0.1, 1), test: { loss: 0.1, correct, count: 10_000 } } }),
    )
    const summary = summaryOf(replicates, column('test-accuracy'), 'last')
    expect(summary).toMatchObject({ kind: 'numbers', n: 3 })
    if (summary.kind !== 'numbers') return
    expect(100 * (1 - summary.mean)).toBeCloseTo(2.58, 10)
    expect(100 * (summary.sd ?? 0)).toBeCloseTo(0.17, 2)
  })

  it('of a text are the text that all share, or nothing', () => {
    expect(summaryOf([run(1), run(2)], column('dataset'), 'last')).toEqual({ kind: 'text', text: 'mnist' })
    expect(summaryOf([run(1), run(2, { dataset: 'moons' })], column('dataset'), 'last')).toEqual({ kind: 'nothing' })
  })
})

describe('configurations', () => {
  it('hold the runs of one experiment and one combination of levels', () => {
    const runs = [0, 1, 0, 1].map((index, n) => run(n, { configuration: { index, levels: { Width: String(index) } } }))
    const other = run(9, { experimentId: 'another' })
    expect(byConfiguration([...runs, other]).map((group) => group.length)).toEqual([2, 2, 1])
    expect(varyingFactors(runs)).toEqual(['Width'])
    expect(varyingFactors([runs[0], runs[2]] as RunSummary[])).toEqual([])
  })

  it('never hold a repetition or a run from outside, which are no replicates', () => {
    const repeat = run(2, { origin: { kind: 'repeat', from: run(1).id } })
    const outside = { file: 'h.csv', sha256: '', format: 'csv', columns: {} } as const
    expect(byConfiguration([run(1), repeat, run(3, { outside }), run(4, { outside })])).toHaveLength(4)
  })
})

describe('the filter', () => {
  const runs = [
    run(1, { tags: ['report'], last: at(3, 0.5, 980) }),
    run(2, { dataset: 'moons', note: 'Diverged early', last: at(3, 0.2, 960) }),
    run(3, { archived: true, last: at(3, 0.1, 999) }),
    run(4),
  ]
  const found = (change: Partial<typeof NO_FILTER>) =>
    matchingRuns(runs, { ...NO_FILTER, ...change }, { at: 'last' }).map(({ id }) => Number(id.slice(-1)))

  it('leaves archived runs out until they are asked for', () => {
    expect(found({})).toEqual([1, 2, 4])
    expect(found({ archived: true })).toEqual([1, 2, 3, 4])
  })

  it('finds by tag, by data set, by words of a note', () => {
    expect(found({ tags: ['report'] })).toEqual([1])
    expect(found({ datasets: ['moons'] })).toEqual([2])
    expect(found({ search: 'EARLY diverged' })).toEqual([2])
  })

  it('finds by limits of what was measured, accuracies in per cent; what was not measured meets none', () => {
    expect(found({ conditions: [{ column: 'train-accuracy', relation: '>', value: 97 }] })).toEqual([1])
    expect(found({ conditions: [{ column: 'train-loss', relation: '≤', value: 0.5 }] })).toEqual([1, 2])
    expect(found({ conditions: [{ column: 'train-loss', relation: '<', value: 0.5 }] })).toEqual([2])
  })

  it('reads limits as they are typed, and refuses what is none', () => {
    expect(parseCondition('validation-accuracy >= 97 %')).toEqual({
      column: 'validation-accuracy',
      relation: '≥',
      value: 97,
    })
    expect(parseCondition('train-loss<0.1')).toEqual({ column: 'train-loss', relation: '<', value: 0.1 })
    expect(['label>3', 'train-loss=1', 'train-loss<x', 'nothing<1', ''].map(parseCondition)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ])
  })
})
