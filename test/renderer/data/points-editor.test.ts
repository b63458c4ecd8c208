import { DOMWrapper, flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test } from 'vitest'
import type { DatasetEntry } from '#shared/datasets'
import { LabError } from '#shared/errors'
import { pointsSpecSchema, type PointsSpecInput } from '#shared/points'
import type { RunId } from '#shared/run'
import PointsEditor from '../../../src/renderer/features/data/points/PointsEditor.vue'
import { FIRST_POINTS, SHAPES, startOfShape, titleOf } from '../../../src/renderer/features/data/points/point-shapes'
import { usePainter } from '../../../src/renderer/features/data/points/painter'
import { usePointsDraft } from '../../../src/renderer/features/data/points/points-draft'
import { route } from '../../../src/renderer/shell/router'
import { useDraftStore } from '../../../src/renderer/stores/draft'
import { useToasts } from '../../../src/renderer/ui/toasts'
import { fakeLab, type FakeLab } from '../fake-lab'
import { anOwnSet, listing } from './datasets'
import { makePoints, viewOf } from './lab-points'
import { buttonNamed, fieldNamed, problemAt } from './page'

function stored(spec: PointsSpecInput, title: string): DatasetEntry {
  const { parts, classNames } = makePoints(spec)
  const points = pointsSpecSchema.parse(spec)
  const size = { height: 1, width: 2, kind: 'floats', ...parts, classes: classNames } as const
  return anOwnSet({ id: 'points-1', name: 'points', title, ...size, source: { kind: 'points', points } })
}

let lab: FakeLab
beforeEach(() => {
  setActivePinia(createPinia())
  const { toasts, close } = useToasts()
  toasts.value.forEach(({ id }) => close(id))
  let sets: DatasetEntry[] = []
  lab = fakeLab({
    'datasets:list': () => listing(sets),
    'datasets:preview-points': viewOf,
    'datasets:store-points': (spec, title) => {
      const entry = stored(spec, title)
      sets = [entry]
      lab.emit('datasets:changed', listing(sets))
      return entry
    },
    'runs:enqueue': () => ['run-1' as RunId],
    'draft:set': () => undefined,
  })
})

async function open(from: DatasetEntry | null = null) {
  const editor = mount(PointsEditor, { props: { open: true, from }, attachTo: document.body })
  await flushPromises()
  return editor
}
const page = () => new DOMWrapper(document.body)
const words = () => page().get('[role=dialog] header p').text()
async function put(name: string, value: string): Promise<void> {
  await fieldNamed(name).setValue(value)
  await flushPromises()
}

describe('the generator', () => {
  test('begins with the two moons of the exercise, 100 to train and 100 to test', async () => {
    await open()
    expect(words()).toBe('100 points to train, 100 to test: 100 of class A, 100 of class B')
    expect(lab.asked('datasets:preview-points')[0]?.[0]).toEqual(FIRST_POINTS)
  })

  test.each(SHAPES.filter(({ value }) => value !== 'painted'))('has every shape: $label', async ({ value }) => {
    await open()
    await put('Shape', value)
    expect(words()).toMatch(/^100 points to train, 100 to test/)
    const asked = lab.asked('datasets:preview-points').at(-1)?.[0]
    expect(asked).toMatchObject({ shape: value, size: 200, testShare: 0.5, box: 0.5 })
  })

  test('follows the fields, and keeps what shapes have in common', async () => {
    await open()
    await put('Points', '30')
    await put('Test share', '0.2')
    await put('Shape', 'blobs')
    await put('Clouds', '5')
    expect(words()).toMatch(/^24 points to train, 6 to test: .* of class E$/)
  })

  test('says what is wrong beside the field, and stores nothing then', async () => {
    await open()
    await put('Noise', 'loud')
    await put('Points', '3')
    expect(problemAt('Noise')).toBe('0 … 10, got "loud"')
    expect(problemAt('Points')).toBe('A whole number, 4 … 100000, got 3')
    expect(buttonNamed('Store as a data set').attributes('disabled')).toBeDefined()
    expect(buttonNamed('Try it now').attributes('disabled')).toBeDefined()
  })

  test('marks the character of a formula that is wrong', async () => {
    await open()
    await put('Shape', 'formula')
    await put('Formula', 'y > sin(3*x) + & x')
    expect(problemAt('Formula')).toBe('Expected a number, x, y, a function or an operator, got "&"')
    const place = page().get('[data-test=formula-place]')
    expect(place.get('mark').text()).toBe('&')
    expect(place.text()).toContain('Character 16')
    expect(buttonNamed('Store as a data set').attributes('disabled')).toBeDefined()
    await put('Formula', 'x > 0')
    expect(page().find('[data-test=formula-place]').exists()).toBe(false)
    expect(buttonNamed('Store as a data set').attributes('disabled')).toBeUndefined()
  })

  test('a formula that has no value somewhere is said as a whole', async () => {
    await open()
    await put('Shape', 'formula')
    await put('Formula', 'sqrt(x)')
    expect(problemAt('Formula')).toMatch(/^Expected a number everywhere, got none at x = −?-?0\./)
    expect(page().find('[data-test=formula-place]').exists()).toBe(false)
  })

  test('each edit can be undone and done again', async () => {
    await open()
    await put('Noise', '0.3')
    await buttonNamed('Undo').trigger('click')
    expect(fieldNamed('Noise').element.value).toBe('0.1')
    await buttonNamed('Redo').trigger('click')
    expect(fieldNamed('Noise').element.value).toBe('0.3')
    expect(buttonNamed('Redo').attributes('disabled')).toBeDefined()
  })

  test('typing in one field is one step', async () => {
    await open()
    for (const text of ['2', '25', '250']) await fieldNamed('Points').setValue(text)
    usePointsDraft().undo()
    expect(usePointsDraft().spec.size).toBe(200)
  })

  test('what the lab refuses is said over the plane', async () => {
    lab.handlers['datasets:preview-points'] = () => {
      throw new LabError('points/invalid', 'No such points.')
    }
    await open()
    expect(page().get('[role=alert]').text()).toBe('No such points.')
  })
})

describe('painting', () => {
  const plane = () => page().get<HTMLElement>('[role=application]')
  const key = (name: string, change: KeyboardEventInit = {}) =>
    plane().trigger('keydown', { key: name, code: /^\d$/.test(name) ? `Digit${name}` : name, ...change })
  /** In pixels of the plane, which is as large as a page without a layout says. */
  async function click(x: number, y: number, change: Partial<PointerEventInit> = {}): Promise<void> {
    const at = { clientX: x, clientY: y, button: 0, buttons: 1, pointerId: 1, ...change }
    plane().element.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, ...at }))
    plane().element.dispatchEvent(new PointerEvent('pointerup', { bubbles: true, ...at }))
    await flushPromises()
  }
  const labels = () => usePointsDraft().painted.map(([, , label]) => label)
  async function startPainting(): Promise<void> {
    await open()
    await put('Shape', 'painted')
  }

  test('a click is class A, with Shift class B, with Ctrl the nearest point goes', async () => {
    await startPainting()
    await click(320, 260)
    await click(400, 260, { shiftKey: true })
    await click(320, 200)
    expect(labels()).toEqual([0, 1, 0])
    const [first, second] = usePointsDraft().painted
    expect(first?.[1]).toBeCloseTo(second?.[1] ?? NaN, 9)
    expect(second?.[0]).toBeGreaterThan(first?.[0] ?? NaN)
    await click(398, 262, { ctrlKey: true })
    expect(labels()).toEqual([0, 0])
    await click(600, 500, { ctrlKey: true }) // nothing is near
    expect(labels()).toEqual([0, 0])
  })

  test('digits choose the class, and a click beside the plane does nothing', async () => {
    await startPainting()
    await key('3')
    await click(320, 260)
    await click(330, 260, { shiftKey: true })
    expect(labels()).toEqual([2, 3])
    await click(2, 2)
    expect(labels()).toHaveLength(2)
  })

  test('works with the keys alone', async () => {
    await startPainting()
    await key('ArrowRight')
    await key('Enter')
    await key('ArrowUp', { shiftKey: true })
    await key('Enter', { shiftKey: true })
    expect(usePointsDraft().painted).toEqual([
      [0.04, 0, 0],
      [0.04, 0.2, 1],
    ])
    await flushPromises()
    expect(words()).toBe('1 point to train, 1 to test: 1 of class A, 1 of class B')
    expect(page().get('[aria-live=polite]').text()).toBe('Class B at x 0.04, y 0.2; 2 points')
    await key('Delete')
    expect(labels()).toEqual([0])
  })

  test('the cross stays on the plane', async () => {
    await startPainting()
    for (let i = 0; i < 9; i++) await key('ArrowLeft', { shiftKey: true })
    expect(usePainter().cursor).toEqual({ x: -1, y: 0 })
  })

  test('a stroke of the brush is one step, and so is clearing', async () => {
    await startPainting()
    await page().get('input[value=brush]').setValue(true)
    const send = (type: string, x: number) =>
      plane().element.dispatchEvent(
        new PointerEvent(type, { clientX: x, clientY: 260, button: 0, buttons: 1, bubbles: true }),
      )
    send('pointerdown', 250)
    for (let x = 260; x <= 400; x += 10) send('pointermove', x)
    send('pointerup', 400)
    await flushPromises()
    const count = labels().length
    expect(count).toBeGreaterThan(5)
    await buttonNamed('Clear the plane').trigger('click')
    expect(labels()).toHaveLength(0)
    usePointsDraft().undo()
    expect(labels()).toHaveLength(count)
    usePointsDraft().undo()
    expect(labels()).toHaveLength(0)
    usePointsDraft().redo()
    expect(labels()).toHaveLength(count)
  })

  test('an eraser takes all points under it', async () => {
    await startPainting()
    await click(320, 260)
    await click(322, 262)
    await click(500, 260)
    await page().get('input[value=eraser]').setValue(true)
    await click(321, 261)
    expect(labels()).toHaveLength(1)
  })

  test('made points can be painted on, where they lie', async () => {
    await open()
    await buttonNamed('Edit as painted points').trigger('click')
    await flushPromises()
    const { spec, painted } = usePointsDraft()
    expect(spec).toMatchObject({ shape: 'painted', box: null, testShare: 0.5 })
    expect(painted).toHaveLength(200)
    expect(Math.max(...painted.flatMap(([x, y]) => [Math.abs(x), Math.abs(y)]))).toBeCloseTo(0.5, 6)
    expect(usePainter().range).toBe(1)
    await click(320, 260)
    expect(painted.length + 1).toBe(usePointsDraft().painted.length)
    await buttonNamed('Undo').trigger('click')
    await buttonNamed('Undo').trigger('click')
    expect(usePointsDraft().spec).toEqual(FIRST_POINTS)
  })

  test('with fewer than two points there is nothing to store', async () => {
    await startPainting()
    expect(buttonNamed('Store as a data set').attributes('disabled')).toBeDefined()
    expect(words()).toBe('No points yet')
  })
})

describe('storing', () => {
  test('makes a data set with a title from the points, or the one that is given', async () => {
    const editor = await open()
    await page().get('form').trigger('submit')
    await flushPromises()
    expect(lab.asked('datasets:store-points')).toEqual([[FIRST_POINTS, 'Two moons, noise 0.1', null]])
    expect(editor.emitted('stored')?.[0]).toMatchObject([{ name: 'points', train: 100 }])
    await put('Title', 'My moons')
    await put('Name in experiments', 'my-moons')
    await page().get('form').trigger('submit')
    await flushPromises()
    expect(lab.asked('datasets:store-points')[1]).toEqual([FIRST_POINTS, 'My moons', 'my-moons'])
  })

  test('says why nothing was stored', async () => {
    lab.handlers['datasets:store-points'] = () => {
      throw new LabError('dataset/name-taken', 'There is a set of this name already.')
    }
    const editor = await open()
    await page().get('form').trigger('submit')
    await flushPromises()
    expect(problemAt('Title')).toBe('There is a set of this name already.')
    expect(editor.emitted('stored')).toBeUndefined()
  })

  test('“Try it now” stores, trains a small network and shows it; twice makes no second set', async () => {
    const editor = await open()
    for (let i = 0; i < 2; i++) {
      await editor.setProps({ open: true })
      await flushPromises()
      await buttonNamed('Try it now').trigger('click')
      await flushPromises()
      await editor.setProps({ open: false })
    }
    expect(lab.asked('datasets:store-points')).toHaveLength(1)
    const [experiment, presetId] = lab.asked('runs:enqueue')[0] ?? []
    expect(experiment?.dataset).toEqual({ name: 'points', split: { kind: 'official' }, scaling: 'standardize' })
    expect(presetId).toBeNull()
    expect(route.value).toMatchObject({ screen: 'live', id: 'run-1' })
    expect(useDraftStore().experiment?.dataset.name).toBe('points')
    expect(editor.emitted('update:open')).toEqual([[false], [false]])
  })

  test('an edited set begins with its points, under another title', async () => {
    const spec = pointsSpecSchema.parse({ shape: 'spirals', size: 60, classes: 3 })
    await open(stored(spec, 'Three arms'))
    expect(usePointsDraft().spec).toEqual(spec)
    expect(fieldNamed('Title').element.value).toBe('Three arms, edited')
    await page().get('form').trigger('submit')
    await flushPromises()
    expect(lab.asked('datasets:store-points')[0]).toEqual([spec, 'Three arms, edited', null])
  })
})

test('every shape begins with settings that are right, but for a plane without points', () => {
  for (const { value } of SHAPES) {
    const start = startOfShape(value)
    expect(pointsSpecSchema.safeParse(start).success, value).toBe(value !== 'painted')
    expect(titleOf(start)).not.toContain('undefined')
  }
})
