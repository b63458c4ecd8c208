/**
 * One sample, as a model sees it, and as the models of other runs of the same data do.
 */
import { computed } from 'vue'
import { f32Of } from '#shared/datasets'
import type { ModelSource, SampleInsight } from '#shared/inspect/inspected'
import type { RunId, RunSummary } from '#shared/run'
import { lab } from '../lab'
import { useLatestAnswer } from './latest-answer'
import { useRunsStore } from './runs'

export interface SampleQuestion {
  source: ModelSource
  sample: number
  dataset?: string | undefined
}

export function useSampleInsight(question: () => SampleQuestion | null) {
  const { answer, failure, again, busy } = useLatestAnswer(question, (asked) => lab.call('inspect:sample', asked))
  return {
    /** Of the sample that is asked for; while another moment is on its way, that of the last one. */
    insight: computed<SampleInsight | null>(() => {
      const wanted = question()
      return wanted && answer.value?.to.sample === wanted.sample ? answer.value.value : null
    }),
    failure,
    again,
    busy,
  }
}

/** More would not be read. */
const MOST_RUNS = 12

export interface OtherAnswer {
  run: RunSummary
  values: Float32Array
}

/**
 * The newest run of each configuration before a second one of any: seeds of one design say less than other designs do.
 * In the order in which they came.
 */
export function variedRuns(newestFirst: readonly RunSummary[], most = MOST_RUNS): RunSummary[] {
  const seen = new Map<string, number>()
  const turns = newestFirst.map((run) => {
    const key = `${run.experimentId} ${run.configuration.index}`
    const turn = seen.get(key) ?? 0
    seen.set(key, turn + 1)
    return { run, turn }
  })
  const chosen = new Set([...turns].sort((a, b) => a.turn - b.turn).slice(0, most))
  return turns.filter((each) => chosen.has(each)).map(({ run }) => run)
}

/** The newest runs of the same data, except one; those that cannot be asked are left out, and counted. */
export function useOtherRuns(question: () => { sample: number; dataset: string; except: RunId | null } | null) {
  const runs = useRunsStore()
  const { answer, failure } = useLatestAnswer(
    () => {
      const asked = question()
      if (!asked) return null
      const others = runs.newestFirst.filter(
        ({ id, dataset, last }) => last !== null && dataset === asked.dataset && id !== asked.except,
      )
      return { ...asked, runs: variedRuns(others).map(({ id }) => id) }
    },
    async ({ sample, dataset, runs: ids }) => {
      const said = await Promise.allSettled(
        ids.map((id) =>
          lab.call('inspect:sample', { source: { of: 'run', run: id, step: null }, sample, dataset, neighbors: 0 }),
        ),
      )
      const values = said.flatMap((each, i) => {
        const id = ids[i]
        return each.status === 'fulfilled' && id ? [{ id, values: f32Of(each.value.values) }] : []
      })
      return { values, silent: said.length - values.length }
    },
  )
  return {
    others: computed<{ answers: readonly OtherAnswer[]; silent: number } | null>(() => {
      const now = answer.value
      if (!now || now.to.sample !== question()?.sample) return null
      const answers = now.value.values.flatMap(({ id, values }) => {
        const run = runs.byId.get(id)
        return run ? [{ run, values }] : []
      })
      return { answers, silent: now.value.silent }
    }),
    failure,
  }
}
