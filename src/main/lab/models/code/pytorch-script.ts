/**
 * The experiment in PyTorch: its own layers, losses and optimizers.
 */
import type { TrainingPlan } from '#engine/index'
import type { Optimizer } from '#shared/experiment'
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
import { block, number, topLevel, type Piece } from './python-text'
import { firstInputs, hasBiases, outputsOf, type ScriptFacts } from './script-facts'

export function pytorchScript(facts: ScriptFacts): string {
  const { plan } = facts
  const head = block(
    docstring(facts, 'pytorch'),
    '',
    needsMath(facts) && 'import math',
    'import sys',
    '',
    'import numpy as np',
    'import torch',
    'from torch import nn',
    'from torch.nn import functional',
    '',
    'import lab_data',
    '',
    constants(facts),
  )
  return topLevel(
    head,
    plan.activations.some(({ kind }) => kind === 'improved-sigmoid') && IMPROVED_SIGMOID,
    layersFunction(facts),
    needsTargets(plan) && targetsFunction(facts),
    lossFunction(plan),
    predictionFunction(facts),
    hasPenalties(plan) && penaltyFunction(plan),
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

const IMPROVED_SIGMOID = block(
  'class ImprovedSigmoid(nn.Module):',
  '    def forward(self, z):',
  '        return 1.7159 * torch.tanh(2 * z / 3)',
)

function layersFunction(facts: ScriptFacts): string {
  const { plan } = facts
  const { dropoutInput, dropoutHidden } = plan.regularization
  const bias = hasBiases(facts) ? '' : ', bias=False'
  const layers = plan.sizes.slice(1).flatMap((outputs, i) => {
    const inputs = i === 0 ? firstInputs(facts) : (plan.sizes[i] ?? 0)
    const share = i === 0 ? dropoutInput : dropoutHidden
    const activation = plan.activations[i]
    return [
      ...(share > 0 ? [`nn.Dropout(${number(share)})`] : []),
      `nn.Linear(${inputs}, ${outputs}${bias})`,
      ...(activation ? [moduleOf(activation)] : []),
    ]
  })
  return block(
    'def make_layers():',
    '    return nn.Sequential(',
    ...layers.map((layer) => `        ${layer},`),
    '    )',
  )
}

function moduleOf({ kind, parameter }: TrainingPlan['activations'][number]): string {
  switch (kind) {
    case 'linear':
      return 'nn.Identity()'
    case 'sigmoid':
      return 'nn.Sigmoid()'
    case 'tanh':
      return 'nn.Tanh()'
    case 'improved-sigmoid':
      return 'ImprovedSigmoid()'
    case 'relu':
      return 'nn.ReLU()'
    case 'leaky-relu':
      return `nn.LeakyReLU(${number(parameter)})`
    case 'elu':
      return `nn.ELU(${number(parameter)})`
    case 'gelu':
      return 'nn.GELU()'
    case 'silu':
      return 'nn.SiLU()'
    case 'softplus':
      return 'nn.Softplus()'
  }
}

function needsTargets({ outputLoss: { kind } }: TrainingPlan): boolean {
  return !kind.endsWith('cross-entropy') || kind === 'sigmoid-binary-cross-entropy'
}

/** Mean loss of sums z and labels. */
function lossFunction({ outputLoss }: TrainingPlan): string {
  const smoothing = outputLoss.smoothing > 0
  const entropy = (scores: string) =>
    smoothing
      ? ['    return functional.cross_entropy(', `        ${scores}, labels, label_smoothing=LABEL_SMOOTHING`, '    )']
      : [`    return functional.cross_entropy(${scores}, labels)`]
  const squared = (answer: string) => [
    '    targets = torch.from_numpy(targets_of(labels.numpy()))',
    `    return 0.5 * ((${answer} - targets) ** 2).sum(dim=1).mean()`,
  ]
  const bodies: Readonly<Record<TrainingPlan['outputLoss']['kind'], readonly string[]>> = {
    'softmax-cross-entropy': entropy('z'),
    'softmax-twice-cross-entropy': [
      '    # the deliberate mistake: cross_entropy has a softmax of its own',
      '    y = torch.softmax(z, dim=1)',
      ...entropy('y'),
    ],
    'sigmoid-binary-cross-entropy': [
      '    targets = torch.from_numpy(targets_of(labels.numpy()))',
      '    losses = functional.binary_cross_entropy_with_logits(',
      '        z, targets, reduction="none"',
      '    )',
      '    return losses.sum(dim=1).mean()',
    ],
    'softmax-squared-error': squared('torch.softmax(z, dim=1)'),
    'sigmoid-squared-error': squared('torch.sigmoid(z)'),
    'linear-squared-error': squared('z'),
  }
  return block('def loss_of(z, labels):', ...bodies[outputLoss.kind])
}

function predictionFunction(facts: ScriptFacts): string {
  const half = facts.plan.outputLoss.kind.startsWith('linear') ? '0.5' : '0'
  return block(
    'def predictions(z):',
    outputsOf(facts) === 1 ? `    return (z[:, 0] > ${half}).long()` : '    return z.argmax(dim=1)',
  )
}

function hasPenalties(plan: TrainingPlan): boolean {
  const { l1, l2 } = plan.regularization
  return l1 > 0 || l2 > 0 || hasActivityPenalties(plan)
}

function hasActivityPenalties({ regularization }: TrainingPlan): boolean {
  return regularization.activityL1 > 0 || regularization.activityL2 > 0
}

function penaltyFunction(plan: TrainingPlan): string {
  const { l1, l2, activityL1, activityL2 } = plan.regularization
  return block(
    `def penalty(linears, hidden):`,
    '    """What is minimized beside the loss."""',
    '    value = 0.0',
    (l1 > 0 || l2 > 0) && [
      '    for linear in linears:',
      l1 > 0 && `        value += ${number(l1)} * linear.weight.abs().sum()`,
      l2 > 0 && `        value += ${number(l2)} * (linear.weight ** 2).sum()`,
    ],
    hasActivityPenalties(plan) && [
      '    for a in hidden:',
      activityL1 > 0 && `        value += ${number(activityL1)} * a.abs().sum() / len(a)`,
      activityL2 > 0 && `        value += ${number(activityL2)} * (a ** 2).sum() / len(a)`,
    ],
    '    return value',
  )
}

function networkClass(facts: ScriptFacts): string {
  const { plan } = facts
  return block(
    'class Network:',
    '    def __init__(self, start):',
    '        self.layers = make_layers()',
    '        self.linears = [',
    '            layer for layer in self.layers if isinstance(layer, nn.Linear)',
    '        ]',
    '        with torch.no_grad():',
    '            for i, linear in enumerate(self.linears, start=1):',
    '                linear.weight.copy_(torch.from_numpy(start[f"W{i}"].T))',
    hasBiases(facts) && '                linear.bias.copy_(torch.from_numpy(start[f"b{i}"]))',
    hasActivityPenalties(plan) && HOOKS,
    optimizerLines(plan.optimizer, plan.gradientSign < 0),
    '',
    trainMethod(plan),
    '',
    SCORE_METHOD,
    plan.earlyStopping?.restoreBest && [
      '',
      '    def weights(self):',
      '        state = self.layers.state_dict()',
      '        return {name: value.clone() for name, value in state.items()}',
      '',
      '    def restore(self, weights):',
      '        self.layers.load_state_dict(weights)',
    ],
  )
}

/** Outputs of the hidden layers, before any of them are dropped. */
const HOOKS = block(
  '        self.hidden = []',
  '        for layer, after in zip(self.layers, self.layers[1:]):',
  '            if isinstance(layer, nn.Linear):',
  '                after.register_forward_hook(',
  '                    lambda module, inputs, a: self.hidden.append(a)',
  '                )',
)

function trainMethod(plan: TrainingPlan): Piece {
  const { clipNorm, maxNorm } = plan.regularization
  const activities = hasActivityPenalties(plan)
  return [
    '    def train(self, x, labels, rate, step):',
    '        """One step; loss of the minibatch before it, and right answers."""',
    '        self.layers.train()',
    activities && '        self.hidden.clear()',
    '        labels = torch.from_numpy(labels)',
    '        z = self.layers(torch.from_numpy(x))',
    '        loss = loss_of(z, labels)',
    '        self.optimizer.zero_grad()',
    hasPenalties(plan)
      ? `        (loss + penalty(self.linears, ${activities ? 'self.hidden' : '[]'})).backward()`
      : '        loss.backward()',
    clipNorm > 0 && [
      '        nn.utils.clip_grad_norm_(',
      `            self.layers.parameters(), ${number(clipNorm)}`,
      '        )',
    ],
    '        self.optimizer.param_groups[0]["lr"] = rate',
    '        self.optimizer.step()',
    maxNorm > 0 && [
      '        with torch.no_grad():',
      '            for linear in self.linears:',
      '                lengths = linear.weight.norm(dim=1, keepdim=True)',
      `                most = lengths.clamp(min=${number(maxNorm)})`,
      `                linear.weight.mul_(${number(maxNorm)} / most)`,
    ],
    '        correct = int((predictions(z) == labels).sum())',
    '        return loss.item(), correct',
  ]
}

const SCORE_METHOD = block(
  '    @torch.no_grad()',
  '    def score(self, x, labels):',
  '        """Loss and accuracy over a part of the data."""',
  '        self.layers.eval()',
  '        losses, hits = 0.0, 0',
  '        for first in range(0, len(x), 1000):',
  '            rows = slice(first, first + 1000)',
  '            part = torch.from_numpy(labels[rows])',
  '            z = self.layers(torch.from_numpy(x[rows]))',
  '            losses += loss_of(z, part).item() * len(part)',
  '            hits += int((predictions(z) == part).sum())',
  '        return losses / len(x), hits / len(x)',
)

function optimizerLines(optimizer: Optimizer, uphill: boolean): Piece {
  const { name, settings } = optimizerCall(optimizer, OPTIMIZER_WORDS)
  const more = uphill ? [...settings, 'maximize=True'] : settings
  return [
    uphill && '        # the deliberate mistake: uphill',
    `        self.optimizer = torch.optim.${name}(`,
    '            self.layers.parameters(),',
    '            lr=LEARNING_RATE,',
    more.map((setting) => `            ${setting},`),
    '        )',
  ]
}

const OPTIMIZER_WORDS: OptimizerWords = {
  number: number,
  rho: 'alpha',
  epsilon: 'eps',
  betas: (beta1, beta2) => [`betas=(${beta1}, ${beta2})`],
}
