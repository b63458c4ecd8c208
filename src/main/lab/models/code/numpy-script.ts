/**
 * The experiment in NumPy alone: forward, backward and optimizer written out.
 */
import {
  constants,
  docstring,
  mainFunction,
  minibatchesFunction,
  needsMath,
  rateFunction,
  REPORT_FUNCTION,
  RUN_MAIN,
  scaledFunction,
  targetsFunction,
  watchClass,
} from './frame'
import {
  activationFunctions,
  activationTable,
  lossFunctions,
  optimizerClass,
  predictionFunction,
  usesPartial,
} from './numpy-pieces'
import { block, number, topLevel, type Piece } from './python-text'
import { hasBiases, hasConstantColumn, type ScriptFacts } from './script-facts'

export function numpyScript(facts: ScriptFacts): string {
  const { plan } = facts
  const usesMath = needsMath(facts) || plan.activations.some(({ kind }) => kind === 'gelu')
  const head = block(
    docstring(facts, 'numpy'),
    '',
    usesMath && 'import math',
    'import sys',
    usesPartial(plan) && 'from functools import partial',
    '',
    'import numpy as np',
    '',
    'import lab_data',
    '',
    constants(facts),
    `LAYERS = ${plan.sizes.length - 1}`,
    regularizationConstants(facts),
  )
  return topLevel(
    head,
    activationFunctions(plan),
    activationTable(plan),
    targetsFunction(facts),
    lossFunctions(plan),
    predictionFunction(plan),
    optimizerClass(plan.optimizer, plan.gradientSign < 0),
    networkClass(facts),
    scaledFunction(facts),
    minibatchesFunction(facts),
    rateFunction(facts),
    watchClass(facts),
    REPORT_FUNCTION,
    mainFunction(facts),
    RUN_MAIN,
  )
}

function regularizationConstants({ plan }: ScriptFacts): Piece {
  const { l1, l2, activityL1, activityL2, dropoutInput, dropoutHidden, maxNorm, clipNorm } = plan.regularization
  const named = {
    L1: l1,
    L2: l2,
    ACTIVITY_L1: activityL1,
    ACTIVITY_L2: activityL2,
    MAX_NORM: maxNorm,
    CLIP_NORM: clipNorm,
  }
  return [
    Object.entries(named).map(([name, value]) => value > 0 && `${name} = ${number(value)}`),
    (dropoutInput > 0 || dropoutHidden > 0) && [
      `DROPOUT = [${[dropoutInput, ...plan.activations.map(() => dropoutHidden)].map(number).join(', ')}]`,
      `DROPOUT_SEED = ${plan.seeds.dropout}`,
    ],
  ]
}

function networkClass(facts: ScriptFacts): string {
  const { plan } = facts
  const biased = hasBiases(facts)
  return block(
    'class Network:',
    `    """Weights [inputs, outputs]${biased ? ' and biases [outputs]' : ''} of each layer."""`,
    '',
    '    def __init__(self, start):',
    '        numbers = range(1, LAYERS + 1)',
    '        self.matrices = [start[f"W{i}"] for i in numbers]',
    biased && '        self.biases = [start[f"b{i}"] for i in numbers]',
    `        self.parameters = self.matrices${biased ? ' + self.biases' : ''}`,
    '        self.optimizer = Optimizer(self.parameters)',
    '',
    forwardMethod(facts),
    '',
    gradientsMethod(facts),
    '',
    '    def train(self, x, labels, rate, step):',
    '        """One step; loss of the minibatch before it, and right answers."""',
    `        loss, correct, gradients = self.gradients(x, labels${hasDropout(plan) ? ', step' : ''})`,
    plan.regularization.clipNorm > 0 && [
      '        length = np.sqrt(sum(float((g * g).sum()) for g in gradients))',
      '        if length > CLIP_NORM:',
      '            gradients = [g * (CLIP_NORM / length) for g in gradients]',
    ],
    '        self.optimizer.step(self.parameters, gradients, rate)',
    plan.regularization.maxNorm > 0 && [
      '        for w in self.matrices:',
      '            lengths = np.sqrt((w * w).sum(axis=0))',
      '            w *= MAX_NORM / np.maximum(lengths, MAX_NORM)',
    ],
    '        return loss, correct',
    '',
    '    def score(self, x, labels):',
    '        """Loss and accuracy over a part of the data."""',
    '        losses, hits = 0.0, 0',
    '        for first in range(0, len(x), 1000):',
    '            rows = slice(first, first + 1000)',
    '            z, _ = self.forward(x[rows])',
    '            losses += float(output_loss(z, labels[rows])[0].sum())',
    '            hits += int((predictions(z) == labels[rows]).sum())',
    '        return losses / len(x), hits / len(x)',
    plan.earlyStopping?.restoreBest && [
      '',
      '    def weights(self):',
      '        return [each.copy() for each in self.parameters]',
      '',
      '    def restore(self, weights):',
      '        for each, value in zip(self.parameters, weights):',
      '            each[...] = value',
    ],
  )
}

function forwardMethod(facts: ScriptFacts): string {
  const { plan } = facts
  const drops = hasDropout(plan)
  return block(
    drops ? '    def forward(self, x, masks=None):' : '    def forward(self, x):',
    '        """Sums of the output layer, and (input, z, a) of each layer."""',
    '        seen = []',
    '        for i, w in enumerate(self.matrices):',
    drops && ['            if masks:', '                x = x * masks[i]'],
    hasBiases(facts) ? '            z = x @ w + self.biases[i]' : '            z = x @ w',
    '            a = ACTIVATIONS[i][0](z) if i < LAYERS - 1 else z',
    '            seen.append((x, z, a))',
    '            x = a',
    '        return z, seen',
  )
}

function gradientsMethod(facts: ScriptFacts): string {
  const { plan } = facts
  const { l1, l2, activityL1, activityL2 } = plan.regularization
  const drops = hasDropout(plan)
  const biased = hasBiases(facts)
  return block(
    `    def gradients(self, x, labels${drops ? ', step' : ''}):`,
    '        """Mean loss, right answers, and the gradient of each parameter."""',
    drops && masksLines(facts),
    drops ? '        z, seen = self.forward(x, masks)' : '        z, seen = self.forward(x)',
    '        losses, delta = output_loss(z, labels)',
    '        delta = delta / len(x)',
    `        of_matrices${biased ? ', of_biases = [], []' : ' = []'}`,
    '        for i in reversed(range(LAYERS)):',
    '            before = seen[i][0]',
    penalized('            ', 'of_matrices.insert(0, before.T @ delta', l1, l2),
    biased && '            of_biases.insert(0, delta.sum(axis=0))',
    '            if i > 0:',
    '                _, z_before, a = seen[i - 1]',
    '                delta = delta @ self.matrices[i].T',
    drops && '                delta = delta * masks[i]',
    activityL1 > 0 && '                delta = delta + ACTIVITY_L1 * np.sign(a) / len(x)',
    activityL2 > 0 && '                delta = delta + 2 * ACTIVITY_L2 * a / len(x)',
    '                delta = delta * ACTIVATIONS[i - 1][1](z_before, a)',
    '        correct = int((predictions(z) == labels).sum())',
    `        return float(losses.mean()), correct, of_matrices${biased ? ' + of_biases' : ''}`,
  )
}

function penalized(space: string, product: string, l1: number, l2: number): Piece {
  if (l1 === 0 && l2 === 0) return `${space}${product})`
  return [
    `${space}gradient = before.T @ delta`,
    l1 > 0 && `${space}gradient += L1 * np.sign(self.matrices[i])`,
    l2 > 0 && `${space}gradient += 2 * L2 * self.matrices[i]`,
    `${space}of_matrices.insert(0, gradient)`,
  ]
}

/** Masks by the lab's own rule; the constant input is never dropped. */
function masksLines(facts: ScriptFacts): Piece {
  const { sizes } = facts.plan
  return [
    `        units = [${sizes.slice(0, -1).join(', ')}]`,
    '        masks = [',
    '            lab_data.dropout_mask(',
    '                DROPOUT[i], DROPOUT_SEED, step, i, (len(x), units[i])',
    '            )',
    '            for i in range(LAYERS)',
    '        ]',
    hasConstantColumn(facts) && [
      '        constant = np.ones((len(x), 1), np.float32)',
      '        masks[0] = np.hstack([masks[0], constant])',
    ],
  ]
}

function hasDropout({ regularization }: ScriptFacts['plan']): boolean {
  return regularization.dropoutInput > 0 || regularization.dropoutHidden > 0
}
