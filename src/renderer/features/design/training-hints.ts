/**
 * Hints about the training itself: steps, batches, what is set and can do nothing, what the test part is used for.
 */
import type { DatasetFacts } from '#shared/dataset'
import type { Experiment, Optimizer } from '#shared/experiment'
import { combinationCount } from '#shared/sampling'
import { hasValidation, partSizes } from '#shared/split'
import { formatCount } from '../../ui/format'
import type { Hint } from './hints'

/** What people use with an optimizer, and how far from it is worth a word: a hundred times more, ten thousand less. */
const USUAL_RATE: Record<Optimizer['kind'], { low: number; usual: number; high: number }> = {
  sgd: { low: 1e-5, usual: 0.1, high: 5 },
  adam: { low: 1e-6, usual: 0.001, high: 0.1 },
  adamw: { low: 1e-6, usual: 0.001, high: 0.1 },
  rmsprop: { low: 1e-6, usual: 0.001, high: 0.1 },
  adagrad: { low: 1e-5, usual: 0.01, high: 5 },
}

export function learningRateHints({ training: { optimizer } }: Experiment): Hint[] {
  const { low, usual, high } = USUAL_RATE[optimizer.kind]
  const { learningRate: rate } = optimizer
  const path = 'training.optimizer.learningRate'
  const fix = { label: `Use ${usual}`, set: { [path]: usual } }
  if (rate >= high) {
    const message = `A learning rate of ${rate} is very high for this optimizer: the loss may only rise; ${usual} is usual`
    return [{ path, message, fix }]
  }
  if (rate > low) return []
  const message = `A learning rate of ${rate} is very low for this optimizer: the weights hardly move; ${usual} is usual`
  return [{ path, message, fix }]
}

export function batchHints({ dataset, training }: Experiment, facts: DatasetFacts): Hint[] {
  const { train } = partSizes(dataset.split, facts)
  const { batchSize } = training
  if (batchSize === 'all' || batchSize <= train) return []
  const message = `A batch of ${formatCount(batchSize)} is larger than the ${formatCount(train)} training samples: each epoch is a single step`
  return [{ path: 'training.batchSize', message, fix: { label: 'Say “all”', set: { 'training.batchSize': 'all' } } }]
}

/** A part that is looked at with every evaluation is no test any more: whoever sees it chooses by it. */
export function testHints({ dataset, training }: Experiment): Hint[] {
  if (!hasValidation(dataset.split) || training.evaluation.test === 'final') return []
  const path = 'training.evaluation.test'
  const message = 'The test part is looked at with every evaluation, though there is a validation part to choose by'
  return [{ path, message, fix: { label: 'Lock it', set: { [path]: 'final' } } }]
}

/** What is set and can do nothing. */
export function idleHints({ network, training }: Experiment): Hint[] {
  const { regularization, schedule, epochs, mistake } = training
  const hints: Hint[] = []
  if (network.layers.length === 0) {
    const idle = [
      ['dropoutHidden', 'There is no hidden layer whose units could be dropped'],
      ['activityL1', 'There is no hidden layer that this could act on, and the L1 of a softmax output is always 1'],
      ['activityL2', 'There is no hidden layer that this could act on'],
    ] as const
    for (const [field, message] of idle) {
      const path = `training.regularization.${field}`
      if (regularization[field] > 0) hints.push({ path, message, fix: { label: 'Set to 0', set: { [path]: 0 } } })
    }
  }
  if (schedule.warmupEpochs >= epochs) {
    const path = 'training.schedule.warmupEpochs'
    const message = `The warm-up is as long as the training: the learning rate is never reached for longer than a step`
    hints.push({ path, message, fix: { label: 'No warm-up', set: { [path]: 0 } } })
  }
  if (mistake !== 'none') {
    const path = 'training.mistake'
    const message = 'A deliberate mistake is set: the runs are marked with it'
    hints.push({ path, message, fix: { label: 'Take it out', set: { [path]: 'none' } } })
  }
  return hints
}

export function comparisonHints({ replicates, factors, sampling }: Experiment, configurations: number): Hint[] {
  const hints: Hint[] = []
  if (configurations > 1 && replicates === 1) {
    const message =
      'One run of each configuration: a small difference between them may be chance. Three or more show the spread'
    hints.push({ path: 'replicates', message, fix: { label: '3 seeds', set: { replicates: 3 } } })
  }
  const sizes = factors.map((factor) => factor.levels.length)
  const all = combinationCount(sizes, { kind: 'grid' })
  if ('n' in sampling && sampling.n > all) {
    const message = `There are only ${formatCount(all)} combinations: all of them are trained`
    hints.push({
      path: 'sampling.n',
      message,
      fix: { label: 'Every combination', set: { sampling: { kind: 'grid' } } },
    })
  }
  return hints
}
