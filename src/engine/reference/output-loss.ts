/**
 * Output layers with their losses, one row at a time, in float64.
 *
 * All but softmax with cross-entropy are rare, and a row has as many numbers as there are classes: the compiled sets
 * of kernels use these very functions.
 */
import type { OutputLoss, OutputLossKind } from '../kernels'
import type { Views } from '../memory'
import { mapRecord } from './records'

/** One row on its way. The arrays have a number for each unit. */
interface Row {
  readonly units: number
  /** Sums. */
  readonly z: Float64Array
  /** Targets, before smoothing. */
  readonly t: Float64Array
  readonly smoothing: number
  /** The output: written by the loss. */
  readonly y: Float64Array
  /** Gradient of the loss with respect to z: written by the loss. */
  readonly dz: Float64Array
}

/** Writes output and gradient, returns the loss. */
type RowLoss = (row: Row) => number

const ROW_LOSSES: Readonly<Record<OutputLossKind, RowLoss>> = {
  'softmax-cross-entropy': (row) => {
    softmax(row.z, row.y, row.units)
    return crossEntropy(row.z, row, row.dz)
  },
  'softmax-twice-cross-entropy': (row) => {
    softmax(row.z, row.y, row.units)
    const loss = crossEntropy(row.y, row, row.dz)
    backThroughSoftmax(row)
    return loss
  },
  'sigmoid-binary-cross-entropy': binaryCrossEntropy,
  'softmax-squared-error': (row) => {
    softmax(row.z, row.y, row.units)
    const loss = squaredError(row)
    backThroughSoftmax(row)
    return loss
  },
  'sigmoid-squared-error': (row) => {
    for (let n = 0; n < row.units; n++) row.y[n] = sigmoid(row.z[n])
    const loss = squaredError(row)
    for (let n = 0; n < row.units; n++) row.dz[n] = row.dz[n] * row.y[n] * sigmoid(-row.z[n])
    return loss
  },
  'linear-squared-error': (row) => {
    row.y.set(row.z)
    return squaredError(row)
  },
}

/** 2⁻¹²⁶: below it float32 has denormals only, with which products are slow. */
const SMALLEST_NORMAL = 2 ** -126

export function outputLosses(views: Views): Readonly<Record<OutputLossKind, OutputLoss>> {
  return mapRecord(ROW_LOSSES, (lossOf) => outputLoss(views, lossOf))
}

function outputLoss({ f32, u32, u8 }: Views, lossOf: RowLoss): OutputLoss {
  let buffers = takeBuffers(0)

  return (z, ldz, rows, units, order, labels, smoothing, scale, dz, lddz, loss, correct) => {
    if (buffers.z.length !== units) buffers = takeBuffers(units)
    const row = { ...buffers, units, smoothing }
    for (let r = 0; r < rows; r++) {
      const from = (z + r * ldz) >>> 2
      const label = u8[labels + u32[(order >>> 2) + r]]
      for (let n = 0; n < units; n++) {
        row.z[n] = f32[from + n]
        row.t[n] = units === 1 ? label : n === label ? 1 : 0
      }
      f32[(loss >>> 2) + r] = lossOf(row)
      u8[correct + r] = answer(row) === label ? 1 : 0
      if (dz === 0) continue
      const to = (dz + r * lddz) >>> 2
      for (let n = 0; n < units; n++) {
        const gradient = row.dz[n] * scale
        f32[to + n] = Math.abs(gradient) < SMALLEST_NORMAL ? 0 : gradient
      }
    }
  }
}

/** Of one row: what leaves the output layer, the loss, and its gradient with respect to the sums. `z`: f64[units]. */
export function lossOfRow(kind: OutputLossKind, z: Float64Array, label: number, smoothing: number) {
  const units = z.length
  const row = { ...takeBuffers(units), z, units, smoothing }
  for (let n = 0; n < units; n++) row.t[n] = units === 1 ? label : n === label ? 1 : 0
  const loss = ROW_LOSSES[kind](row)
  return { values: row.y, loss, gradient: row.dz }
}

function takeBuffers(units: number) {
  const [z, t, y, dz] = Array.from({ length: 4 }, () => new Float64Array(units))
  return { z, t, y, dz }
}

function answer({ units, z, y }: Row): number {
  if (units === 1) return y[0] > 0.5 ? 1 : 0
  return placeOfLargest(z, units)
}

function placeOfLargest(numbers: Float64Array, units: number): number {
  let place = 0
  for (let n = 1; n < units; n++) if (numbers[n] > numbers[place]) place = n
  return place
}

function softmax(from: Float64Array, to: Float64Array, units: number): void {
  const largest = from[placeOfLargest(from, units)]
  let sum = 0
  for (let n = 0; n < units; n++) {
    to[n] = Math.exp(from[n] - largest)
    sum += to[n]
  }
  for (let n = 0; n < units; n++) to[n] = to[n] / sum
}

/**
 * −Σ t ln softmax(sums), and its gradient with respect to the sums. A target of 0 leaves its unit out, so that the
 * logarithm of a softmax of 0 harms nobody.
 */
function crossEntropy(sums: Float64Array, { units, t, smoothing }: Row, gradient: Float64Array): number {
  const largest = sums[placeOfLargest(sums, units)]
  const powers = gradient
  let total = 0
  for (let n = 0; n < units; n++) {
    powers[n] = Math.exp(sums[n] - largest)
    total += powers[n]
  }
  const logTotal = Math.log(total)
  let loss = 0
  let targets = 0 // 1, but for a single unit
  for (let n = 0; n < units; n++) {
    const target = smooth(t[n], smoothing, units)
    targets += target
    if (target !== 0) loss += target * (logTotal - (sums[n] - largest))
  }
  for (let n = 0; n < units; n++) {
    gradient[n] = (powers[n] * targets - smooth(t[n], smoothing, units) * total) / total
  }
  return loss
}

function smooth(target: number, smoothing: number, kinds: number): number {
  return (1 - smoothing) * target + smoothing / kinds
}

/** −Σ (t ln y + (1 − t) ln(1 − y)) as Σ (ln(1 + eᶻ) − t·z), which no z makes infinite. */
function binaryCrossEntropy({ units, z, t, smoothing, y, dz }: Row): number {
  let loss = 0
  for (let n = 0; n < units; n++) {
    const target = smooth(t[n], smoothing, 2)
    y[n] = sigmoid(z[n])
    // y − t, written so that it keeps its digits where it is near 0
    dz[n] = (1 - target) * y[n] - target * sigmoid(-z[n])
    // ln(1 + eᶻ) − t·z of z or, the other way round, of −z
    const away = z[n] > 0 ? (1 - target) * z[n] : -target * z[n]
    loss += away + Math.log1p(Math.exp(-Math.abs(z[n])))
  }
  return loss
}

/** ½ Σ (y − t)², and its gradient with respect to y. */
function squaredError({ units, t, y, dz }: Row): number {
  let sum = 0
  for (let n = 0; n < units; n++) {
    dz[n] = y[n] - t[n]
    sum += dz[n] * dz[n]
  }
  return 0.5 * sum
}

/** Turns dz from the gradient with respect to y, a softmax, into that with respect to z: y · (dz − Σ y·dz). */
function backThroughSoftmax({ units, y, dz }: Row): void {
  let mean = 0
  for (let n = 0; n < units; n++) mean += y[n] * dz[n]
  for (let n = 0; n < units; n++) dz[n] = y[n] * (dz[n] - mean)
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}
