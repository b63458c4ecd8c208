/** Dropout. Signature, and the hash that decides: src/engine/kernels.ts. */
import { floats, rowsOf } from './arithmetic'
import { constant, constantsAt, MIX_1, MIX_2 } from './scratch'

/** 2³² over the golden ratio: neighbours are sent far apart. */
const GOLDEN: u32 = 0x9e37_79b9

// @ts-ignore: decorator
@inline
function mix(h: u32): u32 {
  h ^= h >> 16
  h *= 0x7feb_352d
  h ^= h >> 15
  h *= 0x846c_a68b
  return h ^ (h >> 16)
}

/** The same in four lanes. */
// @ts-ignore: decorator
@inline
function mixFour(h: v128, at: usize): v128 {
  h = v128.xor(h, i32x4.shr_u(h, 16))
  h = i32x4.mul(h, constant(at, MIX_1))
  h = v128.xor(h, i32x4.shr_u(h, 15))
  h = i32x4.mul(h, constant(at, MIX_2))
  return v128.xor(h, i32x4.shr_u(h, 16))
}

export function dropout(
  x: usize,
  ldx: i32,
  y: usize,
  ldy: i32,
  rows: i32,
  columns: i32,
  seed: u32,
  firstRow: u32,
  threshold: u32,
  scale: f64,
): void {
  const at = constantsAt()
  const factor = f32x4.splat(<f32>scale)
  const least = i32x4.splat(threshold)
  const first = i32x4(0, GOLDEN, 2 * GOLDEN, 3 * GOLDEN)
  const four = i32x4.splat(4 * GOLDEN)
  for (let r = 0; r < rows; r++) {
    let from = x + rowsOf(ldx, r)
    let to = y + rowsOf(ldy, r)
    let hash = i32x4.add(i32x4.splat(mix(seed ^ mix(firstRow + <u32>r))), first)
    for (const end = from + floats(columns); from < end; from += 16, to += 16) {
      const stays = i32x4.ge_u(mixFour(hash, at), least)
      v128.store(to, v128.and(f32x4.mul(v128.load(from), factor), stays))
      hash = i32x4.add(hash, four)
    }
  }
}
