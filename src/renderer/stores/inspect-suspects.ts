/**
 * Labels that the model in hand does not believe: by its own answers, or by those of all finished seeds of the same
 * configuration, where there are several.
 */
import { computed } from 'vue'
import { answersOf, areSameSamples, valueAt, type PartAnswers } from '#shared/inspect/answers'
import type { ModelSource, SplitPart } from '#shared/inspect/inspected'
import { meanShares, suspectedLabels, type SuspectedLabels } from '#shared/inspect/suspected'
import type { RunId, RunSummary } from '#shared/run'
import { lab } from '../lab'
import { useLatestAnswer } from './latest-answer'
import { useRunsStore } from './runs'

/** More seeds hardly change a mean, and each is a pass over the part. */
const MOST_SEEDS = 9

export interface SuspectsContext {
  answers: PartAnswers | null
  part: SplitPart | null
  isShare: boolean
}

export interface Suspects extends SuspectedLabels {
  /** Models whose mean it is. */
  models: number
}

/** `source`: null while nobody asks for suspects. */
export function useSuspects(source: () => ModelSource | null, context: () => SuspectsContext) {
  const runs = useRunsStore()
  const seeds = computed<RunId[]>(() => {
    const asked = source()
    const run = asked?.of === 'run' ? runs.byId.get(asked.run) : undefined
    return run ? otherSeedsOf(run, runs.newestFirst).slice(0, MOST_SEEDS - 1) : []
  })

  const others = useLatestAnswer(
    () => {
      const { part } = context()
      return source() && part && seeds.value.length > 0 ? { seeds: seeds.value, part } : null
    },
    async ({ seeds: asked, part }) => {
      const found: PartAnswers[] = []
      // one after another: the lab has one desk for all of this
      for (const run of asked) {
        const predictions = await lab.call('inspect:predictions', { source: { of: 'run', run, step: null }, part })
        found.push(answersOf(predictions, context().answers?.classes ?? []))
      }
      return found
    },
  )

  const found = computed<Suspects | null>(() => {
    const { answers, isShare, part } = context()
    if (!source() || !answers || !isShare) return null
    const said = others.answer.value
    const isOfThese = said !== null && said.to.part === part && said.to.seeds.join() === seeds.value.join()
    if (seeds.value.length > 0 && !others.failure.value && !isOfThese) return null
    const usable = isOfThese ? said.value : []
    const all = [
      answers,
      ...usable.filter((other) => areSameSamples(answers, other) && other.outputs === answers.outputs),
    ]
    const classes = Math.max(2, answers.outputs)
    const shares = meanShares(all.map((each) => sharesOf(each, classes)))
    return { ...suspectedLabels({ labels: answers.labels, shares, classes }), models: all.length }
  })

  return {
    found,
    rows: computed(() => found.value?.rows ?? null),
    /** Why other seeds could not be asked; what is found is by the model in hand alone then. */
    failure: others.failure,
    isWaiting: computed(() => source() !== null && context().isShare && found.value === null),
  }
}

/** Finished runs of the same configuration with other seeds. */
export function otherSeedsOf(run: RunSummary, all: readonly RunSummary[]): RunId[] {
  return all
    .filter(
      (other) =>
        other.id !== run.id &&
        other.experimentId === run.experimentId &&
        other.configuration.index === run.configuration.index &&
        other.status === 'finished',
    )
    .map(({ id }) => id)
}

/** f32[n, classes], also of a single output unit. */
function sharesOf(answers: PartAnswers, classes: number): Float32Array {
  if (answers.outputs > 1) return answers.values
  const shares = new Float32Array(answers.labels.length * classes)
  for (let i = 0; i < shares.length; i++) shares[i] = valueAt(answers, Math.floor(i / classes), i % classes)
  return shares
}
