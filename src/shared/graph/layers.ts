/**
 * A graph laid out in columns, inputs to the left and the output to the right: the same graph always the same way.
 *
 * After Sugiyama: what lies between two nodes gets items of its own in the columns between them, first a label with
 * the numbers of the edge, then bends. So no label can lie on another, and edges go around nodes.
 */
import type { Graph, GraphEdge, GraphNode } from './graph'

export interface Item {
  kind: 'node' | 'label' | 'bend'
  /** Of a label or bend: the node that the edge comes from. */
  node: GraphNode
  /** Null for a node, and for the label behind the output. */
  edge: GraphEdge | null
  column: number
}

export interface Columns {
  /** Top to bottom. */
  columns: readonly (readonly Item[])[]
  /** The items that an edge goes through, from its source node to its target node. */
  routes: ReadonlyMap<GraphEdge, readonly Item[]>
  /** Behind the output. */
  outputLabel: Item
  nodeItems: ReadonlyMap<GraphNode, Item>
}

export function layered(graph: Graph): Columns {
  const layers = layersOf(graph)
  const columns: Item[][] = []
  const nodeItems = new Map<GraphNode, Item>()
  const routes = new Map<GraphEdge, Item[]>()
  const put = (item: Item): Item => {
    ;(columns[item.column] ??= []).push(item)
    return item
  }
  const visit = (node: GraphNode): void => {
    for (const edge of graph.edges.filter(({ to }) => to === node)) {
      if (!nodeItems.has(edge.from)) visit(edge.from)
      const [from, to] = [layers.get(edge.from) ?? 0, layers.get(node) ?? 0]
      const between = Array.from({ length: 2 * (to - from) - 1 }, (_, i) => {
        return put({ kind: i === 0 ? 'label' : 'bend', node: edge.from, edge, column: 2 * from + 1 + i })
      })
      routes.set(edge, between)
    }
    nodeItems.set(node, put({ kind: 'node', node, edge: null, column: 2 * (layers.get(node) ?? 0) }))
  }
  visit(graph.output)
  const outputColumn = nodeItems.get(graph.output)?.column ?? 0
  const outputLabel = put({ kind: 'label', node: graph.output, edge: null, column: outputColumn + 1 })
  for (const [edge, between] of routes) {
    const [first, last] = [nodeItems.get(edge.from), nodeItems.get(edge.to)]
    if (first && last) routes.set(edge, [first, ...between, last])
  }
  return {
    columns: untangled(
      Array.from(columns, (column) => column ?? []),
      [...routes.values()],
    ),
    routes,
    outputLabel,
    nodeItems,
  }
}

/** The longest way from an input; inputs and constants stand right before what first uses them. */
function layersOf({ nodes, edges }: Graph): Map<GraphNode, number> {
  const layers = new Map<GraphNode, number>()
  for (const node of nodes) layers.set(node, Math.max(-1, ...node.args.map((arg) => layers.get(arg) ?? 0)) + 1)
  for (const node of nodes.filter(({ args }) => args.length === 0)) {
    const uses = edges.filter(({ from }) => from === node).map(({ to }) => layers.get(to) ?? 1)
    if (uses.length > 0) layers.set(node, Math.min(...uses) - 1)
  }
  return layers
}

const SWEEPS = 8

type Neighbors = ReadonlyMap<Item, { left: readonly Item[]; right: readonly Item[] }>

/** Items go to the middle of their neighbors, column by column, as long as that leaves fewer crossings. */
function untangled(columns: Item[][], routes: readonly Item[][]): Item[][] {
  const neighbors = neighborsOf(columns.flat(), routes)
  let best = columns
  let fewest = crossings(columns, neighbors)
  let current = columns
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    current = swept(current, neighbors, sweep % 2 === 0 ? 'left' : 'right')
    const count = crossings(current, neighbors)
    if (count < fewest) [best, fewest] = [current, count]
  }
  return best
}

export function neighborsOf(items: readonly Item[], routes: readonly (readonly Item[])[]): Neighbors {
  const neighbors = new Map(items.map((item) => [item, { left: [] as Item[], right: [] as Item[] }]))
  for (const route of routes) {
    route.slice(1).forEach((item, i) => {
      const before = route[i]
      if (!before) return
      neighbors.get(before)?.right.push(item)
      neighbors.get(item)?.left.push(before)
    })
  }
  return neighbors
}

function swept(columns: readonly Item[][], neighbors: Neighbors, side: 'left' | 'right'): Item[][] {
  const next = columns.map((column) => [...column])
  const order = side === 'left' ? next : [...next].reverse()
  const places = placesOf(next)
  for (const column of order) {
    const middle = new Map(
      column.map((item) => {
        const near = (neighbors.get(item)?.[side] ?? []).map((each) => places.get(each) ?? 0)
        return [item, near.length === 0 ? (places.get(item) ?? 0) : near.reduce((a, b) => a + b, 0) / near.length]
      }),
    )
    column.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0)) // stable: ties stay as they are
    column.forEach((item, i) => places.set(item, i))
  }
  return next
}

function placesOf(columns: readonly (readonly Item[])[]): Map<Item, number> {
  return new Map(columns.flatMap((column) => column.map((item, i): [Item, number] => [item, i])))
}

function crossings(columns: readonly (readonly Item[])[], neighbors: Neighbors): number {
  const places = placesOf(columns)
  return columns.reduce((count, column) => {
    const ends = column.flatMap((item) =>
      (neighbors.get(item)?.right ?? []).map((to) => places.get(to) ?? 0).sort((a, b) => a - b),
    )
    return count + inversions(ends)
  }, 0)
}

/** How many pairs are in the wrong order, by merging: n log n, as a column may hold hundreds. */
function inversions(values: readonly number[]): number {
  if (values.length < 2) return 0
  const half = values.length >> 1
  const [left, right] = [values.slice(0, half), values.slice(half)]
  const count = inversions(left) + inversions(right)
  left.sort((a, b) => a - b)
  right.sort((a, b) => a - b)
  let [passed, crossed] = [0, 0]
  for (const value of left) {
    while (passed < right.length && (right[passed] ?? 0) < value) passed++
    crossed += passed
  }
  return count + crossed
}
