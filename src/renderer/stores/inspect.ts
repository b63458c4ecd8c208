import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { DatasetEntry } from '#shared/datasets'
import { answersOf, areSameSamples, type PartAnswers } from '#shared/inspect/answers'
import { rowsOf } from '#shared/inspect/gallery'
import type { ModelFacts, ModelSource, SplitPart } from '#shared/inspect/inspected'
import { hasEnded } from '#shared/run'
import { lab } from '../lab'
import { useDatasetsStore } from './datasets'
import { parseInspect, type InspectAddress } from './inspect-address'
import { useSuspects } from './inspect-suspects'
import { useLatestAnswer } from './latest-answer'
import { useRunsStore } from './runs'

/**
 * The model that is looked into, the other one of a pair, and what they say of the samples of a part.
 *
 * The screen says by `at` what the address asks for; all else follows. While an epoch slider is dragged the last
 * answers stay until the next have come, so that nothing flickers; those of another model are never shown.
 */
export const useInspectStore = defineStore('inspect', () => {
  const runs = useRunsStore()
  const datasets = useDatasetsStore()
  const at = shallowRef<InspectAddress>(parseInspect({}))

  const first = useInspected(() => at.value.source)
  const second = useInspected(() => at.value.pair)
  const facts = first.facts

  /** The part that is shown: the one that was asked for if it is there, else the most telling one. */
  const part = computed<SplitPart | null>(() => partOf(facts.value, at.value.part))
  /** The data that the model is asked about; null as long as it is not known, or where it cannot be had. */
  const set = computed<DatasetEntry | null>(() => datasets.byName.get(facts.value?.dataset ?? '') ?? null)
  /** Whether the outputs are shares of one: probabilities. */
  const isShare = computed(
    () => facts.value?.outputActivation === 'softmax' || facts.value?.outputActivation === 'sigmoid',
  )

  const said = useAnswers(first)
  const saidBySecond = useAnswers(second)
  const answers = said.value
  /** Of the second model; null unless both have seen the same samples. */
  const paired = computed(() => {
    const [a, b] = [answers.value, saidBySecond.value.value]
    return a && b && areSameSamples(a, b) ? b : null
  })
  /** Why two models cannot be compared, although both have answered; null if they can. */
  const pairProblem = computed(() => {
    if (!answers.value || !saidBySecond.value.value || paired.value) return null
    const [a, b] = [facts.value?.dataset, second.facts.value?.dataset]
    if (a !== b)
      return `The two models know different data, ${titleOf(a)} and ${titleOf(b)}: choose two of the same data.`
    return 'They were not asked about the same samples: their parts were drawn in different ways. Choose a part that both share, such as the official test part.'
  })

  const suspects = useSuspects(
    () => (at.value.show === 'suspected' && part.value !== null ? at.value.source : null),
    () => ({ answers: answers.value, part: part.value, isShare: isShare.value }),
  )

  /** Rows of the answers that the gallery shows, in its order. */
  const rows = computed<Uint32Array>(() => {
    if (!answers.value) return new Uint32Array()
    const { show, truth, predicted, sort } = at.value
    return rowsOf(answers.value, { show, truth, predicted, sort, second: paired.value, suspects: suspects.rows.value })
  })
  /** The same, as numbers over the whole set. */
  const shownSamples = computed(() => rows.value.map((row) => answers.value?.samples[row] ?? 0))
  /** Where a sample is among the answers. */
  const rowOf = computed<ReadonlyMap<number, number>>(() => {
    return new Map(Array.from(answers.value?.samples ?? [], (sample, row) => [sample, row]))
  })

  function titleOf(name: string | null | undefined): string {
    return datasets.byName.get(name ?? '')?.title ?? name ?? 'unknown'
  }

  /** Follows the address. */
  function follow(address: InspectAddress): void {
    at.value = address
  }

  /** One model: what it is, as long as it is the one that is asked for. */
  function useInspected(source: () => ModelSource | null) {
    const looks = shallowRef(0)
    const state = useLatestAnswer(
      () => withMoment(source(), looks.value),
      ({ source: asked }) => lab.call('inspect:model', asked),
    )
    return {
      source,
      looks,
      facts: computed(() => {
        const answer = state.answer.value
        return answer && isSameModel(answer.to.source, source()) ? answer.value : null
      }),
      failure: computed<unknown>(() => (source() ? state.failure.value : undefined)),
      busy: state.busy,
      /** Asks once more: after a failure, or for a newer snapshot of what trains. */
      again: () => {
        looks.value++
      },
    }
  }

  function useAnswers(model: ReturnType<typeof useInspected>) {
    const question = () => {
      const asked = withMoment(model.source(), model.looks.value)
      if (!asked || !part.value || !model.facts.value) return null
      return { ...asked, part: part.value }
    }
    const state = useLatestAnswer(question, async ({ source, part: asked }) => {
      const predictions = await lab.call('inspect:predictions', { source, part: asked })
      return answersOf(predictions, model.facts.value?.classNames ?? [])
    })
    return {
      value: computed<PartAnswers | null>(() => {
        const [answer, wanted] = [state.answer.value, question()]
        if (!answer || !wanted || !isSameModel(answer.to.source, wanted.source)) return null
        return answer.to.part === wanted.part ? answer.value : null
      }),
      failure: state.failure,
      busy: state.busy,
      again: state.again,
    }
  }

  /** A model that still grows has other weights once its run has ended. */
  function withMoment(source: ModelSource | null, looks: number) {
    if (!source) return null
    const run = source.of === 'run' && source.step === null ? runs.byId.get(source.run) : undefined
    return { source, looks, ended: run ? hasEnded(run.status) : true }
  }

  return {
    ...{ at, follow, part, set, isShare },
    ...{ facts, failure: first.failure, busy: first.busy, again: first.again },
    ...{ answers, answersFailure: said.failure, answersBusy: said.busy, askAgain: said.again },
    pairFacts: second.facts,
    /** Why there is nothing of the second model, whichever question it did not answer. */
    pairFailure: computed<unknown>(() =>
      at.value.pair ? (second.failure.value ?? saidBySecond.failure.value) : undefined,
    ),
    ...{ pairAnswers: saidBySecond.value, paired, pairProblem, pairAgain: second.again },
    ...{ suspects, rows, shownSamples, rowOf },
  }
})

/** The weights may be of another moment: an epoch slider leads from one to the next. */
function isSameModel(a: ModelSource, b: ModelSource | null): boolean {
  if (b === null) return false
  if (a.of === 'run') return b.of === 'run' && a.run === b.run
  return b.of === 'file' && a.token === b.token
}

function partOf(facts: ModelFacts | null, asked: SplitPart | null): SplitPart | null {
  if (!facts) return null
  const there = facts.parts.filter(({ count }) => count > 0).map(({ part }) => part)
  if (asked && there.includes(asked)) return asked
  return (['test', 'validation', 'train'] as const).find((part) => there.includes(part)) ?? null
}
