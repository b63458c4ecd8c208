/**
 * What readers call the things that an experiment file names in small letters.
 */
import type { Experiment } from '../experiment'

type Activation = Experiment['network']['layers'][number]['activation']
type Optimizer = Experiment['training']['optimizer']['kind']

const ACTIVATIONS: Record<Activation, string> = {
  sigmoid: 'sigmoid',
  relu: 'ReLU',
  tanh: 'tanh',
  'improved-sigmoid': '1.7159 · tanh(2z/3)',
  'leaky-relu': 'leaky ReLU',
  elu: 'ELU',
  gelu: 'GELU',
  silu: 'SiLU',
  softplus: 'softplus',
  linear: 'linear',
}

const OPTIMIZERS: Record<Optimizer, string> = {
  sgd: 'SGD',
  adam: 'Adam',
  adamw: 'AdamW',
  rmsprop: 'RMSprop',
  adagrad: 'Adagrad',
}

export function activationWords(layers: Experiment['network']['layers']): string {
  return [...new Set(layers.map(({ activation }) => ACTIVATIONS[activation]))].join(', ') || 'none'
}

/** With its momentum, which makes another optimizer of it. */
export function optimizerWords(optimizer: Experiment['training']['optimizer']): string {
  const name = OPTIMIZERS[optimizer.kind]
  const momentum = 'momentum' in optimizer ? optimizer.momentum : 0
  return momentum > 0 ? `${name}, momentum ${momentum}` : name
}
