/**
 * Sets of points in the plane: the same ones for the same settings on every machine.
 */
import { LabError } from '#shared/errors'
import { pointsSpecSchema, type PointsSpec, type PointsSpecInput } from '#shared/points'
import { Random, seededRandom, STREAMS } from '../random'
import { holdOut } from '../split'
import { cosSin } from './angles'
import { parseFormula } from './formula'

export interface PointSet {
  kind: 'floats'
  count: number
  height: 1
  width: 2
  channels: 1
  /** f32[count, 2]: x and y of each point, those of the training part first. */
  values: Float32Array
  /** u8[count] */
  labels: Uint8Array
  classNames: string[]
  parts: { train: number; test: number }
}

/** x, y, class. */
type Point = readonly [number, number, number]

/** Throws `points/invalid` or `points/bad-formula`. */
export function makePoints(settings: PointsSpecInput): PointSet {
  const parsed = pointsSpecSchema.safeParse(settings)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new LabError('points/invalid', `points.${issue.path.join('.')}: expected ${issue.message}`)
  }
  const spec = parsed.data
  const { train, test } = spec.shape === 'painted' ? painted(spec) : drawn(spec)
  const all = [...train, ...test]
  return placed(spec.box === null ? all : fitted(all, spec.box), train.length)
}

interface Parts {
  train: Point[]
  test: Point[]
}

/** They keep the order in which they were set. */
function painted({ points, testShare, seed }: Extract<PointsSpec, { shape: 'painted' }>): Parts {
  const labels = Uint8Array.from(points, ([, , label]) => label)
  const { train, test } = holdOut(labels, testShare, seed)
  return { train: Array.from(train, (i) => points[i]), test: Array.from(test, (i) => points[i]) }
}

type DrawnSpec = Exclude<PointsSpec, { shape: 'painted' }>

/** Each part is a whole moon or circle by itself: taking some points out of one would leave gaps by chance. */
function drawn(spec: DrawnSpec): Parts {
  const random = seededRandom(spec.seed, STREAMS.points)
  const test = Math.min(spec.size - 2, Math.max(1, Math.round(spec.size * spec.testShare)))
  const part = (size: number) => {
    const points = cleanPoints({ ...spec, size }, random)
    const order = Uint32Array.from(points.keys())
    random.shuffle(order)
    return Array.from(order, (i): Point => {
      const [x, y, label] = points[i]
      return [x + spec.noise * random.normal(), y + spec.noise * random.normal(), label]
    })
  }
  return { train: part(spec.size - test), test: part(test) }
}

function cleanPoints(spec: DrawnSpec, random: Random): Point[] {
  switch (spec.shape) {
    case 'moons':
      return moons(spec.size)
    case 'circles':
      return circles(spec.size, spec.factor)
    case 'spirals':
      return spirals(spec.size, spec.classes, spec.turns)
    case 'xor':
      return xor(spec.size, random)
    case 'blobs':
      return blobs(spec.size, spec.classes)
    case 'gaussians':
      return gaussians(spec.size, spec.distance, random)
    case 'formula':
      return byFormula(spec, random)
    default:
      throw new Error(`no such shape: ${String(spec satisfies never)}`)
  }
}

/** So many points for each class, that they are `size` in all; `of` gets the place within the class and its size. */
function byClass(
  size: number,
  classes: number,
  of: (i: number, count: number, label: number) => [number, number],
): Point[] {
  return Array.from({ length: classes }, (_, label) => {
    const count = Math.floor((size + classes - 1 - label) / classes)
    return Array.from({ length: count }, (__, i): Point => [...of(i, count, label), label])
  }).flat()
}

/** Two half circles of radius 1 that reach into each other, as in scikit-learn. */
function moons(size: number): Point[] {
  return byClass(size, 2, (i, count, label) => {
    const [c, s] = cosSin((Math.PI * i) / Math.max(1, count - 1))
    return label === 0 ? [c, s] : [1 - c, 0.5 - s]
  })
}

function circles(size: number, factor: number): Point[] {
  return byClass(size, 2, (i, count, label) => {
    const [c, s] = cosSin((2 * Math.PI * i) / count)
    const radius = label === 0 ? 1 : factor
    return [radius * c, radius * s]
  })
}

function spirals(size: number, arms: number, turns: number): Point[] {
  return byClass(size, arms, (i, count, label) => {
    const radius = (i + 1) / count
    const [c, s] = cosSin(2 * Math.PI * (turns * radius + label / arms))
    return [radius * c, radius * s]
  })
}

/** Opposite quarters of the square ±1 are of one class. */
function xor(size: number, random: Random): Point[] {
  return byClass(size, 2, (i, _count, label) => {
    const [x, y] = [random.uniform(), random.uniform()]
    const isLeft = i % 2 === 0
    return [isLeft ? -x : x, isLeft === (label === 0) ? -y : y]
  })
}

function blobs(size: number, classes: number): Point[] {
  return byClass(size, classes, (_i, _count, label) => cosSin((2 * Math.PI * label) / classes))
}

function gaussians(size: number, distance: number, random: Random): Point[] {
  return byClass(size, 2, (_i, _count, label) => {
    const mean = (label === 0 ? -distance : distance) / 2
    return [mean + random.normal(), random.normal()]
  })
}

/** The class is that of the place before noise moves the point. */
function byFormula(
  { formula, range, size }: { formula: string; range: number; size: number },
  random: Random,
): Point[] {
  const evaluate = parseFormula(formula)
  return Array.from({ length: size }, (): Point => {
    const [x, y] = [range * (2 * random.uniform() - 1), range * (2 * random.uniform() - 1)]
    const value = evaluate(x, y)
    if (Number.isNaN(value)) {
      const where = `x = ${x.toFixed(3)}, y = ${y.toFixed(3)}`
      throw new LabError('points/bad-formula', `formula: expected a number everywhere, got none at ${where}`)
    }
    return [x, y, value > 0 ? 1 : 0]
  })
}

function fitted(points: readonly Point[], box: number): Point[] {
  const range = (d: 0 | 1) => {
    const [low, high] = points.reduce(
      ([least, most], p) => [Math.min(least, p[d]), Math.max(most, p[d])],
      [Infinity, -Infinity],
    )
    return { middle: (low + high) / 2, half: (high - low) / 2 }
  }
  const [x, y] = [range(0), range(1)]
  const scale = box / (Math.max(x.half, y.half) || 1)
  return points.map(([px, py, label]) => [(px - x.middle) * scale, (py - y.middle) * scale, label])
}

function placed(points: readonly Point[], train: number): PointSet {
  const classes = points.reduce((most, [, , label]) => Math.max(most, label + 1), 2)
  return {
    kind: 'floats',
    count: points.length,
    height: 1,
    width: 2,
    channels: 1,
    values: Float32Array.from({ length: 2 * points.length }, (_, i) => points[i >> 1][(i & 1) as 0 | 1]),
    labels: Uint8Array.from(points, ([, , label]) => label),
    classNames: Array.from({ length: classes }, (_, label) => String.fromCharCode(65 + label)),
    parts: { train, test: points.length - train },
  }
}
