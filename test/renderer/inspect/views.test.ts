import { afterEach, describe, expect, it } from 'vitest'
import { LabError } from '#shared/errors'
import type { LayerInsight } from '#shared/inspect/inspected'
import type { RunDetails, RunSummary } from '#shared/run'
import { route } from '../../../src/renderer/shell/router'
import { said } from '../../shared/inspect/said'
import { anOwnSet, listing } from '../data/datasets'
import { bytes, factsOf, idOf, insightOf, ofLetters, openView, planeAnswer, RUNS, settle } from './views'

let stop: () => void = () => undefined
afterEach(() => stop())
async function open(...args: Parameters<typeof openView>) {
  const view = await openView(...args)
  stop = view.stopRouter
  return view
}
/** Samples that the experiment of a run leaves out; nothing else of it is looked at. */
const detailsOf = (summary: RunSummary, exclude: number[]): RunDetails => ({
  summary,
  experiment: { dataset: { name: 'letters', exclude } } as unknown as RunDetails['experiment'],
  machine: null,
  directory: '/lab',
})
type View = Awaited<ReturnType<typeof openView>>
function buttonOf({ screen }: View, text: string) {
  const found = screen.findAll('button').find((each) => each.text() === text)
  if (!found) throw new Error(`No button is called "${text}"`)
  return found
}

describe('calibration', () => {
  it('says how sure a model is against how right it is, and which samples make its loss', async () => {
    const { screen } = await open(`?run=${idOf(1)}&tab=calibration`)
    const text = screen.text()
    // (0.9 + 0.98 + 0.8 + 0.9) / 4
    expect(text).toContain('On average it is 89.5 % sure and 50.0 % right: too sure by 39.5 points.')
    expect(text).toContain('The 2 wrong samples are 50.0 % of all and make 96.7 % of the loss')
    expect(screen.get('svg[role=img]').attributes('aria-label')).toMatch(/^Reliability of net 1: .* 4 samples$/)
  })

  it('explains the change between two models, and tells two moments of one run apart', async () => {
    const milder = said(
      [
        [0.9, 0.1],
        [0.6, 0.4],
        [0.6, 0.4],
        [0.6, 0.4],
      ],
      [0, 1, 1, 1],
      { first: 100, losses: [0.105, 0.916, 0.916, 0.916] },
    )
    const { screen } = await open(`?run=${idOf(1)}&pair=${idOf(1)}&pairStep=10&tab=calibration`, {
      'inspect:model': (source) =>
        factsOf(source, source.of === 'run' && source.step === 10 ? { epoch: 2, step: 10 } : {}),
      'inspect:predictions': ({ source }) =>
        source.of === 'run' && source.step === 10
          ? milder
          : said(
              [
                [0.9, 0.1],
                [0.99, 0.01],
                [0.8, 0.2],
                [0.1, 0.9],
              ],
              [0, 1, 1, 1],
              { first: 100, losses: [0.105, 4.605, 1.609, 0.105] },
            ),
    })
    expect(screen.text()).toContain('Why did the loss rise although the errors fell?')
    expect(screen.text()).toContain('From net 1, epoch 2 to net 1, epoch 10 the errors go from 3 to 2')
    expect(screen.findAll('section[aria-label^="Reliability of"]')).toHaveLength(2)
  })

  it('is not offered for outputs that are no probabilities', async () => {
    const { screen } = await open(`?run=${idOf(1)}&tab=calibration`, {
      'inspect:model': (source) => factsOf(source, { outputActivation: 'linear', loss: 'squared-error' }),
    })
    expect(screen.text()).toContain('Its outputs are no probabilities')
  })
})

describe('units', () => {
  const handlers = { 'inspect:model': ofLetters }

  it('are pictures of their weights, the longest first, with the share of dead ones by layer', async () => {
    const { screen } = await open(`?run=${idOf(1)}&tab=units`, handlers)
    const names = screen.findAll('[role=option]').map((option) => option.text())
    expect(names).toEqual(['Unit 1, norm 4.00', 'Unit 2, norm 2.00', 'Unit 0, norm 0.40'])
    expect(screen.text()).toContain('33.33 % of the units dead')
    expect(screen.text()).toContain('Over 4 training samples.')
    expect(screen.text()).not.toContain('Saturated:')
  })

  it('are chosen with the keys, and shown large with their numbers', async () => {
    const { screen } = await open(`?run=${idOf(1)}&tab=units`, handlers)
    const list = screen.get('[role=listbox]')
    await list.trigger('keydown', { key: 'Home' })
    expect(screen.get('[role=option][aria-selected=true]').text()).toBe('Unit 1, norm 4.00')
    await list.trigger('keydown', { key: 'ArrowRight' })
    expect(screen.get('[role=option][aria-selected=true]').text()).toBe('Unit 2, norm 2.00')
    expect(screen.text()).toContain('Mean activation0.25')
    await list.trigger('keydown', { key: 'End' })
    await list.trigger('keydown', { key: 'ArrowRight' })
    expect(screen.get('[role=option][aria-selected=true]').text()).toBe('Unit 0, norm 0.40')
  })

  it('are a table of squares where the inputs are many and no picture, and of numbers where they are few', async () => {
    const many = await open(`?run=${idOf(1)}&tab=units`)
    expect(many.screen.find('[role=listbox]').exists()).toBe(false)
    expect(many.screen.text()).toContain('Rows are units, columns inputs.')
    many.stopRouter()
    const few: LayerInsight = { inputs: 2, outputs: 1, weights: bytes(3, -4), biases: bytes(0.5) }
    const { screen } = await open(`?run=${idOf(1)}&tab=units`, { 'inspect:layers': () => [few, few] })
    const row = screen.get('[aria-label="Weights of the first layer, as numbers"] tbody tr')
    expect(row.findAll('th, td').map((each) => each.text())).toEqual(['Unit 0', '3', '−4', '0.5', '5'])
  })

  it('say why there are none', async () => {
    const { screen } = await open(`?run=${idOf(1)}&tab=units`, {
      'inspect:layers': () => {
        throw new LabError('model/none', 'Its weights have gone')
      },
    })
    expect(screen.text()).toContain('Its weights have gone')
  })
})

describe('the boundary', () => {
  it('is drawn over the box of all points, with what lies on its own side counted', async () => {
    const { screen, lab } = await open(`?run=${idOf(1)}&tab=boundary`)
    const drawing = screen.get('section[aria-label="Decision boundary"] svg[role=img]')
    expect(drawing.attributes('aria-label')).toBe('Decision boundary over the plane; 4 of 8 points on their own side')
    expect(screen.text()).toContain('2 of 4 training points on their own side; 2 of 4 test points on their own side')
    // x from −0.5 to 0.25, y from −0.5 to 0.5: a square with room of a quarter around the larger one
    const [{ x, y }] = lab.asked('inspect:plane')[0] ?? [{ x: [], y: [] }]
    expect([...x, ...y]).toEqual([-0.875, 0.625, -0.75, 0.75])
  })

  it('has test points that can be left out, labelled levels and a map for each hidden unit', async () => {
    const view = await open(`?run=${idOf(1)}&tab=boundary`)
    const { screen } = view
    const texts = () => screen.findAll('section[aria-label="Decision boundary"] svg text').map((each) => each.text())
    expect(texts()).toEqual(expect.arrayContaining(['0.1', '0.25', '0.75', '0.9', 'test points']))
    await screen.get('[aria-label=Points] input[value=train]').setValue()
    expect(texts()).not.toContain('test points')
    await screen.get('select[aria-label="Level lines of"]').setValue('')
    expect(texts()).not.toContain('0.9')
    expect(texts()).toContain('p = 0.5')
    expect(screen.findAll('canvas[aria-label^="Unit"]')).toHaveLength(2)
    expect(screen.text()).toContain('its boundary is a straight line here')
  })

  it('can be asked about again, the plane as well as its points', async () => {
    let fails = true
    const unless = <T>(answer: T): T => {
      if (fails) throw new LabError('lab/gone', 'The lab was busy')
      return answer
    }
    const view = await open(`?run=${idOf(1)}&tab=boundary`, {
      'inspect:plane': ({ columns, rows }) => unless(planeAnswer(columns, rows)),
      'datasets:samples': ({ samples }) => unless({ values: bytes(...samples.flatMap((_, i) => [i / 4, i % 2])) }),
    })
    expect(view.screen.text()).toContain('The lab was busy')
    fails = false
    await buttonOf(view, 'Try again').trigger('click')
    await settle()
    await buttonOf(view, 'Try again').trigger('click')
    await settle()
    expect(view.screen.text()).not.toContain('The lab was busy')
    expect(view.screen.text()).toContain('2 of 4 training points on their own side')
  })

  it('is only there for models of two inputs', async () => {
    const { screen } = await open(`?run=${idOf(1)}`, { 'inspect:model': ofLetters })
    expect(screen.findAll('[role=tab]').map((tab) => tab.text())).not.toContain('Boundary')
  })
})

describe('the pad', () => {
  const handlers = { 'inspect:model': ofLetters }

  it('is drawn on with the keys alone, and the model answers', async () => {
    const view = await open(`?run=${idOf(1)}&tab=draw`, handlers)
    const { screen, lab } = view
    expect(screen.text()).toContain('Draw, and it answers at once.')
    const pad = screen.get('[role=application]')
    await pad.trigger('keydown', { key: ' ' })
    for (let i = 0; i < 5; i++) await pad.trigger('keydown', { key: 'ArrowDown' })
    await pad.trigger('keydown', { key: ' ' })
    await settle()
    expect(screen.get('[data-test=said]').text()).toBe('B')
    expect(screen.text()).toContain('90.0 % sure')
    expect(screen.text()).toContain('3 units, relu, 2 above 0')
    const pixels = lab.asked('inspect:drawn').at(-1)?.[1]
    expect(pixels).toHaveLength(16)
    expect(Math.max(...(pixels ?? []))).toBeGreaterThan(200)
    await buttonOf(view, 'Undo').trigger('click')
    await settle()
    expect(screen.find('[data-test=said]').exists()).toBe(false)
  })

  it('shows how the drawing was prepared, or leaves it as it was drawn', async () => {
    const { screen } = await open(`?run=${idOf(1)}&tab=draw`, handlers)
    await screen.get('[role=application]').trigger('keydown', { key: ' ' })
    await settle()
    expect(screen.get('[data-test=steps]').text()).toMatch(
      /^Ink found in \d+ × \d+ of 280 × 280, scaled to 4 × 4, put into the middle/,
    )
    await screen.get('input[type=radio][value=mnist]').setValue()
    expect(screen.get('[data-test=steps]').text()).toMatch(/scaled to 3 × 3, its center of mass/)
    await screen.get('input[type=radio][value=as-drawn]').setValue()
    expect(screen.get('[data-test=steps]').text()).toBe('The whole pad, made 4 × 4, nothing moved.')
  })

  it('is not offered for data that nobody could draw', async () => {
    const colored = anOwnSet({ height: 4, width: 4, channels: 3 })
    const { screen } = await open(`?run=${idOf(1)}`, { ...handlers, 'datasets:list': () => listing([colored]) })
    expect(screen.findAll('[role=tab]').map((tab) => tab.text())).not.toContain('Draw')
  })
})

describe('the drawer', () => {
  const answers = said(
    [
      [0.1, 0.2, 0.7],
      [0.5, 0.4, 0.1],
      [0, 0, 1],
    ],
    [1, 1, 1],
    { first: 12, losses: [1.609, 0.9, 5] },
  )
  const handlers = { 'inspect:model': ofLetters, 'inspect:predictions': () => answers }
  const at = (sample: number) => `?run=${idOf(1)}&tab=calibration&sample=${sample}`

  it('shows one sample: what it is, what the model gives each class, how that came about, what is near', async () => {
    const { screen } = await open(at(12), handlers)
    const drawer = screen.get('aside')
    expect(drawer.text()).toContain('No. 12')
    expect(drawer.text()).toContain('TrueBPredictedCSure70.0 %Loss1.6090 nats')
    expect(drawer.get('section[aria-label="Prediction over epochs"] svg').attributes('aria-label')).toBe(
      'epoch 1: A, epoch 2: C',
    )
    expect(drawer.text()).toContain('1 of 2 are “B”, as it is; 1 are “C”, as predicted.')
    expect(drawer.find('canvas[aria-label="Derivative of the loss by each pixel"]').exists()).toBe(true)
  })

  it('leads to its neighbors in the order of the gallery with the arrow keys, and closes with Escape', async () => {
    const { screen } = await open(at(12), handlers)
    const press = async (key: string) => {
      window.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }))
      await settle()
    }
    // largest loss first: 14, 12, 13
    await press('ArrowLeft')
    expect(route.value.query['sample']).toBe('14')
    await press('ArrowLeft')
    expect(route.value.query['sample']).toBe('14')
    await press('ArrowRight')
    await press('ArrowRight')
    expect(route.value.query['sample']).toBe('13')
    await press('Escape')
    expect(route.value.query['sample']).toBeUndefined()
    expect(screen.find('aside').exists()).toBe(false)
  })

  it('asks the models of other runs on the same data, and leaves out those that do not answer', async () => {
    const { screen, lab } = await open(at(12), {
      ...handlers,
      'inspect:sample': ({ source }) =>
        source.of === 'run' && source.run === idOf(2) ? insightOf({ values: bytes(0, 0.75, 0.25) }) : insightOf(),
    })
    const others = screen.get('section[aria-label="In other runs"]').text()
    expect(others).toContain('net 2B75.0 %')
    expect(others).toContain('1 of 1 are right.')
    expect(lab.asked('inspect:sample').map(([{ neighbors }]) => neighbors)).toEqual([undefined, 0])
  })

  it('tags the sample, and trains again without it or without all that have the tag', async () => {
    const view = await open(at(12), { ...handlers, 'runs:exclude': () => idOf(9) })
    const { screen, lab } = view
    await buttonOf(view, 'mislabeled').trigger('click')
    expect(buttonOf(view, 'mislabeled').attributes('aria-pressed')).toBe('true')
    await buttonOf(view, 'Train without it…').trigger('click', { button: 0, ctrlKey: false })
    await settle()
    const item = [...document.querySelectorAll('[role=menuitem]')].find((each) =>
      each.textContent?.includes('without 1 sample tagged “mislabeled”'),
    )
    item?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
    await settle()
    expect(lab.asked('runs:exclude')).toEqual([[idOf(1), [12]]])
    expect(screen.find('aside').exists()).toBe(true)
  })

  it('knows the runs without it, looks at both, and takes a run back that has not ended', async () => {
    const [base] = RUNS
    if (!base) throw new Error('There is a run')
    const made = (n: number, change: Partial<RunSummary>) => ({
      ...base,
      configuration: { index: n, levels: { Excluded: `sample ${n} excluded` } },
      ...{ id: idOf(n), excluded: 1, origin: { kind: 'exclude', from: idOf(1), samples: 1 } as const },
      ...change,
    })
    const runs = [...RUNS, made(3, {}), made(4, { status: 'waiting', last: null })]
    const view = await open(at(12), { ...handlers, 'runs:stop': () => undefined }, runs)
    const list = view.screen.get('ul[aria-label="Runs without some samples"]')
    expect(list.findAll('a').map((link) => link.text())).toEqual(['sample 4 excluded', 'sample 3 excluded'])
    await list.get('button[aria-label^="Take it back"]').trigger('click')
    expect(view.lab.asked('runs:stop')).toEqual([[idOf(4)]])
    await list.get('button[aria-label="Look at both"]').trigger('click')
    await settle()
    expect(route.value.query['pair']).toBe(idOf(3))
    expect(view.screen.text()).toContain('From net 1 (A) to net 1 (B)') // of the same name and epoch
  })

  it('says that its run was trained without it, and leads to the one with it', async () => {
    const [base] = RUNS
    if (!base) throw new Error('There is a run')
    const without = { ...base, excluded: 1, origin: { kind: 'exclude', from: idOf(2), samples: 1 } as const }
    const { screen, lab } = await open(
      at(12),
      {
        ...handlers,
        'runs:details': () => detailsOf(without, [12]),
      },
      [without, ...RUNS.slice(1)],
    )
    const section = screen.get('section[aria-label="Exclude and retrain"]')
    expect(section.text()).toContain('This sample is left out of this run (1 sample excluded).')
    expect(section.get('a').attributes('href')).toContain(idOf(2))
    expect(section.find('button').exists()).toBe(false) // there is nothing more to leave out
    expect(lab.asked('runs:details')).toEqual([[idOf(1)]])
  })

  it('says that there is no such sample', async () => {
    const { screen, lab } = await open(at(999), handlers)
    expect(screen.get('aside').text()).toContain('Letters has 18 samples; there is no number 999.')
    expect(lab.asked('inspect:sample')).toEqual([])
  })

  it('says why a sample cannot be asked about', async () => {
    const { screen } = await open(at(12), {
      ...handlers,
      'inspect:sample': () => {
        throw new LabError('dataset/gone', 'The set has gone')
      },
    })
    expect(screen.get('aside').text()).toContain('The set has gone')
  })
})
