import { describe, expect, test } from 'vitest'
import { solveLayer, type LayerExercise } from '#shared/paper/layer-exercise'
import { ASKED, blankAnswers, checkAnswers, type TypedAnswers } from '#shared/paper/layer-check'
import { LINEAR, RELU } from './samples'

function check(exercise: LayerExercise, typed: Partial<TypedAnswers>) {
  return checkAnswers(exercise, { ...blankAnswers(exercise), ...typed })
}

function reasons(exercise: LayerExercise, typed: Partial<TypedAnswers>, asked: keyof TypedAnswers) {
  return check(exercise, typed)
    [asked].entries.flat()
    .map((verdict) => ('reason' in verdict ? verdict.reason : verdict.kind))
}

describe('answers to a layer exercise', () => {
  test.each([
    ['S1-7', LINEAR],
    ['S1-8', RELU],
  ])('that are right all pass: %s', (_, exercise) => {
    const solution = solveLayer(exercise)
    const typed = Object.fromEntries(ASKED.map((asked) => [asked, solution[asked].map((row) => row.map(String))]))
    const judged = checkAnswers(exercise, typed as unknown as TypedAnswers)
    for (const asked of ASKED) {
      expect(judged[asked].entries.flat().every((verdict) => verdict.kind === 'right')).toBe(true)
      expect(judged[asked].summary).toBeNull()
    }
  })

  test('blanks are not judged', () => {
    expect(check(LINEAR, {}).gradient.entries).toEqual([[{ kind: 'blank' }, { kind: 'blank' }]])
  })

  test('S1-7: (2, −4) has the signs of both components wrong, and what follows is only carried over', () => {
    const judged = check(LINEAR, {
      y: [['14', '−1', '−3']],
      loss: [['16.5']],
      gradient: [['2', '−4']],
      aNext: [['1', '6']],
      yNext: [['26', '-11', '-1']],
      lossNext: [['160.5']],
    })
    expect(judged.gradient.summary).toBe(
      'The signs of both components of the gradient are wrong: the error is y − t, not t − y.',
    )
    expect(judged.gradient.entries.flat()).toMatchObject([
      { kind: 'wrong', mistake: 'sign' },
      { kind: 'wrong', mistake: 'sign' },
    ])
    for (const asked of ['aNext', 'yNext', 'lossNext'] as const) {
      for (const verdict of judged[asked].entries.flat()) expect(verdict).toMatchObject({ mistake: 'carried-over' })
    }
    expect(judged.loss.entries).toEqual([[{ kind: 'right' }]])
  })

  test('without the gradient the same weights are a step uphill', () => {
    expect(check(LINEAR, { aNext: [['1', '6']] }).aNext.summary).toBe(
      'The same mistake in both components of the new weight. The step goes uphill: the gradient is subtracted, not added.',
    )
  })

  test('a forgotten mask of a ReLU is seen in delta, gradient and weights', () => {
    const mask = 'The mask of the ReLU was forgotten: where z ≤ 0 nothing flows back.'
    expect(reasons(RELU, { delta: [['-1', '-3', '-1']] }, 'delta')).toEqual(['right', mask, mask])
    // e·Xᵀ = (−1·2 − 3·1 + 1, −1·4 + 3·2) = (−4, 2)
    expect(reasons(RELU, { gradient: [['-4', '2']] }, 'gradient')).toEqual([mask, mask])
    expect(reasons(RELU, { aNext: [['7', '0']] }, 'aNext')).toEqual([mask, mask])
  })

  test('a forgotten activation is seen in y', () => {
    expect(reasons(RELU, { y: [['14', '-1', '-3']] }, 'y')).toEqual([
      'right',
      'The activation was left out: this follows from z, not from y = f(z).',
      'The activation was left out: this follows from z, not from y = f(z).',
    ])
  })

  test('a forgotten learning rate is seen in the new weights', () => {
    expect(reasons({ ...LINEAR, learningRate: 0.05 }, { aNext: [['5', '-2']] }, 'aNext')).toEqual([
      'The learning rate was forgotten: A − α · gradient.',
      'The learning rate was forgotten: A − α · gradient.',
    ])
  })

  test.each([
    [{ loss: [['33']] }, 'loss', 'The factor ½ of the loss was forgotten.'],
    [{ loss: [['5.5']] }, 'loss', 'Divided by the number of samples: this loss is a sum.'],
    [{ gradient: [['-4', '8']] }, 'gradient', 'Twice too large: the ½ of the loss cancels the 2 of the derivative.'],
    [{ gradient: [['4', '']] }, 'gradient', 'Only sample 3 was counted: the gradient is a sum over all samples.'],
    [{ y: [['', '14', '']] }, 'y', 'This is the value of row 1, column 1.'],
    [{ gradient: [['', '-4']] }, 'gradient', 'The sign is wrong: the error is y − t, not t − y.'],
    [{ gradient: [['', '8']] }, 'gradient', 'Twice too large: the ½ of the loss cancels the 2 of the derivative.'],
    [{ lossNext: [['16.5']] }, 'lossNext', 'This is the value before the update.'],
    [{ aNext: [['2', '-4']] }, 'aNext', 'This is the step alone: it has to be added to the old A.'],
    [{ y: [['140', '-1', '-3']] }, 'y', 'The digits are right, but the decimal point has slipped.'],
    [
      { loss: [['16.4']] },
      'loss',
      'Nearly right, but the last of its 3 digits is off: a value was rounded too early on the way, or cut off at the end.',
    ],
    [{ loss: [['1e3']] }, 'loss', 'Not right, and none of the usual mistakes leads to this value.'],
    [{ loss: [['many']] }, 'loss', 'Expected a number such as −0.331, 1.5e-3 or 2/3, with a point for the decimals.'],
  ] as const)('%o is told its mistake', (typed, asked, reason) => {
    expect(reasons(LINEAR, typed, asked)).toContain(reason)
  })

  test('one sample instead of the sum over samples is seen', () => {
    const exercise = { ...LINEAR, t: [[17, 5, 9]] } // e = (−3, −6, −12), gradient (0, 0): choose a telling one
    expect(solveLayer(exercise).gradient).toEqual([[0, 0]])
    expect(reasons(exercise, { gradient: [['-6', '']] }, 'gradient')).toContain(
      'Only sample 1 was counted: the gradient is a sum over all samples.',
    )
  })

  test('rows and columns that are exchanged are seen', () => {
    const exercise: LayerExercise = {
      ...LINEAR,
      a: [
        [1, 2],
        [3, 5],
      ],
      x: [
        [1, 0.5],
        [-2, 4],
      ],
      t: [
        [1, 1],
        [1, 1],
      ],
    }
    const { gradient } = solveLayer(exercise)
    const turned = gradient.map((row, r) => row.map((_, c) => String(gradient[c]?.[r])))
    expect(check(exercise, { gradient: turned }).gradient.entries[0]?.[1]).toMatchObject({ mistake: 'transposed' })
    expect(reasons(exercise, { y: [['2', '']] }, 'y')[0]).toBe('X is transposed: a sample is a column of X.')
  })
})
