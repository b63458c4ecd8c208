import { describe, expect, test } from 'vitest'
import type { RunId, RunSummary } from '#shared/run'
import { findRuns } from '../../src/cli/find-run-groups'
import { madeUpRun } from '../shared/figures/made-up-runs'

const at = { epoch: 1, step: 10, seconds: 1, epochSeconds: 1, train: { loss: 1, correct: 1, count: 2 } }

function runOf(id: string, change: Partial<RunSummary>): RunSummary {
  return { ...madeUpRun({ id }).summary, id: id as RunId, last: at, ...change }
}

const member = (id: string, index: number, replicate: number, label: string) =>
  runOf(id, {
    experimentId: 'new',
    presetId: 'widths-mnist',
    title: 'Widths, corrected',
    configuration: { index, levels: {} },
    replicate,
    label,
  })

/** Newest first, as the lab lists them. */
const runs: readonly RunSummary[] = [
  member('n4', 1, 1, 'N(0, 1/√fan-in)'),
  member('n3', 0, 1, '32'),
  member('n2', 1, 0, 'N(0, 1/√fan-in)'),
  member('n1', 0, 0, '32'),
  runOf('o1', { experimentId: 'old', presetId: 'widths-mnist', title: 'Widths 1/2', label: '32' }),
]

describe('runs by one name', () => {
  test.each<[string, string[]]>([
    ['preset:widths-mnist', ['n1', 'n3', 'n2', 'n4']],
    ['preset:widths-mnist/32', ['n1', 'n3']],
    ['preset:widths-mnist/N(0, 1/√fan-in)', ['n2', 'n4']],
    ['experiment:new/32', ['n1', 'n3']],
    ['experiment:Widths, corrected', ['n1', 'n3', 'n2', 'n4']],
    ['experiment:Widths 1/2', ['o1']],
    ['experiment:Widths, corrected/32', ['n1', 'n3']],
    ['old', ['o1']],
  ])('%s', (name, ids) => {
    expect(findRuns([name], runs)).toEqual(ids)
  })

  test('come once, in the order in which they are named', () => {
    expect(findRuns(['preset:widths-mnist/N(0, 1/√fan-in)', 'new'], runs)).toEqual(['n2', 'n4', 'n1', 'n3'])
  })

  test('a configuration that is not there is told with those that are', () => {
    expect(() => findRuns(['preset:widths-mnist/64'], runs)).toThrow('"64"; it has "32", "N(0, 1/√fan-in)"')
  })

  test.each(['preset:nothing', 'experiment:nothing', 'experiment:nothing/32'])('%s is not found', (name) => {
    expect(() => findRuns([name], runs)).toThrow(/There is no run of the preset|No run belongs to an experiment/)
  })
})
