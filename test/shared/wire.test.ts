import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeWire, encodeWire, MAX_PARCEL_BYTES, packMessage, readFrame } from '#shared/wire'

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

describe('a message with files', () => {
  const message = (sizes: number[]) => ({ id: 3, args: sizes.map((size, i) => new Uint8Array(size).fill(i + 1)) })

  test('is text alone while it is small', () => {
    const small = message([10, 20])
    const { text, frames } = packMessage(small)
    expect(frames).toEqual([])
    expect(decodeWire(text)).toEqual(small)
  })

  test('comes out of its text and its frames as it was', () => {
    const large = message([300_000, 0, 1_500_000])
    const { text, frames } = packMessage(large)
    const parts = frames.map((frame) => readFrame(frame))
    expect(parts.map((part) => part?.id)).toEqual([3, 3])
    const parcel = Buffer.concat(parts.map((part) => part?.part ?? new Uint8Array()))
    expect(text.length).toBeLessThan(200)
    const decoded = decodeWire(text, new Uint8Array(parcel)) as typeof large
    expect(decoded.args.map((bytes) => Buffer.compare(bytes, large.args[decoded.args.indexOf(bytes)]))).toEqual([
      0, 0, 0,
    ])
    expect(() => decodeWire(text, new Uint8Array(100))).toThrow(expect.objectContaining({ code: 'wire/unreadable' }))
  })

  test('is refused with a way out when it is more than a page can bring', () => {
    // one memory, told of often enough
    const bytes = new Uint8Array(MAX_PARCEL_BYTES / 8)
    expect(() => packMessage({ id: 1, args: new Array(9).fill(bytes) } as { id: number })).toThrow(
      'A page can bring 512 MiB at once, these are 576 MiB. The desktop application and “perceptron-lab data import” take more',
    )
  })
})
