/**
 * The shapes of point sets as people choose them: names, fields, and what each begins with.
 */
import { NAMED_POINTS, pointsSpecSchema, type PointsSpec } from '#shared/points'

export type Shape = PointsSpec['shape']

/** What a form holds: the fields of a shape, right or wrong. */
export type LooseSpec = Readonly<Record<string, unknown>>

const SHAPE_NAMES: Record<Shape, string> = {
  moons: 'Two moons',
  circles: 'Circles',
  spirals: 'Spirals',
  xor: 'XOR',
  blobs: 'Blobs',
  gaussians: 'Two Gaussians',
  formula: 'By a formula',
  painted: 'Painted',
}

export const SHAPES = (Object.keys(SHAPE_NAMES) as Shape[]).map((value) => ({ value, label: SHAPE_NAMES[value] }))

export const SHAPE_HINTS: Record<Shape, string> = {
  moons: 'Two half circles that reach into each other: no straight line parts them',
  circles: 'A ring around a ring',
  spirals: 'Arms wound into each other: hard for a small network',
  xor: 'Opposite quarters are of one class: the classic that one line cannot part',
  blobs: 'Round clouds on a circle: three and more classes',
  gaussians: 'Two round clouds that overlap: nobody can be right more often than Φ(distance / 2)',
  formula: 'Class B where the formula is true or above 0, class A elsewhere',
  painted: 'Set by hand on the plane',
}

export interface ShapeField {
  field: string
  label: string
  /** What the arrow keys add. */
  step: number
  hint?: string
  /** Also a slider, from 0 to this. */
  slideTo?: number
}

const OWN_FIELDS: Partial<Record<Shape, readonly ShapeField[]>> = {
  circles: [
    { field: 'factor', label: 'Inner radius', step: 0.05, hint: 'The outer circle has a radius of 1', slideTo: 0.99 },
  ],
  spirals: [
    { field: 'classes', label: 'Arms', step: 1 },
    { field: 'turns', label: 'Turns', step: 0.25 },
  ],
  blobs: [{ field: 'classes', label: 'Clouds', step: 1 }],
  gaussians: [
    { field: 'distance', label: 'Distance', step: 0.25, hint: 'Of the two means, in standard deviations', slideTo: 6 },
  ],
  formula: [{ field: 'range', label: 'Range', step: 0.5, hint: 'Points lie within ± this in both directions' }],
}

const SIZE: ShapeField = { field: 'size', label: 'Points', step: 50 }
const NOISE: ShapeField = {
  field: 'noise',
  label: 'Noise',
  step: 0.05,
  hint: 'Standard deviation, added to x and to y',
  slideTo: 1,
}
const SEED: ShapeField = { field: 'seed', label: 'Seed', step: 1 }

/** Besides the formula itself, the test share and the box, which have controls of their own. */
export function fieldsOfShape(shape: unknown): readonly ShapeField[] {
  if (!isShape(shape)) return []
  if (shape === 'painted') return []
  return [...(OWN_FIELDS[shape] ?? []), NOISE]
}

/** Two to a line. */
export function drawFieldsOf(shape: unknown): readonly ShapeField[] {
  return shape === 'painted' ? [SEED] : [SIZE, SEED]
}

export function isShape(shape: unknown): shape is Shape {
  return typeof shape === 'string' && Object.hasOwn(SHAPE_NAMES, shape)
}

/** What shapes have in common stays when another one is chosen. */
const KEPT = ['size', 'noise', 'seed', 'testShare', 'box'] as const

export function startOfShape(shape: Shape, before: LooseSpec = {}): LooseSpec {
  const own =
    shape === 'formula'
      ? { formula: 'y > sin(3*x)' }
      : shape === 'painted'
        ? {
            points: [
              [0, 0, 0],
              [0, 0, 1],
            ],
          }
        : {}
  const start: LooseSpec = pointsSpecSchema.parse({ shape, ...own })
  const kept = KEPT.filter((field) => Object.hasOwn(start, field) && before[field] !== undefined)
  const spec = { ...start, ...Object.fromEntries(kept.map((field) => [field, before[field]])) }
  return shape === 'painted' ? { ...spec, points: [], box: null } : spec
}

export const FIRST_POINTS: LooseSpec = pointsSpecSchema.parse(NAMED_POINTS['two-moons'])

/** "Two moons, noise 0.1": a title for a set until somebody gives it one. */
export function titleOf(spec: LooseSpec): string {
  const name = isShape(spec.shape) ? SHAPE_NAMES[spec.shape] : 'Points'
  if (spec.shape === 'painted') return 'Painted points'
  if (spec.shape === 'formula') return 'Points by a formula'
  return `${name}, noise ${typeof spec.noise === 'number' ? spec.noise : '?'}`
}
