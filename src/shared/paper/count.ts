/**
 * Parameters counted by hand: by layer in both bias conventions, and the width at which n equal hidden layers have as
 * many parameters as a given network.
 */
import type { Experiment } from '../experiment'
import { LIMITS } from '../experiment'
import { LabError } from '../errors'
import { layerCounts, parameterCount, type LayerCount } from '../network'

export type BiasConvention = Experiment['network']['bias']

/** The two that reports use without saying which. */
export const COUNTED_CONVENTIONS = ['each-layer', 'input-trick'] as const satisfies readonly BiasConvention[]

export const CONVENTION_WORDS: Record<BiasConvention, string> = {
  'each-layer': 'A bias for every unit',
  'input-trick': 'Bias trick on the input only',
  none: 'No biases',
}

/** Hyphens and dashes of any kind, × and spaces separate the sizes; brackets around them are taken off. */
export const SIZE_SEPARATOR = /\s*[-‐‑–—−×x*,]\s*|\s+/i

/** Units by layer of a string such as 784-64-10; throws a LabError `paper/size` for what is none. */
export function readSizes(text: string): number[] {
  const parts = text
    .trim()
    .replace(/^\[(.*)\]$/s, '$1')
    .trim()
    .split(SIZE_SEPARATOR)
  const odd = parts.find((part) => !/^\d{1,9}$/.test(part))
  if (odd !== undefined) throw wrongSize(odd === '' ? 'A size is missing' : `“${odd.slice(0, 20)}” is not a size`)
  const sizes = parts.map(Number)
  if (sizes.length < 2) throw wrongSize('One size is not a network')
  const wrong = sizes.find((size) => size < 1 || size > LARGEST)
  if (wrong !== undefined) throw wrongSize(`A layer has 1 … ${LARGEST} units, got ${wrong}`)
  if (sizes.length - 2 > LIMITS.layers)
    throw wrongSize(`At most ${LIMITS.layers} hidden layers, got ${sizes.length - 2}`)
  return sizes
}

/** More than the engine trains: a count on paper may be of a network that nobody would train here. */
const LARGEST = 1_000_000

function wrongSize(what: string): LabError {
  return new LabError('paper/size', `${what}; expected units by layer such as 784-64-10`)
}

export interface CountedLayer extends LayerCount {
  /** "Hidden 1", "Output". */
  name: string
}

export interface Count {
  convention: BiasConvention
  layers: readonly CountedLayer[]
  weights: number
  biases: number
  parameters: number
}

export function countParameters(sizes: readonly number[], convention: BiasConvention): Count {
  const counts = layerCounts(sizes, convention)
  const layers = counts.map((each, i) => ({ ...each, name: i === counts.length - 1 ? 'Output' : `Hidden ${i + 1}` }))
  const weights = layers.reduce((sum, layer) => sum + layer.weights, 0)
  const biases = layers.reduce((sum, layer) => sum + layer.biases, 0)
  return { convention, layers, weights, biases, parameters: parameterCount(sizes, convention) }
}

export interface MatchRequest {
  inputs: number
  outputs: number
  /** At least one. */
  hiddenLayers: number
  /** Parameters to reach. */
  parameters: number
  convention: BiasConvention
}

export interface Candidate {
  width: number
  parameters: number
  /** parameters − those to reach. */
  difference: number
}

export interface Match {
  /** a·x² + b·x + c = 0 for the width x; a is 0 for one hidden layer. */
  equation: { a: number; b: number; c: number }
  /** Largest first: the other one is negative and means nothing. */
  roots: readonly number[]
  /** The whole widths on both sides of the root, narrower first; one of them where the root is whole. */
  candidates: readonly Candidate[]
  /** The one that is nearer; the narrower one if both are as near. Null where even one unit has too many parameters. */
  best: Candidate | null
}

/**
 * The width x of n equal hidden layers between I inputs and O outputs:
 *
 *   (n − 1)·x² + (I + O + biased hidden layers)·x + biases of the output = parameters
 *
 * which is at most a quadratic equation, however many layers there are.
 */
export function matchWidth({ inputs, outputs, hiddenLayers, parameters, convention }: MatchRequest): Match {
  if (!Number.isInteger(hiddenLayers) || hiddenLayers < 1 || hiddenLayers > LIMITS.layers) {
    throw new LabError('paper/layers', `Expected 1 … ${LIMITS.layers} hidden layers, got ${hiddenLayers}.`)
  }
  const biased = { 'each-layer': hiddenLayers, 'input-trick': 1, none: 0 }[convention]
  const ownBiases = convention === 'each-layer' ? outputs : 0
  const equation = { a: hiddenLayers - 1, b: inputs + outputs + biased, c: ownBiases - parameters }
  const roots = rootsOf(equation)
  const widest = roots[0] ?? NaN
  const whole = Math.abs(widest - Math.round(widest)) < 1e-9 * Math.max(1, widest)
  const widths = whole ? [Math.round(widest)] : [Math.floor(widest), Math.ceil(widest)]
  const candidates = widths
    .filter((width) => width >= 1)
    .map((width) => {
      const sizes = [inputs, ...Array.from({ length: hiddenLayers }, () => width), outputs]
      const count = parameterCount(sizes, convention)
      return { width, parameters: count, difference: count - parameters }
    })
  return {
    equation,
    roots,
    candidates,
    best: widest < 1 && !whole ? nearestOf(candidates, widest) : nearestOf(candidates),
  }
}

/** Below one unit there is nothing to choose: the single unit of the candidates is no match. */
function nearestOf(candidates: readonly Candidate[], root = Infinity): Candidate | null {
  if (root < 0.5) return null
  return candidates.reduce<Candidate | null>(
    (best, each) => (best && Math.abs(best.difference) <= Math.abs(each.difference) ? best : each),
    null,
  )
}

/**
 * Real roots, largest first. The larger one comes from the form that does not subtract two nearly equal numbers
 * (b is positive here), the other from the product of both, c/a.
 */
function rootsOf({ a, b, c }: Match['equation']): number[] {
  if (a === 0) return [-c / b]
  const discriminant = b * b - 4 * a * c
  if (discriminant < 0) return []
  const far = (-b - Math.sqrt(discriminant)) / (2 * a)
  return [c / (a * far), far]
}
