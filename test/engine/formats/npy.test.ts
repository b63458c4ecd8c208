import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readNpy } from '#engine/formats/npy'
import { LabError } from '#shared/errors'

const FOLDER = 'test/fixtures/numpy'
const { arrays } = JSON.parse(readFileSync(join(FOLDER, 'arrays.json'), 'utf8')) as {
  arrays: { file: string; shape: number[]; values: number[] }[]
}

function read(file: string): Uint8Array {
  return readFileSync(join(FOLDER, file))
}

/** A file with this header, as NumPy pads it, and so many bytes of values. */
function npyWith(header: string, valueBytes = 0): Uint8Array {
  const text = `${header.padEnd(117)}\n`
  const bytes = new Uint8Array(10 + text.length + valueBytes)
  bytes.set([0x93, ...Buffer.from('NUMPY'), 1, 0, text.length & 255, text.length >> 8])
  bytes.set(Buffer.from(text, 'latin1'), 10)
  return bytes
}

function problemOf(bytes: Uint8Array): string {
  try {
    readNpy(bytes, 'points.npy')
  } catch (error) {
    if (error instanceof LabError) return `${error.code} ${error.message}`
    throw error
  }
  throw new Error('the file was accepted')
}

describe('readNpy', () => {
  it.each(arrays)('reads $file as NumPy wrote it', ({ file, shape, values }) => {
    const array = readNpy(read(file), file)
    expect(array.shape).toEqual(shape)
    // NumPy's float32 as float64: the same numbers, to the last bit
    expect([...array.values]).toEqual(values)
  })

  it('does the same when the file lies at an odd place in a pool of memory', () => {
    for (const { file, values } of arrays) {
      const bytes = read(file)
      const pool = Buffer.alloc(bytes.length + 10, 0xee)
      pool.set(bytes, 3)
      expect([...readNpy(pool.subarray(3, 3 + bytes.length)).values]).toEqual(values)
    }
  })

  it.each([
    ['object.npy', 'Python objects, which hold programs and are never read'],
    ['text.npy', 'texts. Save the labels as numbers'],
    ['bytes.npy', 'texts'],
    ['struct.npy', 'expected an array of plain numbers, got records with several fields'],
    ['complex.npy', '"<c16"'],
    ['date.npy', '"<M8[D]"'],
    ['half.npy', 'Save it again with .astype("float32")'],
    ['scalar.npy', 'expected 1 … 8 dimensions, got 0'],
    ['beyond-2-53.npy', 'byte 128: expected whole numbers up to 2^53'],
  ])('refuses %s and says what it is', (file, message) => {
    expect(problemOf(read(join('refused', file)))).toContain(message)
    expect(problemOf(read(join('refused', file)))).toMatch(/^import\/bad-file points\.npy, byte \d+: expected/)
  })

  it('has an example above for each refused file', () => {
    expect(readdirSync(join(FOLDER, 'refused'))).toHaveLength(9)
  })

  it.each([
    ["{'descr': '<f4', 'fortran_order': False}", "expected 'shape'"],
    ["{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", 'each once, got descr'],
    ["{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", 'expected True or False, got "0,'],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", 'expected a whole number'],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}", 'at most 8 dimensions'],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} import os", 'the end of the header'],
    ["{'descr': '|f4', 'fortran_order': False, 'shape': (1,)}", '"|f4"'],
    ["__import__('os')", 'expected {'],
  ])('refuses the header %s', (header, message) => {
    expect(problemOf(npyWith(header, 4))).toContain(message)
  })

  it('allocates nothing for a shape that claims more than the file holds', () => {
    const header = "{'descr': '<f8', 'fortran_order': True, 'shape': (1000000000, 1000000000, 1000000000)}"
    expect(problemOf(npyWith(header, 8))).toContain('got a file of 136')
  })

  it('refuses truth values other than 0 and 1', () => {
    const bytes = npyWith("{'descr': '|b1', 'fortran_order': False, 'shape': (2,)}", 2)
    bytes[bytes.length - 1] = 2
    expect(problemOf(bytes)).toContain('byte 129: expected 0 or 1 for a truth value, got 2')
  })

  it('refuses a file that is cut anywhere or longer than it says', () => {
    const bytes = read('fortran-3d.npy')
    for (let length = 0; length < bytes.length; length++) {
      expect(problemOf(bytes.subarray(0, length))).toMatch(/^import\/bad-file points\.npy, byte \d+: expected/)
    }
    expect(problemOf(Uint8Array.of(...bytes, 0))).toContain('got a file of')
  })
})
