/**
 * Pieces of LaTeX for the exercises: what comes out compiles with amsmath alone.
 */
import type { Matrix } from './matrix'

/** Up to six digits that count, as they stand in a formula: 5, -0.6667, 1.2 \cdot 10^{-7}. */
export function latexNumber(value: number, digits = 6): string {
  if (Number.isNaN(value)) return '\\text{NaN}'
  if (!Number.isFinite(value)) return value > 0 ? '\\infty' : '-\\infty'
  const rounded = Number(value.toPrecision(digits))
  const size = Math.abs(rounded)
  if (rounded === 0) return '0'
  if (size >= 1e-4 && size < 1e9) return String(rounded)
  const [mantissa = '1', exponent = '0'] = rounded.toExponential().split('e')
  return `${mantissa} \\cdot 10^{${Number(exponent)}}`
}

export function latexMatrix(matrix: Matrix, digits?: number): string {
  const rows = matrix.map((row) => row.map((value) => latexNumber(value, digits)).join(' & '))
  return `\\begin{pmatrix} ${rows.join(' \\\\ ')} \\end{pmatrix}`
}

/** Lines that are aligned at their &. */
export function latexAligned(lines: readonly string[]): string {
  return `\\begin{align*}\n${lines.map((line) => `  ${line}`).join(' \\\\\n')}\n\\end{align*}`
}

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '%': '\\%',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '−': '--',
  '′': '$^{\\prime}$',
  '×': '$\\times$',
  '·': '$\\cdot$',
}

/** Text of people as text: what LaTeX would take for a command is written out. */
export function latexText(text: string): string {
  return text.replace(/[\\{}$&%#_~^−′×·]/g, (sign) => SPECIAL[sign] ?? sign)
}

/** A file that compiles as it is. */
export function latexDocument(title: string, body: string): string {
  return [
    '\\documentclass[a4paper,11pt]{article}',
    '\\usepackage[utf8]{inputenc}',
    '\\usepackage[T1]{fontenc}',
    '\\usepackage{amsmath,amssymb}',
    '\\setlength{\\parindent}{0pt}',
    '\\begin{document}',
    `\\section*{${latexText(title)}}`,
    body,
    '\\end{document}',
    '',
  ].join('\n')
}
