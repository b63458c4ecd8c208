/**
 * Layers that chain: what leaves one goes into the next. Files hold weights as [outputs, inputs] (PyTorch) or as
 * [inputs, outputs] (Keras, most NumPy code); shapes tell which, and where they do not, the file is refused.
 */
import { transposed } from '#engine/tensors'
import type { LayerArrays, NamedArray } from './layer-names'
import type { FileLayer } from './model-file'

/** How all weights of a file are laid out. */
type Orientation = 'outputs-first' | 'inputs-first'

export type Chain = { layers: FileLayer[]; orientation: Orientation; isReordered: boolean } | { problem: string }

/** `usual`: what is taken where the shapes allow both; null where there is no such habit. */
export function chainLayers(layers: readonly LayerArrays[], usual: Orientation | null): Chain {
  const fitting = (['outputs-first', 'inputs-first'] as const).filter((orientation) =>
    layers.every((layer) => fitsBias(layer, orientation)),
  )
  const found = fitting.flatMap((orientation) => {
    const order = chainOf(layers, orientation)
    return order ? [{ orientation, order }] : []
  })
  const chosen = found.length === 1 ? found[0] : found.find(({ orientation }) => orientation === usual)
  if (!chosen) return { problem: found.length > 1 ? ambiguous(layers) : broken(layers) }
  const { orientation, order } = chosen
  return {
    orientation,
    isReordered: order.some((layer, i) => layer !== layers[i]),
    layers: order.map((layer) => layerOf(layer, orientation)),
  }
}

function sizesOf({ weight }: LayerArrays, orientation: Orientation): { inputs: number; outputs: number } {
  const [first = 0, second = 0] = weight.shape
  return orientation === 'outputs-first' ? { inputs: second, outputs: first } : { inputs: first, outputs: second }
}

function fitsBias(layer: LayerArrays, orientation: Orientation): boolean {
  return !layer.bias || layer.bias.shape[0] === sizesOf(layer, orientation).outputs
}

/** As they stand, if they chain; else the one other order in which they do; null if there is none, or several. */
function chainOf(layers: readonly LayerArrays[], orientation: Orientation): readonly LayerArrays[] | null {
  const chains = (order: readonly LayerArrays[]) =>
    order.every((layer, i) => {
      const before = order[i - 1]
      return i === 0 || sizesOf(before, orientation).outputs === sizesOf(layer, orientation).inputs
    })
  if (chains(layers)) return layers
  return onlyOrder(layers, orientation)
}

/**
 * Each layer by what goes into it: as long as no two layers take equally many inputs there is one order at most, which
 * begins with the layer whose inputs no other layer gives.
 */
function onlyOrder(layers: readonly LayerArrays[], orientation: Orientation): LayerArrays[] | null {
  const byInputs = new Map(layers.map((layer) => [sizesOf(layer, orientation).inputs, layer]))
  const given = new Set(layers.map((layer) => sizesOf(layer, orientation).outputs))
  const firsts = layers.filter((layer) => !given.has(sizesOf(layer, orientation).inputs))
  if (byInputs.size < layers.length || firsts.length !== 1) return null
  const order: LayerArrays[] = []
  for (let next = firsts.at(0); next; next = byInputs.get(sizesOf(next, orientation).outputs)) order.push(next)
  return order.length === layers.length ? order : null
}

function layerOf(layer: LayerArrays, orientation: Orientation): FileLayer {
  const { inputs, outputs } = sizesOf(layer, orientation)
  const values = layer.weight.values()
  return {
    ...{ name: layer.name, inputs, outputs },
    weight: orientation === 'outputs-first' ? values : transposed(values, inputs, outputs),
    bias: layer.bias?.values() ?? null,
  }
}

function ambiguous(layers: readonly LayerArrays[]): string {
  return (
    `its shapes (${shapesOf(layers)}) fit both as [inputs, outputs] and as [outputs, inputs]; ` +
    'save it as safetensors with PyTorch’s names (0.weight, 0.bias, …), which are [outputs, inputs]'
  )
}

function broken(layers: readonly LayerArrays[]): string {
  return `its layers do not chain: what leaves one must go into the next, and these are ${shapesOf(layers)}`
}

function shapesOf(layers: readonly LayerArrays[]): string {
  const text = ({ name, shape }: NamedArray) => `${name} [${shape.join(', ')}]`
  const shown = layers.slice(0, 8).flatMap(({ weight, bias }) => [text(weight), ...(bias ? [text(bias)] : [])])
  return shown.join(', ') + (layers.length > 8 ? ', …' : '')
}
