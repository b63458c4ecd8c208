/**
 * A graph as it is drawn, in pixels: values above each edge, gradients below. The page and the exported file draw the
 * same shapes.
 */
import { textWidth } from '../figures/text-width'
import { operationOf, type EdgeGradient, type Evaluation } from './evaluate'
import type { Graph, GraphEdge, GraphNode } from './graph'
import { heightsOf } from './heights'
import { layered, type Item } from './layers'
import { numberText } from './notation'

export interface NodeShape {
  node: GraphNode
  x: number
  y: number
  width: number
  height: number
  /** The operation's sign, the input's name, the constant's number. */
  text: string
  /** Under the node: the name of an operation. */
  caption: string
  /** The sum, under a node that is used more than once. */
  total: string | null
}

export interface EdgeShape {
  /** Null: the end of the output. */
  edge: GraphEdge | null
  node: GraphNode
  path: string
  /** The middle of the line between both numbers. */
  x: number
  y: number
  value: string
  /** What this use adds; null where no gradient flows. */
  gradient: string | null
}

export interface Drawing {
  width: number
  height: number
  nodes: readonly NodeShape[]
  edges: readonly EdgeShape[]
}

export const SIZES = { text: 13, symbol: 15, caption: 11, nodeHeight: 32, arrow: 6 } as const

const DIGITS = 5
const MARGIN = 8
const COLUMN_GAP = 24
const OUTPUT_END = 16
/** A label: a line of text above and one below. */
const LABEL_HEIGHT = 44
const BEND_HEIGHT = 20
/** A node and a gap; an operation with its caption, for which there is as much room above, to stay centered. */
const INPUT_ROOM = 48
const NODE_ROOM = 66
const PORT_GAP = 10

export function drawGraph(evaluation: Evaluation): Drawing {
  const { graph } = evaluation
  const columns = layered(graph)
  const heights = heightsOf(columns, heightOf)
  const texts = new Map(columns.columns.flat().map((item) => [item, textsOf(item, evaluation)]))
  const widthOf = (item: Item) => widthOfItem(item, texts.get(item) ?? [])
  const middles = columnMiddles(columns.columns, widthOf)
  const place = (item: Item): Place => {
    return { x: middles[item.column] ?? 0, y: MARGIN + (heights.get(item) ?? 0), width: widthOf(item) }
  }
  const nodes = [...columns.nodeItems.values()].map((item) => nodeShape(item.node, place(item), evaluation))
  const edges = [...columns.routes].map(([edge, route]): EdgeShape => {
    const label = place(route[1] ?? columns.outputLabel)
    const [value = '', gradient = null] = texts.get(route[1] ?? columns.outputLabel) ?? []
    return {
      edge,
      node: edge.from,
      path: pathOf(route.map(place), portOf(edge, graph, heights, route)),
      x: label.x,
      y: label.y,
      value,
      gradient,
    }
  })
  const end = outputEnd(columns.outputLabel, columns.nodeItems.get(graph.output), place)
  const [value = '', gradient = null] = texts.get(columns.outputLabel) ?? []
  const all = [
    ...nodes.map(({ y, height }) => y + height / 2 + SIZES.caption),
    ...edges.map(({ y }) => y + LABEL_HEIGHT / 2),
    end.y + LABEL_HEIGHT / 2,
  ]
  return {
    width: Math.ceil(end.right + MARGIN),
    height: Math.ceil(Math.max(...all) + MARGIN),
    nodes,
    edges: [...edges, { edge: null, node: graph.output, path: end.path, x: end.x, y: end.y, value, gradient }],
  }
}

interface Place {
  x: number
  y: number
  width: number
}

function heightOf({ kind, node }: Item): number {
  if (kind === 'node') return node.kind === 'operation' ? NODE_ROOM : INPUT_ROOM
  return kind === 'label' ? LABEL_HEIGHT : BEND_HEIGHT
}

/** Of a label: value and gradient. Of a node: what is in it. */
function textsOf(item: Item, evaluation: Evaluation): string[] {
  const { values, gradients, backward } = evaluation
  if (item.kind === 'bend') return []
  if (item.kind === 'node') return [nodeText(item.node)]
  const value = numberText(values.get(item.node) ?? NaN, DIGITS)
  const gradient = item.edge === null ? gradients.get(item.node) : productOn(item.edge, backward)
  return gradient === undefined ? [value] : [value, numberText(gradient, DIGITS)]
}

export function productOn(edge: GraphEdge, backward: readonly EdgeGradient[]): number | undefined {
  return backward.find((each) => each.edge === edge)?.product
}

function nodeText(node: GraphNode): string {
  if (node.kind === 'constant') return numberText(node.value ?? NaN, DIGITS)
  return operationOf(node)?.symbol ?? node.name
}

function widthOfItem({ kind, node }: Item, texts: readonly string[]): number {
  if (kind === 'bend') return 0
  const size = kind === 'node' && node.kind === 'operation' ? SIZES.symbol : SIZES.text
  const width = Math.max(...texts.map((text) => textWidth(text, size, 600)))
  return kind === 'label' ? width + 8 : Math.max(SIZES.nodeHeight, width + 18)
}

function columnMiddles(columns: readonly (readonly Item[])[], widthOf: (item: Item) => number): number[] {
  let left = MARGIN
  return columns.map((column) => {
    const width = Math.max(0, ...column.map(widthOf))
    const middle = left + width / 2
    left += width + COLUMN_GAP
    return middle
  })
}

function nodeShape(node: GraphNode, { x, y, width }: Place, { backward, gradients }: Evaluation): NodeShape {
  const uses = backward.filter(({ edge }) => edge.from === node).length
  return {
    node,
    x,
    y,
    width,
    height: SIZES.nodeHeight,
    text: nodeText(node),
    caption: node.kind === 'operation' ? node.name : '',
    total: uses > 1 ? numberText(gradients.get(node) ?? NaN, DIGITS) : null,
  }
}

/** How far above or below the target's middle its edge arrives, so that edges do not meet before it. */
function portOf(edge: GraphEdge, { edges }: Graph, heights: ReadonlyMap<Item, number>, route: readonly Item[]): number {
  const arriving = edges.filter(({ to }) => to === edge.to)
  if (arriving.length < 2) return 0
  const gap = Math.min(PORT_GAP, (SIZES.nodeHeight - 8) / (arriving.length - 1))
  const before = route.at(-2)
  const own = before ? (heights.get(before) ?? 0) : 0
  const target = heights.get(route.at(-1) ?? route[0] ?? ({} as Item)) ?? 0
  const middle = (edge.place - (arriving.length - 1) / 2) * gap
  // an edge that comes from below must not arrive above its neighbor
  return Math.sign(own - target) === -Math.sign(middle) && arriving.length === 2 ? -middle : middle
}

/** From the right of the source, flat through its label, around what lies between, to the left of the target. */
function pathOf(places: readonly Place[], port: number): string {
  const [first, ...rest] = places
  const last = rest.pop()
  if (!first || !last) return ''
  let [x, y] = [first.x + first.width / 2, first.y]
  const parts = [`M${short(x)} ${short(y)}`]
  const curve = (toX: number, toY: number) => {
    const middle = (x + toX) / 2
    parts.push(`C${short(middle)} ${short(y)} ${short(middle)} ${short(toY)} ${short(toX)} ${short(toY)}`)
    ;[x, y] = [toX, toY]
  }
  for (const place of rest) {
    curve(place.x - place.width / 2, place.y)
    if (place.width > 0) parts.push(`H${short((x = place.x + place.width / 2))}`)
  }
  curve(last.x - last.width / 2 - SIZES.arrow, last.y + port)
  return parts.join('')
}

function outputEnd(label: Item, node: Item | undefined, place: (item: Item) => Place) {
  const at = place(label)
  const from = node ? place(node) : at
  const right = at.x + at.width / 2 + OUTPUT_END
  return {
    x: at.x,
    y: from.y,
    right,
    path: `M${short(from.x + from.width / 2)} ${short(from.y)}H${short(right - SIZES.arrow)}`,
  }
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10)
}
