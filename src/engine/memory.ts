/**
 * The one shared memory of the engine: data sets and runs side by side, handed out in blocks.
 *
 * Memory is asked for and given back on the host's thread only; workers merely read and write inside the
 * blocks that they were given. Addresses are bytes from the start of the memory.
 */
import { LabError } from '#shared/errors'

const PAGE = 65_536
/** 4 GiB, all that a 32-bit wasm address reaches. Declared as maximum, which costs address space only. */
const MAXIMUM_PAGES = 65_536
/** A line of the cache; also more than enough for any vector that a kernel loads. */
export const LINE = 64

export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit
}

export function createMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 1, maximum: MAXIMUM_PAGES, shared: true })
}

/**
 * The memory as typed arrays. A view keeps the length that the memory had when it was taken, so views are taken
 * anew at the start of each run and never kept across a growth that they must see.
 */
export interface Views {
  u8: Uint8Array
  i32: Int32Array
  u32: Uint32Array
  f32: Float32Array
  f64: Float64Array
}

export function viewsOf(memory: WebAssembly.Memory): Views {
  const buffer: ArrayBufferLike = memory.buffer
  return {
    u8: new Uint8Array(buffer),
    i32: new Int32Array(buffer),
    u32: new Uint32Array(buffer),
    f32: new Float32Array(buffer),
    f64: new Float64Array(buffer),
  }
}

interface Block {
  address: number
  bytes: number
}

/**
 * Hands out blocks of the memory: first fit among those given back, growth when none fits. Blocks begin on a
 * cache line. Their content is whatever was there before.
 *
 * The first page is never handed out: it is the place of a wasm module's own data, and it makes address 0 free
 * to mean "none".
 */
export class MemoryBlocks {
  /** Free blocks by address; no two touch. */
  private free: Block[] = []
  private readonly taken = new Map<number, number>()

  constructor(readonly memory: WebAssembly.Memory) {}

  take(bytes: number, purpose: string): number {
    const size = roundUp(Math.max(bytes, LINE), LINE)
    const block = this.free.find((each) => each.bytes >= size) ?? this.grow(size, purpose)
    const address = block.address
    block.address += size
    block.bytes -= size
    if (block.bytes === 0) this.free.splice(this.free.indexOf(block), 1)
    this.taken.set(address, size)
    return address
  }

  giveBack(address: number): void {
    const bytes = this.taken.get(address)
    if (bytes === undefined) {
      throw new LabError(
        'engine/memory',
        `Expected the address of a block in use, got ${address}; this is a fault of the lab`,
      )
    }
    this.taken.delete(address)
    this.free.push({ address, bytes })
    this.free.sort((a, b) => a.address - b.address)
    this.free = this.free.reduce<Block[]>((merged, block) => {
      const last = merged.at(-1)
      if (last && last.address + last.bytes === block.address) last.bytes += block.bytes
      else merged.push(block)
      return merged
    }, [])
  }

  /** Makes a free block of at least `size` bytes at the end of the memory. */
  private grow(size: number, purpose: string): Block {
    const end = this.memory.buffer.byteLength
    const last = this.free.at(-1)
    const open = last && last.address + last.bytes === end ? last : undefined
    const pages = Math.ceil((size - (open?.bytes ?? 0)) / PAGE)
    try {
      this.memory.grow(pages)
    } catch (cause) {
      const mib = (bytes: number) => Math.ceil(bytes / 2 ** 20)
      throw new LabError(
        'engine/out-of-memory',
        `${purpose} needs ${mib(size)} MiB; the engine holds ${mib(end)} MiB and can have 4096 MiB at most. ` +
          'Use a smaller network, a smaller batch size or fewer runs at a time.',
        { cause },
      )
    }
    if (open) {
      open.bytes += pages * PAGE
      return open
    }
    const block = { address: end, bytes: pages * PAGE }
    this.free.push(block)
    return block
  }
}
