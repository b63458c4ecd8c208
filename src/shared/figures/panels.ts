/**
 * What a figure consists of: plain data that says everything that is drawn and nothing about how.
 *
 * The screen, the exported picture and the CSV are all made from these values, so that they cannot differ.
 */
import type { Band, Metric, XAxis } from '../figure'
import type { RunId } from '../run'
import type { Quantity } from './metrics'

/** A value of null is a measurement that cannot be drawn here: the line has a gap. */
export type Point = readonly [x: number, y: number | null]

export type BandPoint = readonly [x: number, low: number, high: number]

export interface Series {
  /** Stable while a run goes on: for a live chart to find its series again. */
  key: string
  /** As the legend shows it. Series of different panels with the same name share one entry. */
  name: string
  /** Of a configuration: its first run. */
  runId: RunId
  /** What the run is called in this figure, without the metric. */
  runName: string
  metric: Metric
  /** "hidden 1", "output": of metrics that each layer has; else null. */
  layer: string | null
  /** Which colour (and, in print, which marker) of the palette. */
  colorIndex: number
  dash: Dash
  points: readonly Point[]
  /** Only of lines that stand for several seeds. */
  seeds?: Seeds
  /** What was measured, in the order of `points`, which are smoothed. */
  measured?: readonly Point[]
  /** A place on the line that means something, with its words. */
  mark?: { x: number; y: number; label: string }
}

/** Several seeds behind one line. */
export interface Seeds {
  runIds: readonly RunId[]
  /** At each of `points`. */
  counts: readonly number[]
  /** From this point on some seeds have ended: a mean over those that are left, which is another one. */
  tailFrom: number
  /** Where all seeds are there, and the spread of what was measured is defined. */
  band: readonly BandPoint[]
}

export type Dash = 'solid' | 'dashed' | 'dotted'

export interface Bar {
  key: string
  name: string
  runId: RunId
  metric: Metric
  colorIndex: number
  median: number
  min: number
  max: number
}

export interface AxisText {
  /** With its unit: "Test loss (nats, mean per sample)". */
  label: string
}

export interface ValueText extends AxisText {
  /** The unit alone, for a page that names the metric above the chart: "nats, mean per sample". */
  unit: string
  /** As programs read it, in the CSV: "nats per sample". */
  csvUnit: string
}

export interface ValueAxis extends ValueText {
  quantity: Quantity
  log: boolean
}

interface PanelHead {
  title: string
  /** Of small multiples: "Width 64". Panels that differ in it only share the scale of their values. */
  facet?: string
}

export interface LinePanel extends PanelHead {
  kind: 'lines'
  x: AxisText & { kind: XAxis; min: number; max: number; log?: boolean }
  /** Accuracies and errors are shares from 0 to 1 in the data and per cent on the axis. */
  y: ValueAxis & { quantity: Exclude<Quantity, 'time'>; signed?: boolean }
  /** What was asked for; not all of it may have a line. */
  metrics: readonly Metric[]
  series: readonly Series[]
}

export interface BarPanel extends PanelHead {
  kind: 'bars'
  /** The axis of the values; the other one lists the runs. */
  value: ValueText & { quantity: 'time' }
  bars: readonly Bar[]
}

/** A value of several runs against the levels of a factor. */
export interface FactorPanel extends PanelHead {
  kind: 'factor'
  marks: 'points' | 'bars'
  metric: Metric
  /** `places` are the levels as numbers if they are numbers, else 0, 1, 2 … */
  x: AxisText & { factor: string; levels: readonly string[]; places: readonly number[]; numeric: boolean; log: boolean }
  y: ValueAxis
  band: Band
  /** The factor that makes the lines; null where there is one line. */
  second: string | null
  series: readonly FactorSeries[]
}

export interface FactorSeries {
  key: string
  name: string
  colorIndex: number
  points: readonly FactorPoint[]
}

export interface FactorPoint {
  level: string
  place: number
  mean: number
  /** Null where one seed says nothing about the spread. */
  interval: { low: number; high: number } | null
  values: readonly number[]
  runIds: readonly RunId[]
}

/** All values of each configuration: of its seeds, or of all their epochs. */
export interface BoxPanel extends PanelHead {
  kind: 'box'
  metric: Metric
  value: ValueAxis
  of: 'seeds' | 'epochs'
  boxes: readonly Box[]
}

export interface Box {
  key: string
  name: string
  colorIndex: number
  runIds: readonly RunId[]
  values: readonly number[]
  median: number
  /** Null for fewer than five values, which are shown as they are. */
  quartiles: { low: number; high: number; whiskerLow: number; whiskerHigh: number } | null
}

/** Values as colours in a grid. */
export interface HeatPanel extends PanelHead {
  kind: 'heat'
  metric: Metric
  x: HeatAxis
  y: HeatAxis
  value: ValueAxis
  /** The numbers stand in the cells: where cells are few. */
  numbers: boolean
  cells: readonly HeatCell[]
}

export interface HeatAxis extends AxisText {
  levels: readonly string[]
  /** Of an axis of numbers: where each column is. */
  places?: readonly number[]
}

export interface HeatCell {
  column: number
  row: number
  /** Mean over the seeds; null where it has no place on the scale. */
  value: number | null
  /** Sample standard deviation; null for one seed. */
  deviation: number | null
  n: number
  runIds: readonly RunId[]
}

/** A line for each configuration through the levels of all factors, to its value. */
export interface ParallelPanel extends PanelHead {
  kind: 'parallel'
  metric: Metric
  /** The factors; the last one is the value. */
  axes: readonly ParallelAxis[]
  value: ValueAxis
  lines: readonly ParallelLine[]
}

export interface ParallelAxis extends AxisText {
  /** Null for the axis of the value. */
  levels: readonly string[] | null
}

export interface ParallelLine {
  key: string
  name: string
  colorIndex: number
  runIds: readonly RunId[]
  /** One for each axis of a factor: the place of its level among the levels. */
  places: readonly number[]
  value: number
  n: number
}

export type Panel = LinePanel | BarPanel | FactorPanel | BoxPanel | HeatPanel | ParallelPanel

export interface Figure {
  title: string | null
  /** One sentence for people who cannot see it; also a caption to start from. */
  description: string
  panels: readonly Panel[]
  /** Printed small below: what a reader has to know to read it rightly. */
  footnotes: readonly string[]
  /** True if some run has trained on less than the whole training part: shown as a badge. */
  reducedData: boolean
}

/** False while none of its runs has measured anything that it shows. */
export function hasPoints({ panels }: Figure): boolean {
  return panels.some((panel) => {
    switch (panel.kind) {
      case 'lines':
        return panel.series.some(({ points }) => points.length > 0)
      case 'bars':
        return panel.bars.length > 0
      case 'factor':
        return panel.series.some(({ points }) => points.length > 0)
      case 'box':
        return panel.boxes.length > 0
      case 'heat':
        return panel.cells.length > 0
      case 'parallel':
        return panel.lines.length > 0
    }
    return panel satisfies never
  })
}
