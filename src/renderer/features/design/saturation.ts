/**
 * How many units of the first hidden layer begin asleep, worked out and not guessed: a sum of fan-in products of random
 * weights and inputs is normal about 0, and a unit is saturated where its slope is below a twentieth of its highest.
 */
import type { Activation, Initializer } from '#shared/experiment'

/** |z| from which f′ is below 5 % of its maximum: 4σ(1 − σ) = 0.05; 1 − tanh² = 0.05; the same, stretched by ⅔. */
const SATURATED_FROM: Partial<Record<Activation, number>> = {
  sigmoid: 4.3565,
  tanh: 2.1783,
  'improved-sigmoid': 3.2674,
}

/** Variance of a weight; biases are 0, or so small that they do not count. */
export function weightVariance(initializer: Initializer, fanIn: number, fanOut: number): number {
  switch (initializer.kind) {
    case 'glorot-uniform':
    case 'glorot-normal':
    case 'keras-default':
      return 2 / (fanIn + fanOut)
    case 'he-uniform':
    case 'he-normal':
      return 2 / fanIn
    case 'lecun-uniform':
    case 'lecun-normal':
      return 1 / fanIn
    case 'pytorch-default':
      return 1 / (3 * fanIn)
    case 'uniform':
      return initializer.range ** 2 / 3
    case 'zeros':
      return 0
  }
  return initializer satisfies never
}

/**
 * Null where the activation does not saturate on both sides. `meanSquare`: of an input.
 */
export function saturatedAtStart(
  activation: Activation,
  initializer: Initializer,
  fanIn: number,
  fanOut: number,
  meanSquare: number,
): { share: number; spread: number } | null {
  const from = SATURATED_FROM[activation]
  if (from === undefined) return null
  const spread = Math.sqrt(fanIn * meanSquare * weightVariance(initializer, fanIn, fanOut))
  return { share: spread === 0 ? 0 : beyond(from / spread), spread }
}

/** Share of a standard normal with |z| above x: Simpson's rule over the bell between. */
function beyond(x: number): number {
  const steps = 200
  const end = Math.min(x, 8)
  const width = end / steps
  let sum = 0
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2
    sum += weight * Math.exp(-((i * width) ** 2) / 2)
  }
  return Math.max(0, 1 - (2 * sum * width) / 3 / Math.sqrt(2 * Math.PI))
}
