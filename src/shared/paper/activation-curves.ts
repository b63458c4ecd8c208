/**
 * The engine's activations as curves for the eye: f, f′ and what to know of them, in float64. The engine's own kernels
 * are in float32; a test holds the two together.
 */
import type { Activation } from '../experiment'
import { normalDensity, normalShare } from '../normal'

export interface ActivationParameter {
  /** As in the formula. */
  symbol: string
  label: string
  initial: number
  min: number
  max: number
}

export interface ActivationCurve {
  kind: Activation
  name: string
  parameter: ActivationParameter | null
  value: (z: number, parameter: number) => number
  slope: (z: number, parameter: number) => number
  /** In LaTeX. */
  formula: { value: string; slope: string }
  /** Is f′ discontinuous at 0, with this parameter? */
  hasKink: (parameter: number) => boolean
  /** What the reader has to know, mostly about 0. */
  remark: (parameter: number) => string
}

const SLOPE: ActivationParameter = { symbol: 's', label: 'Slope s below 0', initial: 0.01, min: 0, max: 1 }
const HEIGHT: ActivationParameter = { symbol: 'c', label: 'c', initial: 1, min: 0.01, max: 100 }

export const IMPROVED_HEIGHT = 1.7159
const STRETCH = 2 / 3

const never = () => false

const CURVES = [
  {
    kind: 'linear',
    name: 'Linear',
    parameter: null,
    value: (z) => z,
    slope: () => 1,
    formula: { value: 'z', slope: '1' },
    hasKink: never,
    remark: () => 'Layers that are all linear are together one linear layer.',
  },
  {
    kind: 'sigmoid',
    name: 'Sigmoid',
    parameter: null,
    value: logistic,
    slope: (z) => logistic(z) * logistic(-z),
    formula: { value: '\\frac{1}{1 + e^{-z}}', slope: 'f(z)\\,(1 - f(z))' },
    hasKink: never,
    remark: () =>
      'The logistic function. f′ is ¼ at most, at 0: a gradient shrinks at least fourfold in each such layer.',
  },
  {
    kind: 'tanh',
    name: 'tanh',
    parameter: null,
    value: Math.tanh,
    slope: slopeOfTanh,
    formula: { value: '\\tanh z = \\frac{2}{1 + e^{-2z}} - 1', slope: '1 - \\tanh^2 z' },
    hasKink: never,
    remark: () => 'A logistic function, stretched: tanh z = 2σ(2z) − 1. Its outputs are centred on 0.',
  },
  {
    kind: 'improved-sigmoid',
    name: 'Improved sigmoid',
    parameter: null,
    value: (z) => IMPROVED_HEIGHT * Math.tanh(STRETCH * z),
    slope: (z) => IMPROVED_HEIGHT * STRETCH * slopeOfTanh(STRETCH * z),
    formula: {
      value: '1.7159 \\tanh\\left(\\tfrac{2}{3} z\\right)',
      slope: '1.14393 \\left(1 - \\tanh^2\\left(\\tfrac{2}{3} z\\right)\\right)',
    },
    hasKink: never,
    remark: () =>
      'Made so that f(±1) = ±1. f′(0) = 1.7159 · ⅔ = 1.14393: more than 1, so gradients can grow from layer to layer.',
  },
  {
    kind: 'relu',
    name: 'ReLU',
    parameter: null,
    value: (z) => (z > 0 ? z : 0),
    slope: (z) => (z > 0 ? 1 : 0),
    formula: { value: '\\max(0, z)', slope: '\\begin{cases} 1 & z > 0 \\\\ 0 & z \\le 0 \\end{cases}' },
    hasKink: () => true,
    remark: () => 'There is no slope at 0; by convention f′(0) = 0, here as in PyTorch.',
  },
  {
    kind: 'leaky-relu',
    name: 'Leaky ReLU',
    parameter: SLOPE,
    value: (z, s) => (z > 0 ? z : s * z),
    slope: (z, s) => (z > 0 ? 1 : s),
    formula: {
      value: '\\begin{cases} z & z > 0 \\\\ s\\,z & z \\le 0 \\end{cases}',
      slope: '\\begin{cases} 1 & z > 0 \\\\ s & z \\le 0 \\end{cases}',
    },
    hasKink: (s) => s !== 1,
    remark: (s) =>
      s === 1
        ? 'With s = 1 it is linear.'
        : `There is no slope at 0; by convention f′(0) = s = ${s}, here as in PyTorch.`,
  },
  {
    kind: 'elu',
    name: 'ELU',
    parameter: HEIGHT,
    value: (z, c) => (z > 0 ? z : c * Math.expm1(z)),
    slope: (z, c) => (z > 0 ? 1 : c * Math.exp(z)),
    formula: {
      value: '\\begin{cases} z & z > 0 \\\\ c\\,(e^z - 1) & z \\le 0 \\end{cases}',
      slope: '\\begin{cases} 1 & z > 0 \\\\ c\\,e^z & z \\le 0 \\end{cases}',
    },
    hasKink: (c) => c !== 1,
    remark: (c) =>
      c === 1
        ? 'With c = 1 both sides have slope 1 at 0: no kink.'
        : `A kink at 0: the slope is c = ${c} on the left and 1 on the right. The two sides agree only if c = 1; by convention f′(0) = c, here as in PyTorch.`,
  },
  {
    kind: 'gelu',
    name: 'GELU',
    parameter: null,
    value: (z) => (z < -40 ? 0 : z * normalShare(z)),
    slope: (z) => normalShare(z) + (Math.abs(z) > 40 ? 0 : z * normalDensity(z)),
    formula: { value: 'z\\,\\Phi(z)', slope: '\\Phi(z) + z\\,\\varphi(z)' },
    hasKink: never,
    remark: () =>
      'Φ is the share of a standard normal distribution below z, φ its density. Not monotone: lowest at z = −0.75.',
  },
  {
    kind: 'silu',
    name: 'SiLU',
    parameter: null,
    value: (z) => (z < -700 ? 0 : z * logistic(z)),
    slope: (z) => logistic(z) * (1 + (Math.abs(z) > 700 ? 0 : z * logistic(-z))),
    formula: { value: 'z\\,\\sigma(z)', slope: '\\sigma(z)\\,\\bigl(1 + z\\,(1 - \\sigma(z))\\bigr)' },
    hasKink: never,
    remark: () => 'Also called swish. Not monotone: lowest at z = −1.28.',
  },
  {
    kind: 'softplus',
    name: 'Softplus',
    parameter: null,
    value: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
    slope: logistic,
    formula: { value: '\\ln(1 + e^z)', slope: '\\sigma(z)' },
    hasKink: never,
    remark: () => 'A ReLU without the kink: its slope is the logistic function.',
  },
] as const satisfies readonly ActivationCurve[]

export const ACTIVATION_CURVES: readonly ActivationCurve[] = CURVES

export function activationCurve(kind: Activation): ActivationCurve {
  return ACTIVATION_CURVES.find((curve) => curve.kind === kind) ?? CURVES[0]
}

export function logistic(z: number): number {
  return 1 / (1 + Math.exp(-z))
}

/** 1/cosh² z, which keeps its digits where 1 − tanh² z has lost them. */
function slopeOfTanh(z: number): number {
  return 1 / Math.cosh(z) ** 2
}

/** From f alone, for comparison: (f(z + h) − f(z − h)) / 2h. The error is about h² · f‴/6 + 10⁻¹⁶/h. */
export function numericSlope(f: (z: number) => number, z: number, h = 1e-5): number {
  return (f(z + h) - f(z - h)) / (2 * h)
}

/** A unit is called saturated where its slope is below this share of the largest one. */
export const SATURATED_SHARE = 0.05

export interface Band {
  from: number
  to: number
}

/**
 * Where |f′| is below 5 % of its largest value within min … max, as bands; their ends are found to 10⁻⁹ of the range.
 * The largest value is that of all z, not only of the part that is shown: every curve here has it within ±10 or at
 * both ends.
 */
export function saturatedBands({ slope }: ActivationCurve, parameter: number, { from: min, to: max }: Band): Band[] {
  const steps = 4000
  const at = (i: number) => min + ((max - min) * i) / steps
  const limit = SATURATED_SHARE * largestSlope(slope, parameter)
  const saturated = (z: number) => Math.abs(slope(z, parameter)) < limit
  const bands: Band[] = []
  let from: number | null = saturated(min) ? min : null
  for (let i = 1; i <= steps; i++) {
    const now = saturated(at(i))
    if (now && from === null) from = border(saturated, at(i - 1), at(i))
    if (!now && from !== null) {
      bands.push({ from, to: border(saturated, at(i - 1), at(i)) })
      from = null
    }
  }
  if (from !== null) bands.push({ from, to: max })
  return bands.filter((band) => band.to - band.from > (max - min) / 200) // a zero crossing is no saturation
}

function largestSlope(slope: ActivationCurve['slope'], parameter: number): number {
  let largest = 0
  for (let z = -10; z <= 10; z += 0.01) largest = Math.max(largest, Math.abs(slope(Number(z.toFixed(2)), parameter)))
  return largest
}

/** Where a truth changes between two points, by halving. */
function border(isSo: (z: number) => boolean, a: number, b: number): number {
  const atA = isSo(a)
  let [low, high] = [a, b]
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    if (isSo(middle) === atA) low = middle
    else high = middle
  }
  return (low + high) / 2
}
