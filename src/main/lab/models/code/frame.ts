/**
 * What the scripts of all three libraries share: the head, the constants, the inputs, and the loop over the minibatches.
 * Each library brings a class Network with train, score, weights and restore.
 */
import type { TrainingPlan } from '#engine/index'
import { block, decimal, number, text, wrapped, type Piece } from './python-text'
import { hasConstantColumn, LANGUAGE_NAMES, outputsOf, type CodeLanguage, type ScriptFacts } from './script-facts'

export function docstring(facts: ScriptFacts, language: CodeLanguage): string {
  const { sizes, title, run, version, hasData, caveats } = facts
  const usage = hasData ? 'python3 experiment.py' : 'python3 experiment.py DATA'
  const data = 'DATA is a folder with the four IDX files, or an .npz file with x_train, y_train, x_test and y_test.'
  return block(
    `"""${sizes} on ${title}, recreated in ${LANGUAGE_NAMES[language]}.`,
    '',
    wrapped(`Written by Perceptron Lab ${version} from run ${run}.`),
    '',
    `    ${usage}`,
    '',
    !hasData && [wrapped(data), ''],
    wrapped('Losses are means per sample, in nats where they are cross-entropies. Not the same as in the lab:'),
    '',
    ...caveats.map((caveat) => wrapped(caveat, '- ', '  ')),
    '"""',
  )
}

export function constants(facts: ScriptFacts): string {
  const { plan, experiment } = facts
  const { optimizer } = experiment.training
  return block(
    `OUTPUTS = ${outputsOf(facts)}`,
    `EPOCHS = ${plan.epochs}`,
    `BATCH_SIZE = ${plan.batchSize}`,
    `STEPS_PER_EPOCH = ${plan.stepsPerEpoch}`,
    `STEPS = ${plan.steps}`,
    `EVALUATE_EVERY = ${stepsBetweenEvaluations(plan)}  # steps`,
    `LEARNING_RATE = ${decimal(optimizer.learningRate)}`,
    plan.outputLoss.smoothing > 0 && `LABEL_SMOOTHING = ${number(plan.outputLoss.smoothing)}`,
    plan.shuffle && `SHUFFLE_SEED = ${plan.seeds.shuffle}`,
  )
}

/** Beside the last step, at which everybody evaluates. */
function stepsBetweenEvaluations({ evaluateEvery, stepsPerEpoch }: TrainingPlan): number {
  return 'steps' in evaluateEvery ? evaluateEvery.steps : evaluateEvery.epochs * stepsPerEpoch
}

export function scaledFunction(facts: ScriptFacts): string {
  const { scaling } = facts.plan
  const uses = scaling === 'standardize' || scaling === 'standardize-per-feature'
  return block(
    `def scaled(values${uses ? ', train' : ''}):`,
    '    """What goes into the network, of values as they are stored."""',
    indentedLines(scalingLines(facts)),
    hasConstantColumn(facts) && [
      '    # the constant input, whose weights are the biases of the first layer',
      '    inputs = np.hstack([inputs, np.ones((len(inputs), 1))])',
    ],
    '    return inputs.astype(np.float32)',
  )
}

function scalingLines({ plan, areBytes }: ScriptFacts): string[] {
  switch (plan.scaling) {
    case 'none':
      return ['inputs = values']
    case 'unit':
      return [areBytes ? 'inputs = values / 255' : 'inputs = values']
    case 'standardize':
      return ['seen = values[train].astype(np.float64)', 'inputs = (values - seen.mean()) / seen.std()']
    case 'standardize-per-feature':
      return [
        'seen = values[train].astype(np.float64)',
        'deviations = seen.std(axis=0)',
        '# a feature that never changes tells nothing: it becomes 0',
        'deviations[deviations == 0] = np.inf',
        'inputs = (values - seen.mean(axis=0)) / deviations',
      ]
  }
}

/** A row of targets for each label, smoothed where the experiment says so. */
export function targetsFunction(facts: ScriptFacts): string {
  const { outputLoss } = facts.plan
  const isBinary = outputLoss.kind === 'sigmoid-binary-cross-entropy'
  const kinds = isBinary ? '2' : 'OUTPUTS'
  const isOne = outputsOf(facts) === 1
  const hot = isOne ? 'labels[:, None].astype(np.float32)' : 'np.eye(OUTPUTS, dtype=np.float32)[labels]'
  return block(
    'def targets_of(labels):',
    outputLoss.smoothing > 0
      ? [`    targets = ${hot}`, `    return (1 - LABEL_SMOOTHING) * targets + LABEL_SMOOTHING / ${kinds}`]
      : `    return ${hot}`,
  )
}

export function minibatchesFunction({ plan }: ScriptFacts): string {
  return block(
    'def minibatches(samples):',
    '    """Sample numbers of every minibatch of the run, in the lab\'s order."""',
    plan.shuffle && '    shuffler = lab_data.Shuffler(SHUFFLE_SEED)',
    '    for _ in range(EPOCHS):',
    plan.shuffle ? '        order = shuffler.order(samples)' : '        order = samples',
    '        for first in range(0, len(order), BATCH_SIZE):',
    '            yield order[first:first + BATCH_SIZE]',
  )
}

/** The learning rate of a step; null where it is always the same. */
export function rateFunction({ plan }: ScriptFacts): string | null {
  const { schedule } = plan
  const shape = scheduleLines(plan)
  const warmup = schedule.warmupEpochs * plan.stepsPerEpoch
  if (!shape && warmup === 0) return null
  return block(
    'def rate_at(step):',
    '    """Learning rate of a step, counted from 1."""',
    warmup > 0 && [`    if step <= ${warmup}:`, `        return LEARNING_RATE * step / ${warmup}`],
    shape ? indentedLines(shape) : '    return LEARNING_RATE',
  )
}

function scheduleLines({ schedule, stepsPerEpoch, steps }: TrainingPlan): string[] | null {
  const warmup = schedule.warmupEpochs * stepsPerEpoch
  const done = `steps_done = step - 1${warmup > 0 ? ` - ${warmup}` : ''}`
  const epochs = 'epochs_done = steps_done // STEPS_PER_EPOCH'
  switch (schedule.kind) {
    case 'step':
      return [
        done,
        epochs,
        `drops = epochs_done // ${schedule.everyEpochs}`,
        `return LEARNING_RATE * ${number(schedule.factor)} ** drops`,
      ]
    case 'exponential':
      return [done, epochs, `return LEARNING_RATE * ${number(schedule.factor)} ** epochs_done`]
    case 'cosine':
      return [
        done,
        `share = (1 + math.cos(math.pi * steps_done / ${steps - warmup})) / 2`,
        schedule.final === 0
          ? 'return LEARNING_RATE * share'
          : `return LEARNING_RATE * (${number(schedule.final)} + (1 - ${number(schedule.final)}) * share)`,
      ]
    case 'constant':
    case 'plateau':
      return null
  }
}

export function watchClass({ plan }: ScriptFacts): string | null {
  if (plan.schedule.kind !== 'plateau' && !plan.earlyStopping) return null
  return block(
    'class Watch:',
    '    """Looks for improvements; an equal value is none."""',
    '',
    '    def __init__(self):',
    '        self.best = math.inf',
    '        self.waited = 0',
    '',
    '    def see(self, value):',
    '        """Whether the value is the lowest so far."""',
    '        if value < self.best:',
    '            self.best = value',
    '            self.waited = 0',
    '            return True',
    '        self.waited += 1',
    '        return False',
  )
}

export function needsMath({ plan }: ScriptFacts): boolean {
  return plan.schedule.kind === 'cosine' || plan.schedule.kind === 'plateau' || plan.earlyStopping !== null
}

/** Prints one line for each evaluation; `score` is a loss and a share of right answers. */
export const REPORT_FUNCTION = block(
  'def report(when, scores):',
  '    parts = (',
  '        f"{part} loss {loss:.6f} accuracy {accuracy:.4f}"',
  '        for part, (loss, accuracy) in scores.items()',
  '    )',
  '    print(f"{when}:", ", ".join(parts), flush=True)',
)

const WATCHED = {
  'validation-loss': 'scores["validation"][0]',
  'validation-accuracy': '-scores["validation"][1]',
  'train-loss': 'scores["train"][0]',
} as const

export function mainFunction(facts: ScriptFacts): string {
  const { plan, hasData } = facts
  const uses = plan.scaling === 'standardize' || plan.scaling === 'standardize-per-feature'
  return block(
    'def main():',
    hasData
      ? '    data = sys.argv[1] if len(sys.argv) > 1 else lab_data.HERE / "data.npz"'
      : [
          '    if len(sys.argv) != 2:',
          '        sys.exit("usage: python3 experiment.py DATA")',
          '    data = sys.argv[1]',
        ],
    '    values, labels = lab_data.load(data)',
    '    parts = lab_data.read_split()',
    `    inputs = scaled(values${uses ? ', parts["train"]' : ''})`,
    '    network = Network(lab_data.read_start())',
    '',
    '    def score(part):',
    '        return network.score(inputs[parts[part]], labels[parts[part]])',
    '',
    '    seen, losses, hits = 0, 0.0, 0',
    plan.schedule.kind === 'plateau' && ['    plateau = Watch()', '    factor = 1.0'],
    plan.earlyStopping && ['    stopping = Watch()', plan.earlyStopping.restoreBest && '    best = None'],
    '    for step, rows in enumerate(minibatches(parts["train"]), start=1):',
    trainingLines(facts),
    '        seen += len(rows)',
    '        losses += loss * len(rows)',
    '        hits += correct',
    '        if step % EVALUATE_EVERY != 0 and step != STEPS:',
    '            continue',
    evaluationLines(plan),
    '        seen, losses, hits = 0, 0.0, 0',
    watchLines(plan),
    endLines(plan),
  )
}

function trainingLines(facts: ScriptFacts): Piece {
  const rate = rateFunction(facts) ? 'rate_at(step)' : 'LEARNING_RATE'
  const factored = facts.plan.schedule.kind === 'plateau' ? `${rate} * factor` : rate
  return [
    `        rate = ${factored}`,
    '        loss, correct = network.train(',
    '            inputs[rows], labels[rows], rate, step',
    '        )',
  ]
}

function evaluationLines(plan: TrainingPlan): Piece {
  return [
    plan.trainScore === 'running'
      ? [
          '        # the training part as it was trained, the others as they are now',
          '        scores = {"train": (losses / seen, hits / seen)}',
        ]
      : '        scores = {"train": score("train")}',
    plan.validationCount > 0 && '        scores["validation"] = score("validation")',
    plan.scoresTest && '        scores["test"] = score("test")',
    '        report(f"epoch {step / STEPS_PER_EPOCH:g}", scores)',
  ]
}

function watchLines({ schedule, earlyStopping }: TrainingPlan): Piece {
  return [
    schedule.kind === 'plateau' && [
      `        plateau.see(${WATCHED[schedule.metric]})`,
      `        if plateau.waited >= ${schedule.patience}:`,
      `            factor *= ${number(schedule.factor)}`,
      '            plateau.waited = 0',
    ],
    earlyStopping && [
      earlyStopping.restoreBest
        ? [`        if stopping.see(${WATCHED[earlyStopping.metric]}):`, '            best = network.weights()']
        : `        stopping.see(${WATCHED[earlyStopping.metric]})`,
      `        if stopping.waited >= ${earlyStopping.patience}:`,
      '            break',
    ],
  ]
}

function endLines({ earlyStopping, scoresTest }: TrainingPlan): Piece {
  const restores = earlyStopping?.restoreBest === true
  if (!restores && scoresTest) return null
  return [
    restores && '    network.restore(best)',
    `    report(${text(restores ? 'weights of the best evaluation' : 'final evaluation')}, {"test": score("test")})`,
  ]
}

export const RUN_MAIN = block('if __name__ == "__main__":', '    main()')

function indentedLines(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join('\n')
}
