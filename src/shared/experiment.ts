/**
 * The experiment file: one strict, versioned schema for the designer, the command line and the disk.
 *
 * The schema holds what the format can say. What this version's engine can train is narrower: see
 * `experiment-support.ts`, which refuses the rest by name. Numbers have their unit or range in the
 * description, which the generated JSON Schema and the designer's field hints both show.
 */
import { z } from 'zod'

/** Raised when a file of the older shape could no longer be read as it is; older files are then migrated. */
export const EXPERIMENT_VERSION = 1

export const LIMITS = {
  excluded: 10_000,
  units: 16_384,
  layers: 64,
  epochs: 100_000,
  batchSize: 1_000_000,
  replicates: 1000,
  threads: 64,
  seed: 4_294_967_295,
} as const

/** The wording of a range is the error message too: `network.layers[0].units: 1 … 16384, got "abc"`. */
function integer(min: number, max: number) {
  const range = `${min} … ${max}`
  const error = ({ input }: { input?: unknown }) => (typeof input === 'number' ? `a whole number, ${range}` : range)
  return z.int({ error }).min(min, { error: range }).max(max, { error: range })
}
function positive(max: number) {
  const error = `above 0, at most ${max}`
  return z.number({ error }).gt(0, { error }).max(max, { error })
}
function between(min: number, max: number) {
  const error = `${min} … ${max}`
  return z.number({ error }).min(min, { error }).max(max, { error })
}
/** From 0 to just below 1: momenta, decay rates and dropout shares. */
function fraction() {
  const error = 'from 0 to below 1'
  return z.number({ error }).min(0, { error }).lt(1, { error })
}
function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: `one of ${values.join(', ')}` })
}
function kindOf<const T extends string>(kind: T) {
  return z.literal(kind)
}

const units = integer(1, LIMITS.units).describe('Units in this layer')

/** Activations without a parameter of their own. */
export const PLAIN_ACTIVATIONS = [
  'sigmoid',
  'relu',
  'tanh',
  'improved-sigmoid',
  'gelu',
  'silu',
  'softplus',
  'linear',
] as const

export const layerSchema = z.discriminatedUnion(
  'activation',
  [
    z.strictObject({ units, activation: z.enum(PLAIN_ACTIVATIONS) }),
    z.strictObject({
      units,
      activation: kindOf('leaky-relu'),
      slope: between(0, 1).default(0.01).describe('Slope below zero'),
    }),
    z.strictObject({
      units,
      activation: kindOf('elu'),
      c: positive(100).default(1).describe('c in c·(eˣ − 1) below zero'),
    }),
  ],
  { error: 'a layer such as { "units": 64, "activation": "relu" }' },
)

export const initializerSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.enum([
        'glorot-uniform',
        'glorot-normal',
        'he-uniform',
        'he-normal',
        'lecun-uniform',
        'lecun-normal',
        'pytorch-default',
        'keras-default',
        'zeros',
      ]),
    }),
    z.strictObject({
      kind: kindOf('uniform'),
      range: positive(100).describe('a: weights are drawn from U(−a, a), biases start at 0'),
    }),
  ],
  { error: 'an initializer such as { "kind": "glorot-uniform" }' },
)

const learningRate = positive(1000).describe('Learning rate')

export const optimizerSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: kindOf('sgd'),
      learningRate: learningRate.default(0.1),
      momentum: fraction().default(0).describe('v = momentum · v + gradient; w = w − learning rate · v'),
      nesterov: z.boolean().default(false).describe('Nesterov momentum; needs a momentum'),
    }),
    z.strictObject({
      kind: kindOf('adam'),
      learningRate: learningRate.default(0.001),
      beta1: fraction().default(0.9),
      beta2: fraction().default(0.999),
      epsilon: positive(1).default(1e-8).describe('Added to √v̂. PyTorch: 1e-8, Keras: 1e-7'),
    }),
    z.strictObject({
      kind: kindOf('adamw'),
      learningRate: learningRate.default(0.001),
      beta1: fraction().default(0.9),
      beta2: fraction().default(0.999),
      epsilon: positive(1).default(1e-8),
      weightDecay: between(0, 10)
        .default(0.01)
        .describe(
          'Decoupled: w = (1 − learning rate · weight decay) · w before each step. PyTorch: 0.01, Keras: 0.004',
        ),
    }),
    z.strictObject({
      kind: kindOf('rmsprop'),
      learningRate: learningRate.default(0.001),
      rho: fraction().default(0.9).describe('Decay of the squared gradient. PyTorch: 0.99, Keras: 0.9'),
      epsilon: positive(1).default(1e-7).describe('Added to the root of the mean square. PyTorch: 1e-8, Keras: 1e-7'),
      momentum: fraction().default(0),
    }),
    z.strictObject({
      kind: kindOf('adagrad'),
      learningRate: learningRate.default(0.01).describe('Learning rate. PyTorch: 0.01, Keras: 0.001'),
      initialAccumulator: between(0, 100)
        .default(0)
        .describe('Where the sums of squares begin. PyTorch: 0, Keras: 0.1'),
      epsilon: positive(1).default(1e-10).describe('Added to the root of the sum. PyTorch: 1e-10, Keras: 1e-7'),
    }),
  ],
  { error: 'an optimizer such as { "kind": "adam", "learningRate": 0.001 }' },
)

const warmupEpochs = integer(0, LIMITS.epochs)
  .default(0)
  .describe('The learning rate rises evenly, step by step, over so many epochs; the schedule begins after them')
const watched = ['validation-loss', 'validation-accuracy', 'train-loss'] as const

/** All of them set a factor for the optimizer's learning rate, from step to step or at the end of an epoch. */
export const scheduleSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: kindOf('constant'), warmupEpochs }),
    z.strictObject({ kind: kindOf('step'), everyEpochs: integer(1, LIMITS.epochs), factor: positive(1), warmupEpochs }),
    z.strictObject({ kind: kindOf('exponential'), factor: positive(1).describe('Factor an epoch'), warmupEpochs }),
    z.strictObject({
      kind: kindOf('cosine'),
      final: between(0, 1).default(0).describe('Factor of the learning rate at the end'),
      warmupEpochs,
    }),
    z.strictObject({
      kind: kindOf('plateau'),
      metric: oneOf(watched).default('validation-loss'),
      factor: positive(1).default(0.1),
      patience: integer(1, 10_000).default(10).describe('Evaluations without improvement'),
      warmupEpochs,
    }),
  ],
  { error: 'a schedule such as { "kind": "constant" }' },
)

export const splitSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: kindOf('official') }),
    z.strictObject({
      kind: kindOf('first'),
      train: integer(1, 10_000_000).describe('The first n of the official training part'),
      validation: integer(0, 10_000_000).default(0).describe('The n that follow them'),
      test: integer(1, 10_000_000).describe('The first n of the official test part'),
    }),
    z.strictObject({
      kind: z.enum(['random', 'stratified']),
      train: integer(1, 10_000_000).describe('Drawn from the official training part with seeds.split'),
      validation: integer(0, 10_000_000).describe('Drawn from the rest of it; the test part is the official one'),
    }),
    z.strictObject({ kind: kindOf('k-fold'), folds: integer(2, 100), fold: integer(0, 99) }),
  ],
  { error: 'a split such as { "kind": "official" }' },
)

/** A group of fields: its message is for a file that has something else in the group's place. */
function group<const T extends z.core.$ZodShape>(shape: T, example: string) {
  const error = (issue: { code?: string | undefined }) =>
    issue.code === 'invalid_type' ? `an object such as ${example}` : undefined
  return z.strictObject(shape, { error })
}

export const datasetSchema = group(
  {
    name: z.string({ error: 'the name of a data set, such as "mnist"' }).min(1).max(100),
    split: splitSchema.default({ kind: 'official' }),
    scaling: oneOf(['none', 'unit', 'standardize', 'standardize-per-feature'])
      .default('unit')
      .describe(
        'none: 0 … 255; unit: bytes divided by 255, other values as they are; standardize: (x − mean) / sd of the training part',
      ),
    exclude: z
      .array(integer(0, 100_000_000), { error: 'a list of sample numbers' })
      .max(LIMITS.excluded, { error: `at most ${LIMITS.excluded} samples` })
      .refine((samples) => new Set(samples).size === samples.length, { error: 'each sample once' })
      .optional()
      .describe(
        'Samples that are in no part, numbered over the whole set (official training part first); all others stay where they were',
      ),
  },
  '{ "name": "mnist" }',
)

const output = z.strictObject({
  units: z
    .union([z.literal('classes'), integer(1, LIMITS.units)], { error: `"classes", or 1 … ${LIMITS.units}` })
    .default('classes'),
  activation: oneOf(['softmax', 'sigmoid', 'linear']).default('softmax'),
})

const network = group(
  {
    layers: z
      .array(layerSchema, { error: 'a list of hidden layers' })
      .max(LIMITS.layers, { error: `at most ${LIMITS.layers} hidden layers` })
      .describe('Hidden layers, from the input to the output. None: logistic regression'),
    output: output.default({ units: 'classes', activation: 'softmax' }),
    initializer: initializerSchema.default({ kind: 'glorot-uniform' }),
    bias: oneOf(['each-layer', 'input-trick', 'none'])
      .default('each-layer')
      .describe('each-layer: a bias for every unit; input-trick: one constant input of 1, no other bias'),
  },
  '{ "layers": [{ "units": 64, "activation": "relu" }] }',
)

const evaluation = z.strictObject({
  every: z
    .union(
      [z.strictObject({ epochs: integer(1, LIMITS.epochs) }), z.strictObject({ steps: integer(1, 1_000_000_000) })],
      { error: '{ "epochs": n } or { "steps": n }' },
    )
    .default({ epochs: 1 }),
  train: oneOf(['running', 'full'])
    .default('running')
    .describe(
      'running: mean over the minibatches since the last evaluation, as they were trained (free; what Keras prints); full: the whole training part with the weights of the moment',
    ),
  test: oneOf(['each', 'final'])
    .default('each')
    .describe(
      'each: the test part is measured at every evaluation; final: it stays locked until the final evaluation of the finished run',
    ),
})

const earlyStopping = z.strictObject({
  metric: oneOf(watched).default('validation-loss'),
  patience: integer(1, 100_000).describe('Evaluations without improvement'),
  restoreBest: z.boolean().default(true).describe('At the end, the weights of the best evaluation come back'),
})

const regularization = z.strictObject({
  l1: between(0, 100)
    .default(0)
    .describe('λ in λ · Σ|w| over all weights, added to what is minimized; biases are free'),
  l2: between(0, 100).default(0).describe('λ in λ · Σw², as in Keras; half of PyTorch’s weight_decay with plain SGD'),
  activityL1: between(0, 100).default(0).describe('λ in λ · Σ|a| over the hidden units, mean per sample'),
  activityL2: between(0, 100).default(0).describe('λ in λ · Σa² over the hidden units, mean per sample'),
  dropoutInput: fraction().default(0).describe('Share of the inputs set to 0 while training; the others grow to match'),
  dropoutHidden: fraction().default(0).describe('The same for the units of every hidden layer'),
  maxNorm: between(0, 1000).default(0).describe('Longest vector of weights into one unit. 0: off'),
  labelSmoothing: fraction().default(0).describe('Share of the target that goes evenly to all classes'),
  clipNorm: between(0, 1e6).default(0).describe('Longest gradient, over all weights and biases. 0: off'),
})

const NO_REGULARIZATION = {
  l1: 0,
  l2: 0,
  activityL1: 0,
  activityL2: 0,
  dropoutInput: 0,
  dropoutHidden: 0,
  maxNorm: 0,
  labelSmoothing: 0,
  clipNorm: 0,
}

const keepWeights = z.strictObject({
  every: z
    .strictObject({ epochs: integer(1, LIMITS.epochs) }, { error: '{ "epochs": n }' })
    .default({ epochs: 1 })
    .describe('Weights are kept at the end of every so many epochs; the run’s model is kept in any case'),
})

const training = group(
  {
    loss: oneOf(['softmax-cross-entropy', 'binary-cross-entropy', 'squared-error'])
      .default('softmax-cross-entropy')
      .describe(
        'Mean per sample, in nats; binary cross-entropy is summed over the outputs, squared error is ½ Σ(y − t)². Penalties are not in it',
      ),
    mistake: oneOf(['none', 'softmax-twice', 'gradient-sign'])
      .default('none')
      .describe('A deliberate one, to see what it does: softmax before the loss that has its own, or steps uphill'),
    initialWeights: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe('A .safetensors file with layers.<i>.weight and layers.<i>.bias, in place of the initializer'),
    optimizer: optimizerSchema,
    schedule: scheduleSchema.default({ kind: 'constant', warmupEpochs: 0 }),
    batchSize: z
      .union([z.literal('all'), integer(1, LIMITS.batchSize)], { error: `"all", or 1 … ${LIMITS.batchSize}` })
      .default(64)
      .describe('Samples in a minibatch; the last one of an epoch may be smaller'),
    epochs: integer(1, LIMITS.epochs),
    shuffle: z.boolean({ error: 'true or false' }).default(true).describe('A new order of the samples each epoch'),
    evaluation: evaluation.default({ every: { epochs: 1 }, train: 'running', test: 'each' }),
    diagnostics: z
      .boolean({ error: 'true or false' })
      .default(false)
      .describe('Gradient norms, update sizes, saturated and dead units, with each evaluation'),
    earlyStopping: earlyStopping.nullable().default(null),
    keepWeights: keepWeights
      .nullable()
      .default(null)
      .describe('Weights of epochs on the way, to look into later: as large as the model each time. null: none'),
    regularization: regularization.default(NO_REGULARIZATION),
  },
  '{ "optimizer": { "kind": "adam" }, "epochs": 10 }',
)

const seed = integer(0, LIMITS.seed)

const seeds = z.strictObject({
  split: seed.default(1),
  init: seed.default(1),
  shuffle: seed.default(1),
  dropout: seed.default(1),
})

/** A control character in a title would move a terminal's cursor and make an SVG unreadable. */
function isOneLine(text: string): boolean {
  return !/\p{Cc}/u.test(text)
}
const ONE_LINE = { error: 'one line of text, without control characters' }

const label = z.string({ error: 'a short text' }).min(1).max(120).refine(isOneLine, ONE_LINE)

/** A level sets one or more fields together, so that "network A / network B" is one factor with two levels. */
const factor = z.strictObject({
  name: label.describe('What varies, as it is called in tables and legends'),
  levels: z
    .array(
      z.strictObject({
        label,
        set: z.record(z.string(), z.json()).describe('Path → value, such as "training.optimizer.learningRate": 0.01'),
      }),
      { error: 'a list of levels' },
    )
    .min(1, { error: 'at least one level' })
    .max(1000, { error: 'at most 1000 levels' }),
})

const drawSeed = seed.default(1).describe('Which combinations are drawn')

/** How the factors' levels are combined to configurations. */
export const samplingSchema = z.discriminatedUnion(
  'kind',
  [
    z
      .strictObject({ kind: z.enum(['grid', 'paired']) })
      .describe('grid: every combination; paired: first with first, second with second, …'),
    z
      .strictObject({ kind: z.enum(['random', 'latin-hypercube']), n: integer(1, 10_000), seed: drawSeed })
      .describe('n different combinations; latin-hypercube: every level of a factor equally often'),
  ],
  { error: 'a way to combine factors such as { "kind": "grid" }' },
)

export const experimentSchema = group(
  {
    $schema: z.string().optional(),
    version: z.literal(EXPERIMENT_VERSION, { error: `${EXPERIMENT_VERSION} (the version of the format)` }),
    title: z
      .string({ error: 'a title' })
      .min(1, { error: 'a title' })
      .max(200, { error: 'at most 200 characters' })
      .refine(isOneLine, ONE_LINE),
    question: z.string().max(2000).default(''),
    hypothesis: z.string().max(2000).default('').describe('What do you expect?'),
    notes: z.string().max(20_000).default(''),
    dataset: datasetSchema,
    network,
    training,
    factors: z.array(factor).max(20).default([]),
    sampling: samplingSchema.default({ kind: 'grid' }),
    replicates: integer(1, LIMITS.replicates)
      .default(1)
      .describe('Runs of each configuration, each with its own seeds'),
    seeds: seeds.default({ split: 1, init: 1, shuffle: 1, dropout: 1 }),
    threads: z
      .union([z.literal('auto'), integer(1, LIMITS.threads)], { error: `"auto", or 1 … ${LIMITS.threads}` })
      .default('auto')
      .describe('Worker threads for one run. The result has the same bits for any number'),
    isolatedTiming: z
      .boolean({ error: 'true or false' })
      .default(false)
      .describe('No other run of the lab trains at the same time, so that times can be compared'),
  },
  '{ "version": 1, "title": …, "dataset": …, "network": …, "training": … }',
).describe('An experiment of Perceptron Lab')

/** An experiment with every default filled in. */
export type Experiment = z.output<typeof experimentSchema>
/** An experiment as written by hand, where defaults may be left out. */
export type ExperimentInput = z.input<typeof experimentSchema>
export type Layer = z.output<typeof layerSchema>
export type Activation = Layer['activation']
export type Initializer = z.output<typeof initializerSchema>
export type Optimizer = z.output<typeof optimizerSchema>
export type Schedule = z.output<typeof scheduleSchema>
export type Split = z.output<typeof splitSchema>
export type Scaling = Experiment['dataset']['scaling']
export type Factor = Experiment['factors'][number]
export type Seeds = Experiment['seeds']
