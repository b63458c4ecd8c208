import { describe, expect, it } from 'vitest'
import { readNpy } from '#engine/formats/npy'
import { writeNpy } from '#engine/formats/npy-writer'

describe('a written NPY file', () => {
  it.each([
    [[2, 3], Float32Array.of(1, -2.5, 3, 0, 1e-30, 6)],
    [[4], Float64Array.of(0.1, Number.MAX_VALUE, -0, 5e-324)],
    [[3], Uint8Array.of(0, 128, 255)],
    [[2, 1, 1], Uint32Array.of(1, 4_294_967_295)],
    [[0], new Float32Array(0)],
  ] as const)('of shape %j reads back as it was', (shape, values) => {
    expect(readNpy(writeNpy(shape, values))).toEqual({ shape, values })
  })

  it('has its values at a multiple of 64, whatever the header’s length', () => {
    for (const size of [1, 12, 123, 1234, 12_345]) {
      const file = writeNpy([size], new Uint8Array(size).fill(7))
      expect((file.length - size) % 64).toBe(0)
      expect(file[file.length - size - 1]).toBe(0x0a)
    }
  })

  it('refuses a shape that its values do not fill', () => {
    expect(() => writeNpy([2, 2], Uint8Array.of(1, 2, 3))).toThrow('expected 4 values for [2, 2], got 3')
  })
})
