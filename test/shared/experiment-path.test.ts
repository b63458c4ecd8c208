import { expect, test } from 'vitest'
import { formatPath, parsePath, valueAt, withValueAt } from '#shared/experiment-path'

test('a path is read and written the same way', () => {
  expect(parsePath('network.layers[0].units')).toEqual(['network', 'layers', 0, 'units'])
  expect(formatPath(['network', 'layers', 0, 'units'])).toBe('network.layers[0].units')
})

test.each(['', '.', 'a..b', 'a[', 'a[-1]', 'a b', 'a.__proto__.b', 'constructor.prototype', '0'])(
  'the path "%s" is refused',
  (text) => {
    expect(() => parsePath(text)).toThrow(/path/)
  },
)

test('setting a value copies what it changes and leaves the rest alone', () => {
  const before = { a: { list: [{ units: 1 }, { units: 2 }] }, other: {} }
  const after = withValueAt(before, ['a', 'list', 1, 'units'], 3)
  expect(after).toEqual({ a: { list: [{ units: 1 }, { units: 3 }] }, other: {} })
  expect(before.a.list[1]).toEqual({ units: 2 })
  expect(after.other).toBe(before.other)
})

test('what is missing on the way is made', () => {
  expect(withValueAt({}, ['a', 0, 'b'], 1)).toEqual({ a: [{ b: 1 }] })
})

test('inherited properties are not values of the file', () => {
  expect(valueAt({}, ['toString'])).toBeUndefined()
  expect(withValueAt({}, ['toString', 'x'], 1)).toEqual({ toString: { x: 1 } })
})
