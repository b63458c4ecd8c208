import { flushPromises, mount, type DOMWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DatasetEntry, DatasetListing, DatasetStatistics } from '#shared/datasets'
import { LabError } from '#shared/errors'
import DataScreen from '../../../src/renderer/features/data/DataScreen.vue'
import { useToasts } from '../../../src/renderer/ui/toasts'
import { go, route, startRouter } from '../../../src/renderer/shell/router'
import { fakeLab, type Handlers } from '../fake-lab'
import { fakeLayout } from '../runs/layout'
import { anOwnSet, listing } from './datasets'

let stopRouter: () => void
beforeEach(() => {
  setActivePinia(createPinia())
  fakeLayout({ width: 800, height: 500 })
  window.location.hash = '#/data'
  stopRouter = startRouter()
})
afterEach(() => {
  stopRouter()
  const { toasts, close } = useToasts()
  toasts.value.forEach(({ id }) => close(id))
})

/** Classes A, B, C in turn. */
const LABELS = Uint8Array.from({ length: 18 }, (_, i) => i % 3)
const letters = anOwnSet()
const iris = anOwnSet({ id: 'iris-1', name: 'iris', title: 'Iris', height: 1, width: 4, kind: 'floats' })

function statistics(change: Partial<DatasetStatistics> = {}): DatasetStatistics {
  return {
    counts: { train: [4, 4, 4], test: [2, 2, 2] },
    histogram: { low: 0, high: 256, counts: Array.from({ length: 256 }, (_, i) => (i === 0 ? 700 : 0)) },
    meanImages: new Uint8Array(3 * 64 * 4),
    mean: 12.5,
    deviation: 30,
    zeros: 0.75,
    duplicates: { samples: 0, groups: [] },
    blank: { count: 0, samples: [] },
    ...change,
  }
}

async function open(
  own: readonly DatasetEntry[] = [letters],
  handlers: Handlers = {},
  problems?: DatasetListing['problems'],
) {
  const lab = fakeLab({
    'datasets:list': () => listing(own, problems),
    'datasets:labels': () => LABELS,
    'datasets:samples': ({ samples, name }) => ({
      values:
        name === 'iris'
          ? new Uint8Array(new Float32Array(samples.flatMap((n) => [n, 0.5, -1, 2])).buffer)
          : new Uint8Array(samples.length * 64),
    }),
    'datasets:statistics': () => statistics(),
    ...handlers,
  })
  const screen = mount(DataScreen, { attachTo: document.body })
  await flushPromises()
  return { lab, screen }
}

async function show(name: string, tab = 'browse'): Promise<void> {
  go('data', { id: name, query: { tab } })
  await flushPromises()
}

function named(selector: string, text: string): HTMLElement {
  const found = [...document.querySelectorAll<HTMLElement>(selector)].find((each) => each.textContent.trim() === text)
  if (!found) throw new Error(`Nothing is called "${text}"`)
  return found
}
async function press(text: string, selector = 'button'): Promise<void> {
  named(selector, text).click()
  await flushPromises()
}
async function chooseInMenu(button: Pick<DOMWrapper<Element>, 'trigger'>, item: string): Promise<void> {
  await button.trigger('keydown', { key: 'Enter' })
  await flushPromises()
  await press(item, '[role=menuitem]')
}

describe('the list of sets', () => {
  it('has those of the lab and own ones, with counts, shape and kind, and leads to each', async () => {
    const { screen } = await open([letters, iris])
    const entries = screen.findAll('nav a')
    expect(entries.map((each) => each.text().replace(/\s+/g, ' ')).slice(-2)).toEqual([
      'LettersPictures18 pictures, 8 × 8',
      'IrisTable18 rows, 4 features',
    ])
    expect(entries.at(-1)?.attributes('href')).toBe('#/data/iris?tab=browse')
    expect(screen.get('[aria-current=page]').text()).toContain('MNIST')
  })

  it('says how to bring data while there are no own sets', async () => {
    const { screen } = await open([])
    expect(screen.text()).toContain('None yet. Drop files anywhere on this screen')
  })

  it('says which folders cannot be read', async () => {
    const { screen } = await open([], {}, [{ id: 'half', message: 'its manifest is cut short' }])
    expect(screen.text()).toContain('its manifest is cut short')
  })

  it('says why there is none, and asks again', async () => {
    const { lab, screen } = await open([], {
      'datasets:list': () => {
        throw new LabError('lab/gone', 'the workspace is not there')
      },
    })
    expect(screen.text()).toContain('the workspace is not there')
    lab.handlers['datasets:list'] = () => listing()
    await press('Try again')
    expect(screen.get('h2.text-lg').text()).toBe('MNIST')
  })

  it('says that a set of the address is missing, and shows no other in its place', async () => {
    const { screen } = await open()
    await show('gone')
    expect(screen.text()).toContain('There is no data set “gone” here')
    await press('Show the first set')
    expect(screen.text()).toContain('60,000 to train')
  })
})

describe('own sets', () => {
  it('are deleted with a way back, and shown again when they are back', async () => {
    const { lab, screen } = await open([letters], {
      'datasets:remove': () => undefined,
      'datasets:restore': () => letters,
    })
    await show('letters')
    await chooseInMenu(screen.get('[aria-label=More]'), 'Delete')
    expect(lab.asked('datasets:remove')).toEqual([['letters-000001']])
    lab.emit('datasets:changed', listing())
    await flushPromises()
    expect(route.value.id).not.toBe('letters')
    const toast = useToasts().toasts.value.find(({ action }) => action?.label === 'Undo')
    toast?.action?.run()
    await flushPromises()
    expect(lab.asked('datasets:restore')).toEqual([['letters-000001']])
    lab.emit('datasets:changed', listing([letters]))
    await flushPromises()
    expect(route.value.id).toBe('letters')
  })

  it('get another title or name, and what the lab does not take is said at the field', async () => {
    const { lab, screen } = await open([letters], {
      'datasets:rename': (_id, { name }) => {
        if (name === 'mnist') throw new LabError('datasets/name-taken', 'mnist is taken')
        return { ...letters, name: name ?? letters.name }
      },
    })
    await show('letters')
    await chooseInMenu(screen.get('[aria-label=More]'), 'Rename…')
    const input = document.querySelectorAll<HTMLInputElement>('[role=dialog] input')[1]
    if (!input) throw new Error('no field for the name')
    input.value = 'mnist'
    input.dispatchEvent(new Event('input'))
    await press('Rename', '[role=dialog] button')
    expect(document.body.textContent).toContain('mnist is taken')
    input.value = 'capitals'
    input.dispatchEvent(new Event('input'))
    await press('Rename', '[role=dialog] button')
    expect(lab.asked('datasets:rename').at(-1)).toEqual(['letters-000001', { name: 'capitals' }])
    expect(route.value.id).toBe('capitals')
  })

  it('say where they come from and what their hash is; sets of the lab have no menu', async () => {
    const { screen } = await open()
    expect(screen.find('[aria-label=More]').exists()).toBe(false)
    await show('letters')
    await press('About this set')
    expect(document.body.textContent).toContain('letters.csv (4.1 kB)')
    expect(document.body.textContent).toContain(letters.sha256)
  })
})

describe('Browse', () => {
  it('shows the classes with their counts, and only those that are chosen in the part that is chosen', async () => {
    const { screen } = await open()
    await show('letters')
    const chips = () => screen.findAll('[aria-label="Classes shown"] button').map((each) => each.text())
    expect(chips()).toEqual(['All 18', 'A6', 'B6', 'C6'])
    await screen.get('input[value=test]').setValue()
    expect(chips()).toEqual(['All 6', 'A2', 'B2', 'C2'])
    await screen.findAll('[aria-label="Classes shown"] button')[2]?.trigger('click')
    expect(screen.get('footer').text()).toContain('2 of 18 pictures')
    expect(screen.get('footer').text()).toContain('No. 13, class B, test part')
  })

  it('is walked with the keys, which open the card and choose samples', async () => {
    const { screen } = await open()
    await show('letters')
    const grid = screen.get('[role=listbox]')
    const said = () => grid.get('[role=option]').attributes('aria-label')
    expect(said()).toBe('No. 0, class A, training part')
    await grid.trigger('keydown', { key: 'ArrowRight' })
    expect(said()).toBe('No. 1, class B, training part')
    await grid.trigger('keydown', { key: 'End' })
    expect(said()).toBe('No. 17, class C, test part')
    await grid.trigger('keydown', { key: 'ArrowLeft', shiftKey: true })
    expect(screen.get('footer').text()).toContain('2 chosen')
    await grid.trigger('keydown', { key: ' ' })
    expect(screen.get('footer').text()).toContain('1 chosen')
    await grid.trigger('keydown', { key: 'Enter' })
    await flushPromises()
    const card = document.querySelector('[role=dialog]')
    expect(card?.textContent).toContain('No. 16')
    expect(card?.textContent).toContain('Test part, 4 of 6')
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }))
    await flushPromises()
    expect(card?.textContent).toContain('No. 17')
  })

  it('jumps to a number, whatever the filter hides, and says what numbers there are', async () => {
    const { screen } = await open()
    await show('letters')
    await screen.get('input[value=train]').setValue()
    const field = screen.get('form input')
    await field.setValue('18')
    await screen.get('form').trigger('submit')
    expect(screen.get('form').text()).toContain('Expected 0 … 17')
    await field.setValue('16')
    await screen.get('form').trigger('submit')
    await flushPromises()
    expect(screen.get('[role=option]').attributes('aria-label')).toBe('No. 16, class B, test part')
  })

  it('follows a link to a sample', async () => {
    const { screen } = await open()
    go('data', { id: 'letters', query: { tab: 'browse', sample: '7' } })
    await flushPromises()
    expect(screen.get('[role=option]').attributes('aria-label')).toBe('No. 7, class B, training part')
  })

  it('shows rows of numbers as a table with only what is in view', async () => {
    const { screen } = await open([iris])
    await show('iris')
    const grid = screen.get('[role=grid]')
    expect(grid.attributes('aria-rowcount')).toBe('19')
    const rows = grid.findAll('[role=row]')
    expect(rows[2]?.text().replace(/\s+/g, ' ')).toBe('1B10.5−12')
    await grid.trigger('keydown', { key: 'ArrowDown' })
    await grid.trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(document.querySelector('[role=dialog]')?.textContent).toContain('Feature 4')
  })

  it('says why the samples cannot be had, and asks again', async () => {
    const { lab, screen } = await open([letters], {
      'datasets:labels': () => {
        throw new LabError('dataset/damaged', 'labels.bin is cut short')
      },
    })
    await show('letters')
    expect(screen.text()).toContain('labels.bin is cut short')
    lab.handlers['datasets:labels'] = () => LABELS
    await press('Try again')
    expect(screen.get('footer').text()).toContain('18 pictures')
  })

  it('does not begin anew when another set is renamed', async () => {
    const { lab, screen } = await open([letters, iris])
    await show('letters')
    await screen.get('[role=listbox]').trigger('keydown', { key: 'End' })
    lab.emit('datasets:changed', listing([letters, { ...iris, title: 'Flowers' }]))
    await flushPromises()
    expect(screen.get('[role=option]').attributes('aria-label')).toContain('No. 17')
  })
})

describe('Export as figure', () => {
  it('asks for the first of each class in rows, and saves what was previewed', async () => {
    const { lab, screen } = await open([letters], {
      'datasets:render-grid': () => ({ name: 'letters.svg', mediaType: 'image/svg+xml', bytes: Uint8Array.of(60) }),
      'shell:save': ({ name }) => name,
    })
    await show('letters')
    await press('Export as figure…')
    expect(screen.exists()).toBe(true)
    const each = document.querySelector<HTMLInputElement>('[role=dialog] input')
    if (!each) throw new Error('no field')
    each.value = '0'
    each.dispatchEvent(new Event('input'))
    await flushPromises()
    expect(document.body.textContent).toContain('Expected a whole number, 1 … 100')
    each.value = '2'
    each.dispatchEvent(new Event('input'))
    await flushPromises()
    await press('Export', '[role=dialog] button')
    expect(lab.asked('datasets:render-grid').at(-1)?.[0]).toMatchObject({
      name: 'letters',
      samples: [0, 3, 1, 4, 2, 5],
      columns: 2,
      captions: 'none',
      title: null,
      widthCm: 12,
      format: 'svg',
    })
    expect(lab.asked('shell:save')).toHaveLength(1)
  })
})

describe('Statistics', () => {
  it('counts, and says in words what the pictures show', async () => {
    const { screen } = await open()
    await show('letters', 'statistics')
    expect(screen.text()).toContain('Each class has 4 training samples')
    expect(screen.get('[role=img][aria-label^=Histogram]').attributes('aria-label')).toContain('Most: 0: 700')
    expect(screen.findAll('[role=img][aria-label^="Mean of the class"]')).toHaveLength(3)
    expect(screen.text()).toContain('75.00 %')
    expect(screen.text()).toContain('No two pictures are equal')
    expect(screen.text()).toContain('No picture is blank')
  })

  it('warns of samples that are in both parts or have different labels, and leads to them', async () => {
    const groups = [{ samples: [2, 16], count: 2, acrossParts: true, labelsDiffer: true }]
    const { screen } = await open([letters], {
      'datasets:statistics': () =>
        statistics({ duplicates: { samples: 2, groups }, blank: { count: 1, samples: [5] } }),
    })
    await show('letters', 'statistics')
    expect(screen.text()).toContain('1 group is in both the training and the test part')
    expect(screen.text()).toContain('1 group has different labels')
    const links = screen.findAll('a').map((each) => each.attributes('href'))
    expect(links).toContain('#/data/letters?tab=browse&sample=16')
    expect(links).toContain('#/data/letters?tab=browse&sample=5')
    expect(screen.text()).toContain('1 picture has the same value in every pixel')
  })
})
