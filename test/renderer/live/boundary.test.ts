import { expect, test } from 'vitest'
import type { Predictions } from '#shared/predict'
import { boundaryPath, classShares, fieldPixels } from '../../../src/renderer/features/live/boundary'

function predictions(outputs: number, values: readonly number[]): Predictions {
  const floats = Float32Array.from(values)
  return {
    step: 1,
    epoch: 1,
    isSnapshot: false,
    outputs,
    values: new Uint8Array(floats.buffer),
    samples: [],
    labels: [],
  }
}

const BLUE = [0, 0, 200] as const
const ORANGE = [200, 100, 0] as const
const WHITE = [255, 255, 255] as const

test('one output unit stands for two classes', () => {
  const { classes, shares } = classShares(predictions(1, [0.25, 0.75]))
  expect(classes).toBe(2)
  expect([...shares]).toEqual([0.75, 0.25, 0.25, 0.75])
})

test('the first row of cells is at the bottom of the picture, and a surer cell has more of its color', () => {
  // bottom: class 0 surely, class 0 hardly; top: class 1 surely, class 1 surely
  const shares = classShares(predictions(1, [0, 0.45, 1, 1]))
  const pixels = fieldPixels(shares, 2, [BLUE, ORANGE], WHITE)
  const at = (x: number, y: number) => [...pixels.subarray(4 * (y * 2 + x), 4 * (y * 2 + x) + 3)]
  expect(at(0, 0)).toEqual(at(1, 0))
  const [sure, hardly] = [at(0, 1), at(1, 1)]
  expect(sure[0]).toBeLessThan(hardly[0] ?? 0) // further from white, nearer to blue
  expect(at(0, 0)[2]).toBeLessThan(sure[2] ?? 0) // orange has no blue
})

test('the line runs between cells of different classes only', () => {
  expect(boundaryPath(classShares(predictions(1, [0, 0, 0, 0])), 2)).toBe('')
  expect(boundaryPath(classShares(predictions(1, [0, 1, 0, 1])), 2)).toBe('M1 1v1M1 0v1')
  expect(boundaryPath(classShares(predictions(1, [0, 0, 1, 1])), 2)).toBe('M0 1h1M1 1h1')
})
