/**
 * A configuration in a few lines: what it is, how it was trained, how it did.
 */
import { FieldError, parseColumn } from './field'
import type { Subject } from './subject'
import { valueText } from './values'

const ROWS: readonly (readonly [label: string, column: string])[] = [
  ['Network', 'size'],
  ['Parameters', 'parameters'],
  ['Activation', 'activation'],
  ['Data set', 'dataset'],
  ['Optimizer', 'optimizer'],
  ['Learning rate', 'learningRate'],
  ['Batch size', 'batchSize'],
  ['Epochs', 'epochs'],
  ['Seeds', 'n'],
  ['Train loss', 'trainLoss'],
  ['Validation error', 'validationError'],
  ['Test error', 'testError'],
  ['Test error, 95 % interval', 'testError.interval'],
  ['Time per epoch', 'secondsPerEpoch'],
]

/** What a configuration has not (a validation part, a test score that is not locked) has no row. */
export function runCardRows(subject: Subject): [label: string, text: string][] {
  return ROWS.flatMap(([label, column]): [string, string][] => {
    try {
      const { text, unit } = valueText(parseColumn(column), subject)
      // a network that is called by its sizes says them once
      return column === 'size' && text === subject.title ? [] : [[label, `${text}${unit}`]]
    } catch (error) {
      if (error instanceof FieldError) return []
      throw error
    }
  })
}
