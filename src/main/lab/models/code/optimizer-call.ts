/** An optimizer as the constructor of a library takes it: Keras and PyTorch have the same ones by other words. */
import type { Optimizer } from '#shared/experiment'

/** How a library writes numbers, and what it calls what the two call differently. */
export interface OptimizerWords {
  number: (value: number) => string
  rho: string
  epsilon: string
  betas: (beta1: string, beta2: string) => string[]
}

export interface OptimizerCall {
  name: string
  /** All but the learning rate. */
  settings: string[]
}

export function optimizerCall(optimizer: Optimizer, words: OptimizerWords): OptimizerCall {
  const set = (name: string, value: number) => `${name}=${words.number(value)}`
  switch (optimizer.kind) {
    case 'sgd':
      return {
        name: 'SGD',
        settings: [set('momentum', optimizer.momentum), `nesterov=${optimizer.nesterov ? 'True' : 'False'}`],
      }
    case 'adam':
      return { name: 'Adam', settings: momentsOf(optimizer, words) }
    case 'adamw':
      return {
        name: 'AdamW',
        settings: [...momentsOf(optimizer, words), set('weight_decay', optimizer.weightDecay)],
      }
    case 'rmsprop': {
      const { rho, epsilon, momentum } = optimizer
      return {
        name: 'RMSprop',
        settings: [set(words.rho, rho), set(words.epsilon, epsilon), set('momentum', momentum)],
      }
    }
    case 'adagrad': {
      const { initialAccumulator, epsilon } = optimizer
      return {
        name: 'Adagrad',
        settings: [set('initial_accumulator_value', initialAccumulator), set(words.epsilon, epsilon)],
      }
    }
  }
}

function momentsOf(
  { beta1, beta2, epsilon }: Extract<Optimizer, { kind: 'adam' | 'adamw' }>,
  words: OptimizerWords,
): string[] {
  return [...words.betas(words.number(beta1), words.number(beta2)), `${words.epsilon}=${words.number(epsilon)}`]
}
