/**
 * What there is to say about a step, a node or an edge.
 */
import type { Evaluation } from '#shared/graph/evaluate'
import { routingRule } from '#shared/graph/gradient-mistakes'
import type { GraphNode } from '#shared/graph/graph'
import { stepLatex } from '#shared/graph/latex'
import { TEXT } from '#shared/graph/notation'
import { stepsOf, writeStep, type Step } from '#shared/graph/steps'
import type { Chosen, Revealed } from './reveal'

export interface Explained {
  title: string
  /** An equation each. */
  lines: readonly string[]
  notes: readonly string[]
  latex: string
}

export function explainedStep(step: Step, evaluation: Evaluation): Explained {
  return {
    title: titleOf(step),
    lines: writeStep(step, evaluation, TEXT),
    notes: notesOf(step, evaluation),
    latex: stepLatex(step, evaluation),
  }
}

/** All steps of what was chosen that were made already; null if there is none yet. */
export function explainedChoice(chosen: Chosen, evaluation: Evaluation, revealed: Revealed): Explained | null {
  const steps = stepsOf(evaluation).filter((step) => isAbout(step, chosen) && isMade(step, revealed))
  const parts = steps.map((step) => explainedStep(step, evaluation))
  if (parts.length === 0) return null
  return {
    title:
      chosen.kind === 'node'
        ? `Node ${chosen.node.name}`
        : `Edge from ${chosen.edge.from.name} to ${chosen.edge.to.name}`,
    lines: parts.flatMap(({ lines }) => lines),
    notes: [...new Set(parts.flatMap(({ notes }) => notes))],
    latex: parts.map(({ latex }) => latex).join('\n'),
  }
}

function isAbout(step: Step, chosen: Chosen): boolean {
  if (chosen.kind === 'edge') return step.kind === 'backward' && step.gradient.edge === chosen.edge
  return step.kind === 'backward' ? step.gradient.edge.from === chosen.node : step.node === chosen.node
}

function isMade(step: Step, { values, started, gradients }: Revealed): boolean {
  if (step.kind === 'forward') return values.has(step.node)
  return step.kind === 'start' ? started : gradients.has(step.gradient.edge)
}

function titleOf(step: Step): string {
  if (step.kind === 'forward') return `Forward: ${step.node.name}`
  if (step.kind === 'start') return `Backward: begin at ${step.node.name}`
  const { from, to } = step.gradient.edge
  return `Backward: from ${to.name} to ${from.name}, upstream × local`
}

function notesOf(step: Step, evaluation: Evaluation): string[] {
  const node: GraphNode = step.kind === 'backward' ? step.gradient.edge.to : step.node
  const kink = evaluation.kinks.get(node)
  if (kink !== undefined && step.kind !== 'start') return [kink]
  const chooses = node.operation === 'max' || node.operation === 'min'
  return chooses && step.kind === 'backward' ? [capital(routingRule(node, evaluation))] : []
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
