import { createPinia, setActivePinia } from 'pinia'
import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'
import type { RunSummary } from '#shared/run'
import { useRunsStore } from '../../../src/renderer/stores/runs'
import { fakeLab } from '../fake-lab'
import { idOf, runOf } from './fixture'

beforeEach(() => setActivePinia(createPinia()))

function labWith(runs: RunSummary[], revision = 4) {
  const list = { revision, runs }
  const lab = fakeLab({ 'runs:list': () => list })
  return { lab, list }
}

describe('the mirror of the runs', () => {
  it('shows the runs of the snapshot, newest first', async () => {
    labWith([
      runOf(1, { createdAt: '2026-11-20T10:00:00.000Z' }),
      runOf(3, { createdAt: '2026-11-20T12:00:00.000Z' }),
      runOf(2, { createdAt: '2026-11-20T12:00:00.000Z' }),
    ])
    const store = useRunsStore()
    expect(store.ready).toBe(false)
    await flushPromises()
    expect(store.ready).toBe(true)
    expect(store.newestFirst.map((run) => run.id)).toEqual([idOf(3), idOf(2), idOf(1)])
  })

  it('takes a change that carries the next revision', async () => {
    const { lab } = labWith([runOf(1), runOf(2)])
    const store = useRunsStore()
    await flushPromises()
    lab.emit('runs:changed', { revision: 5, changed: [runOf(1, { status: 'stopped' })], removed: [idOf(2)] })
    expect(store.byId.get(idOf(1))?.status).toBe('stopped')
    expect(store.byId.has(idOf(2))).toBe(false)
    expect(lab.asked('runs:list')).toHaveLength(1)
  })

  it('drops a change that it already holds', async () => {
    const { lab } = labWith([runOf(1, { status: 'finished' })], 4)
    const store = useRunsStore()
    await flushPromises()
    lab.emit('runs:changed', { revision: 4, changed: [runOf(1, { status: 'running' })], removed: [] })
    expect(store.byId.get(idOf(1))?.status).toBe('finished')
  })

  it('takes a new snapshot when a change was missed', async () => {
    const { lab, list } = labWith([runOf(1)])
    const store = useRunsStore()
    await flushPromises()
    list.runs = [runOf(1), runOf(2), runOf(3)]
    list.revision = 7
    lab.emit('runs:changed', { revision: 7, changed: [runOf(3)], removed: [] })
    expect(store.byId.size).toBe(1) // not guessed
    await flushPromises()
    expect(lab.asked('runs:list')).toHaveLength(2)
    expect([...store.byId.keys()].sort()).toEqual([idOf(1), idOf(2), idOf(3)])
  })

  it('keeps a change that comes while the snapshot is on its way and is newer than it', async () => {
    const { lab } = labWith([runOf(1, { status: 'running' })], 4)
    const store = useRunsStore()
    lab.emit('runs:changed', { revision: 5, changed: [runOf(1, { status: 'finished' })], removed: [] })
    await flushPromises()
    expect(store.byId.get(idOf(1))?.status).toBe('finished')
    lab.emit('runs:changed', { revision: 6, changed: [runOf(2)], removed: [] })
    expect(store.byId.size).toBe(2)
    expect(lab.asked('runs:list')).toHaveLength(1)
  })

  it('does not apply a change twice that the snapshot holds already', async () => {
    const { lab } = labWith([runOf(1, { status: 'finished' })], 5)
    const store = useRunsStore()
    lab.emit('runs:changed', { revision: 5, changed: [runOf(1, { status: 'running' })], removed: [] })
    await flushPromises()
    expect(store.byId.get(idOf(1))?.status).toBe('finished')
  })

  it('asks again when the snapshot is older than what came meanwhile by more than one', async () => {
    const { lab, list } = labWith([runOf(1)], 4)
    const store = useRunsStore()
    lab.emit('runs:changed', { revision: 9, changed: [runOf(9)], removed: [] })
    list.revision = 9
    list.runs = [runOf(1), runOf(9)]
    await flushPromises()
    expect(lab.asked('runs:list')).toHaveLength(2)
    expect(store.byId.has(idOf(9))).toBe(true)
  })

  it('says why there is no list, and has one after a retry', async () => {
    const { lab } = labWith([runOf(1)])
    const answer = lab.handlers['runs:list']
    lab.handlers['runs:list'] = () => {
      throw new Error('The folder cannot be read')
    }
    const store = useRunsStore()
    await flushPromises()
    expect(store.ready).toBe(false)
    expect(store.failure).toMatchObject({ message: 'The folder cannot be read' })
    if (answer) lab.handlers['runs:list'] = answer
    await store.refresh()
    expect(store.failure).toBeUndefined()
    expect(store.byId.size).toBe(1)
  })
})
