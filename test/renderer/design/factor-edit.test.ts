import { describe, expect, test } from 'vitest'
import { checkExperiment } from '#shared/experiment-check'
import { experimentSchema } from '#shared/experiment'
import { NEW_EXPERIMENT } from '../../../src/renderer/stores/draft'
import { VARIABLE_FIELDS, readFactor } from '../../../src/renderer/features/design/factor-edit'

const context = {
  layers: [{ units: 64, activation: 'relu' }],
  ends: { inputs: 784, outputs: 10, dataset: 'MNIST' },
}
function field(name: string) {
  const found = VARIABLE_FIELDS.find((each) => each.name === name)
  if (!found) throw new Error(`No field is called "${name}"`)
  return found
}

test.each(VARIABLE_FIELDS.map((each) => [each.name, each] as const))(
  'the example of %s makes a factor that the lab can train',
  (_, each) => {
    const reading = readFactor(each, each.example(context), context)
    expect(reading).toMatchObject({ ok: true })
    if (!reading.ok) return
    const result = checkExperiment({ ...experimentSchema.parse(NEW_EXPERIMENT), factors: [reading.factor] })
    expect(result).toMatchObject({ ok: true })
  },
)

describe('values', () => {
  test('become levels under the labels that were typed', () => {
    expect(readFactor(field('Learning rate'), '0.1, 1e-2', context)).toEqual({
      ok: true,
      factor: {
        name: 'Learning rate',
        levels: [
          { label: '0.1', set: { 'training.optimizer.learningRate': 0.1 } },
          { label: '1e-2', set: { 'training.optimizer.learningRate': 0.01 } },
        ],
      },
    })
  })

  test('of a network are sizes, and keep the activation', () => {
    const reading = readFactor(field('Network'), '784-8-10, 784-9-8-10', context)
    expect(reading.ok && reading.factor.levels[1]).toEqual({
      label: '784-9-8-10',
      set: {
        'network.layers': [
          { units: 9, activation: 'relu' },
          { units: 8, activation: 'relu' },
        ],
      },
    })
  })

  test.each([
    ['Learning rate', '0.1', 'At least two values, with a comma between them'],
    ['Learning rate', '0.1, fast', '“fast” is not a number'],
    ['Learning rate', '0.1, 0.1', '“0.1” is there twice'],
    ['Optimizer', 'adam, lion', '“lion” is none of sgd, adam'],
    ['Network', '784-8-10, 784-8-9', 'MNIST has 10 classes, got 9 as the last'],
  ])('%s: "%s" is refused: %s', (name, text, message) => {
    expect(readFactor(field(name), text, context)).toEqual({ ok: false, message })
  })
})
