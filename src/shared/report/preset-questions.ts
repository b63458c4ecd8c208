/**
 * The questions of each task, as a report on it answers them: a, b, c … in their order. Prompts only: answers are the
 * reader's own.
 */
const NETWORKS = [
  'Describe both networks: layers, activations, parameters, and how they are trained.',
  'How do loss and accuracy of the train and the test part go by epoch, for each network?',
  'Which network has the lower test error, and is the difference larger than what chance and seeds explain?',
  'How long does an epoch take for each network, on which machine and with how many threads?',
  'Is the difference worth the time?',
]

const BY_PRESET: Readonly<Record<string, readonly string[]>> = {
  'two-networks-mnist': [
    ...NETWORKS,
    'Can the loss of a network be lower although its accuracy is lower too? Say what each of the two measures.',
    'Does either network over-fit? Name the gap between the parts, and say whether it grows.',
  ],
  'two-relu-networks-mnist': [
    ...NETWORKS,
    'What is the gap between the train and the test part at the end, and which network generalizes better?',
    'Which epoch do your numbers come from, and what chose it? A best epoch that the test part chose is no test.',
  ],
  'adam-or-sgd': [
    'Which learning rates were tried for each optimizer, and which was better for it, by validation?',
    'How does the loss go by epoch for each optimizer at its better rate?',
    'Is one optimizer better than the other at its better rate, and by how much?',
  ],
  'logistic-regression-mnist': [
    'How far does a network without a hidden layer come? Give its test error with an interval.',
    'What is its loss per sample at the start, and why is that close to ln 10?',
  ],
  'untrained-error': [
    'Which test error do you expect of a network before training, and why?',
    'What do many random first weights give, and how far apart are they?',
  ],
  'activations-mnist': [
    'Give the test error of each activation with an interval.',
    'Which differences are larger than what seeds explain?',
    'What changes in the curves, beside the error at the end?',
  ],
  'learning-rates-mnist': [
    'How does the validation loss depend on the learning rate?',
    'Which rate do you choose, and what happens at ten times that rate?',
  ],
  'two-hidden-layers-mnist': [
    'How many parameters has each network? Compare those that have about as many.',
    'Does the second hidden layer lower the error at equal parameters?',
  ],
  'widths-mnist': [
    'How does the test error depend on the width, for each activation?',
    'Are the networks trained in the same way: epochs, outputs, learning rate? If not, what else could explain the difference?',
    'How many hidden units are enough?',
  ],
  'same-network-again': [
    'How far apart are the runs of one network?',
    'Which difference between two networks would you believe after one run each?',
  ],
  'fashion-widths': [
    'How are the samples shared out among train, validation and test, and with which seed?',
    'How do validation loss and accuracy depend on the width after 15 and after 30 epochs?',
    'Which network do you choose by validation, and how sure is that choice?',
    'Where does over-fitting begin? Use the gap between the parts.',
  ],
  'fashion-activations': [
    'For each width: ReLU or sigmoid, by validation?',
    'Are the pixels scaled, and would the answer be the same if they were not?',
  ],
  'fashion-retrain': [
    'Which validated run chose this design?',
    'What are its accuracy and error on the test part, with an interval? How often was the test part looked at?',
    'Which classes are mixed up most, and which class is recognized least?',
  ],
  'fashion-penalties': [
    'What does each penalty act on: weights, or outputs of units?',
    'Which of them makes the gap between train and validation smaller?',
    'Has each network a hidden activation? What would follow if not?',
  ],
  'mistakes-in-the-loss': [
    'At which value does each loss flatten, and which floor explains it?',
    'How does a wrong number of outputs show in the first loss?',
  ],
  'line-two-moons': [
    'What form has the boundary, and why?',
    'Has training converged? Use the slope of the loss at the end.',
  ],
  'curve-two-moons': [
    'What does the hidden layer add, in accuracy and in the form of the boundary?',
    'What does it look like far from the points?',
  ],
  'tricks-of-the-trade': [
    'Which first weights, sigmoid and optimizer has each of the models?',
    'At which step does each model stop, and which epoch are its numbers from: best or last?',
    'Which trick helps alone, and which only together with another?',
    'Which differences are larger than what seeds explain?',
    'What of the improved weights is their scale, and what the shape of their distribution?',
  ],
  'tricks-widths': [
    'How do training and validation accuracy go by step, for each width?',
    'Does the widest network over-fit? Name the gap.',
  ],
  'match-parameters': [
    'How many units need two equal hidden layers for as many parameters? Show the equation, and which convention of biases you count with.',
    'Are two layers better than one at equal parameters?',
  ],
  'ten-layers': [
    'How do 1, 2 and 10 hidden layers compare in time and in validation accuracy?',
    'Do the gradients vanish? Use the gradient norm of each layer, not the slowness of the training.',
  ],
  'vanishing-gradients': [
    'What is the ratio of the gradient norms of the first and the last hidden layer, for each activation and initializer?',
    'Which combinations vanish, and which explode?',
  ],
  'first-steps': ['What happens to the loss and to the boundary while the network learns?'],
}

/** Of a preset that is not listed: its own question alone. */
export function questionsOf(preset: { id: string; question: string }): readonly string[] {
  return BY_PRESET[preset.id] ?? [preset.question]
}
