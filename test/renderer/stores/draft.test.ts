import { flushPromises } from '@vue/test-utils'
import { createPinia, disposePinia, setActivePinia, type Pinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { experimentSchema } from '#shared/experiment'
import { LabError } from '#shared/errors'
import type { RunId } from '#shared/run'
import { NEW_EXPERIMENT, useDraftStore } from '../../../src/renderer/stores/draft'
import { fakeLab } from '../fake-lab'

let pinia: Pinia
// Fake timers everywhere: the waiting save of one test must not reach the lab of a later one.
beforeEach(() => {
  vi.useFakeTimers()
  pinia = createPinia()
  setActivePinia(pinia)
})
afterEach(() => {
  disposePinia(pinia)
  vi.useRealTimers()
})

const EPOCHS = ['training', 'epochs']
const TITLE = ['title']

describe('undo and redo', () => {
  test('typing on in one field is one step', () => {
    const draft = useDraftStore()
    for (const text of ['1', '12', '120']) draft.write(EPOCHS, Number(text))
    draft.undo()
    expect(draft.read(EPOCHS)).toBe(10)
    expect(draft.canUndo).toBe(false)
    draft.redo()
    expect(draft.read(EPOCHS)).toBe(120)
  })

  test('another field, or the same one after it was left, is another step', () => {
    const draft = useDraftStore()
    draft.write(EPOCHS, 20)
    draft.write(TITLE, 'A')
    draft.write(EPOCHS, 30)
    draft.seal()
    draft.write(EPOCHS, 40)
    const seen = [draft.read(EPOCHS)]
    while (draft.canUndo) {
      draft.undo()
      seen.push(draft.read(EPOCHS))
    }
    expect(seen).toEqual([40, 30, 20, 20, 10])
  })

  test('steps that are made at once are never joined', () => {
    const draft = useDraftStore()
    draft.writeStep(EPOCHS, 20)
    draft.writeStep(EPOCHS, 30)
    draft.undo()
    expect(draft.read(EPOCHS)).toBe(20)
  })

  test('an edit after undo leaves nothing to redo', () => {
    const draft = useDraftStore()
    draft.write(EPOCHS, 20)
    draft.undo()
    draft.write(TITLE, 'B')
    expect(draft.canRedo).toBe(false)
  })

  test('opening a preset can be undone, with the name of where the design came from', () => {
    const draft = useDraftStore()
    draft.write(TITLE, 'Mine')
    draft.open(experimentSchema.parse({ ...NEW_EXPERIMENT, title: 'Preset' }), 'two-networks-mnist')
    expect(draft.presetId).toBe('two-networks-mnist')
    draft.undo()
    expect(draft.read(TITLE)).toBe('Mine')
    expect(draft.presetId).toBeNull()
  })
})

describe('problems', () => {
  test('keep what was typed and name the path, what was expected and what came', () => {
    const draft = useDraftStore()
    draft.write(['network', 'layers', 0, 'units'], 'abc')
    expect(draft.experiment).toBeNull()
    expect(draft.plan).toEqual([])
    expect(draft.problems).toEqual([{ path: 'network.layers[0].units', message: '1 … 16384, got "abc"' }])
  })

  test('text that is not JSON leaves the experiment as it was, but cannot be run', () => {
    const draft = useDraftStore()
    const before = draft.document
    draft.writeText('{ "version": 1,')
    expect(draft.document).toBe(before)
    expect(draft.experiment).toBeNull()
    expect(draft.problems[0]?.message).toMatch(/^The text is not JSON/)
    draft.discardText()
    expect(draft.experiment).not.toBeNull()
  })

  test('text that is JSON but no experiment is kept, with its problems', () => {
    const draft = useDraftStore()
    draft.writeText('{ "version": 2 }')
    expect(draft.document).toEqual({ version: 2 })
    expect(draft.problems.map((problem) => problem.path)).toContain('version')
    draft.undo()
    expect(draft.problems).toEqual([])
  })
})

describe('over restarts', () => {
  test('what was kept is there again', async () => {
    fakeLab({ 'draft:get': () => ({ presetId: 'p', document: { version: 1, title: 7 } }) })
    const draft = useDraftStore()
    await draft.load()
    expect(draft.document).toEqual({ version: 1, title: 7 })
    expect(draft.presetId).toBe('p')
    expect(draft.canUndo).toBe(false)
  })

  test.each([null, 'text', 3, {}, { document: {} }])('something else in its place is left alone: %o', async (kept) => {
    fakeLab({ 'draft:get': () => kept })
    const draft = useDraftStore()
    await draft.load()
    expect(draft.read(TITLE)).toBe('Untitled experiment')
  })

  test('a slow answer does not write over an edit', async () => {
    fakeLab({ 'draft:get': () => ({ presetId: null, document: { title: 'old' } }) })
    const draft = useDraftStore()
    const loading = draft.load()
    draft.write(TITLE, 'new')
    await loading
    expect(draft.read(TITLE)).toBe('new')
  })

  test('edits are kept once the typing stops, in one go', async () => {
    const lab = fakeLab({ 'draft:set': () => undefined })
    const draft = useDraftStore()
    draft.write(TITLE, 'A')
    await vi.advanceTimersByTimeAsync(100)
    draft.write(TITLE, 'AB')
    await vi.advanceTimersByTimeAsync(1000)
    expect(lab.asked('draft:set')).toHaveLength(1)
    expect(lab.asked('draft:set')[0]?.[0]).toMatchObject({ presetId: null, document: { title: 'AB' } })
  })

  test('a page that goes away keeps what was typed last', async () => {
    const lab = fakeLab({ 'draft:set': () => undefined })
    useDraftStore().write(TITLE, 'A')
    window.dispatchEvent(new Event('pagehide'))
    await flushPromises()
    expect(lab.asked('draft:set')[0]?.[0]).toMatchObject({ document: { title: 'A' } })
  })

  test('a draft that could not be kept is tried again with the next save', async () => {
    let full = true
    const lab = fakeLab({
      'draft:set': () => {
        if (full) throw new LabError('disk/full', 'The disk is full')
      },
    })
    const draft = useDraftStore()
    draft.write(TITLE, 'A')
    await draft.save()
    expect(draft.failure).toBeInstanceOf(LabError)
    full = false
    await draft.save()
    expect(draft.failure).toBeUndefined()
    expect(lab.asked('draft:set')).toHaveLength(2)
  })
})

test('enqueues the checked experiment with the preset it came from', async () => {
  const lab = fakeLab({ 'runs:enqueue': () => ['run-000001' as RunId] })
  const draft = useDraftStore()
  const experiment = experimentSchema.parse(NEW_EXPERIMENT)
  draft.open(experiment, 'p')
  expect(await draft.enqueue()).toEqual(['run-000001'])
  expect(lab.asked('runs:enqueue')).toEqual([[experiment, 'p']])
})

test('refuses to enqueue a design with problems', async () => {
  const lab = fakeLab()
  const draft = useDraftStore()
  draft.write(EPOCHS, 0)
  await expect(draft.enqueue()).rejects.toMatchObject({ code: 'experiment/invalid' })
  expect(lab.asked('runs:enqueue')).toEqual([])
})
