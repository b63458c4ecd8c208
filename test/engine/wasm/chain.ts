/** A sum as the compiled kernels promise it, to the last bit: one chain in the order of the depth. */
const number = new Float64Array(1)
const words = new Uint32Array(number.buffer)

/** a·b + c for float32 numbers, rounded to float32 once. */
export function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b // exact: 48 bits of 53
  const sum = product + c
  const part = sum - product
  const lost = product - (sum - part) + (c - part) // what the sum in float64 lost, exactly
  if (lost === 0 || !Number.isFinite(sum)) return Math.fround(sum)
  // a sum whose last bit says that something was lost cannot be mistaken for a tie when it is rounded again
  number[0] = sum
  if (words[0] % 2 === 0) {
    const away = lost > 0 === sum > 0
    if (away) words[0]++
    else if (words[0]-- === 0) words[1]-- // the word below zero wraps around
  }
  return Math.fround(number[0])
}

/** a·b + c for float32 numbers, rounded to float32 twice. */
export function multiplyThenAdd(a: number, b: number, c: number): number {
  return Math.fround(Math.fround(a * b) + c)
}
