/** A count that somebody made, judged: right, right by the other convention, or wrong with the reason. */
import { countParameters } from './count'

export interface CountVerdict {
  tone: 'good' | 'other' | 'bad'
  text: string
}

/** Null for a blank. Thousands may be separated by commas, spaces or apostrophes. */
export function judgeCount(typed: string, sizes: readonly number[]): CountVerdict | null {
  const text = typed.replace(/[\s,'’\u202f]/g, '')
  if (text === '') return null
  if (!/^\d{1,15}$/.test(text)) return { tone: 'bad', text: 'Expected a whole number such as 50,890.' }
  const count = Number(text)
  const { parameters, weights, layers } = countParameters(sizes, 'each-layer')
  const found = usualCounts(sizes, parameters, weights, layers[0]?.outputs ?? 0).find((usual) => usual.value === count)
  if (found) return found.verdict
  const difference = count - parameters
  const near = `${Math.abs(difference).toLocaleString('en-US')} ${difference > 0 ? 'more' : 'fewer'} than with a bias for every unit`
  return { tone: 'bad', text: `Not right by any convention: ${near}.` }
}

function usualCounts(sizes: readonly number[], parameters: number, weights: number, firstUnits: number) {
  const units = sizes.slice(1).reduce((sum, size) => sum + size, 0)
  const inputs = sizes[0] ?? 0
  return [
    { value: parameters, verdict: { tone: 'good', text: 'Right, with a bias for every unit.' } },
    { value: weights + firstUnits, verdict: { tone: 'good', text: 'Right, with the bias trick on the input only.' } },
    { value: weights, verdict: { tone: 'other', text: 'These are the weights alone: the biases are missing.' } },
    {
      value: weights + units + inputs,
      verdict: { tone: 'bad', text: 'The inputs were given biases too: they have none.' },
    },
    { value: units, verdict: { tone: 'bad', text: 'These are the biases alone.' } },
    { value: units + inputs, verdict: { tone: 'bad', text: 'This counts units, not the weights between them.' } },
    {
      value: weights + sizes.length - 1,
      verdict: { tone: 'bad', text: 'One bias for each layer was counted: it is one for each unit.' },
    },
  ] as const satisfies readonly { value: number; verdict: CountVerdict }[]
}
