/**
 * A computational graph of scalars, made of an expression.
 *
 * A name is one node however often it is used, and so is a part that was given a name (`a = x1*w1; a*a`): their
 * gradients add up. Parts without a name are nodes of their own each time they are written, as in autograd.
 */
import type { Definition, Expression } from '../expression/expression'
import { ExpressionError } from '../expression/expression-error'
import { parseDefinitions } from '../expression/parser'
import { expressionText } from './expression-text'
import { CONSTANTS, GRAPHS } from './language'
import { FUNCTION_NAMES, OPERATOR_NAMES, type OperationName } from './operations'

export interface GraphNode {
  /** Its place in `Graph.nodes`: arguments come before what is made of them. */
  index: number
  kind: 'input' | 'constant' | 'operation'
  /** Null unless it is an operation. */
  operation: OperationName | null
  /** Of its own: `x1`, `a`, or `n1`, `n2` … where nobody gave it one. A constant's is its number. */
  name: string
  isNamed: boolean
  /** As it could be typed. */
  expression: string
  args: readonly GraphNode[]
  /** A constant's, or what the text says of an input (`x1 = 0.7`). */
  value: number | null
  /** False for what no input leads to: there is nothing to derive by. */
  hasGradient: boolean
}

/** One use of a node as an argument. */
export interface GraphEdge {
  index: number
  from: GraphNode
  to: GraphNode
  /** Which argument of `to`, from 0. */
  place: number
}

export interface Graph {
  text: string
  nodes: readonly GraphNode[]
  edges: readonly GraphEdge[]
  /** In the order in which they are first named. */
  inputs: readonly GraphNode[]
  output: GraphNode
}

/** Throws an ExpressionError (`graph/bad-expression`). */
export function parseGraph(text: string): Graph {
  return new Builder().graph(text, parseDefinitions(text, GRAPHS))
}

class Builder {
  private readonly nodes: GraphNode[] = []
  private readonly names = new Map<string, GraphNode>()

  graph(text: string, definitions: readonly Definition[]): Graph {
    let output: GraphNode | undefined
    for (const [i, definition] of definitions.entries()) {
      output = this.define(definition, i === definitions.length - 1)
    }
    if (!output) throw refusal(0, 'an expression', 'none')
    this.mustBeUsed(definitions, output)
    this.nameTheRest(output)
    return { text, nodes: this.nodes, edges: edgesOf(this.nodes), inputs: this.nodes.filter(isInput), output }
  }

  private define({ name, of, at }: Definition, isLast: boolean): GraphNode {
    if (name === null) {
      if (!isLast) throw refusal(at, 'a name for this part, such as "a = …"', 'none')
      return this.nodeOf(of)
    }
    if (this.names.has(name) || CONSTANTS.has(name)) {
      throw refusal(at, 'a name that is not in use yet', JSON.stringify(name))
    }
    const given = isLast ? null : literal(of)
    const before = this.nodes.length
    const node = given === null ? this.nodeOf(of) : this.add({ kind: 'input', name, expression: name, value: given })
    const isNew = node.index >= before && node.kind === 'operation'
    if (isNew || given !== null) Object.assign(node, { name, isNamed: true })
    this.names.set(name, node)
    return node
  }

  private nodeOf(expression: Expression): GraphNode {
    switch (expression.kind) {
      case 'number':
        return this.constant(expression.value)
      case 'name':
        return this.named(expression.name)
      case 'prefix':
        return this.prefixed(expression)
      case 'operation':
        return this.operation(OPERATOR_NAMES.get(expression.operator), expression, [expression.left, expression.right])
      case 'call':
        return this.operation(FUNCTION_NAMES.get(expression.name), expression, expression.values)
      case 'choice':
        throw refusal(expression.at, 'no choice in a graph', '"?"')
      default:
        return expression satisfies never
    }
  }

  private named(name: string): GraphNode {
    const constant = CONSTANTS.get(name)
    if (constant !== undefined) return this.constant(constant)
    const node = this.names.get(name) ?? this.add({ kind: 'input', name, expression: name, isNamed: true })
    this.names.set(name, node)
    return node
  }

  private prefixed(expression: Extract<Expression, { kind: 'prefix' }>): GraphNode {
    if (expression.operator === '+') return this.nodeOf(expression.of)
    const value = literal(expression)
    return value === null ? this.operation('negate', expression, [expression.of]) : this.constant(value)
  }

  private operation(
    operation: OperationName | undefined,
    expression: Expression,
    values: readonly Expression[],
  ): GraphNode {
    if (!operation) throw refusal(expression.at, 'an operation of the graph', expression.kind)
    const args = values.map((each) => this.nodeOf(each))
    return this.add({
      kind: 'operation',
      operation,
      name: '',
      expression: expressionText(expression),
      args,
      hasGradient: args.some(({ hasGradient }) => hasGradient),
    })
  }

  private constant(value: number): GraphNode {
    if (!Number.isFinite(value)) throw refusal(0, 'numbers that float64 can hold', 'a larger one')
    const text = String(value)
    return this.add({ kind: 'constant', name: text, expression: text, value, hasGradient: false })
  }

  private add(node: Partial<GraphNode> & Pick<GraphNode, 'kind' | 'name' | 'expression'>): GraphNode {
    const whole = { operation: null, isNamed: false, args: [], value: null, hasGradient: true, ...node }
    const added: GraphNode = { ...whole, index: this.nodes.length }
    this.nodes.push(added)
    return added
  }

  /** What leads nowhere is a slip of the pen: its gradient would be 0 without a reason to be seen. */
  private mustBeUsed(definitions: readonly Definition[], output: GraphNode): void {
    const used = new Set([output, ...this.nodes.flatMap(({ args }) => args)])
    for (const { name, at } of definitions) {
      const node = name === null ? undefined : this.names.get(name)
      if (node && !used.has(node)) throw refusal(at, `a use of ${name} in what follows`, 'none')
    }
  }

  private nameTheRest(output: GraphNode): void {
    const taken = new Set(this.names.keys())
    if (output.kind === 'operation' && !output.isNamed) {
      output.name = ['y', 'f', 'out'].find((name) => !taken.has(name)) ?? 'result'
      taken.add(output.name)
    }
    let count = 1
    for (const node of this.nodes.filter(({ name }) => name === '')) {
      while (taken.has(`n${count}`)) count++
      node.name = `n${count++}`
    }
  }
}

/** The value of a number with or without its sign; null for anything else. */
function literal(expression: Expression): number | null {
  if (expression.kind === 'number') return expression.value
  if (expression.kind !== 'prefix' || expression.of.kind !== 'number') return null
  return expression.operator === '-' ? -expression.of.value : expression.of.value
}

function edgesOf(nodes: readonly GraphNode[]): GraphEdge[] {
  return nodes
    .flatMap((to) => to.args.map((from, place) => ({ from, to, place })))
    .map((edge, index) => ({ ...edge, index }))
}

export function isInput({ kind }: GraphNode): boolean {
  return kind === 'input'
}

function refusal(at: number, expected: string, got: string): ExpressionError {
  return new ExpressionError({ code: GRAPHS.words.code, subject: GRAPHS.words.subject, at, expected, got })
}
