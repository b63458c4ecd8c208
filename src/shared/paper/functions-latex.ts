/** The formulas of the Functions tab as LaTeX. */
import type { ActivationCurve } from './activation-curves'
import { latexAligned, latexNumber, latexText } from './latex'

export function functionsLatex(
  view: 'activations' | 'softmax',
  shown: readonly { curve: ActivationCurve; parameter: number }[],
): string {
  if (view === 'softmax') return latexAligned(SOFTMAX)
  return shown.map(({ curve, parameter }) => activationLatex(curve, parameter)).join('\n')
}

function activationLatex({ name, formula, parameter: given }: ActivationCurve, parameter: number): string {
  const named = given ? `, \\quad ${given.symbol} = ${latexNumber(parameter)}` : ''
  return `\\paragraph{${latexText(name)}}\n${latexAligned([`f(z) &= ${formula.value}${named}`, `f'(z) &= ${formula.slope}`])}`
}

const SOFTMAX = [
  'p_i &= \\frac{e^{z_i}}{\\sum_j e^{z_j}} = \\frac{e^{z_i + c}}{\\sum_j e^{z_j + c}}',
  '\\frac{\\partial p_i}{\\partial z_j} &= \\begin{cases} p_i (1 - p_i) & i = j \\\\ -p_i p_j & i \\ne j \\end{cases}',
  '\\sum_j \\frac{\\partial p_i}{\\partial z_j} &= p_i - p_i \\sum_j p_j = 0',
  'H &= -\\sum_i y_i \\ln p_i',
  '\\frac{\\partial H}{\\partial p_i} &= -\\frac{y_i}{p_i}',
  '\\frac{\\partial H}{\\partial z_j} &= p_j - y_j \\quad \\text{where } \\sum_i y_i = 1',
]
