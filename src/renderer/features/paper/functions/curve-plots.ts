/** Activations and their slopes as plots. */
import { formatNumber } from '#shared/figures/axis-scale'
import { numericSlope, saturatedBands, type ActivationCurve } from '#shared/paper/activation-curves'
import { sampled, type Curve, type Plot } from '#shared/paper/plot'

export interface ShownCurve {
  curve: ActivationCurve
  parameter: number
}

export const RANGE = { from: -6, to: 6 } as const
const X = { label: 'z', ...RANGE }
const SATURATED = 'saturated: |f′| below 5 % of its maximum'

export function nameOf({ curve, parameter }: ShownCurve): string {
  return curve.parameter ? `${curve.name}, ${curve.parameter.symbol} = ${formatNumber(parameter)}` : curve.name
}

/** `detail`: whose saturation is shaded. */
export function valuePlot(shown: readonly ShownCurve[], detail: ShownCurve): Plot {
  const curves = shown.map((each, color): Curve => {
    const { curve, parameter } = each
    const points = [...sampled((z) => curve.value(z, parameter), RANGE.from, RANGE.to, 480)]
    return { key: curve.kind, name: nameOf(each), color, style: 'solid', points }
  })
  return {
    title: 'Activations',
    x: X,
    y: { label: 'f(z)', ...rangeOf(curves, 4) },
    curves,
    ...shading(shown, detail),
    marks: [],
  }
}

/** With the numeric slope of the detailed one as dots on its curve. */
export function slopePlot(shown: readonly ShownCurve[], detail: ShownCurve): Plot {
  const curves = shown.map((each, color): Curve => {
    const { curve, parameter } = each
    return {
      key: curve.kind,
      name: nameOf(each),
      color,
      style: 'solid',
      points: slopePoints(each, (z) => curve.slope(z, parameter)),
    }
  })
  const color = Math.max(0, shown.indexOf(detail))
  const value = (z: number) => detail.curve.value(z, detail.parameter)
  const dots: Curve = {
    key: 'numeric',
    name: `(f(z + h) − f(z − h)) / 2h, ${detail.curve.name}`,
    color,
    style: 'dots',
    points: sampled((z) => numericSlope(value, z), RANGE.from, RANGE.to, 24),
  }
  const kink = detail.curve.hasKink(detail.parameter)
    ? [
        {
          x: 0,
          y: detail.curve.slope(0, detail.parameter),
          label: `kink at 0: f′ jumps to 1; f′(0) = ${formatNumber(detail.curve.slope(0, detail.parameter))}`,
          color,
        },
      ]
    : []
  return {
    title: 'Slopes of the activations',
    x: X,
    y: { label: 'f′(z)', ...rangeOf(curves, 4) },
    curves: [...curves, dots],
    ...shading(shown, detail),
    marks: kink,
  }
}

/** A jump is drawn as a jump: the line is broken at 0. */
function slopePoints({ curve, parameter }: ShownCurve, slope: (z: number) => number): [number, number][] {
  if (!curve.hasKink(parameter)) return sampled(slope, RANGE.from, RANGE.to, 480)
  return [...sampled(slope, RANGE.from, 0, 240), [0, NaN], ...sampled(slope, 1e-9, RANGE.to, 240)]
}

function shading(shown: readonly ShownCurve[], { curve, parameter }: ShownCurve): Pick<Plot, 'bands' | 'bandName'> {
  const bandName = shown.length > 1 ? `${curve.name} ${SATURATED}` : SATURATED
  return { bands: saturatedBands(curve, parameter, RANGE), bandName }
}

/** A little air around the curves; what grows without bound is cut off at `most`. */
function rangeOf(curves: readonly Curve[], most: number): { from: number; to: number } {
  const values = curves.flatMap(({ points }) => points.map((point) => point[1])).filter(Number.isFinite)
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)]
  const air = (Math.min(high, most) - Math.max(low, -most)) * 0.06
  return { from: Math.max(-most, low - air), to: Math.min(most, high + air) }
}
