import { describe, expect, test } from 'vitest'
import { readSizeString } from '../../../src/renderer/features/design/size-string'

const MNIST = { inputs: 784, outputs: 10, dataset: 'MNIST', outputsReason: 'MNIST has 10 classes' }
const read = (text: string) => readSizeString(text, MNIST)

describe('a size string', () => {
  test.each([
    ['784-64-10', [64]],
    ['784-500-250-100-10', [500, 250, 100]],
    ['784-10', []],
    [' 784 64 10 ', [64]],
    ['784–64–10', [64]],
    ['784 × 64 × 10', [64]],
    ['784, 64, 10', [64]],
  ])('"%s" has the hidden layers %o', (text, hidden) => {
    expect(read(text)).toEqual({ ok: true, hidden })
  })

  test.each([
    ['', 'A size is missing; expected such as 784-64-10'],
    ['784--10', 'A size is missing; expected such as 784-64-10'],
    ['784-64-', 'A size is missing; expected such as 784-64-10'],
    ['784-abc-10', '“abc” is not a size; expected such as 784-64-10'],
    ['784-6.4-10', '“6.4” is not a size; expected such as 784-64-10'],
    ['784', 'One size is not a network; expected such as 784-64-10'],
    ['780-64-10', 'MNIST has 784 inputs, got 780 as the first'],
    ['784-64-11', 'MNIST has 10 classes, got 11 as the last'],
    ['784-0-10', '1 … 16384 units in a layer, got 0'],
    ['784-16385-10', '1 … 16384 units in a layer, got 16385'],
    [`784-${'8-'.repeat(65)}10`, 'At most 64 hidden layers, got 65'],
  ])('"%s" is refused: %s', (text, message) => {
    expect(read(text)).toEqual({ ok: false, message })
  })
})
