/** Activations, and what they multiply a gradient with. Signatures: src/engine/kernels.ts. */
import { floats, multiplyAdd, rowsOf, tailMask } from './arithmetic'
import { exp, expMinusOne, expOrZero, held, lnOnePlus } from './exp'
import { bell, density, share } from './normal'
import {
  constant,
  constantsAt,
  EXP_LOWEST,
  IMPROVED_HEIGHT,
  IMPROVED_SLOPE,
  IMPROVED_STRETCH_TWICE,
  NEGLIGIBLE,
  NO_SIGN,
  ONE,
  TWO,
  ZERO,
} from './scratch'

/** Known where it is inlined: one of these is compiled into each loop. */
const enum Curve {
  Linear,
  Sigmoid,
  Tanh,
  ImprovedSigmoid,
  Relu,
  LeakyRelu,
  Elu,
  Gelu,
  Silu,
  Softplus,
}

// — values. pmax(x, y) is x unless x < y, and pmin likewise: this way round NaN stays —

// @ts-ignore: decorator
@inline
function valueOf(curve: Curve, z: v128, parameter: v128, at: usize): v128 {
  if (curve == Curve.Sigmoid) return sigmoidOf(z, at)
  if (curve == Curve.Tanh) return tanhOfHalf(f32x4.add(z, z), at)
  if (curve == Curve.ImprovedSigmoid) {
    const stretched = f32x4.mul(z, constant(at, IMPROVED_STRETCH_TWICE))
    return f32x4.mul(tanhOfHalf(stretched, at), constant(at, IMPROVED_HEIGHT))
  }
  if (curve == Curve.Relu) return f32x4.pmax(z, constant(at, ZERO))
  if (curve == Curve.LeakyRelu) return v128.bitselect(f32x4.mul(z, parameter), z, f32x4.lt(z, constant(at, ZERO)))
  if (curve == Curve.Elu) {
    const zero = constant(at, ZERO)
    const below = f32x4.mul(expMinusOne(f32x4.pmin(z, zero), at), parameter)
    return v128.bitselect(below, z, f32x4.lt(z, zero))
  }
  if (curve == Curve.Gelu) {
    const finite = f32x4.pmax(z, constant(at, EXP_LOWEST)) // −∞ · 0 would be NaN
    return f32x4.mul(finite, share(finite, bell(finite, at), at))
  }
  if (curve == Curve.Silu) return f32x4.mul(f32x4.pmax(z, constant(at, EXP_LOWEST)), sigmoidOf(z, at))
  if (curve == Curve.Softplus) {
    const power = expOrZero(f32x4.neg(v128.and(z, constant(at, NO_SIGN))), at)
    return f32x4.add(f32x4.pmax(z, constant(at, ZERO)), lnOnePlus(power, at))
  }
  return z
}

/** 1 / (1 + e^−x); 0 where x < −60, for the same reason as in expOrZero. */
// @ts-ignore: decorator
@inline
function sigmoidOf(x: v128, at: usize): v128 {
  const one = constant(at, ONE)
  const y = f32x4.div(one, f32x4.add(one, exp(f32x4.neg(x), at)))
  return v128.andnot(y, f32x4.lt(x, constant(at, NEGLIGIBLE)))
}

/** tanh(x/2) = −m / (2 + m), m = e^−|x| − 1, with the sign of x: exact to a few units near 0 as well. */
// @ts-ignore: decorator
@inline
function tanhOfHalf(x: v128, at: usize): v128 {
  const noSign = constant(at, NO_SIGN)
  const m = expMinusOne(f32x4.neg(v128.and(x, noSign)), at)
  return v128.bitselect(f32x4.div(m, f32x4.add(m, constant(at, TWO))), x, noSign)
}

// — slopes, from the output y or the sum z: see slopeFrom in src/engine/kernels.ts —

/** gradient · slope. */
// @ts-ignore: decorator
@inline
function timesSlope(curve: Curve, gradient: v128, from: v128, parameter: v128, at: usize): v128 {
  const positive = f32x4.gt(from, constant(at, ZERO))
  if (curve == Curve.Relu) return v128.and(gradient, positive)
  if (curve == Curve.LeakyRelu) return v128.bitselect(gradient, f32x4.mul(gradient, parameter), positive)
  if (curve == Curve.Elu) {
    return v128.bitselect(gradient, f32x4.mul(gradient, f32x4.add(from, parameter)), positive)
  }
  return f32x4.mul(gradient, smoothSlope(curve, from, at))
}

// @ts-ignore: decorator
@inline
function smoothSlope(curve: Curve, from: v128, at: usize): v128 {
  const one = constant(at, ONE)
  if (curve == Curve.Sigmoid) return f32x4.mul(from, f32x4.sub(one, from))
  if (curve == Curve.Tanh) return f32x4.mul(f32x4.sub(one, from), f32x4.add(one, from))
  if (curve == Curve.ImprovedSigmoid) {
    const height = constant(at, IMPROVED_HEIGHT)
    const product = f32x4.mul(f32x4.sub(height, from), f32x4.add(height, from))
    return f32x4.mul(product, constant(at, IMPROVED_SLOPE))
  }
  if (curve == Curve.Gelu) {
    const z = held(from, at)
    const bellOfZ = bell(z, at)
    return multiplyAdd(z, density(bellOfZ, at), share(z, bellOfZ, at))
  }
  if (curve == Curve.Silu) {
    // with e = e^−z: sigmoid s = 1/(1 + e), and 1 − s = e·s, which keeps its digits where s is near 1
    const z = held(from, at)
    const e = exp(f32x4.neg(z), at)
    const s = f32x4.div(one, f32x4.add(one, e))
    const slope = f32x4.mul(s, multiplyAdd(z, f32x4.mul(e, s), one))
    return v128.andnot(slope, f32x4.lt(from, constant(at, NEGLIGIBLE)))
  }
  // softplus: 1 − e^−y, subtracted from 0 as padding must not become −0
  return f32x4.sub(constant(at, ZERO), expMinusOne(f32x4.neg(from), at))
}

// — over rows —

// @ts-ignore: decorator
@inline
function activateRows(curve: Curve, z: usize, ldz: i32, a: usize, lda: i32, rows: i32, columns: i32, c: f64): void {
  const at = constantsAt()
  const parameter = f32x4.splat(<f32>c)
  const mask = tailMask(columns)
  for (let r = 0; r < rows; r++) {
    let from = z + rowsOf(ldz, r)
    let to = a + rowsOf(lda, r)
    const end = from + floats(columns & ~3)
    for (; from + 32 <= end; from += 32, to += 32) {
      // two at a time, as each is one long chain
      const y0 = valueOf(curve, v128.load(from), parameter, at)
      const y1 = valueOf(curve, v128.load(from, 16), parameter, at)
      v128.store(to, y0)
      v128.store(to, y1, 16)
    }
    if (from < end) {
      v128.store(to, valueOf(curve, v128.load(from), parameter, at))
      from += 16
      to += 16
    }
    // the sigmoid of the padding's 0 would be ½
    if (columns & 3) v128.store(to, v128.and(valueOf(curve, v128.load(from), parameter, at), mask))
  }
}

// @ts-ignore: decorator
@inline
function multiplyRows(curve: Curve, d: usize, ldd: i32, from: usize, ldf: i32, rows: i32, columns: i32, c: f64): void {
  const at = constantsAt()
  const parameter = f32x4.splat(<f32>c)
  for (let r = 0; r < rows; r++) {
    let p = d + rowsOf(ldd, r)
    let q = from + rowsOf(ldf, r)
    const end = p + floats(columns)
    for (; p + 32 <= end; p += 32, q += 32) {
      const d0 = timesSlope(curve, v128.load(p), v128.load(q), parameter, at)
      const d1 = timesSlope(curve, v128.load(p, 16), v128.load(q, 16), parameter, at)
      v128.store(p, d0)
      v128.store(p, d1, 16)
    }
    for (; p < end; p += 16, q += 16) v128.store(p, timesSlope(curve, v128.load(p), v128.load(q), parameter, at))
  }
}

export function linear(z: usize, ldz: i32, a: usize, lda: i32, rows: i32, columns: i32, _: f64): void {
  if (z != a) activateRows(Curve.Linear, z, ldz, a, lda, rows, columns, 0)
}

export function sigmoid(z: usize, ldz: i32, a: usize, lda: i32, rows: i32, columns: i32, _: f64): void {
  activateRows(Curve.Sigmoid, z, ldz, a, lda, rows, columns, 0)
}

export function tanh(z: usize, ldz: i32, a: usize, lda: i32, rows: i32, columns: i32, _: f64): void {
  activateRows(Curve.Tanh, z, ldz, a, lda, rows, columns, 0)
}

export function improvedSigmoid(z: usize, ldz: i32, a: usize, lda: i32, rows: i32, columns: i32, _: f64): void {
  activateRows(Curve.ImprovedSigmoid, z, ldz, a, lda, rows, columns, 0)
}

export function relu(z: usize, ldz: i32, a: usize, lda: i32, rows: i32, columns: i32, _: f64): void {
  activateRows(Curve.Relu, z, ldz, a, lda, rows, columns, 0)
}

export function leakyRelu(z: usize, ldz: i32, a: usize, lda: i32, rows: i32, columns: i32, slope: f64): void {
  activateRows(Curve.LeakyRelu, z, ldz, a, lda, rows, columns, slope)
}

export function elu(z: usize, ldz: i32, a: usize, lda: i32, rows: i32, columns: i32, c: f64): void {
  activateRows(Curve.Elu, z, ldz, a, lda, rows, columns, c)
}

export function gelu(z: usize, ldz: i32, a: usize, lda: i32, rows: i32, columns: i32, _: f64): void {
  activateRows(Curve.Gelu, z, ldz, a, lda, rows, columns, 0)
}

export function silu(z: usize, ldz: i32, a: usize, lda: i32, rows: i32, columns: i32, _: f64): void {
  activateRows(Curve.Silu, z, ldz, a, lda, rows, columns, 0)
}

export function softplus(z: usize, ldz: i32, a: usize, lda: i32, rows: i32, columns: i32, _: f64): void {
  activateRows(Curve.Softplus, z, ldz, a, lda, rows, columns, 0)
}

/** The slope is 1. */
export function linearBackward(_d: usize, _ldd: i32, _y: usize, _ldy: i32, _rows: i32, _columns: i32, _: f64): void {}

export function sigmoidBackward(d: usize, ldd: i32, y: usize, ldy: i32, rows: i32, columns: i32, _: f64): void {
  multiplyRows(Curve.Sigmoid, d, ldd, y, ldy, rows, columns, 0)
}

export function tanhBackward(d: usize, ldd: i32, y: usize, ldy: i32, rows: i32, columns: i32, _: f64): void {
  multiplyRows(Curve.Tanh, d, ldd, y, ldy, rows, columns, 0)
}

export function improvedSigmoidBackward(d: usize, ldd: i32, y: usize, ldy: i32, rows: i32, columns: i32, _: f64): void {
  multiplyRows(Curve.ImprovedSigmoid, d, ldd, y, ldy, rows, columns, 0)
}

export function reluBackward(d: usize, ldd: i32, y: usize, ldy: i32, rows: i32, columns: i32, _: f64): void {
  multiplyRows(Curve.Relu, d, ldd, y, ldy, rows, columns, 0)
}

export function leakyReluBackward(d: usize, ldd: i32, y: usize, ldy: i32, rows: i32, columns: i32, slope: f64): void {
  multiplyRows(Curve.LeakyRelu, d, ldd, y, ldy, rows, columns, slope)
}

export function eluBackward(d: usize, ldd: i32, y: usize, ldy: i32, rows: i32, columns: i32, c: f64): void {
  multiplyRows(Curve.Elu, d, ldd, y, ldy, rows, columns, c)
}

export function geluBackward(d: usize, ldd: i32, z: usize, ldz: i32, rows: i32, columns: i32, _: f64): void {
  multiplyRows(Curve.Gelu, d, ldd, z, ldz, rows, columns, 0)
}

export function siluBackward(d: usize, ldd: i32, z: usize, ldz: i32, rows: i32, columns: i32, _: f64): void {
  multiplyRows(Curve.Silu, d, ldd, z, ldz, rows, columns, 0)
}

export function softplusBackward(d: usize, ldd: i32, y: usize, ldy: i32, rows: i32, columns: i32, _: f64): void {
  multiplyRows(Curve.Softplus, d, ldd, y, ldy, rows, columns, 0)
}
