/**
 * The scalar graph on the Graph tab of Pen & paper, as it was typed, right or wrong. Kept while the lab is open.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { LabError } from '#shared/errors'
import { ExpressionError, pointAt } from '#shared/expression/expression-error'
import { checkAnswers, type CheckedAnswer, type TypedAnswer } from '#shared/graph/check'
import { evaluateGraph, givenValue, type Evaluation } from '#shared/graph/evaluate'
import { parseGraph, type Graph, type GraphNode } from '#shared/graph/graph'
import { GRAPH_PRESETS, type GraphPreset } from '#shared/graph/presets'
import { findQuantity, type Quantity } from '#shared/graph/quantities'
import { stepsOf } from '#shared/graph/steps'

export interface GraphProblem {
  message: string
  /** The text with a caret under it, where the expression itself is wrong. */
  excerpt: string | null
}

type Answers = Readonly<Record<string, string>>

/** What an answer is kept under: it stays while the expression is edited, as long as there is such a node. */
function keyOf({ node, of }: Quantity): string {
  return `${of} ${node.name}`
}

function problemOf(error: unknown, text: string): GraphProblem {
  if (error instanceof ExpressionError) {
    return { message: `Character ${error.at + 1}: ${error.reason}.`, excerpt: pointAt(text, error.at) }
  }
  if (error instanceof LabError) return { message: `${error.message}.`, excerpt: null }
  throw error
}

/** A part on each line. */
function lines(expression: string): string {
  return expression.replaceAll('; ', ';\n')
}

export const usePaperGraphStore = defineStore('paper-graph', () => {
  const first = GRAPH_PRESETS[0] as GraphPreset
  const presetId = ref(first.id)
  const text = ref(lines(first.expression))
  /** Of the inputs, by name; what was typed for names that are gone stays, in case they come back. */
  const numbers = shallowRef<Readonly<Record<string, unknown>>>(first.at)
  const upstream = ref<unknown>(1)
  /** How many of the steps are shown. */
  const shown = ref(0)
  const answers = shallowRef<Answers>({})
  const judged = shallowRef<{ evaluation: Evaluation; byKey: ReadonlyMap<string, CheckedAnswer> } | null>(null)

  const parsed = computed<{ graph: Graph } | { problem: GraphProblem }>(() => {
    try {
      return { graph: parseGraph(text.value) }
    } catch (error) {
      return { problem: problemOf(error, text.value) }
    }
  })
  const graph = computed(() => ('graph' in parsed.value ? parsed.value.graph : null))

  const read = computed<{ evaluation: Evaluation } | { problem: GraphProblem }>(() => {
    if ('problem' in parsed.value) return parsed.value
    const point = Object.entries(numbers.value).filter(([, value]) => typeof value === 'number') as [string, number][]
    try {
      if (typeof upstream.value !== 'number') {
        throw new LabError('graph/no-value', 'The gradient from outside: expected a number')
      }
      return { evaluation: evaluateGraph(parsed.value.graph, Object.fromEntries(point), upstream.value) }
    } catch (error) {
      return { problem: problemOf(error, text.value) }
    }
  })
  const evaluation = computed(() => ('evaluation' in read.value ? read.value.evaluation : null))
  const problem = computed(() => ('problem' in read.value ? read.value.problem : null))
  const steps = computed(() => (evaluation.value ? stepsOf(evaluation.value) : []))
  const forwardSteps = computed(() => steps.value.filter(({ kind }) => kind === 'forward').length)
  const reported = computed(() => GRAPH_PRESETS.find(({ id }) => id === presetId.value)?.reported ?? null)

  function open(preset: GraphPreset): void {
    presetId.value = preset.id
    text.value = lines(preset.expression)
    numbers.value = preset.at
    upstream.value = 1
    shown.value = 0
    clearAnswers()
  }

  function type(next: string): void {
    const all = shown.value > 0 && shown.value >= steps.value.length
    text.value = next
    presetId.value = ''
    judged.value = null
    shown.value = all ? steps.value.length : Math.min(shown.value, steps.value.length)
  }

  /** What stands in an input's field: the person's number, or the one that the expression gives. */
  function numberOf(input: GraphNode): unknown {
    return Object.hasOwn(numbers.value, input.name) ? numbers.value[input.name] : (givenValue(input, {}) ?? '')
  }

  function setNumber(input: GraphNode, value: unknown): void {
    numbers.value = { ...numbers.value, [input.name]: value }
    presetId.value = ''
  }

  function show(count: number): void {
    shown.value = Math.max(0, Math.min(steps.value.length, count))
  }

  const asked = computed<Quantity[]>(() => {
    const nodes = graph.value?.nodes ?? []
    return [
      ...nodes.filter(({ kind }) => kind === 'operation').map((node): Quantity => ({ node, of: 'value' })),
      ...[...nodes]
        .reverse() // as the backward pass goes
        .filter((node) => node.hasGradient && node !== graph.value?.output)
        .map((node): Quantity => ({ node, of: 'gradient' })),
    ]
  })

  function answerFor(quantity: Quantity): string {
    return answers.value[keyOf(quantity)] ?? ''
  }

  function answer(quantity: Quantity, typed: string): void {
    answers.value = { ...answers.value, [keyOf(quantity)]: typed }
  }

  /** Null as soon as the answer, or what it is about, is another one. */
  function verdictFor(quantity: Quantity): CheckedAnswer | null {
    if (judged.value === null || judged.value.evaluation !== evaluation.value) return null
    const found = judged.value.byKey.get(keyOf(quantity))
    return found?.typed === answerFor(quantity) && found.verdict.kind !== 'blank' ? found : null
  }

  function check(): void {
    if (!evaluation.value) return
    const typed = asked.value.map((quantity): TypedAnswer => ({ quantity, typed: answerFor(quantity) }))
    const checked = checkAnswers(evaluation.value, typed)
    judged.value = { evaluation: evaluation.value, byKey: new Map(checked.map((each) => [keyOf(each.quantity), each])) }
  }

  function fillIn(byName: Answers): void {
    const known = graph.value
    if (!known) return
    const found = Object.entries(byName).flatMap(([name, typed]) => {
      const quantity = findQuantity(known, name)
      return quantity ? [[keyOf(quantity), typed] as const] : []
    })
    answers.value = Object.fromEntries(found)
    check()
  }

  function clearAnswers(): void {
    answers.value = {}
    judged.value = null
  }

  return {
    presetId,
    text,
    upstream,
    shown,
    graph,
    evaluation,
    problem,
    steps,
    forwardSteps,
    reported,
    asked,
    judged,
    open,
    type,
    numberOf,
    setNumber,
    show,
    answerFor,
    answer,
    verdictFor,
    check,
    fillIn,
    clearAnswers,
  }
})
