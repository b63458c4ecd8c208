import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RunProblem, RunSummary } from '#shared/run'
import RunsScreen from '../../../src/renderer/features/runs/RunsScreen.vue'
import { useRunTableStore } from '../../../src/renderer/features/runs/run-table'
import { route, startRouter } from '../../../src/renderer/shell/router'
import { useToasts } from '../../../src/renderer/ui/toasts'
import { fakeLab } from '../fake-lab'
import { evaluationOf, fullEvaluationOf, idOf, runOf } from './fixture'
import { fakeLayout } from './layout'

let stopRouter: () => void
beforeEach(() => {
  setActivePinia(createPinia())
  window.location.hash = '#/runs'
  stopRouter = startRouter()
  fakeLayout({ width: 1000, height: 600 })
})
afterEach(() => {
  stopRouter()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  const { toasts, close } = useToasts()
  for (const toast of [...toasts.value]) close(toast.id)
})

/** Three runs of one experiment: the rows are its group, 1, 2, 3. */
const THREE = ['alpha', 'beta', 'gamma'].map((label, i) =>
  runOf(i + 1, { label, last: evaluationOf(i + 1), createdAt: `2026-11-20T1${i}:00:00.000Z` }),
)

async function open(runs: RunSummary[] = THREE, problems: RunProblem[] = []) {
  const lab = fakeLab({
    'runs:list': () => ({ revision: 0, runs, problems }),
    'runs:remove': () => undefined,
    'runs:restore': () => undefined,
    'runs:annotate': () => undefined,
    'views:list': () => [],
    'shell:save': (file) => `/documents/${file.name}`,
  })
  const screen = mount(RunsScreen, { attachTo: document.body })
  await flushPromises()
  const grid = screen.get('[role=treegrid]')
  const key = (name: string, more: KeyboardEventInit = {}) => grid.trigger('keydown', { key: name, ...more })
  const rowOf = (n: number) => screen.get(`#run-row-${idOf(n)}`)
  return { lab, screen, grid, key, rowOf, table: useRunTableStore() }
}

/** From the menu with what is done seldom. */
async function chooseMore(screen: VueWrapper, label: string): Promise<void> {
  const more = screen.findAll('button').find((each) => each.text() === 'More') ?? expect.fail('no More')
  await more.trigger('keydown', { key: 'Enter' })
  await flushPromises()
  const items = [...document.querySelectorAll<HTMLElement>('[role=menuitem]')]
  const item = items.find((each) => each.innerText.includes(label)) ?? expect.fail(`no ${label}`)
  item.click()
  await flushPromises()
}

describe('the table of runs', () => {
  it('shows the runs under the name of their experiment', async () => {
    const { screen } = await open()
    const rows = screen.findAll('[role=row]').slice(1)
    expect(rows.map((row) => row.attributes('aria-level'))).toEqual(['1', '2', '2', '2'])
    expect(rows[0]?.text()).toContain('An experiment')
    expect(rows[0]?.text()).toContain('3 runs, finished')
  })

  it('makes only the rows that are in view, of thousands', async () => {
    const many = Array.from({ length: 5000 }, (_, i) => runOf(i + 1))
    const { screen, grid } = await open(many)
    expect(grid.attributes('aria-rowcount')).toBe('5002')
    const rows = screen.findAll('[role=row]').length
    expect(rows).toBeGreaterThan(600 / 32) // what is in view
    expect(rows).toBeLessThan(60)
  })

  it('chooses with a click, and a range with Shift', async () => {
    const { rowOf, table } = await open()
    await rowOf(1).trigger('click')
    await rowOf(3).trigger('click', { shiftKey: true })
    expect(table.selection.ids).toEqual([idOf(1), idOf(2), idOf(3)])
    expect(rowOf(2).attributes('aria-selected')).toBe('true')
    await rowOf(2).trigger('click')
    expect(table.selection.ids).toEqual([idOf(1), idOf(3)])
  })

  it('does all of that with the keys alone', async () => {
    const { grid, key, table } = await open()
    await key('ArrowDown') // the group
    await key('ArrowDown')
    expect(grid.attributes('aria-activedescendant')).toBe(`run-row-${idOf(1)}`)
    await key(' ')
    await key('ArrowDown', { shiftKey: true })
    expect(table.selection.ids).toEqual([idOf(1), idOf(2)])
    await key('Escape')
    expect(table.selection.ids).toEqual([])
    await key('a', { ctrlKey: true })
    expect(table.selection.ids).toEqual([idOf(1), idOf(2), idOf(3)]) // as the rows stand, closed groups included
    await key('Escape')
    table.toggleGroup('experiment-1')
    await key('a', { ctrlKey: true })
    expect(table.selection.ids).toHaveLength(3)
  })

  it('opens the Live view of a run with Enter', async () => {
    const { key } = await open()
    await key('End')
    await key('Enter')
    expect(route.value).toMatchObject({ screen: 'live', id: idOf(3) })
  })

  it('closes and opens a group with the arrow keys, and goes to it from its runs', async () => {
    const { screen, grid, key } = await open()
    await key('End')
    await key('ArrowLeft')
    expect(grid.attributes('aria-activedescendant')).toContain('group:')
    await key('ArrowLeft')
    expect(screen.findAll('[aria-level="2"]')).toHaveLength(0)
    expect(screen.get('[aria-level="1"]').attributes('aria-expanded')).toBe('false')
    await key('ArrowRight')
    expect(screen.findAll('[aria-level="2"]')).toHaveLength(3)
  })

  it('sorts by a column up, down and not at all', async () => {
    const { screen, table } = await open([
      runOf(1, { last: evaluationOf(1, { loss: 0.3 }), createdAt: '2026-11-20T13:00:00.000Z' }),
      runOf(2, { last: evaluationOf(1, { loss: 0.1 }), createdAt: '2026-11-20T12:00:00.000Z' }),
      runOf(3, { last: evaluationOf(1, { loss: 0.2 }), createdAt: '2026-11-20T11:00:00.000Z' }),
    ])
    table.grouping = 'none'
    await flushPromises()
    const head = screen.findAll('[role=columnheader]').find((each) => each.text() === 'Test loss')
    const shown = () => table.shown.map((run) => run.id)
    await head?.get('button').trigger('click')
    expect(head?.attributes('aria-sort')).toBe('ascending')
    expect(shown()).toEqual([idOf(2), idOf(3), idOf(1)])
    await head?.get('button').trigger('click')
    expect(head?.attributes('aria-sort')).toBe('descending')
    expect(shown()).toEqual([idOf(1), idOf(3), idOf(2)])
    await head?.get('button').trigger('click')
    expect(head?.attributes('aria-sort')).toBeUndefined()
    expect(shown()).toEqual([idOf(1), idOf(2), idOf(3)])
  })

  it('sorts with the keys too, and says so', async () => {
    const { screen, key, table } = await open()
    const said = () => screen.get('[role=status][aria-label=Order]').text()
    expect(said()).toBe('Newest first')
    await key('s')
    expect([table.sorting?.column.id, said()]).toEqual(['label', 'Sorted by Run, ascending'])
    await key('S', { shiftKey: true })
    expect(said()).toBe('Sorted by Run, descending')
    expect(screen.get('[aria-sort]').attributes('aria-sort')).toBe('descending')
    await key('s')
    expect(table.sorting?.column.id).toBe('status')
    const columns = screen.findAll('[role=columnheader]').length - 1
    for (let i = 2; i <= columns; i++) await key('s')
    expect(said()).toBe('Newest first')
  })

  it('compares the chosen runs in the order in which they were chosen', async () => {
    const { screen, rowOf } = await open()
    await rowOf(3).trigger('click')
    await rowOf(1).trigger('click')
    const link = screen.findAll('a').find((each) => each.text() === 'Compare 2 runs')
    expect(decodeURIComponent(link?.attributes('href') ?? '')).toBe(`#/compare?runs=${idOf(3)},${idOf(1)}`)
  })

  it('removes what has ended, leaves what trains, and can undo it', async () => {
    const { lab, screen, key, table } = await open([...THREE, runOf(4, { status: 'running' })])
    await key('a', { ctrlKey: true })
    await chooseMore(screen, 'Remove the 3 that have ended')
    const [removed = []] = lab.asked('runs:remove')[0] ?? []
    expect([...removed].sort()).toEqual([idOf(1), idOf(2), idOf(3)])
    lab.emit('runs:changed', { revision: 1, changed: [], removed: [...removed] })
    await flushPromises()
    expect(table.selection.ids).toEqual([idOf(4)])
    useToasts().toasts.value.at(-1)?.action?.run()
    expect(lab.asked('runs:restore')[0]?.[0]).toEqual(removed)
  })

  it('keeps what is done seldom under More, with the keys that do the same', async () => {
    const { lab, screen, rowOf } = await open()
    await rowOf(1).trigger('click')
    const shown = screen.get('[aria-label="Chosen runs"]').findAll('button, a')
    expect(shown.map((each) => each.text() || each.attributes('aria-label'))).toEqual([
      'Choose none',
      'More',
      'Inspect',
      'Report',
      'Show its curves',
    ])
    await chooseMore(screen, 'Pin')
    expect(lab.asked('runs:annotate')[0]).toEqual([[idOf(1)], { pinned: true }])
  })

  it('says when a run could not be removed', async () => {
    const { lab, rowOf, key } = await open()
    lab.handlers['runs:remove'] = () => {
      throw new Error('The folder is in use')
    }
    await rowOf(1).trigger('click')
    await key('Delete')
    await flushPromises()
    expect(useToasts().toasts.value.at(-1)?.text).toBe('1 run was not removed. The folder is in use')
  })

  it('leads to a run of the address, whatever hides it', async () => {
    const { table } = await open()
    table.filter.search = 'nothing like it'
    table.toggleGroup('experiment-1')
    await flushPromises()
    window.location.hash = `#/runs?run=${idOf(2)}`
    window.dispatchEvent(new HashChangeEvent('hashchange'))
    await flushPromises()
    expect(table.shown.map((run) => run.id)).toContain(idOf(2))
    expect(document.querySelector('[role=treegrid]')?.getAttribute('aria-activedescendant')).toBe(`run-row-${idOf(2)}`)
  })

  it('resumes those of the chosen runs that were cut short', async () => {
    const { lab, screen, table } = await open([
      runOf(1),
      runOf(2, { status: 'interrupted' }),
      runOf(3, { status: 'stopped' }),
    ])
    lab.handlers['runs:resume'] = () => undefined
    table.toggleEveryOne()
    await flushPromises()
    const resume = screen.findAll('button').find((each) => each.text() === 'Resume the 2 cut short')
    await resume?.trigger('click')
    await flushPromises()
    expect(new Set(lab.asked('runs:resume')[0]?.[0])).toEqual(new Set([idOf(2), idOf(3)]))
  })

  it('has columns for the validation part where some run has one', async () => {
    expect((await open()).screen.text()).not.toContain('Val. acc.')
    setActivePinia(createPinia())
    const { screen } = await open([runOf(1, { last: fullEvaluationOf(2) })])
    expect(screen.text()).toContain('Val. acc.')
    expect(screen.text()).toContain('90.00 %')
  })

  it('finds nothing in words, and offers all runs again', async () => {
    const { screen, table } = await open()
    await screen.get('input[type=search]').setValue('no such run')
    expect(screen.text()).toContain('No run fits')
    const all = screen.findAll('button').find((each) => each.text() === 'Show all runs')
    await all?.trigger('click')
    expect(table.shown).toHaveLength(3)
  })

  it('saves the shown runs as CSV and says where', async () => {
    const { lab, screen, table } = await open()
    table.filter.search = 'beta'
    await flushPromises()
    await screen
      .findAll('button')
      .find((each) => each.text() === 'Export')
      ?.trigger('keydown', { key: 'Enter' })
    await flushPromises()
    const items = [...document.querySelectorAll<HTMLElement>('[role=menuitem]')]
    items.find((each) => each.innerText.includes('every run'))?.click()
    await flushPromises()
    const [file] = lab.asked('shell:save')[0] ?? []
    const text = new TextDecoder().decode(file?.bytes)
    expect(text.trim().split('\r\n')).toHaveLength(2)
    expect(text).toContain(idOf(2))
    expect(useToasts().toasts.value.at(-1)?.text).toBe('Saved as /documents/runs.csv')
  })
})

it('says what to do when there are no runs', async () => {
  fakeLab({ 'runs:list': () => ({ revision: 0, runs: [] }) })
  const screen = mount(RunsScreen)
  await flushPromises()
  expect(screen.text()).toContain('No runs yet')
})

describe('folders that could not be read', () => {
  const PROBLEMS: RunProblem[] = [{ folder: '20261121-broken', message: 'run.json is not JSON' }]

  it('are named beside the runs that could', async () => {
    const { screen } = await open(THREE, PROBLEMS)
    const notice = screen.get('details')
    expect(notice.get('summary').text()).toContain('1 folder could not be read as a run and was left untouched')
    expect(notice.get('dl').text()).toContain('20261121-broken')
    expect(notice.get('dl').text()).toContain('run.json is not JSON')
  })

  it('are told of when there is no run at all, and not when there are none', async () => {
    fakeLab({ 'runs:list': () => ({ revision: 0, runs: [], problems: PROBLEMS }) })
    const screen = mount(RunsScreen)
    await flushPromises()
    expect(screen.text()).toContain('No runs yet')
    expect(screen.text()).toContain('1 folder could not be read')
    setActivePinia(createPinia())
    const { screen: whole } = await open()
    expect(whole.find('details').exists()).toBe(false)
  })
})
