import { describe, expect, it } from 'vitest'
import { pairOf } from '#shared/compare/agreement'
import type { PartPredictions } from '#shared/inspect/inspected'

/** Answers of a model with two outputs to samples 0, 1, 2, …: the class that it says for each. */
function said(classes: readonly number[], labels: readonly number[], firstSample = 0): PartPredictions {
  const bytes = (array: Uint32Array | Float32Array) => new Uint8Array(array.buffer)
  return {
    outputs: 2,
    samples: bytes(Uint32Array.from(labels, (_, i) => firstSample + i)),
    labels: Uint8Array.from(labels),
    values: bytes(Float32Array.from(classes.flatMap((label) => (label === 0 ? [0.9, 0.1] : [0.2, 0.8])))),
    losses: bytes(new Float32Array(labels.length)),
    seconds: 0,
  }
}

describe('two models on the same samples', () => {
  const labels = [0, 1, 0, 1, 1]

  it('are both right, one alone, or neither, on each of them', () => {
    const pair = pairOf(said([0, 1, 1, 0, 0], labels), said([0, 0, 0, 0, 1], labels))
    expect(pair).toEqual({ agreement: { both: 1, onlyFirst: 1, onlySecond: 2, neither: 1 }, wrong: [3, 2], total: 5 })
  })

  it('are no pair on other samples, or where nothing has a class', () => {
    expect(pairOf(said([0, 1, 1, 0, 0], labels), said([0, 1, 1, 0, 0], labels, 7))).toBeNull()
    expect(pairOf(said([0], [0]), said([0, 1], [0, 1]))).toBeNull()
    expect(pairOf(said([], []), said([], []))).toBeNull()
  })
})
