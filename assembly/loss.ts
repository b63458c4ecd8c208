/** Softmax and cross-entropy. Signature: src/engine/kernels.ts. */
import { floats, rowsOf, tailMask } from './arithmetic'
import { expOrZero, ln } from './exp'
import { constantsAt, scratchBegin } from './scratch'

let largest: f32 = 0
let winner: i32 = 0

/** Leaves the row's largest sum, and the first place where it is, in `largest` and `winner`. */
// @ts-ignore: decorator
@inline
function findLargest(z: usize, classes: i32): void {
  largest = load<f32>(z)
  winner = 0
  for (let c = 1; c < classes; c++) {
    const each = load<f32>(z + floats(c))
    if (each > largest) {
      largest = each
      winner = c
    }
  }
}

export function softmaxCrossEntropy(
  z: usize,
  ldz: i32,
  rows: i32,
  classes: i32,
  order: usize,
  labels: usize,
  scale: f64,
  dz: usize,
  lddz: i32,
  loss: usize,
  correct: usize,
): void {
  const at = constantsAt()
  const powers = scratchBegin() // f32[classes]: e^(z − largest)
  const mask = tailMask(classes)
  for (let r = 0; r < rows; r++) {
    const from = z + rowsOf(ldz, r)
    const label = <i32>load<u8>(labels + <usize>load<u32>(order + floats(r)))
    findLargest(from, classes)
    const shift = f32x4.splat(largest)
    for (let c = 0; c < classes; c += 4) {
      v128.store(powers + floats(c), expOrZero(f32x4.sub(v128.load(from + floats(c)), shift), at))
    }
    // in float64, so that 1 + 1e-10 is told from 1: a loss near 0 keeps its digits, and so does a gradient
    let sum: f64 = 0
    for (let c = 0; c < classes; c++) sum += <f64>load<f32>(powers + floats(c))
    const margin = <f64>load<f32>(from + floats(label)) - <f64>largest
    store<f32>(loss + floats(r), <f32>(ln(sum) - margin))
    store<u8>(correct + <usize>r, winner == label ? 1 : 0)
    if (dz == 0) continue

    const to = dz + rowsOf(lddz, r)
    const factor = f32x4.splat(<f32>(scale / sum))
    for (let c = 0; c + 4 <= classes; c += 4) {
      v128.store(to + floats(c), f32x4.mul(v128.load(powers + floats(c)), factor))
    }
    if (classes & 3) {
      const c = classes & ~3
      v128.store(to + floats(c), v128.and(f32x4.mul(v128.load(powers + floats(c)), factor), mask))
    }
    const others = sum - <f64>load<f32>(powers + floats(label))
    store<f32>(to + floats(label), <f32>((-others / sum) * scale))
  }
}
