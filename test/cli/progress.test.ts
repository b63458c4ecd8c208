import { describe, expect, test } from 'vitest'
import { evaluationLine, progressLine, progressView, sumLine } from '../../src/cli/progress'
import type { RunId, RunProgress, RunSummary } from '#shared/run'
import { evaluationAt, validatedAt } from './fake-lab'

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
  learningRate: 0.01,
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
  const output = {
    write: () => undefined,
    tell: (text: string) => (told += text),
    isTerminal: true,
    width: 20,
    height: 24,
  }
  progressView(output).ended(run)
  expect(told).toBe('\r\u001b[K784-150-120-10  finished  test loss 0.1250, accuracy 97.00 %\n')
})

describe('runs side by side', () => {
  const other = { ...progress, id: '20260101-000000-1' as RunId, step: 0, epoch: 0, secondsLeft: 90 }

  test('share one line, with the time until the last of them is done', () => {
    expect(sumLine([progress, other], 90)).toBe(
      '2 runs side by side  █████░░░░░░░░░░░░░░░  epochs 4/50, 1/50  1:30 left',
    )
    for (const width of [10, 40, 60]) expect(sumLine([progress, other], width).length).toBeLessThanOrEqual(width)
  })

  test('give way to the line of the one that is left', () => {
    const told: string[] = []
    const output = {
      write: () => undefined,
      tell: (text: string) => told.push(text),
      isTerminal: true,
      width: 100,
      height: 24,
    }
    const view = progressView(output)
    const second = { ...run, id: other.id }
    const first = { ...run, id: progress.id }
    view.progressed(first, progress)
    view.progressed(second, other)
    view.ended(first)
    view.progressed(second, other)
    expect(told.map((text) => text.includes('side by side'))).toEqual([false, true, false, false])
  })
})

describe('the line of an evaluation', () => {
  test('has the validation part and the learning rate where there are any', () => {
    expect(evaluationLine(run, validatedAt(3))).toBe(
      '784-150-120-10  epoch 3/50  train loss 0.1000, accuracy 96.67 %  ' +
        'validation loss 0.2500, accuracy 90.00 %  test loss 0.1250, accuracy 97.00 %  rate 0.05  0:05',
    )
  })

  test('leaves out what a run does not have', () => {
    expect(evaluationLine(run, evaluationAt(3))).not.toMatch(/validation|rate/)
  })
})
