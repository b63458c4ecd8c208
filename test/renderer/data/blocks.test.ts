import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { blockSizeFor, openBlocks } from '../../../src/renderer/data/grid/blocks'

/** Blocks of 10 out of samples 1000, 1001, …; answers come when they are let through. */
function open({ count = 1000, kept = 6 } = {}) {
  const asked: number[] = [] // the first sample of each request
  const dropped: number[] = []
  const came: [number, number][] = []
  let waiting: { resolve: () => void; reject: (error: Error) => void }[] = []
  const blocks = openBlocks<number>({
    order: Uint32Array.from({ length: count }, (_, i) => 1000 + i),
    blockSize: 10,
    kept,
    load: (samples) => {
      asked.push(samples[0] ?? -1)
      return new Promise((resolve, reject) => waiting.push({ resolve: () => resolve(samples[0] ?? -1), reject }))
    },
    drop: (content) => void dropped.push(content),
    changed: (first, end) => void came.push([first, end]),
  })
  async function answer(): Promise<void> {
    const now = waiting
    waiting = []
    now.forEach(({ resolve }) => resolve())
    await flushPromises()
  }
  async function answerAll(): Promise<void> {
    while (waiting.length > 0) await answer()
  }
  async function refuse(): Promise<void> {
    const now = waiting
    waiting = []
    now.forEach(({ reject }) => reject(new Error('gone')))
    await flushPromises()
  }
  return { blocks, asked, dropped, came, answer, answerAll, refuse }
}

describe('blocks of samples', () => {
  it('come for what is in view first, then for what is ahead, two at a time', async () => {
    const { blocks, asked, answer, answerAll } = open()
    blocks.want(500, 520)
    expect(asked).toEqual([1500, 1510])
    await answer()
    expect(asked).toEqual([1500, 1510, 1520, 1490])
    await answerAll()
    expect(asked).toEqual([1500, 1510, 1520, 1490, 1530, 1480])
    expect(blocks.at(503)).toEqual({ content: 1500, place: 3 })
    expect(blocks.at(700)).toBeNull()
  })

  it('are not asked for where the view has gone on before their turn came', async () => {
    const { blocks, asked, answerAll } = open()
    blocks.want(0, 60) // six blocks: two are on their way
    blocks.want(900, 910)
    await answerAll()
    expect(asked).not.toContain(1030)
    expect(blocks.at(900)).not.toBeNull()
  })

  it('are asked for once, and kept while they are near', async () => {
    const { blocks, asked, answerAll } = open()
    for (const first of [0, 3, 9]) {
      blocks.want(first, first + 10)
      await answerAll()
    }
    expect(new Set(asked).size).toBe(asked.length)
  })

  it('are dropped when there are too many, those seen least lately first and never those in view', async () => {
    const { blocks, dropped, answerAll } = open({ kept: 4 })
    for (const first of [0, 200, 400]) {
      blocks.want(first, first + 10)
      await answerAll()
    }
    expect(dropped).toContain(1000)
    expect(dropped).not.toContain(1400)
    expect(blocks.at(0)).toBeNull()
    expect(blocks.at(400)).not.toBeNull()
  })

  it('stop at a failure until they are asked to try again', async () => {
    const { blocks, asked, answerAll, refuse } = open()
    blocks.want(0, 10)
    await refuse()
    expect(blocks.failure()).toEqual(new Error('gone'))
    const before = asked.length
    blocks.want(300, 310)
    expect(asked).toHaveLength(before)
    blocks.retry()
    await answerAll()
    expect(blocks.failure()).toBeUndefined()
    expect(blocks.at(300)).not.toBeNull()
  })

  it('give back everything when they are closed, also what comes late', async () => {
    const { blocks, asked, dropped, answer, answerAll } = open()
    blocks.want(0, 10)
    await answer()
    blocks.want(500, 510) // on its way
    blocks.close()
    expect(dropped).toEqual([1000, 1010])
    await answerAll()
    expect(dropped.toSorted()).toEqual(asked.toSorted())
    expect(dropped).toContain(1500)
    expect(blocks.at(0)).toBeNull()
  })

  it('end with the last samples, however few they are', async () => {
    const { blocks, asked, came, answerAll } = open({ count: 25 })
    blocks.want(20, 25)
    await answerAll()
    expect(came).toEqual([
      [20, 25],
      [10, 20],
    ])
    expect(asked).toEqual([1020, 1010])
    expect(blocks.at(24)).toEqual({ content: 1020, place: 4 })
  })
})

describe('the size of a block', () => {
  it('is about a quarter of a megabyte, one sample at least, and no more than the lab gives at once', () => {
    expect(blockSizeFor(784)).toBe(334)
    expect(blockSizeFor(1024 * 1024 * 3)).toBe(1)
    expect(blockSizeFor(4)).toBe(512)
  })
})
