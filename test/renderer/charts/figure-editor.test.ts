import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LabError } from '#shared/errors'
import type { FigureRequest, FigureRun, FigureSpec } from '#shared/figure'
import { DEFAULT_SETTINGS, type AppInfo, type Settings } from '#shared/ipc'
import FigureEditor from '../../../src/renderer/charts/editor/FigureEditor.vue'
import { kindOf } from '../../../src/renderer/charts/editor/figure-form'
import { useSettingsStore } from '../../../src/renderer/stores/settings'
import { useToasts } from '../../../src/renderer/ui/toasts'
import { fakeLab } from '../fake-lab'
import { evaluationOf, idOf, runOf } from '../runs/fixture'

beforeEach(() => {
  setActivePinia(createPinia())
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
  const { toasts, close } = useToasts()
  for (const toast of [...toasts.value]) close(toast.id)
})

const SPEC: FigureSpec = {
  runs: [idOf(1), idOf(2)],
  panels: [['test-loss'], ['test-accuracy']],
  x: 'epoch',
  logY: false,
  title: null,
  widthCm: 12,
  heightCm: 8,
}
const RUNS: FigureRun[] = [1, 2].map((n) => ({
  summary: runOf(n, { last: evaluationOf(2) }),
  history: [evaluationOf(1), evaluationOf(2)],
  machine: null,
}))

function labThatDraws(settings: Partial<Settings> = {}) {
  let kept: Settings = { ...DEFAULT_SETTINGS, ...settings }
  return fakeLab({
    'app:info': () => ({ cores: 2 }) as AppInfo,
    'settings:get': () => kept,
    'settings:set': (change) => (kept = { ...kept, ...change }),
    'figures:render': ({ format }) => ({
      name: `figure.${format}`,
      mediaType: 'x',
      bytes: new TextEncoder().encode(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>drawn</text></svg>',
      ),
    }),
    'shell:save': (file) => `/documents/${file.name}`,
    'shell:copy-picture': () => undefined,
  })
}

async function settle() {
  await flushPromises()
  vi.advanceTimersByTime(200)
  await flushPromises()
}

async function opened(spec: FigureSpec = SPEC) {
  const wrapper = mount(FigureEditor, {
    props: { open: true, title: 'Test loss', spec, runs: RUNS },
    attachTo: document.body,
  })
  await settle()
  return wrapper
}

/** A control by its label, as a person finds it. */
function control(label: string): HTMLInputElement & HTMLSelectElement {
  const found = [...document.querySelectorAll('label')].find((each) => each.textContent?.trim() === label)
  const named = document.querySelector(`[aria-label="${label}"]`)
  const target = found ? document.getElementById(found.htmlFor) : named
  if (!target) throw new Error(`There is no control "${label}"`)
  return target as HTMLInputElement & HTMLSelectElement
}

async function type(label: string, value: string) {
  const target = control(label)
  target.value = value
  target.dispatchEvent(new Event(target.tagName === 'SELECT' ? 'change' : 'input'))
  await settle()
}

function button(name: string): HTMLButtonElement {
  const found = [...document.querySelectorAll('button')].find((each) => each.textContent?.trim() === name)
  return found ?? expect.fail(`There is no button "${name}"`)
}

const drawn = (lab: ReturnType<typeof fakeLab>): FigureRequest =>
  lab.asked('figures:render').at(-1)?.[0] ?? expect.fail('nothing was drawn')

describe('the figure editor', () => {
  it('shows the very export, of the figure as it is until somebody changes it', async () => {
    const lab = labThatDraws()
    await opened()
    expect(drawn(lab)).toEqual({ spec: SPEC, format: 'svg' })
    expect(document.querySelector('[role=img] svg text')?.textContent).toBe('drawn')
    expect(document.body.textContent).toContain('12 × 8 cm')
  })

  it('draws what was chosen, with no more in the style than that', async () => {
    const lab = labThatDraws()
    await opened()
    await type('Known sizes', 'column')
    await type('Legend', 'direct')
    await type('run 1', 'model (i)')
    await type('Values of panel 2', 'Accuracy')
    await type('From, panel 1', '0.1')
    expect(drawn(lab).spec).toEqual({
      ...SPEC,
      widthCm: 8.6,
      heightCm: 6,
      style: {
        legend: 'direct',
        names: { 'run 1': 'model (i)' },
        labelsY: [null, 'Accuracy'],
        rangesY: [{ min: 0.1 }, null],
      },
    })
  })

  it('says beside the field what is wrong, exports nothing meanwhile, and keeps the last picture', async () => {
    const lab = labThatDraws()
    await opened()
    const before = lab.asked('figures:render').length
    await type('Font size', 'large')
    expect(control('Font size').getAttribute('aria-invalid')).toBe('true')
    expect(document.body.textContent).toContain('4 to 36 pt')
    expect(button('Export').disabled).toBe(true)
    expect(button('Copy').disabled).toBe(true)
    expect(lab.asked('figures:render')).toHaveLength(before)
    await type('Font size', '9')
    expect(button('Export').disabled).toBe(false)
    expect(drawn(lab).spec.style).toEqual({ fontSize: 9 })
  })

  it('refuses a range that ends before it begins', async () => {
    labThatDraws()
    await opened()
    await type('X from', '5')
    await type('to', '2')
    expect(document.body.textContent).toContain('The first is below the second')
    expect(button('Export').disabled).toBe(true)
  })

  it('exports in the format that was chosen, with its dots an inch, and remembers how it was set', async () => {
    const lab = labThatDraws()
    await useSettingsStore().load()
    await opened()
    await type('Legend', 'right')
    await type('Format', 'png')
    await type('Dots an inch', '600')
    button('Export').click()
    await settle()
    expect(drawn(lab)).toEqual({ spec: { ...SPEC, style: { legend: 'right' } }, format: 'png', dpi: 600 })
    expect(lab.asked('shell:save')).toMatchObject([[{ name: 'figure.png' }]])
    expect(lab.asked('settings:set')).toEqual([
      [{ figureManners: { curves: { legend: 'right', widthCm: 12, heightCm: 8 } } }],
    ])
  })

  it('begins like the last figure of its kind, and starts over when asked', async () => {
    const manner = { palette: 'gray', widthCm: 16, heightCm: 9 } as const
    const lab = labThatDraws({ figureManners: { curves: manner, times: { palette: 'safe' } } })
    await useSettingsStore().load()
    await opened()
    expect(drawn(lab).spec).toEqual({ ...SPEC, widthCm: 16, heightCm: 9, style: { palette: 'gray' } })
    button('Start over').click()
    await settle()
    expect(drawn(lab).spec).toEqual(SPEC)
  })

  it('copies the figure as a picture', async () => {
    const lab = labThatDraws()
    await opened()
    button('Copy').click()
    await settle()
    expect(drawn(lab)).toEqual({ spec: SPEC, format: 'png', dpi: 300 })
    expect(lab.asked('shell:copy-picture')).toHaveLength(1)
    expect(useToasts().toasts.value.at(-1)?.text).toBe('Copied as a picture')
  })

  it('proposes a caption, and takes another one', async () => {
    const lab = labThatDraws()
    await opened()
    expect(control('Caption').value).toContain('of run 1 and run 2 (')
    await type('Caption', 'Figure 4.')
    expect(drawn(lab).spec.style).toEqual({ caption: 'Figure 4.' })
  })

  it('says what went wrong when the lab cannot draw', async () => {
    const lab = labThatDraws()
    lab.handlers['figures:render'] = () => {
      throw new LabError('run/not-found', 'Run 1 has been removed.')
    }
    await opened()
    expect(document.querySelector('[role=alert]')?.textContent).toContain('Run 1 has been removed.')
  })
})

describe('the kind of a figure', () => {
  it('tells times from curves: they are set apart', () => {
    expect(kindOf(SPEC)).toBe('curves')
    expect(kindOf({ ...SPEC, panels: [['seconds-per-epoch']] })).toBe('times')
    expect(kindOf({ ...SPEC, kind: 'heat' })).toBe('heat')
  })
})
