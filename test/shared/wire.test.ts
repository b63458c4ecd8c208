import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeWire, encodeWire } from '#shared/wire'

describe('the wire between lab and page', () => {
  test('gives back plain data with bytes in it as it was', () => {
    const value = { id: 3, reply: { ok: true, value: { name: 'a.png', bytes: new Uint8Array([0, 127, 128, 255]) } } }
    expect(decodeWire(encodeWire(value))).toEqual(value)
  })

  test('carries any bytes, also more than one chunk of them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeWire(encodeWire([bytes]))).toEqual([bytes])
      }),
    )
    const long = Uint8Array.from({ length: 100_003 }, (_, at) => (at * 31) & 255)
    expect(decodeWire(encodeWire(long))).toEqual(long)
  })

  test('sends a Node Buffer as bytes, not as the object its toJSON makes', () => {
    expect(decodeWire(encodeWire({ bytes: Buffer.from('abc') }))).toEqual({ bytes: new Uint8Array([97, 98, 99]) })
  })

  test('refuses an object that the other side would take for bytes', () => {
    expect(() => encodeWire({ note: { $bytes: 'AAAA' } })).toThrow('$bytes')
  })

  test.each(['', '{', '{"a":{"$bytes":"not base64!"}}'])('refuses %j with a LabError', (text) => {
    expect(() => decodeWire(text)).toThrow(expect.objectContaining({ code: 'wire/unreadable' }))
  })

  test('leaves an object alone that only has a field of that name among others', () => {
    const value = { $bytes: 'AAAA', more: 1 }
    expect(decodeWire(encodeWire(value))).toEqual(value)
  })
})
