import { describe, expect, it } from 'vitest'
import { meanShares, suspectedLabels } from '#shared/inspect/suspected'

/** A small generator of its own (Lehmer's, modulo 2³¹ − 1): the planted noise is the same in each run. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** A model that is right about the true class most of the time, and labels of which some were changed. */
function planted(count: number, classes: number, noise: number, { least = 0.9, seed = 7 } = {}) {
  const random = randomFrom(seed)
  const labels = new Uint8Array(count)
  const shares = new Float32Array(count * classes)
  const changed = new Set<number>()
  for (let row = 0; row < count; row++) {
    const truth = row % classes
    labels[row] = truth
    if (random() < noise) {
      labels[row] = (truth + 1 + Math.floor(random() * (classes - 1))) % classes
      changed.add(row)
    }
    const sure = least + (0.99 - least) * random()
    for (let c = 0; c < classes; c++) shares[row * classes + c] = c === truth ? sure : (1 - sure) / (classes - 1)
  }
  return { given: { labels, shares, classes }, changed }
}

describe('suspected labels', () => {
  it('are exactly those that were planted, where the model is sure of every sample', () => {
    const { given, changed } = planted(4000, 5, 0.08)
    expect(changed.size).toBeGreaterThan(250)
    expect(new Set(suspectedLabels(given).rows)).toEqual(changed)
  })

  it('are only planted ones, but not all of them, where it is less sure of some than of most', () => {
    // of a class it is sure by 0.7 to 0.99, and wrong labels pull the mean down to about 0.78: three of four reach it
    const { given, changed } = planted(4000, 5, 0.08, { least: 0.7 })
    const { rows } = suspectedLabels(given)
    const hits = [...rows].filter((row) => changed.has(row)).length
    expect(hits).toBe(rows.length)
    expect(hits / changed.size).toBeGreaterThan(0.6)
    expect(hits / changed.size).toBeLessThan(0.8)
  })

  it('are none where every label is as the model says', () => {
    expect(suspectedLabels(planted(1000, 4, 0).given).rows).toHaveLength(0)
  })

  it('follow the definition: a class is confident from the mean probability of its own samples on', () => {
    // class 0: (0.9 + 0.5 + 0.1) / 3 = 0.5, class 1: (0.8 + 0.6) / 2 = 0.7
    const shares = Float32Array.of(0.9, 0.1, 0.5, 0.5, 0.1, 0.9, 0.2, 0.8, 0.4, 0.6)
    const found = suspectedLabels({ labels: Uint8Array.of(0, 0, 0, 1, 1), shares, classes: 2 })
    expect(found.thresholds.map((value) => Number(value?.toFixed(6)))).toEqual([0.5, 0.7])
    expect([...found.rows]).toEqual([2])
    expect([...found.seems]).toEqual([1])
    expect(found.joint).toEqual([
      [2, 1],
      [0, 1], // the last sample reaches neither threshold
    ])
  })

  it('begin with the one whose own label is the least likely against the other', () => {
    const shares = Float32Array.of(0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.1, 0.9, 0.1, 0.9, 0.92, 0.08, 0.99, 0.01)
    const { rows } = suspectedLabels({ labels: Uint8Array.of(0, 0, 0, 1, 1, 1, 1), shares, classes: 2 })
    expect([...rows]).toEqual([6, 5])
  })

  it('never are of a class that has no samples', () => {
    const found = suspectedLabels({
      labels: Uint8Array.of(0, 0),
      shares: Float32Array.of(0.4, 0.6, 0.4, 0.6),
      classes: 2,
    })
    expect(found.thresholds[1]).toBeNull()
    expect(found.rows).toHaveLength(0)
  })

  it('are refused for shares that do not fit the labels', () => {
    expect(() => suspectedLabels({ labels: Uint8Array.of(0), shares: new Float32Array(3), classes: 2 })).toThrow(
      /expected 2 shares for each of 1 samples, got 3/,
    )
  })
})

describe('several seeds', () => {
  it('are taken by the mean of what they give each class', () => {
    expect([...meanShares([Float32Array.of(1, 0), Float32Array.of(0.5, 0.5)])]).toEqual([0.75, 0.25])
    expect(() => meanShares([])).toThrow(/at least one/)
    expect(() => meanShares([new Float32Array(2), new Float32Array(4)])).toThrow(/expected 2 shares/)
  })
})
