/** Findings from the curves: where the loss begins, where it goes, and where it cannot go. */
import { guessingLoss, guessingLossText } from '../dry-run'
import type { DoctorFacts, Finding } from '../doctor'
import { accuracyOf, hasEnded, type Evaluation, type Score } from '../run'
import { doubledSoftmaxFloor, lossWords, percentWords, tenth } from './numbers'

type History = readonly Evaluation[]

export function lossFindings(facts: DoctorFacts, history: History): Finding[] {
  const found = notFinite(facts, history)
  if (found.length > 0) return found
  return [
    ...doubledSoftmax(facts, history),
    ...rising(facts, history),
    ...stuck(facts, history),
    ...highStart(facts, history),
  ]
}

function notFinite({ experiment, status, reason }: DoctorFacts, history: History): Finding[] {
  const last = history.at(-1)
  const hasFailed = status === 'failed' && /no longer finite/.test(reason ?? '')
  if (!hasFailed && (!last || Number.isFinite(last.train.loss))) return []
  return [
    {
      kind: 'not-finite',
      title: 'A number was no longer finite',
      evidence: reason ?? 'The training loss is not a number any more',
      advice: 'The steps were too large: try a tenth of the learning rate, or clip the gradient',
      change: rateChange(experiment),
    },
  ]
}

function rateChange({ training }: DoctorFacts['experiment']): Finding['change'] {
  const rate = tenth(training.optimizer.learningRate)
  return { label: `Learning rate ${rate}`, set: { 'training.optimizer.learningRate': rate } }
}

/** A classifier that is mostly right has a loss far below the floor, unless there is one. */
function doubledSoftmax({ experiment, sizes }: DoctorFacts, history: History): Finding[] {
  const last = history.at(-1)
  if (!last || experiment.training.loss !== 'softmax-cross-entropy') return []
  const outputs = sizes.at(-1) ?? 0
  const floor = doubledSoftmaxFloor(outputs)
  const above = last.train.loss - floor
  if (outputs < 3 || accuracyOf(last.train) < 0.6 || above < -1e-4 || above > 0.4) return []
  return [
    {
      kind: 'doubled-softmax',
      title: 'Softmax is applied twice',
      evidence: `${percentWords(accuracyOf(last.train))} of the training samples are right, and yet the loss is ${lossWords(last.train.loss)}: with ${outputs} outputs a softmax of a softmax cannot come below ln(1 + ${outputs - 1}/e) = ${floor.toFixed(6)}`,
      advice: 'Give the loss the sums, or the softmax, but not both',
      change: { label: 'One softmax', set: { 'training.mistake': 'none' } },
    },
  ]
}

const RISEN = 1.05

function rising({ experiment }: DoctorFacts, history: History): Finding[] {
  const [first, last] = [history[0], history.at(-1)]
  if (!first || !last || history.length < 3) return []
  const before = history.at(-2)
  const rises = last.train.loss > first.train.loss * RISEN && last.train.loss > (before?.train.loss ?? 0)
  if (!rises) return []
  const isUphill = experiment.training.mistake === 'gradient-sign'
  return [
    {
      kind: isUphill ? 'uphill' : 'loss-rising',
      title: isUphill ? 'The steps go uphill' : 'The loss rises',
      evidence: `Training loss ${lossWords(first.train.loss)} at first, ${lossWords(last.train.loss)} now`,
      advice: isUphill
        ? 'The sign of the gradient is wrong'
        : 'The steps are longer than the loss is curved: try a tenth of the learning rate',
      change: isUphill ? { label: 'Right sign', set: { 'training.mistake': 'none' } } : rateChange(experiment),
    },
  ]
}

/** As near to guessing as no network that learns stays. */
const STUCK = 0.02

function stuck({ experiment, sizes, classes }: DoctorFacts, history: History): Finding[] {
  const last = history.at(-1)
  const guess = guessingLoss(experiment, sizes.at(-1) ?? 0)
  if (!last || guess === null || history.length < 3) return []
  const atChance = accuracyOf(last.train) < 1.5 / classes
  if (!atChance || Math.abs(last.train.loss - guess) > STUCK * guess) return []
  const isZeros = experiment.network.initializer.kind === 'zeros' && experiment.network.layers.length > 0
  return [
    {
      kind: 'stuck-at-guessing',
      title: 'It does no better than guessing',
      evidence: `The training loss is ${lossWords(last.train.loss)} after ${history.length} evaluations; guessing has ${guessingLossText(experiment, sizes.at(-1) ?? 0)}`,
      advice: isZeros
        ? 'All weights began at 0, so that the units of a layer stay equal: draw them at random'
        : 'Nothing reaches the first layers, or the steps are far too short: look at the gradients of each layer',
      change: isZeros
        ? { label: 'Glorot, uniform', set: { 'network.initializer': { kind: 'glorot-uniform' } } }
        : experiment.training.diagnostics
          ? null
          : { label: 'With diagnostics', set: { 'training.diagnostics': true } },
    },
  ]
}

/** The mean over the first evaluation's minibatches is below guessing, unless the start was far off. */
function highStart({ experiment, sizes, hasBytes }: DoctorFacts, history: History): Finding[] {
  const first = history[0]
  const outputs = sizes.at(-1) ?? 0
  const guess = guessingLoss(experiment, outputs)
  if (!first || guess === null || first.train.loss < guess * 1.2) return []
  const isUnscaled = hasBytes && experiment.dataset.scaling === 'none'
  return [
    {
      kind: isUnscaled ? 'unscaled-inputs' : 'high-first-loss',
      title: isUnscaled ? 'The inputs are not scaled' : 'It began far worse than guessing',
      evidence: `The first training loss is ${lossWords(first.train.loss)}; a network that knows nothing has ${guessingLossText(experiment, outputs)}`,
      advice: isUnscaled
        ? 'Values of 0 … 255 make the first sums and the first steps huge: divide by 255'
        : 'The first weights are too large, or the first steps too long: try a smaller initializer',
      change: isUnscaled
        ? { label: 'Divide by 255', set: { 'dataset.scaling': 'unit' } }
        : { label: 'N(0, 1/√fan-in)', set: { 'network.initializer': { kind: 'lecun-normal' } } },
    },
  ]
}

/** Training accuracy of logistic regression after a few epochs, a little below what it reaches. */
const LINEAR_BASELINE: Partial<Record<string, number>> = { mnist: 0.91, 'fashion-mnist': 0.83 }
const LEAST_EPOCHS = 5

export function baselineFindings({ experiment }: DoctorFacts, history: History): Finding[] {
  const last = history.at(-1)
  const { dataset, network, training } = experiment
  const baseline = LINEAR_BASELINE[dataset.name]
  if (!last || baseline === undefined || last.epoch < LEAST_EPOCHS || network.layers.length === 0) return []
  const accuracy = accuracyOf(last.train)
  // dropout lowers the running score while it trains: it is no sign of anything
  const isLowered = training.evaluation.train === 'running' && training.regularization.dropoutHidden > 0
  if (accuracy >= baseline || isLowered) return []
  return [
    {
      kind: 'below-linear',
      title: 'It fits worse than a straight line would',
      evidence: `Training accuracy ${percentWords(accuracy)} after ${last.epoch} epochs; without any hidden layer it is about ${percentWords(baseline)}`,
      advice: 'The hidden layers stand in the way: try Adam at 0.001, scaled inputs and a common initializer first',
      change: {
        label: 'Adam, 0.001',
        set: { 'training.optimizer': { kind: 'adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } },
      },
    },
  ]
}

export function trendFindings(facts: DoctorFacts, history: History): Finding[] {
  const overFitting = overFit(facts, history)
  return overFitting.length > 0 ? overFitting : descending(facts, history)
}

/** Held-out samples: the validation part, or else the test part where that is looked at while it trains. */
function heldOut({ validation, test }: Evaluation): Score | undefined {
  return validation ?? test
}

const GAP_GROWN = 1.1
const LEAST_EVALUATIONS = 4

function overFit({ experiment }: DoctorFacts, history: History): Finding[] {
  const last = history.at(-1)
  const scores = history.flatMap((each) => {
    const score = heldOut(each)
    return score ? [{ epoch: each.epoch, loss: score.loss, train: each.train.loss }] : []
  })
  const now = scores.at(-1)
  if (!last || !now || scores.length < LEAST_EVALUATIONS) return []
  const best = scores.reduce((a, b) => (b.loss < a.loss ? b : a))
  const hasRisen = now.loss > best.loss * GAP_GROWN && now.loss - best.loss > 0.01
  if (!hasRisen || now.train >= best.train) return []
  const part = last.validation ? 'Validation' : 'Test'
  const { earlyStopping } = experiment.training
  return [
    {
      kind: 'over-fitting',
      title: 'It over-fits',
      evidence: `${part} loss was lowest at epoch ${Number(best.epoch.toFixed(1))} (${lossWords(best.loss)}) and is ${lossWords(now.loss)} now, while the training loss fell from ${lossWords(best.train)} to ${lossWords(now.train)}`,
      advice: last.validation
        ? 'Stop at the lowest validation loss, or hold it back with dropout'
        : 'Keep a part of the training samples for validation, and stop by it; or hold it back with dropout',
      change:
        last.validation && !earlyStopping
          ? {
              label: 'Stop early',
              set: { 'training.earlyStopping': { metric: 'validation-loss', patience: 5, restoreBest: true } },
            }
          : { label: 'Dropout 0.2', set: { 'training.regularization.dropoutHidden': 0.2 } },
    },
  ]
}

const STILL_FALLS = 0.03

/** Only of a run that was trained to its end: the last tenth of it still lowered both losses. */
function descending({ experiment, status, reason }: DoctorFacts, history: History): Finding[] {
  const last = history.at(-1)
  if (!last || !hasEnded(status) || status !== 'finished' || reason !== null) return []
  const before = history.findLast((each) => each.epoch <= last.epoch * 0.9)
  if (!before || history.length < LEAST_EVALUATIONS) return []
  const falls = (a: number, b: number) => (a - b) / a
  const trainFalls = falls(before.train.loss, last.train.loss)
  const [heldBefore, heldLast] = [heldOut(before), heldOut(last)]
  const heldFalls = heldBefore && heldLast ? falls(heldBefore.loss, heldLast.loss) : trainFalls
  if (trainFalls < STILL_FALLS || heldFalls < STILL_FALLS / 3) return []
  const epochs = Math.min(100_000, experiment.training.epochs * 2)
  return [
    {
      kind: 'still-descending',
      title: 'It was still learning when it ended',
      evidence: `Over the last tenth of the training the loss fell by ${percentWords(trainFalls)}, to ${lossWords(last.train.loss)}`,
      advice: 'It has not converged: train longer, or with a larger step, before you compare it',
      change: { label: `${epochs} epochs`, set: { 'training.epochs': epochs } },
    },
  ]
}
