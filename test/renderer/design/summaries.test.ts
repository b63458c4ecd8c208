import { describe, expect, test } from 'vitest'
import {
  evaluationSummary,
  moreSummary,
  regularizationSummary,
  scheduleSummary,
  seedsSummary,
  stoppingSummary,
} from '../../../src/renderer/features/design/summaries'

describe('what a folded group is set to', () => {
  test.each([
    [{ kind: 'constant', warmupEpochs: 0 }, 'Constant'],
    [{ kind: 'constant', warmupEpochs: 1 }, 'Constant, warm-up 1 epoch'],
    [{ kind: 'step', everyEpochs: 10, factor: 0.5, warmupEpochs: 0 }, '× 0.5 every 10 epochs'],
    [{ kind: 'exponential', factor: 0.95, warmupEpochs: 3 }, '× 0.95 an epoch, warm-up 3 epochs'],
    [{ kind: 'cosine', final: 0, warmupEpochs: 0 }, 'Cosine to 0'],
    [{ kind: 'cosine', final: 0.1, warmupEpochs: 0 }, 'Cosine to × 0.1'],
    [{ kind: 'plateau', factor: 0.1, warmupEpochs: 0 }, '× 0.1 on a plateau'],
    [{ kind: 'step', everyEpochs: null }, '× ? every ? epochs'],
  ])('schedule %j: %s', (schedule, text) => {
    expect(scheduleSummary(schedule)).toBe(text)
  })

  test('stopping', () => {
    expect(stoppingSummary(null)).toBe('After all epochs')
    expect(stoppingSummary({ metric: 'validation-loss', patience: 5 })).toBe('Validation loss, patience 5')
  })

  test('regularization names what is not 0', () => {
    expect(regularizationSummary({ l1: 0, l2: 0 })).toBe('None')
    expect(regularizationSummary({ l1: 0, l2: 0.0001, dropoutHidden: 0.5, clipNorm: 1 })).toBe(
      'L2 0.0001, dropout 0.5, clip 1',
    )
    expect(regularizationSummary(undefined)).toBe('None')
  })

  test('evaluation', () => {
    expect(evaluationSummary({ every: { epochs: 1 } }, false, null)).toBe('Every epoch')
    expect(evaluationSummary({ every: { steps: 200 } }, true, undefined)).toBe('Every 200 steps, with diagnostics')
    const kept = { every: { epochs: 5 } }
    expect(evaluationSummary({ every: { epochs: 1 } }, true, kept)).toBe('Every epoch, with diagnostics, weights kept')
  })

  test('seeds', () => {
    expect(seedsSummary({ split: 1, init: 1 })).toBe('All 1')
    expect(seedsSummary({ split: 1, init: 2 })).toBe('split 1, init 2')
  })

  test('a deliberate mistake comes first', () => {
    expect(moreSummary('none', 'auto')).toBe('Threads: auto')
    expect(moreSummary('softmax-twice', 2)).toBe('Softmax twice. Threads: 2')
  })
})
