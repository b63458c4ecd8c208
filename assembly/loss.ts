/** Softmax and cross-entropy. Signature: src/engine/kernels.ts. */
import { floats, multiplyAdd, rowsOf, tailMask } from './arithmetic'
import { expOrZero, ln } from './exp'
import { constantsAt, scratchBegin } from './scratch'

let largest: f32 = 0
let winner: i32 = 0

/** Leaves the row's largest sum, and the first place where it is, in `largest` and `winner`. */
// @ts-ignore: decorator
@inline
function findLargest(z: usize, units: i32): void {
  largest = load<f32>(z)
  winner = 0
  for (let n = 1; n < units; n++) {
    const each = load<f32>(z + floats(n))
    if (each > largest) {
      largest = each
      winner = n
    }
  }
}

/** Σ (z − largest) of one row, in float64. */
function sumOfMargins(z: usize, units: i32): f64 {
  let sum: f64 = 0
  for (let n = 0; n < units; n++) sum += <f64>load<f32>(z + floats(n)) - <f64>largest
  return sum
}

export function softmaxCrossEntropy(
  z: usize,
  ldz: i32,
  rows: i32,
  units: i32,
  order: usize,
  labels: usize,
  smoothing: f64,
  scale: f64,
  dz: usize,
  lddz: i32,
  loss: usize,
  correct: usize,
): void {
  if (units == 1) return certain(z, ldz, rows, order, labels, dz, lddz, loss, correct)
  const at = constantsAt()
  const powers = scratchBegin() // f32[units]: e^(z − largest)
  const mask = tailMask(units)
  const share = smoothing / <f64>units // of the target, for each unit
  const back = f32x4.splat(<f32>(-share * scale))
  for (let r = 0; r < rows; r++) {
    const from = z + rowsOf(ldz, r)
    const label = <i32>load<u8>(labels + <usize>load<u32>(order + floats(r)))
    findLargest(from, units)
    const shift = f32x4.splat(largest)
    for (let n = 0; n < units; n += 4) {
      v128.store(powers + floats(n), expOrZero(f32x4.sub(v128.load(from + floats(n)), shift), at))
    }
    // in float64, so that 1 + 1e-10 is told from 1: a loss near 0 keeps its digits, and so does a gradient
    let sum: f64 = 0
    for (let n = 0; n < units; n++) sum += <f64>load<f32>(powers + floats(n))
    let margin = <f64>load<f32>(from + floats(label)) - <f64>largest
    if (smoothing != 0) margin = (1.0 - smoothing) * margin + share * sumOfMargins(from, units)
    store<f32>(loss + floats(r), <f32>(ln(sum) - margin))
    store<u8>(correct + <usize>r, winner == label ? 1 : 0)
    if (dz == 0) continue

    const to = dz + rowsOf(lddz, r)
    const factor = f32x4.splat(<f32>(scale / sum))
    for (let n = 0; n + 4 <= units; n += 4) {
      v128.store(to + floats(n), multiplyAdd(v128.load(powers + floats(n)), factor, back))
    }
    if (units & 3) {
      const n = units & ~3
      v128.store(to + floats(n), v128.and(multiplyAdd(v128.load(powers + floats(n)), factor, back), mask))
    }
    // p − target, where the target is 1 − smoothing + share
    const others = sum - <f64>load<f32>(powers + floats(label))
    store<f32>(to + floats(label), <f32>((smoothing - share - others / sum) * scale))
  }
}

/** A softmax of one unit is 1 whatever the sum: there is nothing to learn, and the answer is class 1. */
function certain(
  z: usize,
  ldz: i32,
  rows: i32,
  order: usize,
  labels: usize,
  dz: usize,
  lddz: i32,
  loss: usize,
  correct: usize,
): void {
  for (let r = 0; r < rows; r++) {
    const sum = load<f32>(z + rowsOf(ldz, r))
    const nothing = sum - sum // NaN, if the sum is no number
    store<f32>(loss + floats(r), nothing)
    const label = load<u8>(labels + <usize>load<u32>(order + floats(r)))
    store<u8>(correct + <usize>r, u8(nothing == 0) == label ? 1 : 0)
    if (dz != 0) store<f32>(dz + rowsOf(lddz, r), nothing)
  }
}
