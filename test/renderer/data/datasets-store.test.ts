import { flushPromises } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { LabError } from '#shared/errors'
import { useDatasetsStore } from '../../../src/renderer/stores/datasets'
import { fakeLab } from '../fake-lab'
import { SHIPPED, anOwnSet, listing } from './datasets'

beforeEach(() => setActivePinia(createPinia()))

describe('the list of data sets', () => {
  it('holds what ships with the lab and what somebody brought, each by its name', async () => {
    fakeLab({ 'datasets:list': () => listing([anOwnSet()]) })
    const store = useDatasetsStore()
    expect(store.ready).toBe(false)
    await flushPromises()
    expect(store.ready).toBe(true)
    expect(store.builtIn.map(({ name }) => name)).toEqual(SHIPPED.map(({ name }) => name))
    expect(store.own.map(({ name }) => name)).toEqual(['letters'])
    expect(store.byName.get('letters')?.title).toBe('Letters')
  })

  it('follows every change, also one that comes before the list that was asked for', async () => {
    const lab = fakeLab({ 'datasets:list': () => listing() })
    const store = useDatasetsStore()
    lab.emit('datasets:changed', listing([anOwnSet()]))
    await flushPromises()
    expect(store.own).toHaveLength(1)
    lab.emit('datasets:changed', listing([], [{ id: 'broken', message: 'no manifest' }]))
    expect(store.own).toHaveLength(0)
    expect(store.problems).toEqual([{ id: 'broken', message: 'no manifest' }])
  })

  it('says why there is no list, and takes the next one', async () => {
    const lab = fakeLab({
      'datasets:list': () => {
        throw new LabError('lab/gone', 'not now')
      },
    })
    const store = useDatasetsStore()
    await flushPromises()
    expect(store.ready).toBe(false)
    expect(store.failure).toBeInstanceOf(LabError)
    lab.handlers['datasets:list'] = () => listing()
    await store.refresh()
    expect(store.failure).toBeUndefined()
    expect(store.sets).toHaveLength(SHIPPED.length)
  })

  it('is asked for again when the lab can be reached again', async () => {
    const lab = fakeLab({ 'datasets:list': () => listing() })
    const store = useDatasetsStore()
    await flushPromises()
    lab.connection.value = 'lost'
    await flushPromises()
    lab.handlers['datasets:list'] = () => listing([anOwnSet()])
    lab.connection.value = 'open'
    await flushPromises()
    expect(store.own).toHaveLength(1)
  })
})
