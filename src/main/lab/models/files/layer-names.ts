/**
 * What arrays of a file are called, and what that says of them: `fc1.weight` and `fc1.bias`, `W1` and `b1`,
 * `dense/kernel` and `dense/bias`, or `arr_0`, `arr_1`, … in the order of Keras' get_weights().
 */

export interface NamedArray {
  name: string
  shape: readonly number[]
  /** Row-major. */
  values(): Float32Array
}

/** The arrays of one layer. */
export interface LayerArrays {
  name: string
  weight: NamedArray
  bias: NamedArray | null
}

export type GroupedArrays = { layers: LayerArrays[] } | { problem: string }

const BEHIND = /^(?:(.*?)[./_:-])?(weights?|kernel|biase?s?|W|w|b)$/
const BEFORE = /^(weights?|kernel|biase?s?|W|w|b)[._-]?(\d{1,6})$/
const COUNTED = /^(?:arr|param)_(\d{1,6})$/

/** In the order of their names, numbers by their size: `layer2` before `layer10`. */
export function groupArrays(arrays: readonly NamedArray[]): GroupedArrays {
  const counted = arrays.map(({ name }) => COUNTED.exec(name)?.[1])
  if (arrays.length > 0 && counted.every((number) => number !== undefined)) return groupInOrder(arrays)
  const groups = new Map<string, { weight?: NamedArray; bias?: NamedArray }>()
  for (const array of arrays) {
    const named = roleOf(array.name)
    if (!named) return { problem: `"${array.name}" is neither a weight nor a bias of a dense layer` }
    const group = groups.get(named.layer) ?? {}
    if (group[named.role]) return { problem: `there are two arrays for the ${named.role} of layer "${named.layer}"` }
    groups.set(named.layer, { ...group, [named.role]: array })
  }
  const names = [...groups.keys()].sort(byNumbers)
  return collect(names.map((name) => ({ name, ...groups.get(name) })))
}

function roleOf(name: string): { layer: string; role: 'weight' | 'bias' } | null {
  const [, layer = '', behind] = BEHIND.exec(name) ?? []
  const [, before, number = ''] = BEFORE.exec(name) ?? []
  const word = behind ?? before
  if (word === undefined) return null
  return { layer: behind === undefined ? number : layer, role: word.startsWith('b') ? 'bias' : 'weight' }
}

/** A matrix begins a layer; a vector behind it is its bias. */
function groupInOrder(arrays: readonly NamedArray[]): GroupedArrays {
  const layers: { name: string; weight?: NamedArray; bias?: NamedArray }[] = []
  for (const array of arrays.toSorted((a, b) => byNumbers(a.name, b.name))) {
    const last = layers.at(-1)
    if (array.shape.length === 2) layers.push({ name: array.name, weight: array })
    else if (last && !last.bias) last.bias = array
    else return { problem: `"${array.name}" [${array.shape.join(', ')}] should be a matrix: the weights of a layer` }
  }
  return collect(layers)
}

function collect(layers: readonly { name: string; weight?: NamedArray; bias?: NamedArray }[]): GroupedArrays {
  const whole: LayerArrays[] = []
  for (const { name, weight, bias } of layers) {
    if (!weight) return { problem: `layer "${name}" has a bias and no weights` }
    if (weight.shape.length !== 2) return { problem: notDense(weight) }
    if (bias && bias.shape.length !== 1) return { problem: notDense(bias) }
    whole.push({ name, weight, bias: bias ?? null })
  }
  return whole.length === 0 ? { problem: 'there is no dense layer in it' } : { layers: whole }
}

function notDense({ name, shape }: NamedArray): string {
  return `"${name}" is [${shape.join(', ')}]: a dense layer has a matrix of weights and a vector of biases`
}

function byNumbers(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
