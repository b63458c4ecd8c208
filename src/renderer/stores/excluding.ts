/**
 * A training without some of its samples: as a new run of the lab, or as a design to change first.
 */
import { shallowRef } from 'vue'
import type { Experiment } from '#shared/experiment'
import type { RunId } from '#shared/run'
import { excludedText } from '#shared/split'
import { lab } from '../lab'
import { useToasts } from '../ui/toasts'
import { useDraftStore } from './draft'
import { useRunActions } from './run-actions'
import { useRunsStore } from './runs'

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

  return { busy, trainWithout, designWithout }
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
