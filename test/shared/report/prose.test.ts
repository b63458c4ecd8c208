import { describe, expect, test } from 'vitest'
import {
  admitsConfounding,
  admitsLooks,
  admitsOneSeed,
  comparisonIn,
  referencesIn,
  resultIn,
  unitlessIn,
} from '#shared/report/prose'

/** Sentences as people write them about how they worked. None of them says what came out. */
const SETUP = [
  'We trained 5 seeds of each network for 20 epochs with a batch size of 64 and a learning rate of 0.001.',
  'Learning rates of 0.1, 0.01 and 0.001 were tried, with batches of 32.',
  'The data set has 60,000 training images and 10,000 test images of 28 × 28 pixels in 10 classes.',
  'Both are 784-64-10 networks with 50,890 parameters; LeNet-5 is not among them.',
  'Adam has β1 = 0.9, β2 = 0.999 and ε = 1e-8.',
  'Training stops with a patience of 10 epochs, and a dropout of 20 % is used.',
  'The split is 80/10/10 %, drawn with seed 42; 20 % of the training samples are for validation.',
  'On 12 March 2024 the runs began at 14:30, and on 2024-03-14 they were done.',
  'See Figures 1 and 3, Table 2, equation (4) and section 3.2, or row S2-3.',
  'Before training, a guess among ten classes gives a loss of ln 10 nats.',
  'Intervals are 95 % intervals; p < 0.05 counts as evidence.',
  'LeCun et al. report an error of 0.95 % with a convolutional network.',
  'An ensemble of networks reaches 0.23 % (Cireşan, 2012), and others 99.8 % [3, 4].',
  'Pixels are scaled from 0 to 1, or standardized to [-1, 1].',
  'There are 2 hidden layers, a 3-layer network has 3 of them, and a 10-class problem has 10 outputs.',
  'Each was trained 3 times in 2 ways on 4 cores at 3.2 GHz with 16 GB.',
  'Digits 4 and 9 are alike; sample 20,001 is an example of epoch 12.',
  'Python 3.11 and version 1.2.3 of the lab were used, see https://example.org/a/1234.',
  'The ReLU is z for z > 0, and 0 for z ≤ 0.',
  'Is the larger network better by more than 0.5 points?',
  'We expect an error of 90 % before training, and that the larger network is better.',
  'It was asked whether Adam is faster, and how much better 128 hidden units are.',
  'Weights are those of the best epoch, the one with the lowest validation loss.',
  'A higher learning rate was tried in the lower part of the range, to four significant digits.',
  'The model called IW has improved weights; momentum is 0.9.',
]

/** Sentences that say what came out, and by what it would be known. */
const RESULTS: readonly [sentence: string, said: string][] = [
  ['The error was 3.3 % at the end.', '3.3 %'],
  ['It took 30 s for each epoch.', '30 s'],
  ['The test accuracy reaches 98,2 % after 20 epochs.', '98,2 %'],
  ['327 of the 10,000 test images are wrong.', '327'],
  ['The loss falls from 0.35 to 0.08 nats.', '0.35'],
  ['It runs 30 % longer.', '30 %'],
  ['Training with 64 units took 2.8 times as long.', '2.8 times'],
  ['There are 265 misclassified images.', '265'],
  ['An error rate of 12 % remains.', '12 %'],
  ['The minimum is 1.2653e-4.', '1.2653e-4'],
]

const COMPARED: readonly [sentence: string, said: string][] = [
  ['The larger network is better.', 'better'],
  ['Adam converges faster than SGD does.', 'faster'],
  ['ReLU outperforms the sigmoid', 'outperforms'],
  ['Model b generalizes well.', 'generalizes'],
  ['The difference is statistically significant.', 'significant'],
  ['What is asked first? The wide one has the lowest validation loss.', 'lowest'],
  ['A higher learning rate makes it worse.', 'worse'],
]

describe('results in a text', () => {
  test.each(SETUP)('are none in: %s', (sentence) => {
    expect(resultIn(sentence)).toBeNull()
    expect(comparisonIn(sentence)).toBeNull()
    expect(unitlessIn(sentence)).toBeNull()
  })

  test.each(RESULTS)('are found in: %s', (sentence, said) => {
    expect(resultIn(sentence)).toBe(said)
  })

  test('are found behind sentences that have none', () => {
    expect(resultIn(`${SETUP.join(' ')}\nThe error was 3.3 %.`)).toBe('3.3 %')
  })
})

describe('comparisons in a text', () => {
  test.each(COMPARED)('are found in: %s', (sentence, said) => {
    expect(comparisonIn(sentence)).toBe(said)
  })
})

describe('units', () => {
  test.each([
    ['It reaches a loss of 0.35.', '0.35'],
    ['The accuracy is 0.98 at the end.', '0.98'],
    ['The test error of 3.27 is low', '3.27'],
    ['Its accuracy rises from 0.91 to 0.95.', '0.95'],
    ['Training took 30.', '30'],
    ['The loss fell to 1e-3 there', '1e-3'],
  ])('are missing in: %s', (sentence, number) => {
    expect(unitlessIn(sentence)?.number).toBe(number)
  })

  test.each([
    'It reaches a loss of 0.35 nats per sample.',
    'The accuracy is 97.1 ± 0.2 %.',
    'The error is 3.27 % (3.1 to 3.5 %).',
    'The accuracy is 97 to 98 %.',
    'An error of 327 of 10,000 images.',
    'The loss (0.35 nats) is low, and the accuracy is 98.1 percent.',
    'It takes 2 inputs, and took 12 epochs.',
    'Training takes 30 s, the loss was 0.12 (nats).',
    'The cross-entropy loss of 10-class problems.',
  ])('are there, or nothing has one, in: %s', (sentence) => {
    expect(unitlessIn(sentence)).toBeNull()
  })
})

describe('what a text refers to', () => {
  test('are figures and tables by their numbers', () => {
    expect(referencesIn('See Fig. 2, Figures 3 and 4, and Table 1; the figure beside it.')).toEqual([
      { kind: 'figure', number: 2 },
      { kind: 'figure', number: 3 },
      { kind: 'figure', number: 4 },
      { kind: 'table', number: 1 },
    ])
  })
})

describe('what an author says of the weak side', () => {
  test('is one seed', () => {
    expect(admitsOneSeed('This rests on one seed of each network.')).toBe(true)
    expect(admitsOneSeed('These are single-seed runs.')).toBe(true)
    expect(admitsOneSeed('Five seeds of each were trained.')).toBe(false)
  })

  test('is what a pair differs in, all of it', () => {
    expect(admitsConfounding('They differ in epochs and in the optimizer too.', ['optimizer', 'epochs'])).toBe(true)
    expect(admitsConfounding('They differ in epochs.', ['optimizer', 'epochs'])).toBe(false)
    expect(admitsConfounding('The comparison is confounded.', ['optimizer', 'epochs'])).toBe(true)
    expect(admitsConfounding('A text.', [])).toBe(false)
  })

  test('is how often the test part was looked at', () => {
    expect(admitsLooks('The test part was looked at after every epoch.')).toBe(true)
    expect(admitsLooks('We measured the test error at each epoch.')).toBe(true)
    expect(admitsLooks('The test part is that of MNIST.')).toBe(false)
  })
})

test.each([
  '1,'.repeat(20_000),
  '1 to '.repeat(8_000),
  'a-'.repeat(20_000),
  'Fig '.repeat(10_000),
  '('.repeat(40_000),
  'loss '.repeat(8_000),
  'test part '.repeat(4_000),
  'from 1 to '.repeat(4_000),
  'a loss of 1 '.repeat(3_000),
])('a text that begins with %.12s and is as long as a text may be is read to its end', (hard) => {
  expect(() => [
    resultIn(hard),
    comparisonIn(hard),
    unitlessIn(hard),
    referencesIn(hard),
    admitsLooks(hard),
  ]).not.toThrow()
  expect(comparisonIn(`${hard}\nIt is better.`)).toBe('better')
})
