import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref, watch, type EffectScope } from 'vue'
import type { Evaluation, RunId } from '#shared/run'
import { useHistories, useLiveMetrics } from '../../../src/renderer/stores/metrics'
import { fakeLab } from '../fake-lab'
import { evaluationOf, idOf, runOf } from '../runs/fixture'
import { fakeFrames } from './frames'

let scope: EffectScope
let frames: ReturnType<typeof fakeFrames>
beforeEach(() => {
  scope = effectScope()
  frames = fakeFrames()
})
afterEach(() => {
  scope.stop()
  vi.unstubAllGlobals()
})

function labWith(histories: Record<string, Evaluation[]>) {
  return fakeLab({ 'runs:history': (id) => histories[id] ?? [] })
}

/** Runs `start` in the scope of the test, as a component would. */
function started<T>(start: () => T): T {
  const value = scope.run(start)
  if (value === undefined) throw new Error('The scope has ended')
  return value
}

function epochs(points: readonly Evaluation[]): number[] {
  return points.map((point) => point.epoch)
}

async function settled(): Promise<void> {
  await flushPromises()
  frames.next()
}

describe('the metrics of a run', () => {
  it('begin with the history on disk and grow with each evaluation', async () => {
    const lab = labWith({ [idOf(1)]: [evaluationOf(1), evaluationOf(2)] })
    const metrics = started(() => useLiveMetrics(idOf(1)))
    expect(metrics.loaded.value).toBe(false)
    await settled()
    expect(metrics.loaded.value).toBe(true)
    lab.emit('runs:evaluated', { id: idOf(1), evaluation: evaluationOf(3) })
    lab.emit('runs:evaluated', { id: idOf(2), evaluation: evaluationOf(9) })
    frames.next()
    expect(epochs(metrics.points.value)).toEqual([1, 2, 3])
  })

  it('are read again when a run that had ended goes on, perhaps from before where it had been', async () => {
    const histories = { [idOf(1)]: [evaluationOf(1), evaluationOf(2), evaluationOf(3)] }
    const lab = labWith(histories)
    const metrics = started(() => useLiveMetrics(idOf(1)))
    await settled()
    histories[idOf(1)] = [evaluationOf(1)] // a learning rate was set by hand: what followed is trained anew
    const run = runOf(1, { status: 'running', last: evaluationOf(1) })
    lab.emit('runs:changed', { revision: 1, changed: [run], removed: [] })
    await settled()
    expect(epochs(metrics.points.value)).toEqual([1])
    lab.emit('runs:evaluated', { id: idOf(1), evaluation: evaluationOf(2) })
    frames.next()
    lab.emit('runs:changed', { revision: 2, changed: [{ ...run, last: evaluationOf(2) }], removed: [] })
    await settled()
    expect(epochs(metrics.points.value)).toEqual([1, 2])
    expect(lab.asked('runs:history')).toHaveLength(2)
  })

  it('lose nothing and double nothing between the question for the history and its answer', async () => {
    const lab = labWith({ [idOf(1)]: [evaluationOf(1), evaluationOf(2)] })
    const metrics = started(() => useLiveMetrics(idOf(1)))
    lab.emit('runs:evaluated', { id: idOf(1), evaluation: evaluationOf(2) }) // in the history as well
    lab.emit('runs:evaluated', { id: idOf(1), evaluation: evaluationOf(3) }) // not yet in it
    await settled()
    expect(epochs(metrics.points.value)).toEqual([1, 2, 3])
  })

  it('are shown once a frame, whatever the rate at which they come', async () => {
    const lab = labWith({ [idOf(1)]: [] })
    const metrics = started(() => useLiveMetrics(idOf(1)))
    await settled()
    let shown = 0
    scope.run(() => watch(metrics.points, () => shown++, { flush: 'sync' }))
    for (let epoch = 1; epoch <= 200; epoch++)
      lab.emit('runs:evaluated', { id: idOf(1), evaluation: evaluationOf(epoch) })
    expect(frames.due).toBe(1)
    expect(metrics.points.value).toHaveLength(0)
    frames.next()
    expect(shown).toBe(1)
    expect(metrics.points.value).toHaveLength(200)
    expect(frames.due).toBe(0) // nothing to do, no frame asked for
  })

  it('follow the run when it changes, and a late answer for the old one writes nothing', async () => {
    labWith({ [idOf(1)]: [evaluationOf(1)], [idOf(2)]: [evaluationOf(5), evaluationOf(6)] })
    const id = ref<RunId | null>(idOf(1))
    const metrics = started(() => useLiveMetrics(id))
    id.value = idOf(2) // before the first answer is there
    await settled()
    expect(epochs(metrics.points.value)).toEqual([5, 6])
    id.value = null
    await settled()
    expect(metrics.points.value).toEqual([])
  })

  it('are read again when the run ends with more than was told', async () => {
    const history = [evaluationOf(1)]
    const lab = labWith({ [idOf(1)]: history })
    const metrics = started(() => useLiveMetrics(idOf(1)))
    await settled()
    history.push(evaluationOf(2), evaluationOf(3)) // and nobody told us
    lab.emit('runs:changed', { revision: 1, changed: [runOf(1, { last: evaluationOf(3) })], removed: [] })
    await settled()
    expect(epochs(metrics.points.value)).toEqual([1, 2, 3])
  })

  it('are read again after a lost connection', async () => {
    const history = [evaluationOf(1)]
    const lab = labWith({ [idOf(1)]: history })
    const metrics = started(() => useLiveMetrics(idOf(1)))
    await settled()
    lab.connection.value = 'lost'
    await flushPromises()
    history.push(evaluationOf(2))
    lab.connection.value = 'open'
    await settled()
    expect(epochs(metrics.points.value)).toEqual([1, 2])
  })

  it('say why they are not there, and come after a retry', async () => {
    const lab = fakeLab({
      'runs:history': () => {
        throw new Error('history.jsonl cannot be read')
      },
    })
    const metrics = started(() => useLiveMetrics(idOf(1)))
    await settled()
    expect(metrics.failure.value).toMatchObject({ message: 'history.jsonl cannot be read' })
    lab.handlers['runs:history'] = () => [evaluationOf(1)]
    metrics.retry()
    await settled()
    expect(metrics.failure.value).toBeUndefined()
    expect(metrics.points.value).toHaveLength(1)
  })

  it('stop listening with their scope', async () => {
    const lab = labWith({ [idOf(1)]: [] })
    scope.run(() => useLiveMetrics(idOf(1)))
    await settled()
    scope.stop()
    lab.emit('runs:evaluated', { id: idOf(1), evaluation: evaluationOf(1) })
    expect(frames.due).toBe(0)
  })
})

describe('the histories of several runs', () => {
  it('keep what they have of a run that stays', async () => {
    const lab = labWith({ [idOf(1)]: [evaluationOf(1)], [idOf(2)]: [evaluationOf(2)] })
    const ids = ref([idOf(1)])
    const { byId } = started(() => useHistories(ids))
    await settled()
    const before = byId.value.get(idOf(1))
    ids.value = [idOf(1), idOf(2)]
    await settled()
    expect(byId.value.get(idOf(1))).toBe(before)
    expect(byId.value.get(idOf(2))).toHaveLength(1)
    expect(lab.asked('runs:history')).toEqual([[idOf(1)], [idOf(2)]])
  })
})
