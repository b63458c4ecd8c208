import { describe, expect, it } from 'vitest'
import { answersOf, areSameSamples, isRightAt, NO_CLASS, topShare, valueAt } from '#shared/inspect/answers'
import { said } from './said'

const CLASSES = ['a', 'b', 'c']

describe('what a model said', () => {
  const rows = [
    [0.5, 0.25, 0.25],
    [0.125, 0.25, 0.625],
    [0.25, 0.5, 0.25],
  ]
  const answers = answersOf(said(rows, [0, 1, 2], { first: 60_000 }), CLASSES)

  it('is the class of the largest output, how large that is, and how far ahead of the second', () => {
    expect([...answers.predicted]).toEqual([0, 2, 1])
    expect([...answers.confidence]).toEqual([0.5, 0.625, 0.5])
    expect([...answers.margin]).toEqual([0.25, 0.375, 0.25])
    expect([...answers.samples]).toEqual([60_000, 60_001, 60_002])
    expect(answers.correct).toBe(1)
    expect([0, 1, 2].map((row) => isRightAt(answers, row))).toEqual([true, false, false])
  })

  it('counts a sample for the top k if fewer than k outputs are larger, the first of equal ones as the larger', () => {
    expect([...answers.ranks]).toEqual([0, 1, 2])
    expect([1, 2, 3].map((k) => topShare(answers, k))).toEqual([1 / 3, 2 / 3, 1])
    expect(topShare({ ranks: new Uint8Array() }, 3)).toBe(0)
  })

  it('of one output unit is one of two classes, told apart at one half', () => {
    const two = answersOf(said([[0.25], [0.75], [0.5]], [0, 0, 1]), ['no', 'yes'])
    expect([...two.predicted]).toEqual([0, 1, 0])
    expect([...two.confidence]).toEqual([0.75, 0.75, 0.5])
    expect([...two.margin]).toEqual([0.5, 0.5, 0])
    expect([...two.ranks]).toEqual([0, 1, 1])
    expect(valueAt(two, 0, 0)).toBe(0.75)
    expect(valueAt(two, 0, 1)).toBe(0.25)
  })

  it('by more outputs than there are classes may be no class, which gets a name then', () => {
    const beyond = answersOf(
      said(
        [
          [0, 0, 0, 1, 9],
          [9, 0, 0, 0, 0],
        ],
        [0, 0],
      ),
      CLASSES,
    )
    expect([...beyond.predicted]).toEqual([3, 0])
    expect(beyond.classes).toEqual([...CLASSES, NO_CLASS])
    expect(beyond.correct).toBe(1)
  })

  it('can be compared only about the same samples in the same order', () => {
    const same = answersOf(
      said(
        [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
        [0, 1, 2],
        { first: 60_000 },
      ),
      CLASSES,
    )
    const others = answersOf(said(rows, [0, 1, 2]), CLASSES)
    const fewer = answersOf(said(rows.slice(1), [1, 2], { first: 60_000 }), CLASSES)
    const relabelled = answersOf(said(rows, [0, 1, 1], { first: 60_000 }), CLASSES)
    expect(areSameSamples(answers, same)).toBe(true)
    expect([others, fewer, relabelled].map((each) => areSameSamples(answers, each))).toEqual([false, false, false])
  })
})
