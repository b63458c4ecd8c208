/**
 * The size string that people type: `784-64-10`, units by layer from the input to the output.
 */
import { LIMITS } from '#shared/experiment'
import { SIZE_SEPARATOR } from '#shared/paper/count'

export interface NetworkEnds {
  inputs: number
  outputs: number
  /** What the inputs are, where it is shown: "pixels", "features". */
  inputWord?: string
  /** Title of the data set. */
  dataset: string
  /** Why there are so many outputs: "MNIST has 10 classes". */
  outputsReason: string
}

export type SizeReading = { ok: true; hidden: number[] } | { ok: false; message: string }

export function readSizeString(text: string, { inputs, outputs, dataset, outputsReason }: NetworkEnds): SizeReading {
  const example = `expected such as ${inputs}-64-${outputs}`
  const parts = text.trim().split(SIZE_SEPARATOR)
  const odd = parts.find((part) => !/^\d+$/.test(part))
  if (odd !== undefined) {
    return { ok: false, message: odd === '' ? `A size is missing; ${example}` : `“${odd}” is not a size; ${example}` }
  }
  const sizes = parts.map(Number)
  if (sizes.length < 2) return { ok: false, message: `One size is not a network; ${example}` }
  if (sizes[0] !== inputs)
    return { ok: false, message: `${dataset} has ${inputs} inputs, got ${sizes[0]} as the first` }
  const last = sizes.at(-1)
  if (last !== outputs) return { ok: false, message: `${outputsReason}, got ${last} as the last` }
  const hidden = sizes.slice(1, -1)
  const wrong = hidden.find((size) => size < 1 || size > LIMITS.units)
  if (wrong !== undefined) return { ok: false, message: `1 … ${LIMITS.units} units in a layer, got ${wrong}` }
  if (hidden.length > LIMITS.layers) {
    return { ok: false, message: `At most ${LIMITS.layers} hidden layers, got ${hidden.length}` }
  }
  return { ok: true, hidden }
}
