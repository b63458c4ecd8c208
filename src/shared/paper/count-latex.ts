/** A count of parameters, and the equation for equal widths, as LaTeX. */
import { CONVENTION_WORDS, type Count, type Match } from './count'
import { latexAligned, latexNumber, latexText } from './latex'

export function countLatex(counts: readonly { count: Count; match: Match | null }[]): string {
  return counts
    .map(({ count, match }) => {
      const terms = count.layers.map(
        ({ inputs, outputs, biases }) => `${inputs} \\cdot ${outputs}${biases ? ` + ${biases}` : ''}`,
      )
      const lines = [`${terms.join(' + ')} &= ${count.parameters}`, ...(match ? matchLines(match) : [])]
      return `\\paragraph{${latexText(CONVENTION_WORDS[count.convention])}}\n${latexAligned(lines)}`
    })
    .join('\n')
}

function matchLines({ equation: { a, b, c }, roots, candidates }: Match): string[] {
  const squared = a === 0 ? '' : `${a === 1 ? '' : a} x^2 + `
  return [
    `${squared}${b} x ${c < 0 ? '-' : '+'} ${Math.abs(c)} &= 0`,
    `x &= ${roots.map((root) => latexNumber(root, 8)).join(' \\quad \\text{or} \\quad x = ')}`,
    ...candidates.map(
      ({ width, parameters, difference }) =>
        `x = ${width}:\\quad ${parameters} &\\quad (${difference > 0 ? '+' : ''}${difference})`,
    ),
  ]
}
