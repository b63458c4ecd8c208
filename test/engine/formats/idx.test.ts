import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readIdx, readIdxBytes } from '#engine/formats/idx'
import { LabError } from '#shared/errors'

const TYPES = [
  { code: 0x08, size: 1, write: (view: DataView, at: number, value: number) => view.setUint8(at, value) },
  { code: 0x09, size: 1, write: (view: DataView, at: number, value: number) => view.setInt8(at, value) },
  { code: 0x0b, size: 2, write: (view: DataView, at: number, value: number) => view.setInt16(at, value) },
  { code: 0x0c, size: 4, write: (view: DataView, at: number, value: number) => view.setInt32(at, value) },
  { code: 0x0d, size: 4, write: (view: DataView, at: number, value: number) => view.setFloat32(at, value) },
  { code: 0x0e, size: 8, write: (view: DataView, at: number, value: number) => view.setFloat64(at, value) },
] as const

/** Writes an IDX file as its description says, in a buffer that begins somewhere else. */
function writeIdx(type: (typeof TYPES)[number], shape: readonly number[], values: readonly number[]): Uint8Array {
  const start = 4 + 4 * shape.length
  const pool = new Uint8Array(3 + start + type.size * values.length).fill(0xee)
  const bytes = pool.subarray(3)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  bytes.set([0, 0, type.code, shape.length])
  shape.forEach((size, d) => view.setUint32(4 + 4 * d, size))
  values.forEach((value, i) => type.write(view, start + type.size * i, value))
  return bytes
}

const someFile = fc
  .record({ type: fc.constantFrom(...TYPES), shape: fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }) })
  .chain(({ type, shape }) => {
    const count = shape.reduce((product, size) => product * size, 1)
    const values = fc.array(fc.nat(127), { minLength: count, maxLength: count })
    return values.map((numbers) => ({ shape, numbers, bytes: writeIdx(type, shape, numbers) }))
  })

function problemOf(bytes: Uint8Array): string {
  try {
    readIdx(bytes, 'digits.idx')
  } catch (error) {
    if (error instanceof LabError) return `${error.code} ${error.message}`
    throw error
  }
  throw new Error('the file was accepted')
}

describe('readIdx', () => {
  it('gives back the shape and the values of any file that was written as the format says', () => {
    fc.assert(
      fc.property(someFile, ({ shape, numbers, bytes }) => {
        const array = readIdx(bytes)
        expect(array.shape).toEqual(shape)
        expect([...array.values]).toEqual(numbers)
      }),
    )
  })

  it('keeps signs and fractions of the wider types', () => {
    const [, int8, int16, int32, float32, float64] = TYPES
    expect([...readIdx(writeIdx(int8, [2], [-128, 127])).values]).toEqual([-128, 127])
    expect([...readIdx(writeIdx(int16, [2], [-2, 258])).values]).toEqual([-2, 258])
    expect([...readIdx(writeIdx(int32, [2], [-70_000, 70_000])).values]).toEqual([-70_000, 70_000])
    expect([...readIdx(writeIdx(float32, [2], [-0.5, 1.25])).values]).toEqual([-0.5, 1.25])
    expect([...readIdx(writeIdx(float64, [1], [0.1])).values]).toEqual([0.1])
  })

  it('refuses a file that is cut anywhere or longer than it says, with a typed error', () => {
    fc.assert(
      fc.property(someFile, fc.nat(), ({ bytes }, at) => {
        expect(problemOf(bytes.subarray(0, at % bytes.length))).toMatch(
          /^import\/bad-file digits\.idx, byte \d+: expected/,
        )
        expect(problemOf(Uint8Array.of(...bytes, 0))).toContain('import/bad-file')
      }),
    )
  })

  it('answers any bytes whatever with an array or a typed error', () => {
    const header = fc.tuple(fc.constantFrom(0x08, 0x0d, 0x0e, 0x0a), fc.nat(5), fc.uint8Array({ maxLength: 40 }))
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      header.map(([code, dimensions, rest]) => Uint8Array.of(0, 0, code, dimensions, ...rest)),
    )
    fc.assert(
      fc.property(bytes, (input) => {
        try {
          const { shape, values } = readIdx(input)
          expect(values.length).toBe(shape.reduce((product, size) => product * size, 1))
        } catch (error) {
          expect(error).toBeInstanceOf(LabError)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('says at which byte what was expected and what came', () => {
    expect(problemOf(Uint8Array.of(1, 2, 8, 1))).toContain('byte 0: expected two zero bytes, got 0x0102')
    expect(problemOf(Uint8Array.of(0, 0, 0x0a, 1))).toContain(
      'byte 2: expected a type: 0x08, 0x09 or 0x0b … 0x0e, got 0x0a',
    )
    expect(problemOf(Uint8Array.of(0, 0, 8, 9))).toContain('byte 3: expected 1 … 4 dimensions, got 9')
    expect(problemOf(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7))).toContain(
      'expected 10 bytes for unsigned bytes [2], got a file of 9',
    )
  })

  it('allocates nothing for a header that claims more than the file holds', () => {
    const huge = Uint8Array.of(0, 0, 0x0e, 4, ...new Uint8Array(16).fill(0xff))
    expect(problemOf(huge)).toContain('got a file of 20')
  })
})

describe('readIdxBytes', () => {
  it('does not copy the bytes', () => {
    const bytes = writeIdx(TYPES[0], [2, 2], [1, 2, 3, 4])
    const { values } = readIdxBytes(bytes, 2)
    expect(values.buffer).toBe(bytes.buffer)
    expect([...values]).toEqual([1, 2, 3, 4])
  })

  it('refuses other types and another number of dimensions', () => {
    expect(() => readIdxBytes(writeIdx(TYPES[3], [1], [5]), 1)).toThrow('expected unsigned bytes (0x08), got 0x0c')
    expect(() => readIdxBytes(writeIdx(TYPES[0], [1], [5]), 3)).toThrow('expected 3 dimensions, got 1')
  })
})
