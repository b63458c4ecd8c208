import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { cosSin } from '#engine/points/angles'
import { makePoints, type PointSet } from '#engine/points/points'
import { LabError } from '#shared/errors'
import { NAMED_POINTS, type PointsSpecInput } from '#shared/points'

function problemOf(spec: unknown): string {
  try {
    makePoints(spec as PointsSpecInput)
  } catch (error) {
    if (error instanceof LabError) return `${error.code} ${error.message}`
    throw error
  }
  throw new Error('the settings were accepted')
}

function list({ values, labels }: PointSet): [number, number, number][] {
  return Array.from(labels, (label, i) => [values[2 * i], values[2 * i + 1], label])
}

function digest({ values, labels }: PointSet): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return createHash('sha256').update(bytes).update(labels).digest('hex').slice(0, 16)
}

const SHAPES: Exclude<PointsSpecInput, { shape: 'painted' }>[] = [
  { shape: 'moons' },
  { shape: 'circles' },
  { shape: 'spirals' },
  { shape: 'xor' },
  { shape: 'blobs' },
  { shape: 'gaussians' },
  { shape: 'formula', formula: 'y > sin(3 * x)' },
]

describe('cosSin', () => {
  it('is right to the last places wherever a set of points asks', () => {
    for (let angle = -70; angle <= 70; angle += 0.037) {
      const [c, s] = cosSin(angle)
      // both are within an ulp of the truth near 1; the difference of two such is at most 3 · 2⁻⁵³
      expect(Math.abs(c - Math.cos(angle))).toBeLessThan(3.4e-16)
      expect(Math.abs(s - Math.sin(angle))).toBeLessThan(3.4e-16)
    }
    expect(cosSin(0)).toEqual([1, 0])
  })
})

describe.each(SHAPES)('$shape', (spec) => {
  it('has as many points as it was asked for, in both parts some of each class', () => {
    const set = makePoints({ ...spec, size: 101, testShare: 0.25 })
    expect([set.count, set.labels.length, set.values.length]).toEqual([101, 101, 202])
    expect(set.parts).toEqual({ train: 76, test: 25 })
    const classes = set.classNames.length
    expect(new Set(set.labels.subarray(0, 76)).size).toBe(classes)
    expect(new Set(set.labels.subarray(76)).size).toBe(classes)
  })

  it('is the same for the same seed and another for another', () => {
    expect(makePoints({ ...spec, seed: 7 })).toEqual(makePoints({ ...spec, seed: 7 }))
    expect(digest(makePoints({ ...spec, seed: 7 }))).not.toBe(digest(makePoints({ ...spec, seed: 8 })))
  })

  it('just fits into its box', () => {
    const { values } = makePoints({ ...spec, box: 0.5 })
    const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
    expect(most).toBe(0.5)
  })
})

describe('without noise', () => {
  it('moons are two half circles of radius 1', () => {
    for (const [x, y, label] of list(makePoints({ shape: 'moons', noise: 0 }))) {
      const radius = label === 0 ? Math.hypot(x, y) : Math.hypot(x - 1, y - 0.5)
      expect(radius).toBeCloseTo(1, 6)
      expect(label === 0 ? y > -1e-6 : y < 0.5 + 1e-6).toBe(true)
    }
  })

  it('circles have the radii 1 and the factor', () => {
    for (const [x, y, label] of list(makePoints({ shape: 'circles', noise: 0, factor: 0.3 }))) {
      expect(Math.hypot(x, y)).toBeCloseTo(label === 0 ? 1 : 0.3, 6)
    }
  })

  it('arms of spirals are turned copies of each other', () => {
    const points = list(makePoints({ shape: 'spirals', noise: 0, classes: 3, size: 300, turns: 1 }))
    const radii = [0, 1, 2].map((arm) =>
      points
        .filter(([, , label]) => label === arm)
        .map(([x, y]) => Math.hypot(x, y).toFixed(5))
        .sort(),
    )
    expect(radii[1]).toEqual(radii[0])
    expect(radii[2]).toEqual(radii[0])
  })

  it('xor is decided by the sign of x · y', () => {
    for (const [x, y, label] of list(makePoints({ shape: 'xor', noise: 0 }))) expect(x * y < 0).toBe(label === 1)
  })

  it('a formula decides the class', () => {
    const set = makePoints({ shape: 'formula', formula: 'x^2 + y^2 < 2', range: 2, noise: 0, size: 500 })
    for (const [x, y, label] of list(set)) {
      expect(Math.abs(x)).toBeLessThanOrEqual(2)
      expect(x * x + y * y < 2).toBe(label === 1)
    }
  })
})

describe('gaussians', () => {
  it('have their means at the distance and a standard deviation of 1', () => {
    const points = list(makePoints({ shape: 'gaussians', distance: 3, noise: 0, size: 20_000 }))
    for (const [label, mean] of [-1.5, 1.5].entries()) {
      const xs = points.filter(([, , each]) => each === label).map(([x]) => x)
      const average = xs.reduce((a, b) => a + b, 0) / xs.length
      const variance = xs.reduce((a, b) => a + (b - average) ** 2, 0) / xs.length
      // 10,000 draws: four standard errors of the mean are 0.04, of the variance 0.06
      expect(Math.abs(average - mean)).toBeLessThan(0.04)
      expect(Math.abs(variance - 1)).toBeLessThan(0.06)
    }
  })
})

describe('painted points', () => {
  it('keep their places and classes; some are kept for the test', () => {
    const points: [number, number, number][] = Array.from({ length: 10 }, (_, i) => [i / 4, -i / 2, i % 2])
    const set = makePoints({ shape: 'painted', points, testShare: 0.2 })
    expect(set.parts).toEqual({ train: 8, test: 2 })
    expect(list(set).sort((a, b) => a[0] - b[0])).toEqual(points.map(([x, y, label]) => [x, y === 0 ? -0 : y, label]))
  })
})

describe('two moons by name', () => {
  it('are 100 points to train with, half of each class, that just fit into ±0.5', () => {
    const set = makePoints(NAMED_POINTS['two-moons'])
    expect(set.parts).toEqual({ train: 100, test: 100 })
    expect(set.labels.subarray(0, 100).filter((label) => label === 1)).toHaveLength(50)
    expect(set.values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)).toBe(0.5)
  })
})

describe('the same points on every machine and with every version', () => {
  it.each(SHAPES)('$shape', (spec) => {
    expect(digest(makePoints({ ...spec, size: 50, seed: 42 }))).toMatchSnapshot()
  })
})

describe('settings that make no sense', () => {
  it.each<[unknown, string]>([
    [{ shape: 'stars' }, 'points/invalid points.shape: expected'],
    [{ shape: 'moons', size: 1 }, 'points.size: expected a whole number, 4 … 100000'],
    [{ shape: 'moons', noise: NaN }, 'points.noise: expected 0 … 10'],
    [{ shape: 'moons', colour: 'red' }, 'points/invalid'],
    [
      {
        shape: 'painted',
        points: [
          [0, 0, 99],
          [1, 1, 1],
        ],
      },
      'points.points.0.2: expected a whole number, 0 … 9',
    ],
    [{ shape: 'formula', formula: 'x +' }, 'points/bad-formula'],
    [{ shape: 'formula', formula: 'sqrt(x - 5)' }, 'expected a number everywhere, got none at x ='],
    [null, 'points/invalid'],
  ])('%j are refused', (spec, message) => {
    expect(problemOf(spec)).toContain(message)
  })
})
