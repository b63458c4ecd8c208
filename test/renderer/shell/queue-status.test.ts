import { expect, test } from 'vitest'
import type { RunProgress, RunSummary } from '#shared/run'
import { queueStatus } from '../../../src/renderer/shell/queue-status'

const run = (id: string, status: string, threads = 2) => ({ id, status, threads }) as RunSummary
const told = (id: string, step: number, steps: number, secondsLeft: number | null) =>
  [id, { id, step, steps, secondsLeft }] as unknown as [RunSummary['id'], RunProgress]

test('counts what trains and waits, and the threads in use', () => {
  const status = queueStatus(
    [run('a', 'running'), run('b', 'running', 1), run('c', 'waiting'), run('d', 'finished')],
    new Map(),
  )
  expect(status).toMatchObject({ waiting: 1, threads: 3, fraction: null, secondsLeft: null })
  expect(status.running.map((each) => each.id)).toEqual(['a', 'b'])
})

test('progress is over all steps of the running runs, time left that of the last to end', () => {
  const progress = new Map([told('a', 30, 100, 7), told('b', 10, 300, 40), told('gone', 5, 5, 900)])
  const status = queueStatus([run('a', 'running'), run('b', 'running')], progress)
  expect(status).toMatchObject({ fraction: 0.1, secondsLeft: 40 })
})

test('a paused run holds its threads and is not counted as running', () => {
  const status = queueStatus([run('a', 'paused'), run('b', 'running', 1)], new Map())
  expect(status).toMatchObject({ running: { length: 1 }, paused: { length: 1 }, threads: 3 })
})
