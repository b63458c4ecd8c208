/**
 * Samples in the order in which they are shown, fetched block by block as they come near the view.
 *
 * A block holds what `load` makes of its samples: a picture of all of them, or their values. Those in view are
 * fetched first, then those that lie ahead on either side; no more than two are on their way at a time, so that a
 * fast scroll does not pile up requests for what has gone by. The blocks seen least lately are dropped.
 */
export interface BlocksOptions<T> {
  /** Numbers of the samples in the order in which they are shown. */
  order: Uint32Array
  /** Samples in a block. */
  blockSize: number
  /** Blocks kept at most; at least as many as are in view and ahead. */
  kept: number
  load: (samples: number[]) => Promise<T>
  /** Gives back what a block holds. */
  drop?: (content: T) => void
  /** A block has come, or could not be had: its first position and the one behind its last. */
  changed: (first: number, end: number) => void
}

export interface Blocks<T> {
  /** The block that holds a position and the sample's place in it; null while it is not there. */
  at: (position: number) => { content: T; place: number } | null
  /** What is in view now. */
  want: (first: number, end: number) => void
  /** Why a block could not be had; nothing more is fetched until `retry`. */
  failure: () => unknown
  retry: () => void
  close: () => void
}

const AT_ONCE = 2

export function openBlocks<T>({ order, blockSize, kept, load, drop, changed }: BlocksOptions<T>): Blocks<T> {
  const contents = new Map<number, T>() // the one seen last at the end
  const coming = new Set<number>()
  const last = Math.ceil(order.length / blockSize) - 1
  let wanted: number[] = []
  let failure: unknown
  let isOpen = true

  function want(first: number, end: number): void {
    if (end <= first) return
    const [from, to] = [Math.floor(first / blockSize), Math.floor((end - 1) / blockSize)]
    wanted = nearby(from, to, last)
    for (const block of wanted.slice(0, to - from + 1)) touch(block)
    fetchNext()
  }

  function touch(block: number): void {
    const content = contents.get(block)
    if (content === undefined) return
    contents.delete(block)
    contents.set(block, content)
  }

  function fetchNext(): void {
    if (!isOpen || failure !== undefined) return
    for (const block of wanted) {
      if (coming.size >= AT_ONCE) return
      if (!contents.has(block) && !coming.has(block)) void fetchBlock(block)
    }
  }

  async function fetchBlock(block: number): Promise<void> {
    coming.add(block)
    try {
      const content = await load([...order.subarray(block * blockSize, (block + 1) * blockSize)])
      if (isOpen) keep(block, content)
      else drop?.(content)
    } catch (error) {
      failure = error
    }
    coming.delete(block)
    if (!isOpen) return
    changed(block * blockSize, Math.min(order.length, (block + 1) * blockSize))
    fetchNext()
  }

  function keep(block: number, content: T): void {
    contents.set(block, content)
    const needed = new Set(wanted)
    for (const [old, held] of contents) {
      if (contents.size <= kept) return
      if (needed.has(old)) continue
      contents.delete(old)
      drop?.(held)
    }
  }

  return {
    at(position) {
      const content = contents.get(Math.floor(position / blockSize))
      return content === undefined ? null : { content, place: position % blockSize }
    },
    want,
    failure: () => failure,
    retry() {
      failure = undefined
      fetchNext()
    },
    close() {
      isOpen = false
      for (const content of contents.values()) drop?.(content)
      contents.clear()
    },
  }
}

/** Blocks in view, then as many again below and above, the nearest first. */
function nearby(from: number, to: number, last: number): number[] {
  const inView = Array.from({ length: to - from + 1 }, (_, i) => from + i)
  const ahead = inView.flatMap((_, i) => [to + 1 + i, from - 1 - i])
  return [...inView, ...ahead].filter((block) => block >= 0 && block <= last)
}

/** Samples of a block: about a quarter of a megabyte, and few enough to come in one answer. */
export function blockSizeFor(bytesPerSample: number): number {
  return Math.max(1, Math.min(512, Math.floor(2 ** 18 / bytesPerSample)))
}
