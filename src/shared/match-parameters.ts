/**
 * Widths that give a network as many parameters as another one: n equal hidden layers between given ends.
 *
 *   every unit has a bias   P(x) = (n − 1)·x² + (I + n + O)·x + O
 *   bias trick, no biases   P(x) = (n − 1)·x² + (I′ + O)·x       I′ = I + 1 with the constant input
 *
 * P only grows with x, so that there is one width above 0 for each P, and the best whole one is beside it.
 */
import type { Experiment } from './experiment'
import { parameterCount } from './network'

type Bias = Experiment['network']['bias']

export interface MatchRequest {
  inputs: number
  outputs: number
  /** Of hidden layers, at least 1, all of one width. */
  hiddenLayers: number
  bias: Bias
  /** Parameters to come near to. */
  parameters: number
}

export interface ParameterMatch {
  /** The width at which the counts are equal; not whole as a rule. */
  exact: number
  /** Coefficients of a·x² + b·x + c = 0, of which `exact` is the root above 0. */
  equation: { a: number; b: number; c: number }
  /** The whole width that comes nearest, and the one on the other side of `exact`. */
  nearest: MatchedWidth
  other: MatchedWidth | null
}

export interface MatchedWidth {
  width: number
  sizes: readonly number[]
  parameters: number
  /** Parameters that it has too many (above 0) or too few. */
  error: number
}

/** Null where even one unit in each layer is too many, or where there is nothing to solve. */
export function matchParameters(request: MatchRequest): ParameterMatch | null {
  const equation = equationOf(request)
  const exact = rootAboveZero(equation)
  if (exact === null || !Number.isFinite(exact)) return null
  const below = Math.floor(exact)
  const candidates = [below, below + 1].filter((width) => width >= 1).map((width) => matchedWidth(request, width))
  const [nearest, other = null] = candidates.sort((a, b) => Math.abs(a.error) - Math.abs(b.error))
  return nearest ? { exact, equation, nearest, other: nearest.error === 0 ? null : other } : null
}

function equationOf({ inputs, outputs, hiddenLayers: n, bias, parameters }: MatchRequest): ParameterMatch['equation'] {
  const constantInput = bias === 'input-trick' ? 1 : 0
  const biases = bias === 'each-layer' ? n : 0
  const outputBiases = bias === 'each-layer' ? outputs : 0
  return { a: n - 1, b: inputs + constantInput + outputs + biases, c: outputBiases - parameters }
}

function rootAboveZero({ a, b, c }: ParameterMatch['equation']): number | null {
  if (c >= 0) return null
  if (a === 0) return -c / b
  // the usual formula turned over: nothing is lost where b² is far larger than 4ac
  return (-2 * c) / (b + Math.sqrt(b * b - 4 * a * c))
}

function matchedWidth({ inputs, outputs, hiddenLayers, bias, parameters }: MatchRequest, width: number): MatchedWidth {
  const sizes = [inputs, ...Array.from({ length: hiddenLayers }, () => width), outputs]
  const count = parameterCount(sizes, bias)
  return { width, sizes, parameters: count, error: count - parameters }
}
