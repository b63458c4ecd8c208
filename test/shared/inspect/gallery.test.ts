import { describe, expect, it } from 'vitest'
import { answersOf } from '#shared/inspect/answers'
import { rowsOf, shareText, type GalleryFilter } from '#shared/inspect/gallery'
import { said } from './said'

/** Rows: right, wrong, wrong and unsure, right and unsure. */
const answers = answersOf(
  said(
    [
      [0.9, 0.1],
      [0.8, 0.2],
      [0.55, 0.45],
      [0.45, 0.55],
    ],
    [0, 1, 1, 1],
    { losses: [0.1, 1.6, 0.8, 0.6] },
  ),
  ['a', 'b'],
)
/** Right where the first is wrong in row 1, wrong as well in row 2, wrong in row 3. */
const second = answersOf(
  said(
    [
      [0.9, 0.1],
      [0.1, 0.9],
      [0.9, 0.1],
      [0.9, 0.1],
    ],
    [0, 1, 1, 1],
  ),
  ['a', 'b'],
)

function rows(filter: Partial<GalleryFilter>): number[] {
  return [...rowsOf(answers, { show: 'all', truth: null, predicted: null, sort: 'number', ...filter })]
}

describe('the gallery', () => {
  it('shows the wrong, the right, all, or those where two classes are close', () => {
    expect(rows({ show: 'wrong' })).toEqual([1, 2])
    expect(rows({ show: 'right' })).toEqual([0, 3])
    expect(rows({})).toEqual([0, 1, 2, 3])
    expect(rows({ show: 'unsure' })).toEqual([2, 3])
  })

  it('shows a cell, a row or a column of the confusion matrix', () => {
    expect(rows({ truth: 1, predicted: 0 })).toEqual([1, 2])
    expect(rows({ truth: 1 })).toEqual([1, 2, 3])
    expect(rows({ predicted: 0 })).toEqual([0, 1, 2])
  })

  it('begins with the largest loss, the surest answer or the smallest margin', () => {
    expect(rows({ sort: 'loss' })).toEqual([1, 2, 3, 0])
    expect(rows({ sort: 'confidence' })).toEqual([0, 1, 2, 3])
    expect(rows({ sort: 'margin' }).slice(0, 2).sort()).toEqual([2, 3])
  })

  it('sorts what is no number to an end without losing any', () => {
    const broken = answersOf(
      said(
        [
          [NaN, NaN],
          [1, 0],
        ],
        [0, 1],
        { losses: [NaN, 1] },
      ),
      ['a', 'b'],
    )
    const found = rowsOf(broken, { show: 'all', truth: null, predicted: null, sort: 'loss' })
    expect([...found].sort()).toEqual([0, 1])
  })

  it('divides the samples of a pair among the four cells of McNemar’s table', () => {
    const cells = (['both', 'only-first', 'only-second', 'neither'] as const).map((show) => rows({ show, second }))
    expect(cells).toEqual([[0], [3], [1], [2]])
  })

  it('shows nothing of a pair before the second model has answered', () => {
    for (const show of ['both', 'only-first', 'only-second', 'neither'] as const) expect(rows({ show })).toEqual([])
  })

  it('keeps the order of suspects, and shows none before they are known', () => {
    expect(rows({ show: 'suspected', suspects: Uint32Array.of(3, 1, 2), sort: 'loss' })).toEqual([3, 1, 2])
    expect(rows({ show: 'suspected', suspects: Uint32Array.of(3, 1, 2), predicted: 0 })).toEqual([1, 2])
    expect(rows({ show: 'suspected' })).toEqual([])
  })
})

describe('how sure a model is', () => {
  it('is never rounded to certainty', () => {
    expect([0.5, 0.984, 0.992, 0.9996, 0.99999, 1].map((value) => shareText(value, true))).toEqual([
      '50 %',
      '98 %',
      '99.2 %',
      '99.96 %',
      '> 99.99 %',
      '100 %',
    ])
    expect([0, 0.00001, 0.004].map((value) => shareText(value, true))).toEqual(['0 %', '< 0.01 %', '0.40 %'])
  })

  it('is a plain number where outputs are no probabilities', () => {
    expect(shareText(-1.2345, false)).toBe('−1.23')
    expect(shareText(NaN, true)).toBe('not a number')
  })
})
