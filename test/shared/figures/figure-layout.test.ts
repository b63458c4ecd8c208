import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FigureSpec, Metric } from '#shared/figure'
import { printLook, type Look } from '#shared/figures/chart-look'
import { figureOf, type Figure } from '#shared/figures/figure-data'
import { layoutFigure, yLabel, type Box, type FigureLayout } from '#shared/figures/figure-layout'
import { shortenText, textWidth, wrapText } from '#shared/figures/text-width'
import { madeUpRun } from './made-up-runs'

const runs = Array.from({ length: 8 }, (_, i) =>
  madeUpRun({
    id: `run-layout-${i}`,
    label: i === 7 ? 'a configuration with a rather long name · learning rate 0.001' : `784-${16 << i}-10`,
    seed: i + 1,
    epochs: 30,
    reducedData: i === 6,
  }),
)

interface Shape {
  count: number
  panels: Metric[][]
  title: string | null
  x: FigureSpec['x']
  logY: boolean
}

function figure({ count, panels, title, x, logY }: Shape): Figure {
  const drawn = runs.slice(0, count)
  const ids = drawn.map((run) => run.summary.id)
  return figureOf({ runs: ids, panels, x, logY, title, widthCm: 14, heightCm: 8 }, drawn)
}

const plain: Shape = { count: 2, panels: [['test-loss']], title: null, x: 'epoch', logY: false }

/** Everything that is drawn, by name; x labels and tick labels as the bands that are kept free for them. */
function boxesOf({ title, badge, legend, panels, notes }: FigureLayout, f: number): [string, Box][] {
  const named: [string, Box | null][] = [
    ['title', title],
    ['badge', badge],
    ['notes', notes],
    ...legend.map((row, i): [string, Box] => [`legend row ${i}`, row]),
    ...panels.flatMap(({ plot, label, panel }, i): [string, Box][] => [
      [`plot ${i}`, plot],
      [`label ${i}`, label],
      [`below ${i}`, { ...plot, y: plot.y + plot.height, height: f * (panel.kind === 'lines' ? 2.9 : 1.6) }],
    ]),
  ]
  return named.filter((pair): pair is [string, Box] => pair[1] !== null)
}

function overlaps(a: Box, b: Box): boolean {
  const apart = 1e-6
  return (
    a.x < b.x + b.width - apart &&
    b.x < a.x + a.width - apart &&
    a.y < b.y + b.height - apart &&
    b.y < a.y + a.height - apart
  )
}

function collisions(boxes: readonly [string, Box][]): string[] {
  return boxes.flatMap(([name, box], i) =>
    boxes.slice(i + 1).flatMap(([other, second]) => (overlaps(box, second) ? [`${name} on ${other}`] : [])),
  )
}

describe('a layout', () => {
  const shapes = fc.record<Shape>({
    count: fc.integer({ min: 1, max: 8 }),
    panels: fc.constantFrom<Metric[][]>(
      [['test-loss']],
      [['train-loss', 'test-loss']],
      [
        ['train-accuracy', 'test-accuracy'],
        ['train-loss', 'test-loss'],
      ],
      [['seconds-per-epoch']],
      [['test-loss'], ['test-error'], ['seconds-per-epoch']],
    ),
    title: fc.constantFrom(
      null,
      'Short',
      'A title that is long enough to need a second line in most figures of a report',
    ),
    x: fc.constantFrom<FigureSpec['x']>('epoch', 'step', 'seconds'),
    logY: fc.boolean(),
  })

  test('never draws one thing on another, nor outside, from a column of a page to a full page', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 8, max: 24 }), fc.integer({ min: 12, max: 24 }), (shape, w, h) => {
        const look = printLook(w, h)
        const boxes = boxesOf(layoutFigure(figure(shape), look), look.fontSize)
        expect(collisions(boxes)).toEqual([])
        for (const [name, { x, y, width, height }] of boxes) {
          // a row of the legend may be as wide as its longest name, which is cut to fit
          const inside = x >= 0 && y >= 0 && x + width <= look.width + 1e-6 && y + height <= look.height + 1e-6
          expect(inside, `${name} is inside`).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('the check above sees an overlap', () => {
    const box = { x: 0, y: 0, width: 10, height: 10 }
    expect(
      collisions([
        ['a', box],
        ['b', { ...box, x: 9 }],
        ['c', { ...box, x: 30 }],
      ]),
    ).toEqual(['a on b'])
  })

  test('keeps the y labels left of the plot and inside the figure', () => {
    const look = printLook(9, 7)
    for (const logY of [false, true]) {
      const layout = layoutFigure(figure({ ...plain, panels: [['test-loss'], ['test-accuracy']], logY }), look)
      for (const panel of layout.panels) {
        if (!('y' in panel)) throw new Error('a panel of lines was expected')
        const widest = Math.max(
          ...panel.y.ticks.map((tick) => textWidth(yLabel(panel.panel, tick, panel.decimals), look.fontSize)),
        )
        expect(panel.plot.x - widest).toBeGreaterThan(0)
      }
    }
  })

  test('gives every line of several runs a legend entry, and a single line none', () => {
    const entries = (shape: Partial<Shape>) =>
      layoutFigure(figure({ ...plain, ...shape }), printLook(14, 8)).legend.flatMap((row) =>
        row.entries.map((entry) => entry.name),
      )
    expect(entries({ count: 3 })).toEqual(['784-16-10', '784-32-10', '784-64-10'])
    expect(entries({ count: 1 })).toEqual([])
    expect(
      entries({
        count: 1,
        panels: [
          ['train-loss', 'test-loss'],
          ['train-error', 'test-error'],
        ],
      }),
    ).toEqual(['train', 'test'])
  })

  test('fills legend rows evenly', () => {
    const { legend } = layoutFigure(figure({ ...plain, count: 4 }), printLook(8.5, 8))
    expect(legend.map((row) => row.entries.length)).toEqual([2, 2])
  })

  test('puts two panels beside each other in a wide figure and on each other in a high one', () => {
    const shape = { ...plain, panels: [['test-loss'], ['test-accuracy']] as Metric[][] }
    const [wide1, wide2] = layoutFigure(figure(shape), printLook(16, 7)).panels
    expect(wide1?.plot.y).toBe(wide2?.plot.y)
    const [high1, high2] = layoutFigure(figure(shape), printLook(8, 14)).panels
    expect(high1?.plot.x).toBe(high2?.plot.x)
  })

  test('fits the y axis to the part of the x axis that a zoom shows', () => {
    const look: Look = { ...printLook(14, 8), interactive: true }
    const scale = (from: number) => {
      const [panel] = layoutFigure(figure(plain), look, { from, to: 30 }).panels
      return panel && 'y' in panel ? panel.y.max : NaN
    }
    expect(scale(20)).toBeLessThan(scale(0))
  })

  test('leaves out what the page shows itself', () => {
    const look = { ...printLook(14, 8), show: { title: false, legend: false, notes: false, badge: false } }
    const layout = layoutFigure(figure({ ...plain, count: 7, title: 'Title', x: 'seconds' }), look)
    expect(layout).toMatchObject({ title: null, badge: null, legend: [], notes: null })
  })
})

describe('text', () => {
  test('that is too long is cut in the middle, so that its end still tells it apart', () => {
    const short = shortenText('a configuration with a long name 0.001', 100, 10)
    expect(textWidth(short, 10)).toBeLessThanOrEqual(100)
    expect(short).toMatch(/^a conf.*….*0\.001$/)
  })

  test('is broken between words, and no word is lost', () => {
    const text = 'Times: a processor with a name, 8 cores, 2 threads'
    const lines = wrapText(text, 100, 10)
    expect(lines.length).toBeGreaterThan(1)
    expect(lines.join(' ')).toBe(text)
    for (const line of lines) expect(textWidth(line, 10)).toBeLessThanOrEqual(100)
  })
})

test('a page that names the metric itself gets axes with their unit only', () => {
  const label = (shape: Shape, show: Look['show'] = {}) =>
    layoutFigure(figure(shape), { ...printLook(14, 8), show }).panels.map((panel) => panel.label.lines.join(' '))
  const time: Shape = { ...plain, panels: [['seconds-per-epoch']] }
  expect(label(plain)).toEqual(['Test loss (nats, mean per sample)'])
  expect(label(plain, { valueName: false })).toEqual(['nats, mean per sample'])
  expect(label(time)).toEqual(['Training time (s per epoch)'])
  expect(label(time, { valueName: false })).toEqual(['s'])
})
