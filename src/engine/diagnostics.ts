/**
 * What goes on inside the network, looked at by worker 0 between barriers: norms that the update left in a table, and
 * the activations of the step's last slab.
 */
import type { LayerDiagnostics } from '#shared/run'
import { HISTOGRAM_BINS } from './control'
import type { ActivationKind } from './kernels'
import { weightBlocks, type LayerLayout } from './layout'
import type { Views } from './memory'
import type { Run } from './network'

/**
 * From the output y to f′ over its maximum, for activations that saturate on both sides: σ′ = y(1 − y) ≤ ¼,
 * tanh′ = 1 − y² ≤ 1; the improved sigmoid is a tanh 1.7159 high.
 */
const RELATIVE_SLOPE: Partial<Record<ActivationKind, (y: number) => number>> = {
  sigmoid: (y) => 4 * y * (1 - y),
  tanh: (y) => 1 - y * y,
  'improved-sigmoid': (y) => 1 - (y / 1.7159) ** 2,
}
const SATURATED = 0.05

/** After an observed step. `rows`: of its last slab. */
export function diagnose({ plan, layout }: Run, views: Views, rows: number): LayerDiagnostics[] {
  return layout.layers.map((layer, i) => {
    const values = activationsOf(views, layer, layout.batch.activations[i], rows)
    const kind = i < plan.activations.length ? plan.activations[i].kind : null
    return {
      ...normsOf(layer, layout.norms, views),
      saturated: saturatedShare(values, kind),
      dead: kind === 'relu' ? deadShare(values, layer.outputs) : null,
      histogram: histogramOf(values),
    }
  })
}

/** The first layer whose sums are not finite numbers in these rows, in words; null if all are. */
export function findOverflow({ layout }: Run, views: Views, rows: number): string | null {
  const last = layout.layers.length - 1
  const at = layout.layers.findIndex((layer, i) =>
    activationsOf(views, layer, layout.batch.sums[i], rows).some((value) => !Number.isFinite(value)),
  )
  if (at < 0) return null
  return at === last ? 'the output layer' : `hidden layer ${at + 1}`
}

/** f32[rows · outputs], row by row, without the padding. */
function activationsOf({ f32 }: Views, { outputs, ldw }: LayerLayout, address: number, rows: number): Float32Array {
  const values = new Float32Array(rows * outputs)
  for (let r = 0; r < rows; r++) {
    const at = (address + r * ldw) >>> 2
    values.set(f32.subarray(at, at + outputs), r * outputs)
  }
  return values
}

function normsOf(layer: LayerLayout, { address, blocks }: Run['layout']['norms'], { f64 }: Views) {
  const count = weightBlocks(layer) + 1 // and the biases
  const norm = (kind: number) => {
    const at = (address >>> 3) + kind * blocks + layer.normsAt
    return Math.sqrt(f64.subarray(at, at + count).reduce((sum, square) => sum + square, 0))
  }
  return { gradientNorm: norm(0), updateNorm: norm(1), weightNorm: norm(2) }
}

/** Null where the activation does not saturate on both sides. */
export function saturatedShare(values: Float32Array, kind: ActivationKind | null): number | null {
  const slope = kind && RELATIVE_SLOPE[kind]
  if (!slope) return null
  let saturated = 0
  for (const value of values) if (slope(value) < SATURATED) saturated++
  return saturated / values.length
}

/** Of the units of a ReLU layer. `values`: f32[rows, units] */
export function deadShare(values: Float32Array, units: number): number {
  const isAlive = new Uint8Array(units)
  values.forEach((value, i) => (isAlive[i % units] |= value > 0 ? 1 : 0))
  return 1 - isAlive.reduce((sum, alive) => sum + alive, 0) / units
}

/** In HISTOGRAM_BINS equal bins. */
export function histogramOf(values: Float32Array): LayerDiagnostics['histogram'] {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0)
  const width = (high - low) / HISTOGRAM_BINS
  for (const value of values) counts[width > 0 ? Math.min(HISTOGRAM_BINS - 1, Math.floor((value - low) / width)) : 0]++
  return { low, high, counts }
}
