/**
 * Random expressions of the graph language, the same ones for the same generator.
 */
import type { Random } from '#engine/random'

const UNARY = [
  ...['sigmoid', 'tanh', 'relu', 'leaky_relu', 'elu', 'improved_sigmoid', 'softplus', 'exp', 'log', 'sqrt', 'square'],
  ...['abs', 'sin', 'cos', 'tan', '-'],
]
const BINARY = ['+', '-', '*', '/']
const NAMES = ['x', 'y', 'w1', 'w2', 'b']

export function randomExpression(random: Random, depth: number): string {
  const of = () => randomExpression(random, depth - 1)
  const kind = random.uniform()
  if (depth === 0 || kind < 0.1) return random.uniform() < 0.15 ? random.uniform().toFixed(2) : pick(random, NAMES)
  if (kind < 0.5) return `(${of()} ${pick(random, BINARY)} ${of()})`
  if (kind < 0.6) return `${pick(random, ['max', 'min'])}(${of()}, ${of()})`
  if (kind < 0.65) return `(${of()})^${pick(random, ['2', '3', '(-1)', '0.5'])}`
  if (kind < 0.7) return `leaky_relu(${of()}, ${of()})`
  return `${pick(random, UNARY)}(${of()})`
}

export function randomPoint(random: Random): Record<string, number> {
  return Object.fromEntries(NAMES.map((name) => [name, Number((4 * random.uniform() - 2).toFixed(3))]))
}

function pick(random: Random, all: readonly string[]): string {
  return all[random.below(all.length)]
}
