import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_HEADER_BYTES, readSafetensors, writeSafetensors, type Tensor } from '#engine/safetensors'
import { LabError } from '#shared/errors'

const encoder = new TextEncoder()

/** A file of a header as it stands and some data. */
function file(header: string | Uint8Array, data: number | Uint8Array = 0, length?: bigint): Uint8Array {
  const text = typeof header === 'string' ? encoder.encode(header) : header
  const bytes = typeof data === 'number' ? new Uint8Array(data) : data
  const whole = new Uint8Array(8 + text.length + bytes.length)
  new DataView(whole.buffer).setBigUint64(0, length ?? BigInt(text.length), true)
  whole.set(text, 8)
  whole.set(bytes, 8 + text.length)
  return whole
}

const floats = (shape: number[], values: number[]): Tensor => ({
  dtype: 'F32',
  shape,
  bytes: new Uint8Array(Float32Array.from(values).buffer),
})

const a = '"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}'

describe('writeSafetensors', () => {
  it('writes length, header and data as the format says', () => {
    const bytes = writeSafetensors([['w', floats([1, 2], [1, 2])]], { format: 'pt' })
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))
    expect(header).toEqual({ __metadata__: { format: 'pt' }, w: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] } })
    expect(length % 8).toBe(0)
    expect([...new Float32Array(bytes.slice(8 + length).buffer)]).toEqual([1, 2])
  })

  it('refuses a header that no reader of ours would take', () => {
    const name = 'x'.repeat(MAX_HEADER_BYTES)
    expect(() => writeSafetensors([[name, floats([1], [1])]])).toThrow(
      expect.objectContaining({ code: 'safetensors/too-large' }),
    )
  })

  it('writes what readSafetensors reads, whatever the names, shapes and strings', () => {
    const tensor = fc
      .record({
        dtype: fc.constantFrom('F32', 'F64', 'U8', 'BOOL', 'I64'),
        shape: fc.array(fc.nat(4), { maxLength: 4 }),
      })
      .map(({ dtype, shape }): Tensor => {
        const size = { F32: 4, F64: 8, U8: 1, BOOL: 1, I64: 8 }[dtype] ?? 1
        const count = shape.reduce((x, y) => x * y, 1)
        return {
          dtype: dtype,
          shape,
          bytes: Uint8Array.from({ length: count * size }, (_, i) => i % 251),
        }
      })
    const name = fc.string({ unit: 'binary' }).filter((each) => each !== '__metadata__')
    const entries = fc.uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key, maxLength: 6 })
    const metadata = fc.dictionary(fc.string(), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(entries, metadata, (tensors, strings) => {
        const read = readSafetensors(writeSafetensors(tensors, strings))
        expect(new Map([...read.tensors].sort())).toEqual(new Map([...tensors].sort()))
        expect(read.metadata).toEqual(new Map(Object.entries(strings)))
      }),
    )
  })
})

describe('readSafetensors', () => {
  it('reads a header with spaces around everything and the tensors in any order', () => {
    const header = `{ "b" : { "shape" : [ ] , "data_offsets" : [ 8 , 9 ] , "dtype" : "U8" } ,\n\t${a} }  `
    const { tensors } = readSafetensors(file(header, Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 64, 7)))
    expect([...tensors.keys()]).toEqual(['a', 'b'])
    expect([...(tensors.get('b')?.bytes ?? [])]).toEqual([7])
    expect(tensors.get('b')?.shape).toEqual([])
  })

  it('reads a file that does not begin on a multiple of 8', () => {
    const bytes = new Uint8Array(100)
    const whole = file(`{${a}}`, 8)
    bytes.set(whole, 3)
    expect(readSafetensors(bytes.subarray(3, 3 + whole.length)).tensors.size).toBe(1)
  })

  it('takes names that mean something to JavaScript as plain names', () => {
    const { tensors, metadata } = readSafetensors(
      file('{"__metadata__":{"__proto__":"x"},"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1),
    )
    expect(tensors.has('__proto__')).toBe(true)
    expect(metadata.get('__proto__')).toBe('x')
  })

  const tensor = (text: string) => `{"a":${text}}`
  it.each([
    ['nothing at all', new Uint8Array(0), /at least 8 bytes, got 0/],
    ['half a length', new Uint8Array(7), /at least 8 bytes, got 7/],
    ['a length past the end', file('{}', 0, 3n), /byte 0.*length is 3, but only 2/],
    ['a length past the limit', file('{}', 0, 2n ** 63n), /byte 0.*at most 1048576, got 9223372036854775808/],
    ['an empty header', file('', 0), /byte 8: expected "\{"/],
    ['a header that begins with a space', file(' {}', 0), /byte 8: expected "\{"/],
    ['a list for a header', file('[]', 0), /byte 8/],
    ['a header that ends early', file('{"a"', 0), /byte 12: expected ":", got the end/],
    ['text behind the header', file('{}x', 0), /byte 10: expected the end/],
    ['a header that is not UTF-8', file(Uint8Array.of(0x7b, 0xff, 0x7d)), /not UTF-8/],
    ['a byte order mark', file('\ufeff{}'), /byte 8/],
    ['a duplicate tensor', file(`{${a},${a}}`, 8), /byte 62: expected a key that has not been there before/],
    [
      'a duplicate key in a tensor',
      file(tensor('{"dtype":"U8","dtype":"U8","shape":[],"data_offsets":[0,1]}'), 1),
      /not been there/,
    ],
    ['a duplicate that is spelled another way', file('{"__metadata__":{"a":"1","\\u0061":"2"}}'), /not been there/],
    ['metadata that is not text', file('{"__metadata__":{"a":1}}'), /byte 29: expected a string, got "1/],
    ['metadata twice', file('{"__metadata__":{},"__metadata__":{}}'), /not been there/],
    [
      'an unknown type',
      file(tensor('{"dtype":"F33","shape":[],"data_offsets":[0,4]}'), 4),
      /expected one of BOOL.*got "\\"F33/,
    ],
    [
      'a type of JavaScript',
      file(tensor('{"dtype":"toString","shape":[],"data_offsets":[0,4]}'), 4),
      /expected one of/,
    ],
    [
      'an unknown key',
      file(tensor('{"dtype":"U8","shape":[],"data_offsets":[0,1],"x":1}'), 1),
      /expected dtype, shape or data_offsets/,
    ],
    ['no shape', file(tensor('{"dtype":"U8","data_offsets":[0,1]}'), 1), /expected an object with dtype, shape/],
    ['three offsets', file(tensor('{"dtype":"U8","shape":[],"data_offsets":[0,1,2]}'), 1), /at most 2 numbers/],
    ['one offset', file(tensor('{"dtype":"U8","shape":[],"data_offsets":[0]}'), 1), /two data_offsets/],
    [
      'a negative dimension',
      file(tensor('{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}'), 1),
      /expected a whole number/,
    ],
    ['a fraction', file(tensor('{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}'), 1), /expected a whole number/],
    ['an exponent', file(tensor('{"dtype":"U8","shape":[1e0],"data_offsets":[0,1]}'), 1), /expected a whole number/],
    ['a leading zero', file(tensor('{"dtype":"U8","shape":[01],"data_offsets":[0,1]}'), 1), /expected/],
    [
      'a number that is not exact',
      file(tensor('{"dtype":"U8","shape":[9007199254740993],"data_offsets":[0,1]}'), 1),
      /whole number/,
    ],
    [
      'too many dimensions',
      file(tensor(`{"dtype":"U8","shape":[${'1,'.repeat(16)}1],"data_offsets":[0,1]}`), 1),
      /at most 16/,
    ],
    [
      'a size past all numbers',
      file(tensor('{"dtype":"F64","shape":[9000000000,9000000000],"data_offsets":[0,8]}'), 8),
      /Infinity bytes, not 8/,
    ],
    [
      'a size that is not the shape',
      file(tensor('{"dtype":"F32","shape":[3],"data_offsets":[0,8]}'), 8),
      /F32 \[3\] has 12 bytes, not 8/,
    ],
    ['offsets that go back', file(tensor('{"dtype":"U8","shape":[],"data_offsets":[1,0]}'), 1), /must begin at 0/],
    ['data past the end', file(`{${a}}`, 7), /data end at 8, but the file holds 7/],
    ['data left over', file(`{${a}}`, 9), /data end at 8, but 9 bytes/],
    [
      'a gap',
      file(`{${a},"b":{"dtype":"U8","shape":[],"data_offsets":[9,10]}}`, 10),
      /tensor "b": its data must begin at 8.*not at 9/,
    ],
    ['an overlap', file(`{${a},"b":{"dtype":"U8","shape":[],"data_offsets":[7,8]}}`, 8), /must begin at 8.*not at 7/],
    ['the same bytes twice', file(`{${a},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, 8), /must begin at 8/],
    ['a broken escape', file('{"\\x":1}'), /byte 9: expected a string/],
    ['a control character in a name', file('{"\n":1}'), /byte 9: expected a string/],
    ['a list that goes very deep', file(tensor(`{"shape":${'['.repeat(100_000)}`)), /expected a whole number/],
    ['an object that goes very deep', file('{"a":'.repeat(100_000)), /key before it/],
  ])('refuses %s, saying where and what was expected', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(message)
    expect(() => readSafetensors(bytes)).toThrow(expect.objectContaining({ code: 'safetensors/invalid' }))
  })

  it('takes a name of nearly a megabyte', () => {
    const name = 'é\\n'.repeat(200_000)
    const { tensors } = readSafetensors(file(`{"${name}":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}`, 1))
    expect([...tensors.keys()][0]).toHaveLength(400_000)
  })

  it('answers a damaged file with a LabError or with tensors that lie within it, never with anything else', () => {
    const good = writeSafetensors(
      [
        ['layers.0.weight', floats([2, 3], [1, 2, 3, 4, 5, 6])],
        ['layers.0.bias', floats([2], [1, 2])],
      ],
      { format: 'pt', step: '12' },
    )
    const damage = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('set' as const), at: fc.nat(good.length - 1), byte: fc.nat(255) }),
        fc.record({ kind: fc.constant('cut' as const), at: fc.nat(good.length), byte: fc.nat(40) }),
        fc.record({
          kind: fc.constant('insert' as const),
          at: fc.nat(good.length),
          byte: fc.constantFrom(...encoder.encode('{}[]",:0-9e\\u ')),
        }),
      ),
      { minLength: 1, maxLength: 4 },
    )
    fc.assert(
      fc.property(damage, (steps) => {
        let bytes: number[] = [...good]
        for (const { kind, at, byte } of steps) {
          if (kind === 'set' && at < bytes.length) bytes[at] = byte
          if (kind === 'cut') bytes = [...bytes.slice(0, at), ...bytes.slice(at + byte)]
          if (kind === 'insert') bytes.splice(at, 0, byte)
        }
        const damaged = Uint8Array.from(bytes)
        try {
          const { tensors } = readSafetensors(damaged)
          let total = 0
          for (const { bytes: each } of tensors.values()) total += each.length
          expect(total).toBeLessThanOrEqual(damaged.length)
        } catch (error) {
          if (!(error instanceof LabError)) throw error
          expect(error.code).toBe('safetensors/invalid')
        }
      }),
      { numRuns: 3000 },
    )
  })
})
