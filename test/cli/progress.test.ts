import { describe, expect, test } from 'vitest'
import { progressLine, progressView } from '../../src/cli/progress'
import type { RunId, RunProgress, RunSummary } from '#shared/run'
import { evaluationAt } from './fake-lab'

const run = {
  label: '784-150-120-10',
  status: 'finished',
  reason: null,
  epochs: 50,
  last: evaluationAt(3),
} as RunSummary
const progress: RunProgress = {
  id: '20260101-000000-0' as RunId,
  step: 469,
  steps: 938,
  epoch: 3.5,
  epochs: 50,
  running: { loss: 0.03129, accuracy: 0.99 },
  samplesPerSecond: 10_000,
  secondsLeft: 64,
}
const NUMBERS = 'epoch 4/50  loss 0.03129  test 97.00 %  1:04 left'

describe('the progress line', () => {
  test('has a bar of twenty cells where there is room', () => {
    expect(progressLine(run, progress, 120)).toBe(`784-150-120-10  ██████████░░░░░░░░░░  ${NUMBERS}`)
  })

  test.each([60, 80, 100])('in %i columns says loss, accuracy and time left all the same', (columns) => {
    const line = progressLine(run, progress, columns - 1)
    expect(line).toMatch(/^784-/)
    expect(line.endsWith(NUMBERS)).toBe(true)
    expect(line.length).toBeLessThan(columns)
  })

  test('shortens the bar first, and the name where no bar has room', () => {
    expect(progressLine(run, progress, 77)).toBe(`784-150-120-10  █████░░░░░  ${NUMBERS}`)
    expect(progressLine(run, progress, 59)).toBe(`784-150…  ${NUMBERS}`)
  })

  test.each([1, 10, 30])('is never longer than %i columns', (columns) => {
    expect(progressLine(run, progress, columns).length).toBeLessThanOrEqual(columns)
  })
})

test('what a run ended with is said whole, however narrow the terminal is', () => {
  let told = ''
  const output = { write: () => undefined, tell: (text: string) => (told += text), isTerminal: true, width: 20 }
  progressView(output).ended(run)
  expect(told).toBe('\r\u001b[K784-150-120-10  finished  test loss 0.1250, accuracy 97.00 %\n')
})
