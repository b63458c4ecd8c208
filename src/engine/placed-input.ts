/** What turns values into inputs, written where the kernels read it: a run's or a model's that is looked into. */
import type { InputScaling } from './input-scaling'
import { WEIGHT_BLOCK } from './layout'
import type { Hand, Run } from './network'
import type { Views } from './memory'
import { foldRows } from './update'

/** Tables, scales and shifts of a run whose block is filled with zeros. */
export function placeInput({ plan, layout, data }: Run, { f32, f64 }: Views, scaling: InputScaling): void {
  const { input } = layout
  const divisor = plan.scaling === 'unit' ? 255 : 1
  for (let byte = 0; byte < 256; byte++) f32[(input.table >>> 2) + byte] = byte / divisor
  const floats = (address: number) => f32.subarray(address >>> 2, (address >>> 2) + data.pixels)
  floats(input.scales).fill(1)
  if (input.shift === 'none') return
  const each = (values: Float64Array) =>
    values.length === data.pixels ? values : new Float64Array(data.pixels).fill(values[0])
  const [mean, deviation] = [each(scaling.shift), each(scaling.divisor)]
  // a feature that never changes tells nothing: it is 0 everywhere, and its weights get no gradient at all
  const inverse = deviation.map((one) => (one > 0 ? 1 / one : 0))
  const moments = input.moments >>> 3
  ;[mean, inverse, deviation].forEach((values, i) => f64.set(values, moments + i * data.pixels))
  if (input.shift === 'folded') {
    floats(input.scales).set(inverse)
    floats(input.shifts).set(mean.map((one, p) => -one * inverse[p]))
  }
}

/** The shifts into the bias of the first layer, whose weights are there. */
export function foldInput(hand: Hand): void {
  const { layout } = hand.run
  if (layout.input.shift !== 'folded') return
  const { inputs } = layout.layers[0]
  for (let row = 0; row < inputs; row += WEIGHT_BLOCK) foldRows(hand, row, Math.min(WEIGHT_BLOCK, inputs - row))
}
