import { describe, expect, it } from 'vitest'
import { canResume, lossText, reasonText, secondsText, statusSentence } from '../../../src/renderer/runs/run-text'
import { evaluationOf, runOf } from './fixture'

describe('numbers of a run', () => {
  it.each([
    [2.302585, '2.303'],
    [0.094512, '0.09451'],
    [0.0912, '0.09120'],
    [12.34567, '12.35'],
    [0.00012345, '1.234e-4'],
    [0, '0'],
    [NaN, 'not a number'],
    [-Infinity, '−∞'],
  ])('a loss of %s has four digits that count: %s', (loss, text) => {
    expect(lossText(loss)).toBe(text)
  })

  it.each([
    [0.03841, '0.0384 s'],
    [0.6056, '0.606 s'],
    [4.2849, '4.28 s'],
    [128.4, '128 s'],
    [0.000071049, '71 µs'],
    [0.0009999, '0.0010 s'],
  ])('a time of %s seconds is written as in the figures: %s', (seconds, text) => {
    expect(secondsText(seconds)).toBe(text)
  })
})

describe('how a run ended', () => {
  it('is told apart: all epochs, fewer by early stopping, cut short', () => {
    const run = { epochs: 50, last: evaluationOf(23) }
    expect(statusSentence(runOf(1, { ...run, last: evaluationOf(50) }))).toBe('Finished all 50 epochs')
    expect(statusSentence(runOf(1, run))).toBe('Finished at 23 of 50 epochs')
    expect(statusSentence(runOf(1, { ...run, status: 'stopped' }))).toBe('Stopped at 23 of 50 epochs')
    expect(statusSentence(runOf(1, { ...run, status: 'paused' }))).toBe('Paused at 23 of 50 epochs')
  })

  it('decides whether it can go on', () => {
    const all = ['waiting', 'running', 'paused', 'finished', 'stopped', 'failed', 'interrupted'] as const
    expect(all.filter((status) => canResume({ status }))).toEqual(['stopped', 'failed', 'interrupted'])
  })
})

describe('the reason of a run', () => {
  it('is not given where it says no more than the state does', () => {
    expect(reasonText(runOf(1, { status: 'stopped', reason: 'stopped at epoch 2 of 8' }))).toBeNull()
    expect(reasonText(runOf(1, { status: 'finished', reason: null }))).toBeNull()
  })

  it('is given where it tells something, as a sentence', () => {
    const why = 'the process of the lab ended while it trained'
    expect(reasonText(runOf(1, { status: 'interrupted', reason: why }))).toMatch(/^The process/)
    const early = 'early stopping at epoch 23 of 50; the model is that of epoch 18'
    expect(reasonText(runOf(1, { status: 'finished', reason: early }))).toMatch(/^Early stopping at epoch 23/)
  })
})
