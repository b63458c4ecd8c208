import { describe, expect, test } from 'vitest'
import { LabError } from '#shared/errors'
import { checkLayerExercise, lossesBySteps, solveLayer } from '#shared/paper/layer-exercise'
import { lossAlong, stepFacts } from '#shared/paper/layer-step'
import { LINEAR, RELU } from './samples'

describe('S1-7, a linear layer', () => {
  test('is solved to the last digit', () => {
    expect(solveLayer(LINEAR)).toEqual({
      z: [[14, -1, -3]],
      y: [[14, -1, -3]],
      error: [[-1, -4, -4]],
      loss: [[16.5]],
      slope: [[1, 1, 1]],
      delta: [[-1, -4, -4]],
      gradient: [[-2, 4]],
      aNext: [[5, -2]],
      yNext: [[2, 9, -5]],
      lossNext: [[120.5]],
    })
  })

  test('has the eigenvalues, limits and best step of its parabola', () => {
    const { curvature, best, lowersBelow, minimum, loss } = stepFacts(LINEAR)
    expect(loss).toBe(16.5)
    expect(curvature.hessians).toEqual([
      [
        [6, 6],
        [6, 20],
      ],
    ])
    // 13 ± √85, from 2λ² − 52λ + 168 = 0; 12 digits
    expect(curvature.eigenvalues[0]).toBeCloseTo(13 - Math.sqrt(85), 11)
    expect(curvature.eigenvalues[1]).toBeCloseTo(13 + Math.sqrt(85), 11)
    expect(curvature.eigenvalues.map((each) => each.toFixed(3))).toEqual(['3.780', '22.220'])
    expect(curvature.stabilityLimit).toBeCloseTo(2 / (13 + Math.sqrt(85)), 13)
    expect(curvature.stabilityLimit.toFixed(4)).toBe('0.0900')
    expect(best?.rate).toBeCloseTo(20 / 248, 13)
    expect(best?.loss).toBeCloseTo(16.5 - 200 / 248, 12)
    expect(best?.loss.toFixed(3)).toBe('15.694')
    expect(lowersBelow).toBeCloseTo(40 / 248, 13)
    expect(lowersBelow?.toFixed(4)).toBe('0.1613')
    expect(minimum?.a[0]?.[0]).toBeCloseTo(79 / 21, 12)
    expect(minimum?.a[0]?.[1]).toBeCloseTo(11 / 7, 12)
    expect(minimum?.loss).toBeCloseTo(14.880952380952381, 12)
  })

  test('converges just below the stability limit and diverges just above it', () => {
    const below = lossesBySteps({ ...LINEAR, learningRate: 0.0899 }, 5000)
    const above = lossesBySteps({ ...LINEAR, learningRate: 0.0901 }, 5000)
    expect(below.at(-1)).toBeCloseTo(14.880952380952381, 6)
    expect(above.at(-1)).toBeGreaterThan(100)
  })

  test('has its loss back at the start where steps stop to lower it', () => {
    const lossAt = lossAlong(LINEAR, solveLayer(LINEAR).gradient)
    expect(lossAt(40 / 248)).toBeCloseTo(16.5, 10)
    expect(lossAt(1)).toBe(120.5)
  })
})

describe('S1-8, the same with a ReLU', () => {
  test('is solved to the last digit', () => {
    expect(solveLayer(RELU)).toMatchObject({
      y: [[14, 0, 0]],
      loss: [[5.5]],
      slope: [[1, 0, 0]],
      gradient: [[-2, -4]],
      aNext: [[5, 6]],
      yNext: [[34, 0, 0]],
      lossNext: [[185.5]],
    })
  })

  test('is fitted best by a step of 0.05', () => {
    const { best, lowersBelow, curvature, minimum } = stepFacts(RELU)
    expect(best).toEqual({ rate: 0.05, loss: 5 })
    expect(lowersBelow).toBeCloseTo(0.1, 10)
    expect(curvature.kind).toBe('here')
    expect(curvature.stabilityLimit).toBeCloseTo(0.1, 12)
    expect(minimum).toBeNull()
  })
})

describe('a layer exercise', () => {
  test('with a mean divides loss, gradient and step by the number of samples', () => {
    const { loss, gradient } = solveLayer({ ...LINEAR, loss: 'mean' })
    expect(loss[0]?.[0]).toBeCloseTo(5.5, 12)
    expect(gradient[0]?.[0]).toBeCloseTo(-2 / 3, 12)
    expect(stepFacts({ ...LINEAR, loss: 'mean' }).curvature.stabilityLimit).toBeCloseTo(6 / (13 + Math.sqrt(85)), 12)
  })

  test.each([
    'linear',
    'sigmoid',
    'tanh',
    'improved-sigmoid',
    'gelu',
    'silu',
    'softplus',
    'elu',
    'leaky-relu',
  ] as const)('has the gradient of its loss, with %s as for two outputs', (activation) => {
    const exercise = {
      ...LINEAR,
      a: [
        [0.3, 0.2],
        [-0.5, 0.4],
      ],
      t: [
        [1, 0.3, -1],
        [0.5, 2, 0],
      ],
      activation,
      parameter: 0.5,
    }
    const { gradient } = solveLayer(exercise)
    const h = 1e-5
    gradient.forEach((row, o) =>
      row.forEach((value, i) => {
        const lossWith = (by: number) =>
          solveLayer({ ...exercise, a: exercise.a.map((r, m) => r.map((w, n) => (m === o && n === i ? w + by : w))) })
            .loss[0]?.[0] ?? NaN
        // central differences: error h²·f‴/6 + 10⁻¹⁶/h, below 10⁻⁸ of values about 1
        expect(value).toBeCloseTo((lossWith(h) - lossWith(-h)) / (2 * h), 7)
      }),
    )
  })

  test('finds the best step of a curved loss, where its slope along the step is 0', () => {
    const exercise = { ...LINEAR, activation: 'sigmoid' as const }
    const facts = stepFacts(exercise)
    const lossAt = lossAlong(exercise, solveLayer(exercise).gradient)
    const best = facts.best?.rate ?? NaN
    expect(best).toBeGreaterThan(0)
    // flat to the accuracy that a minimum has: √10⁻¹⁶ of the rate
    expect((lossAt(best * 1.0001) - lossAt(best * 0.9999)) / lossAt(best)).toBeCloseTo(0, 6)
    expect(lossAt(best)).toBeLessThan(facts.loss)
  })

  test('whose loss falls for every step has no best one', () => {
    const exercise = { ...LINEAR, activation: 'sigmoid' as const, x: [[1], [1]], t: [[1]] }
    expect(stepFacts(exercise)).toMatchObject({ moves: true, best: null, lowersBelow: null })
  })

  test('that sits at its minimum does not move', () => {
    const exercise = { ...LINEAR, t: [[14, -1, -3]] }
    expect(stepFacts(exercise)).toMatchObject({ moves: false, best: null, lowersBelow: null, loss: 0 })
  })

  test('has no single minimum where X·Xᵀ cannot be inverted', () => {
    const exercise = {
      ...LINEAR,
      x: [
        [1, 2, 3],
        [2, 4, 6],
      ],
    }
    expect(stepFacts(exercise).minimum).toBeNull()
    expect(stepFacts(exercise).best).not.toBeNull()
  })

  test.each([
    [{ x: [[1, 2, 3]] }, 'X has to have 2 rows; it is 1 × 3'],
    [{ t: [[1, 2]] }, 't has the shape of A·X, 1 × 3; it is 1 × 2'],
    [{ a: [[3, NaN]] }, 'Row 1 of A lacks a number'],
    [{ learningRate: -1 }, 'The learning rate is 0 or more, got -1'],
  ])('with %o says what does not fit', (change, message) => {
    const act = () => checkLayerExercise({ ...LINEAR, ...change })
    expect(act).toThrow(LabError)
    expect(act).toThrow(message)
  })
})
