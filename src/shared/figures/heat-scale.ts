/**
 * Colours for numbers: one hue whose lightness runs evenly, so that the order survives grey print and any colour vision.
 */
import type { Look } from './chart-look'

/** From the smallest to the largest; the smallest is nearest to the ground that it stands on. */
const ON_WHITE = ['#f1f5fa', '#d3e2f0', '#a9c9e4', '#75a9d4', '#4286bf', '#1f63a1', '#0b4179', '#05264d']
const ON_DARK = ['#1c2a3a', '#1f4263', '#265b8c', '#3477b2', '#5494ce', '#81b2e0', '#b3d1ee', '#e3eef9']
const ON_GRAY = ['#f7f7f7', '#e0e0e0', '#c6c6c6', '#a8a8a8', '#888888', '#666666', '#444444', '#222222']

export function heatColor(share: number, look: Look): string {
  const stops = look.theme === 'dark' ? ON_DARK : isGray(look) ? ON_GRAY : ON_WHITE
  const at = Math.max(0, Math.min(1, share)) * (stops.length - 1)
  const below = Math.min(stops.length - 2, Math.floor(at))
  return mixed(channels(stops[below]), channels(stops[below + 1]), at - below)
}

/** Black or white, whichever can be read on it. */
export function inkOn(color: string): string {
  const [red, green, blue] = channels(color)
  // relative luminance, near enough for one of two
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? '#000000' : '#ffffff'
}

function isGray({ palette }: Look): boolean {
  const first = palette?.series[1]
  if (first === undefined) return false
  const [red, green, blue] = channels(first)
  return red === green && green === blue
}

type Channels = readonly [number, number, number]

function channels(color = '#000000'): Channels {
  const value = Number.parseInt(color.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

function mixed(a: Channels, b: Channels, share: number): string {
  const hex = a.map((from, i) =>
    Math.round(from + ((b[i] ?? 0) - from) * share)
      .toString(16)
      .padStart(2, '0'),
  )
  return `#${hex.join('')}`
}

/** Where a value lies between the ends of a scale, 0 … 1. */
export function shareOf(value: number, { min, max }: { min: number; max: number }, log: boolean): number {
  if (max === min) return 0.5
  return log ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min)
}
