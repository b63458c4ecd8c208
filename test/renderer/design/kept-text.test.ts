import { describe, expect, it } from 'vitest'
import { BUILT_IN_DATASETS } from '#shared/dataset'
import { parseExperiment } from '#shared/experiment-check'
import { keptText } from '../../../src/renderer/features/design/kept-text'

const text = (epochs: number, every: number, training: object = {}) =>
  keptText(
    parseExperiment({
      version: 1,
      title: 'Kept',
      dataset: { name: 'mnist' },
      network: { layers: [{ units: 64, activation: 'relu' }] },
      training: { optimizer: { kind: 'adam' }, epochs, keepWeights: { every: { epochs: every } }, ...training },
    }),
    BUILT_IN_DATASETS,
  )

describe('what is said of kept weights', () => {
  it('is how often, how large each is, and what they come to: 784-64-10 has 50,890 numbers of 4 bytes', () => {
    expect(text(10, 1)).toBe('9 times 204 kB: 1.8 MB for each run')
    expect(text(10, 3)).toBe('3 times 204 kB: 612 kB for each run')
    expect(text(10, 5)).toBe('Once, 204 kB for each run')
  })

  it('is that the model is all there is, where no epoch comes before the last', () => {
    expect(text(10, 10)).toBe('None before the last epoch, whose weights are the model')
    const earlyStopping = { metric: 'train-loss', patience: 2 }
    expect(text(10, 10, { earlyStopping })).toBe('Once, 204 kB for each run')
  })
})
