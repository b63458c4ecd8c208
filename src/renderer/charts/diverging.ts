/**
 * Colors for numbers around zero: blue below, orange above, the ground of the theme at 0. Blue and orange are told apart
 * with any color vision, and each grows away from the ground.
 */
type Color = readonly [red: number, green: number, blue: number]

const BELOW: Record<'light' | 'dark', Color> = { light: [0, 82, 155], dark: [92, 172, 255] }
const ABOVE: Record<'light' | 'dark', Color> = { light: [196, 82, 0], dark: [255, 168, 64] }
const GROUND: Record<'light' | 'dark', Color> = { light: [255, 255, 255], dark: [18, 20, 22] }

/** `value` of −most … most; beyond it the color is that of the end. Not a number: gray. */
export function divergingColor(theme: 'light' | 'dark', value: number, most: number): Color {
  if (Number.isNaN(value)) return [128, 128, 128]
  const share = most > 0 ? Math.min(1, Math.abs(value) / most) : 0
  const [end, ground] = [(value < 0 ? BELOW : ABOVE)[theme], GROUND[theme]]
  const mix = (c: 0 | 1 | 2) => Math.round(ground[c] + (end[c] - ground[c]) * share)
  return [mix(0), mix(1), mix(2)]
}

export function cssColor([red, green, blue]: Color): string {
  return `rgb(${red} ${green} ${blue})`
}

/** The largest of the sizes of the values that are numbers. */
export function largestSize(values: ArrayLike<number>): number {
  let most = 0
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] ?? 0)
    if (size > most && size < Infinity) most = size
  }
  return most
}

/** `values` from `from` on as RGBA, row by row from the top. */
export function divergingPixels(
  theme: 'light' | 'dark',
  values: ArrayLike<number>,
  { from = 0, count, most }: { from?: number; count: number; most: number },
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * count)
  for (let i = 0; i < count; i++) {
    const [red, green, blue] = divergingColor(theme, values[from + i] ?? 0, most)
    pixels.set([red, green, blue, 255], 4 * i)
  }
  return pixels
}
