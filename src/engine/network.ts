/**
 * The network over a range of rows: forward, loss, and back to the gradients of the sums.
 *
 * Everything here is done by one worker for its own rows; a row's values do not depend on the other rows.
 */
import type { Kernels } from './kernels'
import { skipsZeros, type PassLayout, type RunLayout } from './layout'
import type { PlacedDataset, PlacedPart } from './data'
import type { EngineActivation, TrainingPlan } from './plan'

/** What all functions of a run need, and what never changes during it. */
export interface Run {
  plan: TrainingPlan
  layout: RunLayout
  data: PlacedDataset
}

/** Rows [begin, begin + count) of a pass; `order` is the address of the u32 sample number of row `begin`. */
export interface Rows {
  begin: number
  count: number
  order: number
}

/** From bytes to the sums of the output layer. */
export function forward(
  kernels: Kernels,
  { plan, layout, data }: Run,
  pass: PassLayout,
  part: PlacedPart,
  rows: Rows,
): void {
  const { begin, count, order } = rows
  let input = pass.inputs + begin * layout.ldx
  let ld = layout.ldx
  kernels.gather(order, count, part.images, data.pixels, layout.table, input, ld)
  layout.layers.forEach(({ inputs, outputs, ldw, parameters }, i) => {
    const product = i === 0 && skipsZeros(data) ? kernels.sparseForward : kernels.denseForward
    const { weights, biases } = parameters
    const output = pass.activations[i] + begin * ldw
    product(input, ld, weights, ldw, biases, 0, output, ldw, count, outputs, inputs)
    if (i < plan.activations.length) activate(kernels, plan.activations[i], output, ldw, count, outputs)
    input = output
    ld = ldw
  })
}

/** Loss and hits of rows whose forward pass is done; with `scale`, also the gradient of the output layer's sums. */
export function measure(
  kernels: Kernels,
  { layout }: Run,
  pass: PassLayout,
  part: PlacedPart,
  rows: Rows,
  scale?: number,
): void {
  const { begin, count, order } = rows
  const i = layout.layers.length - 1
  const { outputs, ldw, deltas } = layout.layers[i]
  const sums = pass.activations[i] + begin * ldw
  const gradient = scale === undefined ? 0 : deltas + begin * ldw
  const losses = pass.losses + begin * 4
  const hits = pass.correct + begin
  kernels.softmaxCrossEntropy(sums, ldw, count, outputs, order, part.labels, scale ?? 0, gradient, ldw, losses, hits)
}

/** From the gradient of the output layer's sums to that of every layer's. */
export function backward(kernels: Kernels, { plan, layout }: Run, { begin, count }: Rows): void {
  for (let i = layout.layers.length - 1; i > 0; i--) {
    const { outputs, ldw, ldt, transposed, deltas } = layout.layers[i]
    const before = layout.layers[i - 1]
    const from = deltas + begin * ldw
    const to = before.deltas + begin * before.ldw
    kernels.denseBackwardInputs(
      from,
      ldw,
      transposed,
      ldt,
      layout.zeros,
      0,
      to,
      before.ldw,
      count,
      before.outputs,
      outputs,
    )
    const output = layout.batch.activations[i - 1] + begin * before.ldw
    activateBackward(kernels, plan.activations[i - 1], to, output, before.ldw, count, before.outputs)
  }
}

function activate(
  kernels: Kernels,
  kind: EngineActivation,
  a: number,
  ld: number,
  rows: number,
  columns: number,
): void {
  if (kind === 'sigmoid') kernels.sigmoid(a, ld, rows, columns)
  else kernels.relu(a, ld, rows, columns)
}

function activateBackward(
  kernels: Kernels,
  kind: EngineActivation,
  d: number,
  a: number,
  ld: number,
  rows: number,
  columns: number,
): void {
  if (kind === 'sigmoid') kernels.sigmoidBackward(d, ld, a, ld, rows, columns)
  else kernels.reluBackward(d, ld, a, ld, rows, columns)
}
