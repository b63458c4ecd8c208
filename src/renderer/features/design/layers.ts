/**
 * Hidden layers as the designer edits them. A layer may hold what was typed wrongly, so all of it is loose data;
 * every function answers with a new list.
 */
export type LooseLayer = Record<string, unknown>

export const FIRST_LAYER: LooseLayer = { units: 64, activation: 'sigmoid' }

export function asLayers(value: unknown): LooseLayer[] {
  if (!Array.isArray(value)) return []
  return value.map((layer: unknown) =>
    typeof layer === 'object' && layer !== null ? (layer as LooseLayer) : { units: layer },
  )
}

/** A new last layer, like the one before it. */
export function withLayerAdded(layers: readonly LooseLayer[]): LooseLayer[] {
  return [...layers, { ...(layers.at(-1) ?? FIRST_LAYER) }]
}

export function withoutLayer(layers: readonly LooseLayer[], at: number): LooseLayer[] {
  return layers.filter((_, i) => i !== at)
}

/** The layer at `from` takes the place `to`; out of range, nothing moves. */
export function withLayerMoved(layers: readonly LooseLayer[], from: number, to: number): LooseLayer[] {
  const moved = layers[from]
  if (!moved || to < 0 || to >= layers.length) return [...layers]
  const rest = withoutLayer(layers, from)
  return [...rest.slice(0, to), moved, ...rest.slice(to)]
}

/** As many layers as there are sizes. A layer keeps its activation; a new one is like the last one there was. */
export function withSizes(layers: readonly LooseLayer[], sizes: readonly number[]): LooseLayer[] {
  const model = layers.at(-1) ?? FIRST_LAYER
  return sizes.map((units, i) => ({ ...(layers[i] ?? model), units }))
}

/** The size string of what is there; what is no number yet is shown as "?". */
export function looseSizeString(layers: readonly LooseLayer[], inputs: number, outputs: number): string {
  const hidden = layers.map((layer) => (typeof layer.units === 'number' ? layer.units : '?'))
  return [inputs, ...hidden, outputs].join('-')
}
