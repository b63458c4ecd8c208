/**
 * Numbers as the screens show them. English digits everywhere, so that a number looks the same in the app, in a
 * figure and in a report.
 */
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })
const count = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** 137080 → "137,080" */
export function formatCount(value: number): string {
  return count.format(value)
}

/** One word for one thing: "1 run", "6 runs". */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`
}

/** 42 → "42 s", 95 → "1 min 35 s", 7800 → "2 h 10 min" */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

/** 817920 → "818 k", 2400000 → "2.4 M" */
export function formatShort(value: number): string {
  return short.format(value).replace(/([KMBT])$/, (unit) => ` ${unit === 'K' ? 'k' : unit === 'B' ? 'G' : unit}`)
}

/** When something happened, as people say it: "14:05" today, "3 Nov, 14:05" before. */
export function formatMoment(iso: string, now = new Date()): string {
  const moment = new Date(iso)
  const time = moment.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  if (moment.toDateString() === now.toDateString()) return time
  return `${moment.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })}, ${time}`
}

/** 812 → "812 bytes", 41_500_000 → "42 MB" */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} bytes`
  const units = ['kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${value < 10 ? Number(value.toPrecision(2)) : Math.round(value)} ${units[power - 1] ?? 'TB'}`
}

/** About how long, no more exact than an estimate is: "under a second", "about 40 s", "about 14 min", "about 2.5 h". */
export function formatEstimate(seconds: number): string {
  if (seconds < 1) return 'under a second'
  if (seconds < 90) return `about ${roughly(seconds)} s`
  if (seconds < 90 * 60) return `about ${roughly(seconds / 60)} min`
  if (seconds < 48 * 3600) return `about ${roughly(seconds / 3600)} h`
  return `about ${roughly(seconds / 86_400)} days`
}

/** Two digits, and none behind the point from ten on. */
function roughly(value: number): string {
  return String(value < 10 ? Number(value.toPrecision(2)) : Math.round(value))
}
