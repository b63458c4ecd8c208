/**
 * The same definition without some samples: to see what a mislabeled or strange one does to a model.
 */
import { LabError } from '#shared/errors'
import { LIMITS } from '#shared/experiment'
import type { RunPlan } from '#shared/experiment-expand'
import { excludedText } from '#shared/split'

export type ExcludedPlan = Pick<RunPlan, 'experiment' | 'configuration'>

const FACTOR = 'Excluded'

/** Samples that were left out before stay out. Throws `experiment/invalid` where it would leave out nothing new. */
export function withoutSamples({ experiment, configuration }: ExcludedPlan, samples: readonly number[]): ExcludedPlan {
  const { dataset } = experiment
  const before = dataset.exclude ?? []
  const exclude = [...new Set([...before, ...samples])].sort((a, b) => a - b)
  if (exclude.length === before.length) {
    throw new LabError('experiment/invalid', 'All of these samples are left out already: choose others to exclude')
  }
  if (exclude.length > LIMITS.excluded) {
    const message = `At most ${LIMITS.excluded} samples can be excluded, got ${exclude.length}: choose fewer`
    throw new LabError('experiment/invalid', message)
  }
  const words = wordsOf(exclude)
  const suffix = ` · ${configuration.levels[FACTOR] ?? ''}`
  const { label } = configuration
  const plain = label.endsWith(suffix) && suffix !== ' · ' ? label.slice(0, -suffix.length) : label
  return {
    experiment: { ...experiment, dataset: { ...dataset, exclude } },
    configuration: {
      ...configuration,
      label: `${plain} · ${words}`,
      levels: { ...configuration.levels, [FACTOR]: words },
    },
  }
}

/** One sample is called by its number: runs that leave out one each are told apart by it. */
function wordsOf(exclude: readonly number[]): string {
  const [first] = exclude
  return exclude.length === 1 && first !== undefined ? `sample ${first} excluded` : (excludedText(exclude.length) ?? '')
}
