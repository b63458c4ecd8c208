/**
 * Scales of measured values: shares stay within 0 and 100 %, only gaps between two parts go below zero.
 */
import { decimalsFor, formatNumber, formatShare, linearScale, logScale, type Scale } from './axis-scale'
import { isShare } from './metrics'
import type { ValueAxis } from './panels'
import type { AxisRange } from './style'

export type ScaledAxis = Pick<ValueAxis, 'quantity' | 'log'> & { signed?: boolean }

export interface Extent {
  lo: number
  hi: number
}

/** Of what can be drawn on the axis; empty (lo above hi) where nothing can. */
export function extentOf(values: Iterable<number | null>, { log }: ScaledAxis): Extent {
  let [lo, hi] = [Infinity, -Infinity]
  for (const value of values) {
    if (value === null || !Number.isFinite(value) || (log && !(value > 0))) continue
    lo = Math.min(lo, value)
    hi = Math.max(hi, value)
  }
  return { lo, hi }
}

export function scaleOf({ lo, hi }: Extent, axis: ScaledAxis, count: number, range?: AxisRange | null): Scale {
  const steps = Math.max(2, Math.min(8, count))
  if (range) return scaleOfRange(range, lo, hi, steps, axis)
  const [from, to] = lo <= hi ? [lo, hi] : axis.log ? [0.01, 1] : [0, 1]
  return axis.log ? logScale(from, to, steps) : linearScale(from, to, steps, limitsOf(axis))
}

function limitsOf({ quantity, signed = false }: ScaledAxis): { floor: number; ceiling: number } {
  const bounded = isShare(quantity) && quantity !== 'pace'
  return {
    floor: signed || quantity === 'loss-gap' || quantity === 'accuracy-gap' ? -Infinity : 0,
    ceiling: bounded ? 1 : Infinity,
  }
}

/** Exactly from where to where a person wants it; an end that is left open is where the data end. */
function scaleOfRange(range: AxisRange, lo: number, hi: number, count: number, axis: ScaledAxis): Scale {
  const known = lo <= hi ? { lo, hi } : axis.log ? { lo: 0.01, hi: 1 } : { lo: 0, hi: 1 }
  const wanted = { lo: range.min ?? known.lo, hi: range.max ?? known.hi }
  // nothing is left of a range that begins behind its end, or at zero on a log axis: the data's own stands in
  const { lo: from, hi: to } = wanted.lo < wanted.hi && !(axis.log && wanted.lo <= 0) ? wanted : known
  const own = axis.log ? logScale(from, to, count) : linearScale(from, to, count, limitsOf(axis))
  const min = range.min === from ? from : own.min
  const max = range.max === to ? to : own.max
  return { ...own, min, max, ticks: own.ticks.filter((tick) => tick >= min && tick <= max) }
}

/** Undefined on a log axis, where each label has its own. */
export function shownDecimals({ quantity, log }: ScaledAxis, step: number): number | undefined {
  return log ? undefined : decimalsFor(isShare(quantity) ? step * 100 : step)
}

export function valueLabelOf({ quantity }: Pick<ValueAxis, 'quantity'>, value: number, decimals?: number): string {
  return isShare(quantity) ? formatShare(value, decimals) : formatNumber(value, decimals)
}

/** Three digits that count, per cent with two decimals: for numbers beside marks and in cells. */
export function shortValue({ quantity }: Pick<ValueAxis, 'quantity'>, value: number): string {
  if (isShare(quantity)) return formatShare(value, 2)
  const size = Math.abs(value)
  if (size >= 1e5 || (size > 0 && size < 1e-3)) return formatNumber(Number(value.toPrecision(3)))
  return formatNumber(value, size === 0 ? 0 : Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(size)))))
}

/** With its unit where that is short: "97.14 %", "0.0832", "2.31 s". */
export function valueText(axis: Pick<ValueAxis, 'quantity'>, value: number): string {
  if (axis.quantity === 'time') return `${shortValue(axis, value)} s`
  return isShare(axis.quantity) ? `${(value * 100).toFixed(2).replace('-', '−')} %` : plainText(value)
}

function plainText(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return formatNumber(Number(value.toPrecision(3)))
  return formatNumber(value, size === 0 ? 0 : Math.max(0, Math.min(5, 3 - Math.floor(Math.log10(size)))))
}
