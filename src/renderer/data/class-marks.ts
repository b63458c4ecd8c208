/**
 * How the classes of points look: a color that people with any color vision can tell apart, and a shape, so that ten
 * classes need no more than eight colors. Shapes are paths around 0, 0 with a radius of about 1.
 */
import { PALETTES, seriesColor } from '#shared/figures/chart-look'

const CIRCLE = 'M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z'
const SQUARE = 'M-.9 -.9H.9V.9H-.9Z'
const TRIANGLE = 'M0 -1.15L1.1 .85H-1.1Z'
const DIAMOND = 'M0 -1.25L1.25 0L0 1.25L-1.25 0Z'
const SHAPES = [CIRCLE, TRIANGLE, SQUARE, DIAMOND]

export interface ClassMark {
  color: string
  shape: string
}

export function classMark(theme: 'light' | 'dark', label: number): ClassMark {
  return { color: seriesColor(PALETTES[theme], label), shape: SHAPES[label % SHAPES.length] ?? CIRCLE }
}
