import { encode } from 'fast-png'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readJpeg } from '#lab/datasets/import/jpeg'
import type { Picture } from '#lab/datasets/import/picture'
import { readPng } from '#lab/datasets/import/png'
import { LabError } from '#shared/errors'
import { makeJpeg, makePng, makePngOf, pngHeader, somePictures, type PngChunk } from './support/make-files'

function problemOf(read: (bytes: Uint8Array, file: string) => Picture, bytes: Uint8Array): string {
  try {
    read(bytes, 'a.img')
  } catch (error) {
    if (error instanceof LabError) return `${error.code} ${error.message}`
    throw error
  }
  throw new Error('the picture was accepted')
}

const end: PngChunk = { type: 'IEND', data: new Uint8Array(0) }
/** Rows of pixels as the file packs them: a byte that names the filter, here none, before each. */
function pixels(rows: readonly (readonly number[])[]): PngChunk {
  return { type: 'IDAT', data: deflateSync(Uint8Array.from(rows.flatMap((row) => [0, ...row]))) }
}
const chunk = (type: string, ...data: number[]): PngChunk => ({ type, data: Uint8Array.from(data) })

describe('readPng', () => {
  const gray = somePictures(1, 28, 28).values

  it('gives gray pixels back exactly, row by row or interlaced', () => {
    expect(readPng(makePng(28, 28, gray), 'a.png')).toEqual({ width: 28, height: 28, channels: 1, values: gray })
    expect(readPng(makePng(28, 28, gray, 1, true), 'a.png').values).toEqual(gray)
    expect(readPng(makePng(3, 2, gray.subarray(0, 6), 1, true), 'a.png').values).toEqual(gray.subarray(0, 6))
  })

  it('gives colors back, and gray where all three are alike', () => {
    const colors = Uint8Array.of(1, 2, 3, 4, 5, 6)
    expect(readPng(makePng(2, 1, colors, 3), 'a.png')).toMatchObject({ channels: 3, values: colors })
    expect(readPng(makePng(2, 1, Uint8Array.of(7, 7, 7, 9, 9, 9), 3), 'a.png')).toMatchObject({
      channels: 1,
      values: Uint8Array.of(7, 9),
    })
  })

  it('lays what can be seen through on white', () => {
    expect(readPng(makePng(3, 1, Uint8Array.of(0, 255, 0, 0, 100, 128), 2), 'a.png').values).toEqual(
      Uint8Array.of(0, 255, 177),
    )
    expect(readPng(makePng(1, 1, Uint8Array.of(10, 20, 30, 0), 4), 'a.png').values).toEqual(Uint8Array.of(255))
  })

  it('spreads fewer bits and more bits over 0 … 255', () => {
    const one = makePngOf([pngHeader(3, 2, 1), pixels([[0b10100000], [0b01000000]]), end])
    expect(readPng(one, 'a.png').values).toEqual(Uint8Array.of(255, 0, 255, 0, 255, 0))
    const two = makePngOf([pngHeader(5, 1, 2), pixels([[0b00011011, 0b11000000]]), end])
    expect(readPng(two, 'a.png').values).toEqual(Uint8Array.of(0, 85, 170, 255, 255))
    const sixteen = encode({ width: 2, height: 1, channels: 1, depth: 16, data: Uint16Array.of(0xffff, 0x8080) })
    expect(readPng(sixteen, 'a.png').values).toEqual(Uint8Array.of(255, 128))
  })

  it('looks colors up in a palette, with their transparency', () => {
    const palette = chunk('PLTE', 255, 0, 0, 0, 255, 0)
    const plain = makePngOf([pngHeader(3, 1, 8, 3), palette, pixels([[1, 0, 1]]), end])
    expect(readPng(plain, 'a.png').values).toEqual(Uint8Array.of(0, 255, 0, 255, 0, 0, 0, 255, 0))
    const clear = makePngOf([pngHeader(2, 1, 1, 3), palette, chunk('tRNS', 0), pixels([[0b01000000]]), end])
    expect(readPng(clear, 'a.png').values).toEqual(Uint8Array.of(255, 255, 255, 0, 255, 0))
  })

  it('takes one gray level as transparent where the file says so', () => {
    const bytes = makePngOf([pngHeader(2, 1), chunk('tRNS', 0, 7), pixels([[7, 8]]), end])
    expect(readPng(bytes, 'a.png').values).toEqual(Uint8Array.of(255, 8))
  })

  it('refuses a file that is cut anywhere, and one with any bit of its pixels or sizes changed', () => {
    const bytes = makePng(28, 28, gray)
    for (let length = 0; length < bytes.length; length++) {
      expect(problemOf(readPng, bytes.subarray(0, length))).toMatch(/^import\/bad-file a\.img, byte \d+: expected/)
    }
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes)
      changed[at] ^= 4
      expect(problemOf(readPng, changed)).toMatch(/^import\/bad-file a\.img, byte \d+: expected/)
    }
  })

  it.each([
    [
      'a header of 50,000 × 50,000',
      [pngHeader(50_000, 50_000), pixels([[1]]), end],
      'expected width × height of 1 … 1048576 pixels, got 50000 × 50000',
    ],
    ['no width', [pngHeader(0, 5), pixels([[1]]), end], 'got 0 × 5'],
    ['too few pixels', [pngHeader(4, 4), pixels([[1, 2, 3, 4]]), end], 'expected 20 bytes of packed pixels, got 5'],
    ['too many pixels', [pngHeader(1, 1), pixels([[1], [2]]), end], 'expected 2 bytes of packed pixels, got more'],
    ['no pixels', [pngHeader(1, 1), end], 'expected 2 bytes of packed pixels'],
    [
      'pixels that are not packed',
      [pngHeader(1, 1), chunk('IDAT', 1, 2, 3), end],
      'expected 2 bytes of packed pixels, got "',
    ],
    [
      'a bomb for pixels',
      [pngHeader(1, 1), { type: 'IDAT', data: deflateSync(Buffer.alloc(50_000_000)) }, end],
      'expected 2 bytes of packed pixels, got more',
    ],
    [
      'an unknown filter',
      [pngHeader(1, 1), { type: 'IDAT', data: deflateSync(Uint8Array.of(9, 1)) }, end],
      'expected chunks of a PNG file that fit together',
    ],
    [
      'a depth that its colors cannot have',
      [pngHeader(1, 1, 4, 2), end],
      'expected a depth and a color type that go together, got 4 and 2',
    ],
    ['interlaced bits', [pngHeader(1, 1, 1, 0, 1), end], 'save it without interlacing'],
    [
      'two transparencies',
      [pngHeader(1, 1), chunk('tRNS', 0, 1), chunk('tRNS', 0, 1), pixels([[1]]), end],
      'expected one chunk tRNS',
    ],
    [
      'thousands of chunks',
      [pngHeader(1, 1), ...Array.from({ length: 10_000 }, () => chunk('aaAa')), end],
      'expected at most 10000 chunks',
    ],
    ['two headers', [pngHeader(1, 1), pngHeader(9, 9), end], 'expected one chunk IHDR'],
    ['a palette that is missing', [pngHeader(1, 1, 8, 3), pixels([[0]]), end], 'fit together'],
    [
      'a color that the palette has not',
      [pngHeader(1, 1, 8, 3), chunk('PLTE', 1, 2, 3), pixels([[5]]), end],
      'fit together',
    ],
  ])('refuses %s', (_name, chunks, message) => {
    expect(problemOf(readPng, makePngOf(chunks))).toContain(message)
  })

  it('does not read what the pixels do not need, however large it unpacks', () => {
    const profile = Buffer.concat([Buffer.from('icc\0\0'), deflateSync(Buffer.alloc(50_000_000))])
    const bytes = makePngOf([pngHeader(1, 1), { type: 'iCCP', data: profile }, pixels([[9]]), end])
    expect(readPng(bytes, 'a.png').values).toEqual(Uint8Array.of(9))
  })
})

describe('readJpeg', () => {
  const gray = Uint8Array.from({ length: 256 }, (_, p) => 8 * Math.floor(p / 16) + 60)
  const jpeg = makeJpeg(16, 16, gray)

  it('gives gray pixels back, as nearly as the file has them', () => {
    const picture = readJpeg(jpeg, 'a.jpg')
    expect(picture).toMatchObject({ width: 16, height: 16, channels: 1 })
    // quality 90: the steps of the coefficients come to a few gray levels
    picture.values.forEach((value, p) => expect(Math.abs(value - gray[p])).toBeLessThanOrEqual(6))
  })

  it('refuses a file that is cut anywhere', () => {
    for (let length = 0; length < jpeg.length; length++) {
      expect(problemOf(readJpeg, jpeg.subarray(0, length))).toMatch(/^import\/bad-file a\.img, byte \d+: expected/)
    }
  })

  it('refuses a header of 50,000 × 50,000 without decoding it', () => {
    const huge = Uint8Array.from(jpeg)
    const frame = Buffer.from(huge).indexOf(Buffer.from([0xff, 0xc0]))
    new DataView(huge.buffer).setUint16(frame + 5, 50_000)
    new DataView(huge.buffer).setUint16(frame + 7, 50_000)
    expect(problemOf(readJpeg, huge)).toContain(
      `byte ${frame + 5}: expected width × height of 1 … 1048576 pixels, got 50000 × 50000`,
    )
  })

  it('refuses more pixels than its bytes can hold', () => {
    const frame = Buffer.from(jpeg).indexOf(Buffer.from([0xff, 0xc0]))
    const wide = Uint8Array.from(jpeg)
    new DataView(wide.buffer).setUint16(frame + 5, 1024)
    new DataView(wide.buffer).setUint16(frame + 7, 1024)
    expect(problemOf(readJpeg, wide)).toContain('expected at least 2048 bytes for 1024 × 1024 pixels')
  })

  it('refuses a file of hundreds of scans', () => {
    const scan = Buffer.from(jpeg).indexOf(Buffer.from([0xff, 0xda]))
    const header = jpeg.subarray(scan, scan + 2 + (jpeg[scan + 2] << 8) + jpeg[scan + 3])
    const many = Buffer.concat([
      jpeg.subarray(0, scan),
      ...Array.from({ length: 300 }, () => header),
      jpeg.subarray(scan),
    ])
    expect(problemOf(readJpeg, many)).toContain('expected at most 64 scans')
  })
})
