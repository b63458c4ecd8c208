import { describe, expect, it } from 'vitest'
import {
  labelColumnOptions,
  labelColumnText,
  likelyFormat,
  readArrays,
  readClassNames,
  readLabelColumn,
  readShape,
  shapeOptionText,
  titleOf,
  withOption,
} from '../../../src/renderer/features/data/import/options'

describe('options of an import in a form', () => {
  it('are left to the lab when a field is emptied', () => {
    expect(withOption({ invert: true, header: false }, 'invert', undefined)).toEqual({ header: false })
    expect(withOption({}, 'header', true)).toEqual({ header: true })
  })

  it('read shapes as people write them', () => {
    expect(readShape('28 × 28')).toEqual({ height: 28, width: 28, channels: 1 })
    expect(readShape('32x32x3')).toEqual({ height: 32, width: 32, channels: 3 })
    expect(readShape(' ')).toBeNull()
    for (const wrong of ['28', '28 × ', '0 × 5', '1.5 × 2', '2 × 2 × 2 × 2', 'a × b'])
      expect(readShape(wrong)).toBeUndefined()
    expect(shapeOptionText({ height: 2, width: 3, channels: 1 })).toBe('2 × 3')
  })

  it('offer columns by name only where the table names them', () => {
    expect(labelColumnOptions(['a', 'b'], true).map(({ value }) => value)).toEqual([
      '',
      'first',
      'last',
      'name:a',
      'name:b',
    ])
    expect(labelColumnOptions(['1', '2'], false)).toHaveLength(3)
    for (const column of ['first', 'last', { name: 'first' }] as const)
      expect(readLabelColumn(labelColumnText(column))).toEqual(column)
    expect(readLabelColumn('')).toBeUndefined()
  })

  it('take whole pairs of arrays only', () => {
    const none = { values: '', labels: '' }
    const pair = { values: 'x', labels: 'y' }
    expect(readArrays(none, pair)).toBeUndefined()
    expect(readArrays(pair, { values: 'x2', labels: '' })).toEqual({ train: pair })
    expect(readArrays(pair, pair)).toEqual({ train: pair, test: pair })
  })

  it('read one class name a line', () => {
    expect(readClassNames('cat\n dog \n')).toEqual(['cat', 'dog'])
    expect(readClassNames(' \n')).toBeUndefined()
  })
})

describe('a title to begin with', () => {
  it.each([
    ['letters.csv', 'letters'],
    ['my_digits.csv.gz', 'my digits'],
    ['train-images-idx3-ubyte.gz', 'My data'],
    ['letters-test.csv', 'letters'],
    ['flowers/rose/1.png', 'flowers'],
    ['/home/someone/data/mnist.npz', 'mnist'],
    ['C:\\data\\points.csv', 'points'],
  ])('from %s is %s', (path, title) => {
    expect(titleOf([{ path }])).toBe(title)
  })
})

describe('files that could not be read', () => {
  it('are taken for what their names say', () => {
    expect(likelyFormat(['a/1.png', 'a/2.png'])).toBe('pictures')
    expect(likelyFormat(['x.csv.gz'])).toBe('table')
    expect(likelyFormat(['train-images-idx3-ubyte.gz'])).toBe('arrays')
    expect(likelyFormat(['something'])).toBeNull()
  })
})
