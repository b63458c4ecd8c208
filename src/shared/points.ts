/**
 * Points in the plane: how a set of them is made, as the data screen, the command line and the disk say it.
 */
import { z } from 'zod'

export const POINT_LIMITS = { size: 100_000, classes: 10, formula: 500, noise: 10 } as const

function number(min: number, max: number) {
  const error = `${min} … ${max}`
  return z.number({ error }).min(min, { error }).max(max, { error })
}
function integer(min: number, max: number) {
  const error = `a whole number, ${min} … ${max}`
  return z.int({ error }).min(min, { error }).max(max, { error })
}

const drawn = {
  size: integer(4, POINT_LIMITS.size).default(200).describe('Points in all, shared evenly among the classes'),
  noise: number(0, POINT_LIMITS.noise).default(0.1).describe('Standard deviation of what is added to each coordinate'),
  seed: integer(0, 4_294_967_295).default(1),
}

const ends = {
  testShare: number(0.01, 0.9).default(0.2).describe('Share of the points that are kept for the test'),
  box: number(0.001, 1e6)
    .nullable()
    .default(null)
    .describe(
      'All points are moved and scaled, alike in both directions, until they just fit into ±box; null: as they are',
    ),
}

const classes = integer(2, POINT_LIMITS.classes)

/** How far a painted point, or the square of a formula, may lie from the origin. */
const coordinate = number(-1e6, 1e6)

export const pointsSpecSchema = z.discriminatedUnion(
  'shape',
  [
    z.strictObject({ shape: z.literal('moons'), ...drawn, ...ends }),
    z.strictObject({
      shape: z.literal('circles'),
      factor: number(0, 0.99).default(0.5).describe('Radius of the inner circle; the outer one has 1'),
      ...drawn,
      ...ends,
    }),
    z.strictObject({
      shape: z.literal('spirals'),
      classes: classes.default(2).describe('Arms'),
      turns: number(0.1, 10).default(1.75),
      ...drawn,
      ...ends,
    }),
    z.strictObject({ shape: z.literal('xor'), ...drawn, ...ends }),
    z.strictObject({
      shape: z.literal('blobs'),
      classes: classes.default(3).describe('Round clouds, their centers evenly on a circle of radius 1'),
      ...drawn,
      ...ends,
    }),
    z.strictObject({
      shape: z.literal('gaussians'),
      distance: number(0, 20)
        .default(2)
        .describe(
          'Between the means of two clouds of standard deviation 1. The best that any model can do without noise: Φ(distance / 2)',
        ),
      ...drawn,
      ...ends,
    }),
    z.strictObject({
      shape: z.literal('formula'),
      formula: z
        .string({ error: 'a formula over x and y' })
        .min(1, 'a formula such as "y > sin(3*x)"')
        .max(POINT_LIMITS.formula, `at most ${POINT_LIMITS.formula} characters`)
        .describe('Over x and y. Where it is above 0, or true, a point is of the second class'),
      range: number(0.001, 1e6).default(1).describe('Points are spread evenly over ±range in both directions'),
      ...drawn,
      ...ends,
    }),
    z.strictObject({
      shape: z.literal('painted'),
      points: z
        .array(z.tuple([coordinate, coordinate, integer(0, POINT_LIMITS.classes - 1)]), {
          error: 'a list of [x, y, class]',
        })
        .min(2, 'at least 2 points')
        .max(POINT_LIMITS.size),
      seed: drawn.seed,
      ...ends,
    }),
  ],
  { error: 'a set of points such as { "shape": "moons" }' },
)

/** With every default filled in. */
export type PointsSpec = z.output<typeof pointsSpecSchema>
export type PointsSpecInput = z.input<typeof pointsSpecSchema>

/** Settings that have a name of their own, and ship with the lab as data sets (shared/dataset.ts). */
export const NAMED_POINTS = {
  /** Two moons as in the classic exercise, line against curve: 100 points to train with inside ±0.5, and 100 to test. */
  'two-moons': { shape: 'moons', size: 200, noise: 0.1, testShare: 0.5, box: 0.5, seed: 1 },
} as const satisfies Record<string, PointsSpecInput>

export function isNamedPoints(name: string): name is keyof typeof NAMED_POINTS {
  return Object.hasOwn(NAMED_POINTS, name)
}
