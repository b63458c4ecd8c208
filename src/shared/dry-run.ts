/**
 * What one minibatch tells before anything is trained: shapes, the first loss beside the one that guessing has, the
 * first gradients, and how much of the network is asleep at the start.
 */
import type { Experiment } from './experiment'
import type { LayerDiagnostics } from './run'

export interface DryRunLayer extends Omit<LayerDiagnostics, 'histogram'> {
  /** "Hidden 1", "Output" */
  name: string
  inputs: number
  outputs: number
  parameters: number
  /** Smallest and largest activation of the minibatch; of the output layer, of its sums. */
  low: number
  high: number
}

export interface DryRun {
  /** What the configuration is called. */
  label: string
  sizes: readonly number[]
  /** Samples in the first minibatch. */
  batch: number
  /** Mean per sample, before the first step. */
  loss: number
  /** Of a network that knows nothing; null where no such number can be said. */
  guessingLoss: number | null
  correct: number
  layers: readonly DryRunLayer[]
  /** Of the run in the engine, beside the data set. */
  memoryBytes: number
  /** By the clock, from asking to knowing. */
  seconds: number
}

export interface DryRunFinding {
  isGood: boolean
  text: string
}

/** Outputs that are all alike have this loss; the second softmax of a mistake keeps them alike. */
export function guessingLoss({ training }: Pick<Experiment, 'training'>, outputs: number): number | null {
  if (training.regularization.labelSmoothing > 0) return null
  if (training.loss === 'softmax-cross-entropy') return Math.log(outputs)
  return training.loss === 'binary-cross-entropy' ? outputs * Math.LN2 : null
}

/** "ln 10 = 2.3026" */
export function guessingLossText({ training }: Pick<Experiment, 'training'>, outputs: number): string {
  const value = guessingLoss({ training }, outputs)
  if (value === null) return ''
  const name =
    training.loss === 'binary-cross-entropy' ? (outputs === 1 ? 'ln 2' : `${outputs} · ln 2`) : `ln ${outputs}`
  return `${name} = ${value.toFixed(4)}`
}

/** Farther from guessing than this, and the outputs are far from alike. */
const FAR = 0.5
const MANY_SATURATED = 0.5
const MANY_DEAD = 0.5
/** The first hidden layer's gradient against the last one's, by a weight: beyond it nothing, or too much, arrives. */
const VANISHED = 1e-3

/** In plain words, what is wrong first; a single good one if nothing is. */
export function dryRunFindings(dry: DryRun, experiment: Pick<Experiment, 'training' | 'network'>): DryRunFinding[] {
  const outputs = dry.sizes.at(-1) ?? 0
  const expected = guessingLossText(experiment, outputs)
  const found = [...lossFindings(dry, expected), ...layerFindings(dry)]
  if (found.length > 0) return found
  const words = expected === '' ? '' : `, as it should: a network that knows nothing has ${expected}`
  return [{ isGood: true, text: `The loss begins at ${dry.loss.toFixed(4)}${words}. Every layer gets a gradient.` }]
}

function lossFindings({ loss, guessingLoss: guess }: DryRun, expected: string): DryRunFinding[] {
  if (!Number.isFinite(loss)) {
    return [{ isGood: false, text: 'The first loss is not a finite number: the sums are too large from the start.' }]
  }
  if (guess === null || Math.abs(loss - guess) <= FAR) return []
  const way =
    loss > guess
      ? 'the outputs are far apart and mostly wrong; inputs or first weights are too large'
      : 'better than guessing before a single step: it has seen the answers, or begins with trained weights'
  return [{ isGood: false, text: `The loss begins at ${loss.toFixed(4)}, guessing has ${expected}: ${way}.` }]
}

function layerFindings({ layers }: DryRun): DryRunFinding[] {
  const hidden = layers.slice(0, -1)
  const asleep = hidden.flatMap(({ name, saturated, dead }) => {
    if (saturated !== null && saturated > MANY_SATURATED) {
      return [
        `${percent(saturated)} of the units of ${name} begin saturated: their slope is near 0, so they learn slowly.`,
      ]
    }
    if (dead !== null && dead > MANY_DEAD) {
      return [`${percent(dead)} of the units of ${name} are 0 for the whole minibatch and get no gradient.`]
    }
    return []
  })
  return [...asleep, ...gradientFinding(hidden)].map((text) => ({ isGood: false, text }))
}

function gradientFinding(hidden: readonly DryRunLayer[]): string[] {
  const ratio = gradientRatio(hidden)
  const [first, last] = [hidden[0]?.name, hidden.at(-1)?.name]
  if (ratio === null || first === undefined || last === undefined) return []
  if (ratio < VANISHED)
    return [`A weight of ${first} gets ${power(ratio)} of the gradient of one of ${last}: it vanishes on the way.`]
  if (ratio > 1 / VANISHED)
    return [`A weight of ${first} gets ${power(ratio)} times the gradient of one of ${last}: it explodes on the way.`]
  return []
}

/** Root mean square of the first hidden layer's gradient over the last one's; null with fewer than two of them. */
export function gradientRatio(hidden: readonly Pick<DryRunLayer, 'gradientNorm' | 'parameters'>[]): number | null {
  const [first, last] = [hidden[0], hidden.at(-1)]
  if (!first || !last || hidden.length < 2 || last.gradientNorm === 0) return null
  return first.gradientNorm / Math.sqrt(first.parameters) / (last.gradientNorm / Math.sqrt(last.parameters))
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

function power(value: number): string {
  return value.toExponential(0)
}
