import { describe, expect, it } from 'vitest'
import { movedPlace } from '../../../src/renderer/features/inspect/matrix/matrix-keys'
import { inspectQuery, parseInspect } from '../../../src/renderer/stores/inspect-address'
import { idOf } from '../runs/fixture'

describe('the address of what is inspected', () => {
  it('comes back from what it was written as', () => {
    const address = parseInspect({
      run: idOf(1),
      step: '120',
      part: 'validation',
      pair: idOf(2),
      tab: 'gallery',
      show: 'only-first',
      true: '4',
      predicted: '9',
      sort: 'margin',
      sample: '60012',
    })
    expect(address).toMatchObject({
      source: { of: 'run', run: idOf(1), step: 120 },
      pair: { of: 'run', run: idOf(2), step: null },
      part: 'validation',
      truth: 4,
      predicted: 9,
      sample: 60_012,
    })
    expect(parseInspect(inspectQuery(address))).toEqual(address)
  })

  it('leaves out what is usual', () => {
    expect(inspectQuery(parseInspect({ run: idOf(1), tab: 'matrix', show: 'wrong', sort: 'loss' }))).toEqual({
      run: idOf(1),
    })
  })

  it('names a file by its token', () => {
    const address = parseInspect({ file: 'f-1' })
    expect(address.source).toEqual({ of: 'file', token: 'f-1' })
    expect(inspectQuery(address)).toEqual({ file: 'f-1' })
  })

  it('takes what makes no sense for what is usual', () => {
    const address = parseInspect({
      run: '../..',
      part: 'all',
      tab: 'x',
      show: 'y',
      true: '-1',
      sample: '1e9',
      step: '3',
    })
    expect(address).toEqual(parseInspect({}))
    expect(address).toMatchObject({ source: null, part: null, tab: 'matrix', show: 'wrong', truth: null })
  })
})

describe('the keys of the matrix', () => {
  const from =
    (row: number, column: number) =>
    (key: string, isFar = false) =>
      movedPlace({ row, column }, key, 3, isFar)

  it('lead from cell to cell and to the heads, and not beyond', () => {
    expect(from(1, 1)('ArrowUp')).toEqual({ row: 0, column: 1 })
    expect(from(0, 1)('ArrowUp')).toEqual({ row: -1, column: 1 })
    expect(from(-1, 1)('ArrowUp')).toEqual({ row: -1, column: 1 })
    expect(from(2, 2)('ArrowDown')).toEqual({ row: 2, column: 2 })
    expect(from(2, 2)('ArrowRight')).toEqual({ row: 2, column: 2 })
    expect(from(1, 0)('ArrowLeft')).toEqual({ row: 1, column: -1 })
  })

  it('never lead into the corner between the heads', () => {
    expect(from(0, -1)('ArrowUp')).toEqual({ row: 0, column: -1 })
    expect(from(-1, 0)('ArrowLeft')).toEqual({ row: -1, column: 0 })
  })

  it('lead to the ends of a row, and of all', () => {
    expect(from(1, 1)('Home')).toEqual({ row: 1, column: 0 })
    expect(from(1, 1)('End', true)).toEqual({ row: 2, column: 2 })
    expect(from(1, 1)('x')).toBeNull()
  })
})
