import { describe, expect, test } from 'vitest'
import type { RunSummary } from '#shared/run'
import { experimentsOf, matching, newestOf } from '../../../src/renderer/features/report/run-choices'
import { subjectRun } from '../../shared/report/subjects'

function run(id: string, change: Partial<RunSummary>): RunSummary {
  return subjectRun({ id, change }).summary
}

const RUNS = [
  run('run-e2c1s1', {
    experimentId: 'e2',
    title: 'Widths',
    configuration: { index: 1, levels: {} },
    label: '128',
    replicate: 1,
  }),
  run('run-e2c0s0', { experimentId: 'e2', title: 'Widths', label: '64', replicate: 0 }),
  run('run-e2c1s0', {
    experimentId: 'e2',
    title: 'Widths',
    configuration: { index: 1, levels: {} },
    label: '128',
    replicate: 0,
  }),
  run('run-e2c0s1', { experimentId: 'e2', title: 'Widths', label: '64', replicate: 1, tags: ['final'] }),
  run('run-e1', { experimentId: 'e1', title: 'First steps', presetId: 'first-steps', dataset: 'two-moons' }),
  run('run-e0', { experimentId: 'e0', title: 'Never evaluated', last: null }),
]

describe('runs to choose from', () => {
  test('stand by experiment and configuration, in the order of the design', () => {
    const [widths, first, ...others] = experimentsOf(RUNS)
    expect(others).toEqual([])
    expect(widths?.runs.map(({ id }) => id)).toEqual(['run-e2c0s0', 'run-e2c0s1', 'run-e2c1s0', 'run-e2c1s1'])
    expect(widths?.configurations.map(({ label, runs }) => [label, runs.length])).toEqual([
      ['64', 2],
      ['128', 2],
    ])
    expect([widths?.text, first?.text]).toEqual(['2 × 2 seeds', '1 run'])
  })

  test('are found by what they are called, by their data and by their tags, all words at once', () => {
    const titles = (words: string) => matching(experimentsOf(RUNS), words).map(({ title }) => title)
    expect(titles('')).toEqual(['Widths', 'First steps'])
    expect(titles('MOONS first')).toEqual(['First steps'])
    expect(titles('final')).toEqual(['Widths'])
    expect(titles('final moons')).toEqual([])
  })

  test('are proposed for a task: its newest experiment', () => {
    expect(newestOf('first-steps', RUNS).map(({ id }) => id)).toEqual(['run-e1'])
    expect(newestOf('unknown', RUNS)).toEqual([])
  })
})
