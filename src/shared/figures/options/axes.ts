/**
 * Axes of values and of names that several kinds of panels have.
 */
import type { Scale } from '../axis-scale'
import type { ValueAxis } from '../panels'
import type { Tick } from '../panel-axes'
import { valueLabelOf } from '../value-scale'
import { labelStyle, nameStyle, quietAxis, round4, type Drawing } from './drawing'

/** Upwards, with a grid. */
export function valueYAxis(
  axis: Pick<ValueAxis, 'quantity' | 'log'>,
  scale: Scale,
  decimals: number | undefined,
  index: number,
  drawing: Drawing,
) {
  const { look } = drawing
  const quiet = quietAxis(drawing)
  return {
    ...measured(axis, scale, drawing),
    id: `y-${index}`,
    gridIndex: index,
    // without a grid, the values need a line of their own to stand at
    axisLine: { ...quiet.axisLine, show: look.grid === false },
    axisTick: { ...quiet.axisTick, show: look.grid === false, customValues: [...scale.ticks] },
    axisLabel: {
      ...labelStyle(drawing),
      customValues: [...scale.ticks],
      margin: look.fontSize * 0.5,
      formatter: (value: number) => valueLabelOf(axis, value, decimals),
    },
    axisPointer: {
      label: { formatter: ({ value }: { value: unknown }) => valueLabelOf(axis, round4(Number(value))) },
    },
  }
}

/** To the right, under what lies beside names. */
export function valueXAxis(
  axis: Pick<ValueAxis, 'quantity' | 'log'>,
  scale: Scale,
  decimals: number | undefined,
  index: number,
  drawing: Drawing,
) {
  return {
    ...measured(axis, scale, drawing),
    id: `x-${index}`,
    gridIndex: index,
    axisLine: { show: false },
    axisTick: { show: false, customValues: [...scale.ticks] },
    axisLabel: {
      ...labelStyle(drawing),
      customValues: [...scale.ticks],
      margin: drawing.look.fontSize * 0.6,
      formatter: (value: number) => valueLabelOf(axis, value, decimals),
    },
  }
}

function measured({ log }: Pick<ValueAxis, 'log'>, scale: Scale, { look, palette }: Drawing) {
  return {
    type: log ? ('log' as const) : ('value' as const),
    min: scale.min,
    max: scale.max,
    ...(log ? {} : { interval: scale.step }),
    splitLine: { show: look.grid !== false, lineStyle: { color: palette.grid, width: 1 } },
  }
}

/** Names under each other, the first on top. */
export function namesYAxis(names: readonly string[], width: number, index: number, drawing: Drawing) {
  const { look, palette } = drawing
  return {
    id: `y-${index}`,
    gridIndex: index,
    type: 'category' as const,
    inverse: true,
    data: [...names],
    axisLine: { show: true, lineStyle: { color: palette.axis, width: 1 } },
    axisTick: { show: false },
    axisLabel: {
      ...labelStyle(drawing),
      color: palette.text,
      margin: look.fontSize * 0.6,
      interval: 0,
      width: width + 2,
      overflow: 'break' as const,
    },
  }
}

/** Levels of a factor, or rounds of numbers, at their places. */
export function levelAxis(
  id: string,
  name: string,
  ticks: readonly Tick[],
  range: { min: number; max: number; log?: boolean },
  index: number,
  drawing: Drawing,
) {
  const { look } = drawing
  const quiet = quietAxis(drawing)
  const customValues = ticks.map(({ at }) => at)
  return {
    id,
    gridIndex: index,
    type: range.log ? ('log' as const) : ('value' as const),
    min: range.min,
    max: range.max,
    name,
    nameLocation: 'middle' as const,
    nameGap: look.fontSize * 1.75,
    nameMoveOverlap: false,
    nameTextStyle: nameStyle(drawing),
    ...quiet,
    axisTick: { ...quiet.axisTick, customValues },
    axisLabel: {
      ...labelStyle(drawing),
      customValues,
      margin: look.fontSize * 0.6,
      hideOverlap: true,
      formatter: (value: number) => textAt(value, ticks),
    },
    axisPointer: { label: { show: false } },
  }
}

/** On a log axis ECharts may give a tick back with the noise of a power. */
function textAt(value: number, ticks: readonly Tick[]): string {
  const near = ticks.find(({ at }) => Math.abs(at - value) <= Math.abs(at) * 1e-6 + 1e-9)
  return near?.text ?? ''
}

export const HIDDEN_AXIS = { show: false, type: 'value' as const, min: 0, max: 1 }
