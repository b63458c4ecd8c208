/**
 * The experiment in Keras 3, on whatever backend it finds.
 */
import type { TrainingPlan } from '#engine/index'
import { LabError } from '#shared/errors'
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
import { optimizerCall, type OptimizerWords } from './optimizer-call'
import { block, decimal, topLevel, type Piece } from './python-text'
import { firstInputs, hasBiases, outputsOf, type ScriptFacts } from './script-facts'

/** Throws `export/unsupported` for what Keras cannot be brought to do. */
export function kerasScript(facts: ScriptFacts): string {
  const { plan } = facts
  mustBePossible(plan)
  const head = block(
    docstring(facts, 'keras'),
    '',
    needsMath(facts) && 'import math',
    'import sys',
    usesPartial(plan) && 'from functools import partial',
    '',
    'import keras',
    'import numpy as np',
    'from keras import ops',
    '',
    'import lab_data',
    '',
    constants(facts),
  )
  return topLevel(
    head,
    plan.activations.some(({ kind }) => kind === 'improved-sigmoid') && IMPROVED_SIGMOID,
    targetsFunction(facts),
    lossFunction(plan),
    hitsFunction(facts),
    modelFunction(facts),
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

function mustBePossible({ gradientSign, optimizer }: TrainingPlan): void {
  if (gradientSign > 0 || optimizer.kind !== 'adamw') return
  throw new LabError(
    'export/unsupported',
    'Steps uphill with AdamW cannot be written in Keras, whose weight decay would turn round as well: take PyTorch or NumPy',
  )
}

const IMPROVED_SIGMOID = block('def improved_sigmoid(z):', '    return 1.7159 * ops.tanh(2 * z / 3)')

/** Of targets and what leaves the model, which is sums for the cross-entropies: one loss for each sample. */
function lossFunction({ outputLoss: { kind } }: TrainingPlan): string {
  const isSquared = kind.endsWith('squared-error')
  return block(
    `def sample_loss(targets, ${isSquared ? 'y' : 'z'}):`,
    isSquared && '    return 0.5 * ops.sum(ops.square(y - targets), axis=1)',
    kind.startsWith('softmax') &&
      !isSquared && [
        kind === 'softmax-twice-cross-entropy' && '    # the deliberate mistake: z has been through a softmax already',
        '    return ops.categorical_crossentropy(targets, z, from_logits=True)',
      ],
    kind === 'sigmoid-binary-cross-entropy' && [
      '    return ops.sum(',
      '        ops.binary_crossentropy(targets, z, from_logits=True), axis=1',
      '    )',
    ],
  )
}

function hitsFunction(facts: ScriptFacts): string {
  const half = facts.plan.outputLoss.kind === 'sigmoid-binary-cross-entropy' ? '0' : '0.5'
  return block(
    'def hits(targets, outputs):',
    outputsOf(facts) === 1
      ? ['    answers = outputs[:, 0] > ' + half, '    return ops.equal(answers, targets[:, 0] > 0.5)']
      : ['    answers = ops.argmax(outputs, axis=1)', '    return ops.equal(answers, ops.argmax(targets, axis=1))'],
  )
}

function modelFunction(facts: ScriptFacts): string {
  const { plan } = facts
  const { dropoutInput, dropoutHidden } = plan.regularization
  const layers = plan.sizes.slice(1).flatMap((outputs, i) => {
    const share = i === 0 ? dropoutInput : dropoutHidden
    return [
      ...(share > 0 ? [`        keras.layers.Dropout(${decimal(share)}),`] : []),
      '        keras.layers.Dense(',
      `            ${outputs},`,
      ...denseOptions(facts, i).map((option) => `            ${option},`),
      '        ),',
    ]
  })
  return block(
    'def make_model():',
    '    return keras.Sequential([',
    `        keras.Input((${firstInputs(facts)},)),`,
    ...layers,
    '    ])',
  )
}

function denseOptions(facts: ScriptFacts, layer: number): string[] {
  const { plan } = facts
  const { l1, l2, activityL1, activityL2, maxNorm } = plan.regularization
  const hidden = plan.activations[layer]
  const activation = hidden ? activationOf(hidden) : outputActivationOf(plan)
  return [
    ...(activation === null ? [] : [`activation=${activation}`]),
    ...(hasBiases(facts) ? [] : ['use_bias=False']),
    ...penaltyOption('kernel', l1, l2),
    ...(hidden ? penaltyOption('activity', activityL1, activityL2) : []),
    ...(maxNorm > 0 ? [`kernel_constraint=keras.constraints.MaxNorm(${decimal(maxNorm)})`] : []),
  ]
}

function penaltyOption(what: 'kernel' | 'activity', l1: number, l2: number): string[] {
  if (l1 === 0 && l2 === 0) return []
  return [`${what}_regularizer=keras.regularizers.L1L2(${decimal(l1)}, ${decimal(l2)})`]
}

function outputActivationOf({ outputLoss: { kind } }: TrainingPlan): string | null {
  if (kind === 'softmax-squared-error' || kind === 'softmax-twice-cross-entropy') return '"softmax"'
  return kind === 'sigmoid-squared-error' ? '"sigmoid"' : null
}

function activationOf({ kind, parameter }: TrainingPlan['activations'][number]): string | null {
  switch (kind) {
    case 'linear':
      return null
    case 'improved-sigmoid':
      return 'improved_sigmoid'
    case 'leaky-relu':
      return `partial(ops.leaky_relu, negative_slope=${decimal(parameter)})`
    case 'elu':
      return `partial(ops.elu, alpha=${decimal(parameter)})`
    case 'gelu':
      return 'partial(ops.gelu, approximate=False)'
    case 'relu':
    case 'sigmoid':
    case 'silu':
    case 'softplus':
    case 'tanh':
      return `"${kind}"`
  }
}

function usesPartial({ activations }: TrainingPlan): boolean {
  return activations.some(({ kind }) => kind === 'leaky-relu' || kind === 'elu' || kind === 'gelu')
}

function networkClass(facts: ScriptFacts): string {
  const { plan } = facts
  const rate = plan.gradientSign < 0 ? '-rate' : 'rate'
  return block(
    'class Network:',
    '    def __init__(self, start):',
    '        self.model = make_model()',
    '        values = []',
    '        for i in range(1, len(self.model.trainable_variables) + 1):',
    '            names = [f"W{i}", f"b{i}"]',
    '            values += [start[name] for name in names if name in start]',
    '        self.model.set_weights(values)',
    '        self.model.compile(',
    optimizerLines(plan),
    '            loss=sample_loss,',
    '            metrics=[sample_loss, hits],',
    '        )',
    '',
    '    def train(self, x, labels, rate, step):',
    '        """One step; loss of the minibatch before it, and right answers."""',
    plan.gradientSign < 0 && '        # the deliberate mistake: uphill',
    `        self.model.optimizer.learning_rate = ${rate}`,
    '        self.model.reset_metrics()',
    '        logs = self.model.train_on_batch(',
    '            x, targets_of(labels), return_dict=True',
    '        )',
    '        # logs["loss"] has the penalties in it, sample_loss has not',
    '        correct = round(float(logs["hits"]) * len(labels))',
    '        return float(logs["sample_loss"]), correct',
    '',
    '    def score(self, x, labels):',
    '        """Loss and accuracy over a part of the data."""',
    '        logs = self.model.evaluate(',
    '            x,',
    '            targets_of(labels),',
    '            batch_size=1000,',
    '            verbose=0,',
    '            return_dict=True,',
    '        )',
    '        return float(logs["sample_loss"]), float(logs["hits"])',
    plan.earlyStopping?.restoreBest && [
      '',
      '    def weights(self):',
      '        return self.model.get_weights()',
      '',
      '    def restore(self, weights):',
      '        self.model.set_weights(weights)',
    ],
  )
}

function optimizerLines({ optimizer, regularization: { clipNorm } }: TrainingPlan): Piece {
  const { name, settings } = optimizerCall(optimizer, OPTIMIZER_WORDS)
  const more = clipNorm > 0 ? [...settings, `global_clipnorm=${decimal(clipNorm)}`] : settings
  return [
    `            optimizer=keras.optimizers.${name}(`,
    '                LEARNING_RATE,',
    more.map((setting) => `                ${setting},`),
    '            ),',
  ]
}

const OPTIMIZER_WORDS: OptimizerWords = {
  number: decimal,
  rho: 'rho',
  epsilon: 'epsilon',
  betas: (beta1, beta2) => [`beta_1=${beta1}`, `beta_2=${beta2}`],
}
