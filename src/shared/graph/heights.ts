/**
 * How high the items of a layered graph lie: each near the middle of its neighbors, none on another.
 */
import { neighborsOf, type Columns, type Item } from './layers'

/** Rounds until nothing moves any more; fewer for graphs that are too large to be looked at closely. */
const ROUNDS = 60
const MOVES = 40_000
/** What lies on a long edge goes straight rather than anything else. */
const STRAIGHT = 6

/** The vertical middle of each item; the topmost edge of all is at 0. `heightOf` includes the gap to the next one. */
export function heightsOf(
  { columns, routes, outputLabel, nodeItems }: Columns,
  heightOf: (item: Item) => number,
): Map<Item, number> {
  const output = nodeItems.get(outputLabel.node)
  const lines = [...routes.values(), ...(output ? [[output, outputLabel]] : [])]
  const neighbors = neighborsOf(columns.flat(), lines)
  const heights = new Map(columns.flatMap((column) => [...stacked(column, heightOf)]))
  const rounds = Math.min(ROUNDS, Math.ceil(MOVES / heights.size))
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? columns : [...columns].reverse()
    for (const column of order) {
      const wanted = column.map((item) => {
        const { left = [], right = [] } = neighbors.get(item) ?? {}
        return pulled(item, [...left, ...right], heights)
      })
      spread(column, wanted, heightOf).forEach((height, i) => {
        const item = column[i]
        if (item) heights.set(item, height)
      })
    }
  }
  const top = Math.min(...columns.flat().map((item) => (heights.get(item) ?? 0) - heightOf(item) / 2))
  return new Map([...heights].map(([item, height]) => [item, height - top]))
}

/** The weighted middle of the neighbors; where it is if there are none. */
function pulled(item: Item, neighbors: readonly Item[], heights: ReadonlyMap<Item, number>): number {
  let [sum, weights] = [0, 0]
  for (const each of neighbors) {
    const weight = item.kind !== 'node' && each.kind !== 'node' ? STRAIGHT : 1
    sum += weight * (heights.get(each) ?? 0)
    weights += weight
  }
  return weights === 0 ? (heights.get(item) ?? 0) : sum / weights
}

function stacked(column: readonly Item[], heightOf: (item: Item) => number): Map<Item, number> {
  let top = 0
  return new Map(
    column.map((item) => {
      const height = heightOf(item)
      top += height
      return [item, top - height / 2]
    }),
  )
}

interface Block {
  mean: number
  count: number
}

/**
 * The places nearest to those that are wanted, by least squares, which keep the order and the distances: without the
 * distances this is isotonic regression, solved by pooling neighbors that are in each other's way.
 */
function spread(column: readonly Item[], wanted: readonly number[], heightOf: (item: Item) => number): number[] {
  const places = stacked(column, heightOf)
  const offsets = column.map((item) => places.get(item) ?? 0)
  const blocks: Block[] = []
  offsets.forEach((offset, i) => {
    let block: Block = { mean: (wanted[i] ?? 0) - offset, count: 1 }
    for (let last = blocks.at(-1); last && last.mean > block.mean; last = blocks.at(-1)) {
      blocks.pop()
      const count = last.count + block.count
      block = { mean: (last.mean * last.count + block.mean * block.count) / count, count }
    }
    blocks.push(block)
  })
  const means = blocks.flatMap(({ mean, count }) => Array.from({ length: count }, () => mean))
  return means.map((mean, i) => mean + (offsets[i] ?? 0))
}
