/**
 * What NumPy has no name for: activations with their slopes, losses with their gradients, and optimizers.
 */
import type { TrainingPlan } from '#engine/index'
import type { Activation, Optimizer } from '#shared/experiment'
import { block, number } from './python-text'

interface Curve {
  /** In z, and a parameter where the activation has one. */
  value: string
  /** In z and in a, the value at z. */
  slope: string
  parameter?: string
}

const CURVES: Readonly<Record<Activation, Curve>> = {
  linear: { value: 'z', slope: 'np.ones_like(z)' },
  sigmoid: { value: 'np.exp(-np.logaddexp(0, -z))', slope: 'a * (1 - a)' },
  tanh: { value: 'np.tanh(z)', slope: '1 - a * a' },
  'improved-sigmoid': { value: '1.7159 * np.tanh(2 * z / 3)', slope: '2 / 3 * (1.7159 - a * a / 1.7159)' },
  relu: { value: 'np.maximum(z, 0)', slope: 'a > 0' },
  'leaky-relu': {
    value: 'np.where(z < 0, slope * z, z)',
    slope: 'np.where(a > 0, 1, slope).astype(z.dtype)',
    parameter: 'slope',
  },
  elu: {
    value: 'np.where(z < 0, c * np.expm1(np.minimum(z, 0)), z)',
    slope: 'np.where(a > 0, 1, a + c)',
    parameter: 'c',
  },
  gelu: {
    value: 'z * normal_share(z)',
    slope: 'normal_share(z) + z * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)',
  },
  silu: { value: 'z * sigmoid(z)', slope: 'sigmoid(z) * (1 + z * (1 - sigmoid(z)))' },
  softplus: { value: 'np.logaddexp(0, z)', slope: '-np.expm1(-a)' },
}

const NORMAL_SHARE = block(
  'ERF = np.vectorize(math.erf, otypes=[np.float32])',
  '',
  '',
  'def normal_share(z):',
  '    """Share of a standard normal distribution below z."""',
  '    return (1 + ERF(z / math.sqrt(2))) / 2',
)

export function activationFunctions({ activations, outputLoss }: TrainingPlan): string[] {
  const kinds = new Set<Activation>(activations.map(({ kind }) => kind))
  if (outputLoss.kind.startsWith('sigmoid') || kinds.has('silu')) kinds.add('sigmoid')
  const hidden = new Set<Activation>(activations.map(({ kind }) => kind))
  return [
    ...(kinds.has('gelu') ? [NORMAL_SHARE] : []),
    ...[...kinds]
      .sort(sigmoidFirst)
      .flatMap((kind) => [valueFunction(kind), ...(hidden.has(kind) ? [slopeFunction(kind)] : [])]),
  ]
}

/** Others may use it. */
function sigmoidFirst(a: Activation, b: Activation): number {
  return Number(b === 'sigmoid') - Number(a === 'sigmoid')
}

/** A pair for each hidden layer: what leaves its units, and the slope of that. */
export function activationTable({ activations }: TrainingPlan): string {
  if (activations.length === 0) return 'ACTIVATIONS = []  # no hidden layer'
  const rows = activations.flatMap(({ kind, parameter }) => {
    const { parameter: word } = CURVES[kind]
    const name = nameOf(kind)
    if (word === undefined) return [`    (${name}, ${name}_slope),`]
    const given = `${word}=${number(parameter)}`
    return ['    (', `        partial(${name}, ${given}),`, `        partial(${name}_slope, ${given}),`, '    ),']
  })
  return block('# of the hidden layers: what leaves a unit, and its slope', 'ACTIVATIONS = [', ...rows, ']')
}

export function usesPartial({ activations }: TrainingPlan): boolean {
  return activations.some(({ kind }) => CURVES[kind].parameter !== undefined)
}

function valueFunction(kind: Activation): string {
  const { value, parameter } = CURVES[kind]
  return block(`def ${nameOf(kind)}(z${parameter ? `, ${parameter}` : ''}):`, `    return ${value}`)
}

function slopeFunction(kind: Activation): string {
  const { slope, parameter } = CURVES[kind]
  return block(`def ${nameOf(kind)}_slope(z, a${parameter ? `, ${parameter}` : ''}):`, `    return ${slope}`)
}

function nameOf(kind: Activation): string {
  return kind.replaceAll('-', '_')
}

const LOG_SOFTMAX = block(
  'def log_softmax(z):',
  '    z = z - z.max(axis=1, keepdims=True)',
  '    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))',
)
const SOFTMAX = block('def softmax(z):', '    return np.exp(log_softmax(z))')
const BACK_THROUGH_SOFTMAX = '    delta = y * (delta - (y * delta).sum(axis=1, keepdims=True))'

/** Functions that end with `output_loss`: of sums and labels, the loss of each sample and its gradient. */
export function lossFunctions({ outputLoss: { kind } }: TrainingPlan): string[] {
  const body = LOSS_BODIES[kind]
  const unit = kind.endsWith('squared-error') ? 'Loss of each sample' : 'Loss of each sample in nats'
  return [
    ...(kind.startsWith('softmax') ? [LOG_SOFTMAX, SOFTMAX] : []),
    block(
      'def output_loss(z, labels):',
      `    """${unit}, and its gradient by the sums z."""`,
      '    targets = targets_of(labels)',
      ...body,
    ),
  ]
}

const SQUARED_ERROR = ['    losses = 0.5 * ((y - targets) ** 2).sum(axis=1)', '    delta = y - targets']
const LOSS_BODIES: Readonly<Record<TrainingPlan['outputLoss']['kind'], readonly string[]>> = {
  'softmax-cross-entropy': [
    '    losses = -(targets * log_softmax(z)).sum(axis=1)',
    '    return losses, softmax(z) - targets',
  ],
  'softmax-twice-cross-entropy': [
    '    # the deliberate mistake: the loss has a softmax of its own',
    '    y = softmax(z)',
    '    losses = -(targets * log_softmax(y)).sum(axis=1)',
    '    delta = softmax(y) - targets',
    BACK_THROUGH_SOFTMAX,
    '    return losses, delta',
  ],
  'sigmoid-binary-cross-entropy': [
    '    losses = (np.logaddexp(0, z) - targets * z).sum(axis=1)',
    '    return losses, sigmoid(z) - targets',
  ],
  'softmax-squared-error': ['    y = softmax(z)', ...SQUARED_ERROR, BACK_THROUGH_SOFTMAX, '    return losses, delta'],
  'sigmoid-squared-error': ['    y = sigmoid(z)', ...SQUARED_ERROR, '    return losses, delta * y * (1 - y)'],
  'linear-squared-error': ['    y = z', ...SQUARED_ERROR, '    return losses, delta'],
}

/** Whether class 1 of a single unit is told by its sum being above 0, or above one half. */
export function predictionFunction({ outputLoss: { kind }, sizes }: TrainingPlan): string {
  const half = kind.startsWith('linear') ? '0.5' : '0'
  return block(
    'def predictions(z):',
    sizes.at(-1) === 1 ? `    return (z[:, 0] > ${half}).astype(np.int64)` : '    return z.argmax(axis=1)',
  )
}

/** A class Optimizer with `step(parameters, gradients, rate)`, which changes the parameters in place. */
export function optimizerClass(optimizer: Optimizer, uphill: boolean): string {
  const sign = uphill ? '+=' : '-='
  const wrong = uphill ? '            # the deliberate mistake: uphill' : null
  switch (optimizer.kind) {
    case 'sgd':
      return optimizer.momentum > 0 ? momentumClass(optimizer, sign, wrong) : sgdClass(sign, wrong)
    case 'adam':
    case 'adamw':
      return adamClass(optimizer, sign, wrong)
    case 'rmsprop':
      return rmspropClass(optimizer, sign, wrong)
    case 'adagrad':
      return adagradClass(optimizer, sign, wrong)
  }
}

const HEAD = '    def step(self, parameters, gradients, rate):'

function begin(states: Record<string, string>, more: readonly string[] = []): string {
  return block(
    'class Optimizer:',
    '    def __init__(self, parameters):',
    ...Object.entries(states).map(([name, make]) => `        self.${name} = [${make} for each in parameters]`),
    ...more,
    '',
  )
}

const ZEROS = 'np.zeros_like(each)'

function sgdClass(sign: string, wrong: string | null): string {
  return block(
    'class Optimizer:',
    '    def __init__(self, parameters):',
    '        pass  # remembers nothing',
    '',
    HEAD,
    '        for w, g in zip(parameters, gradients):',
    wrong,
    `            w ${sign} rate * g`,
  )
}

function momentumClass(
  { momentum, nesterov }: Extract<Optimizer, { kind: 'sgd' }>,
  sign: string,
  wrong: string | null,
): string {
  return block(
    begin({ velocities: ZEROS }),
    HEAD,
    '        for w, g, v in zip(parameters, gradients, self.velocities):',
    `            v *= ${number(momentum)}`,
    '            v += g',
    wrong,
    nesterov ? `            w ${sign} rate * (g + ${number(momentum)} * v)` : `            w ${sign} rate * v`,
  )
}

function adamClass(
  optimizer: Extract<Optimizer, { kind: 'adam' | 'adamw' }>,
  sign: string,
  wrong: string | null,
): string {
  const { beta1, beta2, epsilon } = optimizer
  return block(
    begin({ means: ZEROS, squares: ZEROS }, ['        self.steps = 0']),
    HEAD,
    '        self.steps += 1',
    `        mean_share = 1 - ${number(beta1)} ** self.steps`,
    `        square_share = 1 - ${number(beta2)} ** self.steps`,
    '        state = zip(parameters, gradients, self.means, self.squares)',
    '        for w, g, m, v in state:',
    optimizer.kind === 'adamw' && `            w *= 1 - rate * ${number(optimizer.weightDecay)}`,
    `            m *= ${number(beta1)}`,
    `            m += (1 - ${number(beta1)}) * g`,
    `            v *= ${number(beta2)}`,
    `            v += (1 - ${number(beta2)}) * g * g`,
    `            root = np.sqrt(v / square_share) + ${number(epsilon)}`,
    wrong,
    `            w ${sign} rate * (m / mean_share) / root`,
  )
}

function rmspropClass(
  { rho, epsilon, momentum }: Extract<Optimizer, { kind: 'rmsprop' }>,
  sign: string,
  wrong: string | null,
): string {
  const hasMomentum = momentum > 0
  return block(
    begin({ squares: ZEROS, ...(hasMomentum && { velocities: ZEROS }) }),
    HEAD,
    hasMomentum
      ? [
          '        state = zip(parameters, gradients, self.squares, self.velocities)',
          '        for w, g, s, v in state:',
        ]
      : '        for w, g, s in zip(parameters, gradients, self.squares):',
    `            s *= ${number(rho)}`,
    `            s += (1 - ${number(rho)}) * g * g`,
    `            update = g / (np.sqrt(s) + ${number(epsilon)})`,
    hasMomentum && [`            v *= ${number(momentum)}`, '            v += update'],
    wrong,
    `            w ${sign} rate * ${hasMomentum ? 'v' : 'update'}`,
  )
}

function adagradClass(
  { initialAccumulator, epsilon }: Extract<Optimizer, { kind: 'adagrad' }>,
  sign: string,
  wrong: string | null,
): string {
  return block(
    begin({ sums: initialAccumulator === 0 ? ZEROS : `np.full_like(each, ${number(initialAccumulator)})` }),
    HEAD,
    '        for w, g, s in zip(parameters, gradients, self.sums):',
    '            s += g * g',
    wrong,
    `            w ${sign} rate * g / (np.sqrt(s) + ${number(epsilon)})`,
  )
}
