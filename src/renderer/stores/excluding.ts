/**
 * A training without some of its samples: as a new run of the lab, or as a design to change first.
 */
import { until } from '@vueuse/core'
import { computed, shallowRef } from 'vue'
import type { Experiment } from '#shared/experiment'
import { hasEnded, type RunId } from '#shared/run'
import { excludedText } from '#shared/split'
import { lab } from '../lab'
import { useToasts } from '../ui/toasts'
import { useDraftStore } from './draft'
import { useLatestAnswer } from './latest-answer'
import { useRunActions } from './run-actions'
import { useRunsStore } from './runs'

/** A run stops within a minibatch; what takes longer than this is left to the person. */
const PATIENCE_MS = 15_000

export function useExcluding() {
  const runs = useRunsStore()
  const actions = useRunActions()
  const draft = useDraftStore()
  const toasts = useToasts()
  const busy = shallowRef(false)

  async function trainWithout(id: RunId, samples: readonly number[]): Promise<RunId | null> {
    const run = runs.byId.get(id)
    if (!run || busy.value) return null
    busy.value = true
    try {
      return await actions.exclude(run, samples)
    } finally {
      busy.value = false
    }
  }

  /** A run that was queued from here goes to the trash, from where it can come back; one that trains stops first. */
  async function takeBack(id: RunId): Promise<void> {
    const run = runs.byId.get(id)
    if (!run || busy.value) return
    busy.value = true
    try {
      if (!hasEnded(run.status)) await actions.stop(run)
      const state = () => runs.byId.get(id)?.status
      const ended = await until(() => hasEnded(state() ?? 'stopped')).toBe(true, { timeout: PATIENCE_MS })
      if (ended && state() !== undefined) await actions.remove([id])
    } finally {
      busy.value = false
    }
  }

  /** What was on the Design screen can be had back with undo. */
  async function designWithout(id: RunId, samples: readonly number[]): Promise<boolean> {
    try {
      const { experiment } = await lab.call('runs:details', id)
      draft.open(withoutSamples(experiment, samples), runs.byId.get(id)?.presetId ?? null)
      return true
    } catch (error) {
      toasts.fail('The design was not opened', error)
      return false
    }
  }

  return { busy, trainWithout, designWithout, takeBack }
}

/** Samples that a run left out of all its parts; asked for only where its row says that there are some. */
export function useLeftOut(run: () => RunId | null) {
  const runs = useRunsStore()
  const { answer } = useLatestAnswer(
    () => {
      const id = run()
      return id && (runs.byId.get(id)?.excluded ?? 0) > 0 ? { id } : null
    },
    ({ id }) => lab.call('runs:details', id),
  )
  return computed<ReadonlySet<number>>(() => {
    const now = answer.value
    return new Set(now && now.to.id === run() ? now.value.experiment.dataset.exclude : [])
  })
}

/** Its title says so, as the experiment of the run has one of its own. */
export function withoutSamples(experiment: Experiment, samples: readonly number[]): Experiment {
  const { dataset, title } = experiment
  const exclude = [...new Set([...(dataset.exclude ?? []), ...samples])].sort((a, b) => a - b)
  const plain = title.replace(/, \d+ samples? excluded$/, '')
  return {
    ...experiment,
    title: `${plain.slice(0, 170)}, ${excludedText(exclude.length) ?? ''}`,
    dataset: { ...dataset, exclude },
  }
}
