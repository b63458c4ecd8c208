import { describe, expect, it } from 'vitest'
import { createMemory, MemoryBlocks, viewsOf } from '#engine/memory'

const PAGE = 65_536
const makeBlocks = () => new MemoryBlocks(createMemory())

describe('the blocks of the shared memory', () => {
  it('lie apart, on cache lines, past the first page, and inside the memory', () => {
    const blocks = makeBlocks()
    const taken = [1, 100_000, 64, 7, 500_000].map((bytes) => ({ address: blocks.take(bytes, 'test'), bytes }))
    taken.sort((a, b) => a.address - b.address)
    let end = PAGE
    for (const { address, bytes } of taken) {
      expect(address % 64).toBe(0)
      expect(address).toBeGreaterThanOrEqual(end)
      end = address + bytes
    }
    expect(end).toBeLessThanOrEqual(viewsOf(blocks.memory).u8.length)
  })

  it('are used again once they were given back, and neighbors join', () => {
    const blocks = makeBlocks()
    const [a, b, c] = [1000, 2000, 3000].map((bytes) => blocks.take(bytes * 64, 'test'))
    blocks.take(64, 'test')
    const size = blocks.memory.buffer.byteLength
    blocks.giveBack(a)
    blocks.giveBack(c)
    blocks.giveBack(b)
    expect(blocks.take(6000 * 64, 'test')).toBe(a)
    expect(blocks.memory.buffer.byteLength).toBe(size)
  })

  it('keep their content when the memory grows, and old views still see them', () => {
    const blocks = makeBlocks()
    const address = blocks.take(64, 'test')
    const before = viewsOf(blocks.memory)
    blocks.take(10 * PAGE, 'test')
    const after = viewsOf(blocks.memory)
    before.u8[address] = 5
    expect(after.u8[address]).toBe(5)
    expect(after.u8.length).toBeGreaterThan(before.u8.length)
  })

  it('are refused with sizes and advice when the memory cannot grow that far, and small ones still fit', () => {
    const blocks = makeBlocks()
    expect(() => blocks.take(5 * 2 ** 30, 'Training 784-9999-10')).toThrow(
      /Training 784-9999-10 needs 5120 MiB.*4096 MiB/,
    )
    expect(() => blocks.take(5 * 2 ** 30, 'x')).toThrow(expect.objectContaining({ code: 'engine/out-of-memory' }))
    expect(blocks.take(1000, 'test')).toBe(PAGE)
  })

  it('cannot be given back twice', () => {
    const blocks = makeBlocks()
    const address = blocks.take(64, 'test')
    blocks.giveBack(address)
    expect(() => blocks.giveBack(address)).toThrow(expect.objectContaining({ code: 'engine/memory' }))
  })
})
