/**
 * The calculation as LaTeX, for a report: needs the package amsmath.
 */
import type { Evaluation } from './evaluate'
import { LATEX } from './notation'
import { stepsOf, writeStep, type Step } from './steps'

/** The equations of one step, to be put into a line of text. */
export function stepLatex(step: Step, evaluation: Evaluation): string {
  return writeStep(step, evaluation, LATEX)
    .map((line) => `$${line}$`)
    .join('\n')
}

/** Everything: given values, forward pass, backward pass. */
export function graphLatex(evaluation: Evaluation): string {
  const { graph, values } = evaluation
  const steps = stepsOf(evaluation)
  const given = graph.inputs.map((node) => `$${LATEX.name(node.name)} = ${LATEX.number(values.get(node) ?? NaN)}$`)
  const kinks = [...evaluation.kinks.values()]
  return [
    '% needs \\usepackage{amsmath}',
    `% ${graph.text.replace(/\s+/g, ' ').trim()}`,
    ...(given.length > 0 ? ['', `\\paragraph{Given} ${given.join(', ')}.`] : []),
    ...block(
      'Forward',
      steps.filter(({ kind }) => kind === 'forward'),
      evaluation,
    ),
    ...block(
      'Backward',
      steps.filter(({ kind }) => kind !== 'forward'),
      evaluation,
    ),
    ...kinks.map((kink) => `\n\\noindent ${escapeLatex(kink)}`),
    '',
  ].join('\n')
}

function block(title: string, steps: readonly Step[], evaluation: Evaluation): string[] {
  if (steps.length === 0) return []
  const lines = steps.flatMap((step) => writeStep(step, evaluation, LATEX))
  const rows = lines.map((line) => `  ${aligned(line)}`).join(' \\\\\n')
  return ['', `\\paragraph{${title}}`, '\\begin{align*}', rows, '\\end{align*}']
}

/** At the first equals sign that is not inside braces. */
function aligned(line: string): string {
  return line.replace(' = ', ' &= ')
}

function escapeLatex(text: string): string {
  return text.replace(/([_%&#$])/g, '\\$1')
}
