import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Advance, RunId, RunSummary } from '#shared/run'
import type { AnnotationChange } from '#shared/runs/annotations'
import { lab } from '../lab'
import { plural } from '../ui/format'
import { useToasts } from '../ui/toasts'

/**
 * What can be done with runs that exist. The list of runs is not touched here: the lab says how it has changed.
 */
export const useRunActions = defineStore('run-actions', () => {
  const toasts = useToasts()
  /** Asked to stop, and not told yet that they have. */
  const stopping = shallowRef<ReadonlySet<RunId>>(new Set())

  /** Asked to pause, to go on and the like, and not answered yet. */
  const asking = shallowRef<ReadonlySet<RunId>>(new Set())

  /** Takes effect within a minibatch; everything that was measured stays. */
  async function stop(run: Pick<RunSummary, 'id' | 'label'>): Promise<void> {
    if (stopping.value.has(run.id)) return
    stopping.value = new Set(stopping.value).add(run.id)
    try {
      await lab.call('runs:stop', run.id)
    } catch (error) {
      toasts.fail(`${run.label} was not stopped`, error)
    } finally {
      stopping.value = new Set([...stopping.value].filter((id) => id !== run.id))
    }
  }

  /** It ends with the epoch that it trains now, or goes on after all. */
  async function stopAfterEpoch(run: Pick<RunSummary, 'id' | 'label'>, wanted: boolean): Promise<void> {
    const failed = wanted ? `${run.label} does not stop after this epoch` : `${run.label} still stops after this epoch`
    await ask(run.id, () => lab.call('runs:stop-after-epoch', run.id, wanted), failed)
  }

  /** New runs with the same definitions. */
  async function repeat(ids: readonly RunId[]): Promise<void> {
    await askFor(
      ids,
      async () => {
        const made = await lab.call('runs:repeat', ids)
        toasts.show(`${plural(made.length, 'run')} added to the queue`)
      },
      `${plural(ids.length, 'run was', 'runs were')} not queued again`,
    )
  }

  /** On train and validation together, for as many epochs as validation chose. Answers with the new run. */
  async function retrain(run: Pick<RunSummary, 'id' | 'label'>): Promise<RunId | null> {
    let made: RunId | null = null
    const call = async () => {
      made = await lab.call('runs:retrain', run.id)
    }
    await ask(run.id, call, `${run.label} is not retrained`)
    return made
  }

  /** The same definition without some samples. Answers with the new run. */
  async function exclude(run: Pick<RunSummary, 'id' | 'label'>, samples: readonly number[]): Promise<RunId | null> {
    let made: RunId | null = null
    const call = async () => {
      made = await lab.call('runs:exclude', run.id, samples)
    }
    await ask(run.id, call, `${run.label} is not trained again`)
    return made
  }

  /** The one look at a test part that was locked. */
  async function evaluateTest(ids: readonly RunId[]): Promise<boolean> {
    const failed = `${plural(ids.length, 'run was', 'runs were')} not tested`
    return askFor(
      ids,
      async () => {
        await lab.call('runs:evaluate-test', ids)
      },
      failed,
    )
  }

  /** Takes effect within a minibatch; it keeps its threads until it goes on. */
  async function pause(run: Pick<RunSummary, 'id' | 'label'>): Promise<void> {
    await ask(run.id, () => lab.call('runs:pause', run.id), `${run.label} was not paused`)
  }

  async function proceed(run: Pick<RunSummary, 'id' | 'label'>): Promise<void> {
    await ask(run.id, () => lab.call('runs:proceed', run.id), `${run.label} does not go on`)
  }

  /** A paused run trains a minibatch, or to the end of its epoch. False if the lab did not take it. */
  async function advance(run: Pick<RunSummary, 'id' | 'label'>, by: Advance): Promise<boolean> {
    return ask(run.id, () => lab.call('runs:advance', run.id, by), `${run.label} stays where it is`)
  }

  /** From its next minibatch on. False if the lab did not take it. */
  async function setLearningRate(run: Pick<RunSummary, 'id' | 'label'>, rate: number): Promise<boolean> {
    return ask(run.id, () => lab.call('runs:set-learning-rate', run.id, rate), `${run.label} keeps its learning rate`)
  }

  /** Runs that ended before their time wait for their turn again, and go on from their last checkpoints. */
  async function resume(ids: readonly RunId[]): Promise<boolean> {
    return askFor(ids, () => lab.call('runs:resume', ids), `${plural(ids.length, 'run was', 'runs were')} not resumed`)
  }

  /** For all of them together; the first one says whether it is on its way. */
  async function askFor(ids: readonly RunId[], call: () => Promise<void>, failed: string): Promise<boolean> {
    const [first] = ids
    return first !== undefined && ask(first, call, failed)
  }

  /** One wish at a time for each run: a second press while the first is on its way asks for nothing. */
  async function ask(id: RunId, call: () => Promise<void>, failed: string): Promise<boolean> {
    if (asking.value.has(id)) return false
    asking.value = new Set(asking.value).add(id)
    try {
      await call()
      return true
    } catch (error) {
      toasts.fail(failed, error)
      return false
    } finally {
      asking.value = new Set([...asking.value].filter((other) => other !== id))
    }
  }

  /** Names, tags, notes, pins: the same change for all of them. True if the lab has it. */
  async function annotate(ids: readonly RunId[], change: AnnotationChange): Promise<boolean> {
    try {
      await lab.call('runs:annotate', ids, change)
      return true
    } catch (error) {
      toasts.fail(`${plural(ids.length, 'run was', 'runs were')} not changed`, error)
      return false
    }
  }

  /** Out of sight; nothing is deleted. */
  async function archive(ids: readonly RunId[], archived: boolean): Promise<void> {
    if (!(await annotate(ids, { archived }))) return
    const undo = () => void annotate(ids, { archived: !archived })
    toasts.show(`${plural(ids.length, 'run')} ${archived ? 'archived' : 'taken out of the archive'}`, { undo })
  }

  async function remove(ids: readonly RunId[]): Promise<void> {
    try {
      await lab.call('runs:remove', ids)
      toasts.show(`${plural(ids.length, 'run')} moved to the workspace's trash`, { undo: () => void restore(ids) })
    } catch (error) {
      toasts.fail(`${plural(ids.length, 'run was', 'runs were')} not removed`, error)
    }
  }

  async function restore(ids: readonly RunId[]): Promise<void> {
    try {
      await lab.call('runs:restore', ids)
    } catch (error) {
      toasts.fail(`${plural(ids.length, 'run was', 'runs were')} not brought back`, error)
    }
  }

  return {
    ...{ stopping, asking, stop, stopAfterEpoch, pause, proceed, advance, setLearningRate, resume, remove, restore },
    ...{ repeat, retrain, exclude, evaluateTest, annotate, archive },
  }
})
