import type { Values } from '../../../stores/dataset-content'
import { formatCount } from '../../../ui/format'
import { valueText } from '../../../data/dataset-words'

export interface NamedText {
  name: string
  text: string
}

/** The values of one sample in a few numbers. */
export function summaryOfValues(values: Values): NamedText[] {
  let [sum, zeros, min, max] = [0, 0, Infinity, -Infinity]
  for (const value of values) {
    sum += value
    if (value === 0) zeros++
    if (value < min) min = value
    if (value > max) max = value
  }
  return [
    { name: 'Values', text: formatCount(values.length) },
    { name: 'Smallest', text: valueText(min) },
    { name: 'Largest', text: valueText(max) },
    { name: 'Mean', text: valueText(Number((sum / values.length).toPrecision(4))) },
    { name: 'Zeros', text: formatCount(zeros) },
  ]
}
