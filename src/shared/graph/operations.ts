/**
 * What a node can do: its value, its local derivatives, how both are written, and where it has a kink.
 *
 * Conventions at kinks and ties are PyTorch's, and each says so on screen:
 *   max, min      values that tie share the gradient equally
 *   relu, abs     derivative 0 at 0
 *   leaky_relu    the slope at 0; elu: c at 0
 */
import type { Notation, Term } from './notation'

export interface Operation {
  /** Inside the node of a drawing. */
  symbol: string
  /** How many arguments: at least, at most. A function that takes one may have a parameter with a default behind it. */
  count: readonly [number, number]
  valueOf(args: readonly number[]): number
  /** ∂value/∂argument, for each argument. */
  localsOf(args: readonly number[], value: number): number[]
  write(notation: Notation, args: readonly Term[]): string
  /** The local derivative by the k-th argument, as a formula. Null: it is a mere number. */
  writeLocal(notation: Notation, args: readonly Term[], value: Term, k: number): string | null
  /** What applies where the derivative is a matter of convention; null elsewhere. */
  kinkAt(args: readonly number[]): string | null
}

const LEAKY_SLOPE = 0.01
const IMPROVED_HEIGHT = 1.7159
const IMPROVED_STRETCH = 2 / 3
const NO_TERM: Term = sameTerm('')
const ONE: Term = sameTerm('1')
const TWO: Term = sameTerm('2')

type Terms = readonly Term[]
const term = (args: Terms, k: number): Term => args[k] ?? NO_TERM
const noKink = () => null

/** What needs no brackets. */
function sameTerm(text: string): Term {
  return { plain: text, atom: text }
}

function sigmoidOf(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

function softplusOf(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
}

/** a and b are the two arguments. */
function binary(
  symbol: string,
  valueOf: (a: number, b: number) => number,
  localsOf: (a: number, b: number, value: number) => [number, number],
  write: (n: Notation, a: Term, b: Term) => string,
  writeLocal: (n: Notation, a: Term, b: Term, value: Term) => [string | null, string | null],
): Operation {
  return {
    symbol,
    count: [2, 2],
    valueOf: ([a = NaN, b = NaN]) => valueOf(a, b),
    localsOf: ([a = NaN, b = NaN], value) => localsOf(a, b, value),
    write: (n, args) => write(n, term(args, 0), term(args, 1)),
    writeLocal: (n, args, value, k) => writeLocal(n, term(args, 0), term(args, 1), value)[k] ?? null,
    kinkAt: noKink,
  }
}

/** A function of x, in which y is its value. */
function unary(
  name: string,
  valueOf: (x: number) => number,
  localOf: (x: number, y: number) => number,
  writeLocal: (n: Notation, x: Term, y: Term) => string | null,
  kinkAt: (x: number) => string | null = noKink,
): Operation {
  return {
    symbol: name === 'sigmoid' ? 'σ' : name,
    count: [1, 1],
    valueOf: ([x = NaN]) => valueOf(x),
    localsOf: ([x = NaN], y) => [localOf(x, y)],
    write: (n, args) => n.call(name, [term(args, 0).plain]),
    writeLocal: (n, args, value) => writeLocal(n, term(args, 0), value),
    kinkAt: ([x = NaN]) => kinkAt(x),
  }
}

/** A function of x with a parameter, which is an argument like any other where it is given. */
function withParameter(
  name: string,
  standard: number,
  valueOf: (x: number, p: number) => number,
  localsOf: (x: number, p: number) => [number, number],
  kinkAt: (p: number) => string | null,
): Operation {
  return {
    symbol: name.replace('leaky_relu', 'leaky'),
    count: [1, 2],
    valueOf: ([x = NaN, p = standard]) => valueOf(x, p),
    localsOf: ([x = NaN, p = standard]) => localsOf(x, p),
    write: (n, args) =>
      n.call(
        name,
        args.map(({ plain }) => plain),
      ),
    writeLocal: () => null,
    kinkAt: ([x, p = standard]) => (x === 0 ? kinkAt(p) : null),
  }
}

/** The largest or smallest argument gets the whole gradient; those that tie share it. */
function choosing(name: 'max' | 'min', best: (...values: number[]) => number): Operation {
  return {
    symbol: name,
    count: [2, 8],
    valueOf: (args) => best(...args),
    localsOf: (args, value) => {
      const ties = args.filter((each) => each === value).length
      return args.map((each) => (each === value ? 1 / ties : 0))
    },
    write: (n, args) =>
      n.call(
        name,
        args.map(({ plain }) => plain),
      ),
    writeLocal: () => null,
    kinkAt: (args) => {
      const ties = args.filter((each) => each === best(...args)).length
      if (ties < 2) return null
      return `${name}: ${ties} arguments tie. By convention they share the gradient equally, 1/${ties} each, as in PyTorch; the course rule that gives all of it to one of them is a choice too.`
    },
  }
}

const add = binary(
  '+',
  (a, b) => a + b,
  () => [1, 1],
  (_, a, b) => `${a.plain} + ${b.atom}`,
  () => [null, null],
)

const subtract = binary(
  '−',
  (a, b) => a - b,
  () => [1, -1],
  (n, a, b) => `${a.plain}${n.minus}${b.atom}`,
  () => [null, null],
)

const multiply = binary(
  '×',
  (a, b) => a * b,
  (a, b) => [b, a],
  (n, a, b) => `${a.plain}${n.times}${b.atom}`,
  (_, a, b) => [b.plain, a.plain],
)

const divide = binary(
  '÷',
  (a, b) => a / b,
  (a, b) => [1 / b, -a / (b * b)],
  (n, a, b) => n.fraction(a, b),
  (n, a, b) => [n.fraction(ONE, b), `${n.number(-1).charAt(0)}${n.fraction(a, sameTerm(n.power(b.atom, TWO)))}`],
)

/** By the exponent: 0 where the base is 0, as in PyTorch; a negative base has no such derivative. */
const power = binary(
  'pow',
  (a, b) => a ** b,
  (a, b, value) => [b === 0 ? 0 : b * a ** (b - 1), a === 0 && b >= 0 ? 0 : value * Math.log(a)],
  (n, a, b) => n.power(a.atom, b),
  (n, a, b, value) => {
    const less = `${b.plain}${n.minus}1`
    const lowered = n.power(a.atom, { plain: less, atom: `(${less})` })
    return [`${b.plain}${n.times}${lowered}`, `${value.plain}${n.times}${n.call('log', [a.plain])}`]
  },
)

const negate: Operation = {
  ...unary(
    '−',
    (x) => -x,
    () => -1,
    () => null,
  ),
  write: (n, args) => `${n.number(-1).charAt(0)}${term(args, 0).atom}`,
}

const square = unary(
  'square',
  (x) => x * x,
  (x) => 2 * x,
  (n, x) => `2${n.times}${x.atom}`,
)

const ZERO_AT_KINK = 'By convention its derivative is 0 there, as in PyTorch.'

export const OPERATIONS = {
  add,
  subtract,
  multiply,
  divide,
  power,
  negate,
  max: choosing('max', Math.max),
  min: choosing('min', Math.min),
  sigmoid: unary(
    'sigmoid',
    sigmoidOf,
    (_, y) => y * (1 - y),
    (n, _, y) => `${y.plain}${n.times}(1${n.minus}${y.atom})`,
  ),
  tanh: unary(
    'tanh',
    Math.tanh,
    (_, y) => (1 - y) * (1 + y),
    (n, _, y) => `1${n.minus}${n.power(y.atom, TWO)}`,
  ),
  relu: unary(
    'relu',
    (x) => Math.max(0, x),
    (x) => (x > 0 ? 1 : 0),
    () => null,
    (x) => (x === 0 ? `relu has a kink at 0. ${ZERO_AT_KINK}` : null),
  ),
  leaky_relu: withParameter(
    'leaky_relu',
    LEAKY_SLOPE,
    (x, slope) => (x > 0 ? x : slope * x),
    (x, slope) => [x > 0 ? 1 : slope, Math.min(0, x)],
    (slope) =>
      slope === 1
        ? null
        : `leaky_relu has a kink at 0. By convention its derivative is the slope there, ${slope}, as in PyTorch.`,
  ),
  elu: withParameter(
    'elu',
    1,
    (x, c) => (x > 0 ? x : c * Math.expm1(x)),
    (x, c) => [x > 0 ? 1 : c * Math.exp(x), Math.min(0, Math.expm1(x))],
    (c) =>
      c === 1
        ? null
        : `elu has a kink at 0 where c is not 1. By convention its derivative is c there, ${c}, as in PyTorch.`,
  ),
  improved_sigmoid: unary(
    'improved_sigmoid',
    (x) => IMPROVED_HEIGHT * Math.tanh(IMPROVED_STRETCH * x),
    (x) => IMPROVED_HEIGHT * IMPROVED_STRETCH * (1 - Math.tanh(IMPROVED_STRETCH * x) ** 2),
    (n, x) => {
      const inner = n.call('tanh', [`2${n.times}${x.atom} / 3`])
      return `1.7159${n.times}2/3${n.times}(1${n.minus}${n.power(inner, TWO)})`
    },
  ),
  softplus: unary(
    'softplus',
    softplusOf,
    (x) => sigmoidOf(x),
    (n, x) => n.call('sigmoid', [x.plain]),
  ),
  exp: unary(
    'exp',
    Math.exp,
    (_, y) => y,
    (_n, _x, y) => y.plain,
  ),
  log: unary(
    'log',
    Math.log,
    (x) => 1 / x,
    (n, x) => n.fraction(ONE, x),
  ),
  sqrt: unary(
    'sqrt',
    Math.sqrt,
    (_, y) => 1 / (2 * y),
    (n, _, y) => n.fraction(ONE, { plain: `2${n.times}${y.atom}`, atom: `(2${n.times}${y.atom})` }),
  ),
  square,
  abs: unary(
    'abs',
    Math.abs,
    (x) => Math.sign(x),
    () => null,
    (x) => (x === 0 ? `abs has a kink at 0. ${ZERO_AT_KINK}` : null),
  ),
  sin: unary(
    'sin',
    Math.sin,
    (x) => Math.cos(x),
    (n, x) => n.call('cos', [x.plain]),
  ),
  cos: unary(
    'cos',
    Math.cos,
    (x) => -Math.sin(x),
    (n, x) => `${n.number(-1).charAt(0)}${n.call('sin', [x.plain])}`,
  ),
  tan: unary(
    'tan',
    Math.tan,
    (_, y) => 1 + y * y,
    (n, _, y) => `1 + ${n.power(y.atom, TWO)}`,
  ),
} satisfies Record<string, Operation>

export type OperationName = keyof typeof OPERATIONS

/** The functions that can be called by their name, and other names that people know them by. */
const CALLED = [
  ...['max', 'min', 'sigmoid', 'tanh', 'relu', 'leaky_relu', 'elu', 'improved_sigmoid', 'softplus', 'exp', 'log'],
  ...['sqrt', 'square', 'abs', 'sin', 'cos', 'tan'],
] as OperationName[]

export const FUNCTION_NAMES: ReadonlyMap<string, OperationName> = new Map<string, OperationName>([
  ...CALLED.map((name): [string, OperationName] => [name, name]),
  ['logistic', 'sigmoid'],
  ['σ', 'sigmoid'],
  ['ln', 'log'],
  ['leakyrelu', 'leaky_relu'],
  ['ReLU', 'relu'],
])

export const OPERATOR_NAMES: ReadonlyMap<string, OperationName> = new Map<string, OperationName>([
  ['+', 'add'],
  ['-', 'subtract'],
  ['*', 'multiply'],
  ['/', 'divide'],
  ['^', 'power'],
])
