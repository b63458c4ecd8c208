import { expect, test } from 'vitest'
import {
  asLayers,
  looseSizeString,
  withLayerAdded,
  withLayerMoved,
  withSizes,
  withoutLayer,
} from '../../../src/renderer/features/design/layers'

const A = { units: 1, activation: 'sigmoid' }
const B = { units: 2, activation: 'relu' }
const C = { units: 3, activation: 'relu' }

test('a layer moves to its new place and the others keep their order', () => {
  expect(withLayerMoved([A, B, C], 0, 2)).toEqual([B, C, A])
  expect(withLayerMoved([A, B, C], 2, 1)).toEqual([A, C, B])
})

test('a layer cannot move beyond the ends', () => {
  expect(withLayerMoved([A, B], 0, -1)).toEqual([A, B])
  expect(withLayerMoved([A, B], 1, 2)).toEqual([A, B])
  expect(withLayerMoved([A, B], 5, 0)).toEqual([A, B])
})

test('a new layer is like the last one, but not the same object', () => {
  const layers = withLayerAdded([A, B])
  expect(layers[2]).toEqual(B)
  expect(layers[2]).not.toBe(B)
  expect(withLayerAdded([])).toEqual([{ units: 64, activation: 'sigmoid' }])
})

test('removing a layer leaves the others', () => {
  expect(withoutLayer([A, B, C], 1)).toEqual([A, C])
})

test('new sizes keep the activations, and further layers take the last one’s', () => {
  expect(withSizes([A, B], [7])).toEqual([{ ...A, units: 7 }])
  expect(withSizes([A, B], [7, 8, 9])).toEqual([
    { ...A, units: 7 },
    { ...B, units: 8 },
    { ...B, units: 9 },
  ])
})

test('what is no list of layers is read as far as it goes', () => {
  expect(asLayers('nonsense')).toEqual([])
  expect(asLayers([A, 7, null])).toEqual([A, { units: 7 }, { units: null }])
})

test('a size that is no number yet is a question mark', () => {
  expect(looseSizeString([A, { units: 'abc' }], 784, 10)).toBe('784-1-?-10')
})
