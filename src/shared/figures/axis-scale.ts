/**
 * Ranges, ticks and tick labels that a person would have chosen.
 */

export interface Scale {
  min: number
  max: number
  /** Distance of two ticks; on a log scale see `ticks`. */
  step: number
  /** From min to max. */
  ticks: readonly number[]
}

/**
 * The tightest range of whole steps around lo … hi with about `count` steps of 1, 2 or 5 times a power of ten.
 * A range that would start close above zero starts at zero; nothing goes beyond `floor` and `ceiling`.
 */
export function linearScale(
  lo: number,
  hi: number,
  count: number,
  { floor = -Infinity, ceiling = Infinity }: { floor?: number; ceiling?: number } = {},
): Scale {
  const from = lo > 0 && lo < 0.3 * hi ? 0 : lo
  const isWide = hi - from > Math.abs(hi) * 1e-6 // labels have room for no more digits
  const [low, high] = isWide ? [from, hi] : spread(from, floor, ceiling)
  const step = niceStep((high - low) / Math.max(1, count))
  const first = Math.floor(low / step + 1e-9)
  const last = Math.ceil(high / step - 1e-9)
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => tidy((first + i) * step))
  const inside = ticks.filter((tick) => tick >= floor - step * 1e-9 && tick <= ceiling + step * 1e-9)
  return { min: inside[0] ?? low, max: inside.at(-1) ?? high, step, ticks: inside }
}

/** A single value gets a range around it. */
function spread(value: number, floor: number, ceiling: number): [number, number] {
  const half = value === 0 ? 1 : Math.abs(value) * 0.05
  return [Math.max(floor, value - half), Math.min(ceiling, value + half)]
}

/** The smallest of 1, 2, 5 × 10ⁿ that is not below. */
function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast))
  const rest = atLeast / power
  return (rest <= 1 + 1e-9 ? 1 : rest <= 2 + 1e-9 ? 2 : rest <= 5 + 1e-9 ? 5 : 10) * power
}

/** Ticks at 1, 2 and 5 in each decade, as long as there is room for them; else at powers of ten. */
export function logScale(lo: number, hi: number, count: number): Scale {
  const decades = Math.log10(hi / lo)
  const digits = decades * 3 <= count * 1.5 ? [1, 2, 5] : [1]
  const grid: number[] = []
  for (let power = Math.floor(Math.log10(lo)) - 1; power <= Math.ceil(Math.log10(hi)) + 1; power++) {
    grid.push(...digits.map((digit) => tidy(digit * 10 ** power)))
  }
  const min = grid.findLast((tick) => tick <= lo * (1 + 1e-9)) ?? lo
  const max = grid.find((tick) => tick >= hi * (1 - 1e-9) && tick > min) ?? hi
  const inside = grid.filter((tick) => tick >= min && tick <= max)
  const ticks = thinOut(inside, count)
  return { min, max, step: 10, ticks }
}

/** Every second, third … tick, so that no more than about `count` remain. */
function thinOut(ticks: readonly number[], count: number): number[] {
  const every = Math.max(1, Math.ceil((ticks.length - 1) / (count * 1.5)))
  return ticks.filter((_, i) => i % every === 0)
}

/** Ticks of an axis that ends exactly where the data end: whole steps inside min … max. */
export function ticksWithin(min: number, max: number, count: number, { whole }: { whole: boolean }): number[] {
  const step = Math.max(whole ? 1 : 0, niceStep((max - min) / Math.max(1, count)))
  const ticks: number[] = []
  for (let i = Math.ceil(min / step - 1e-9); i * step <= max * (1 + 1e-9); i++) ticks.push(tidy(i * step))
  return ticks
}

/** Without the noise of binary fractions: 0.30000000000000004 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12))
}

/** Decimals that tell two ticks apart. */
export function decimalsFor(step: number): number {
  return Math.min(12, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))
}

/**
 * "0.05", "1.5", "20,000", "5×10⁻⁵". With `decimals` all labels of an axis have the same number of them.
 */
export function formatNumber(value: number, decimals?: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size < 0.9995e-4 || size >= 1e7)) return scientific(value)
  const text = decimals === undefined ? String(tidy(value)) : value.toFixed(decimals)
  const [whole = '', fraction] = text.replace('-', '').split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return (value < 0 ? '−' : '') + grouped + (fraction === undefined ? '' : `.${fraction}`)
}

function scientific(value: number): string {
  const [mantissa = '1', exponent = '0'] = value.toExponential().split('e')
  const digits = String(tidy(Number(Number(mantissa).toPrecision(6))))
  const power = `10${superscript(Number(exponent))}`
  return digits === '1' ? power : digits === '-1' ? `−${power}` : `${digits.replace('-', '−')}×${power}`
}

function superscript(exponent: number): string {
  return String(exponent).replace(/./g, (sign) => (sign === '-' ? '⁻' : ('⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)] ?? '')))
}

/** Shares of one as per cent, without the sign, which stands in the axis label. */
export function formatShare(share: number, decimals?: number): string {
  return formatNumber(tidy(share * 100), decimals)
}

/** Three digits that count: "2.31", "13.1", "0.0452". */
export function formatSeconds(seconds: number): string {
  if (!(seconds > 0)) return '0'
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(seconds)))
  return formatNumber(seconds, Math.min(4, decimals))
}
