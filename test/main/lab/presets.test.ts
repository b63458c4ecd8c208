import { readFile, readdir, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPresets } from '#lab/presets/presets'
import { LabError } from '#shared/errors'
import type { Experiment } from '#shared/experiment'
import { expandExperiment } from '#shared/experiment-expand'
import { layerSizes, parameterCount, sizeString } from '#shared/network'
import { configurationName, experimentOf, variantNames, type Preset, type PresetVariantName } from '#shared/preset'
import { temporaryFolder } from './support/temporary-folder'

const shipped = resolve('resources/presets')
const presets = await readPresets(shipped)
/** Those that speak of a report. */
const ofReports = presets.filter((each) => each.rows.length > 0)

/** Rows of the catalogue that are trained. */
const TRAINED = [
  ...['S0-3', 'S0-4', 'S0-10'],
  ...['S1-9', 'S1-10'],
  ...Array.from({ length: 15 }, (_, i) => `S1-${13 + i}`),
  ...['S2-3', 'S2-4'],
  ...['S3-5', 'S3-6', 'S3-7', 'S3-8', 'S3-11', 'S3-12'],
  ...Array.from({ length: 7 }, (_, i) => `S4-${3 + i}`),
  ...['S4-13', 'S4-14', 'S4-15', 'S4-16'],
]

function preset(id: string): Preset {
  const found = presets.find((each) => each.id === id)
  if (!found) throw new Error(`no preset ${id}`)
  return found
}

/** What one configuration of a preset trains. */
function configuration(id: string, variant: PresetVariantName, name = ''): Experiment {
  const plans = expandExperiment(experimentOf(preset(id), { variant }))
  const plan = plans.find((each) => configurationName(each) === name)
  if (!plan) throw new Error(`${id}, ${variant} has no "${name}", only ${plans.map(configurationName).join(', ')}`)
  return plan.experiment
}

/** Samples that go through training, over all runs. */
function samplesTrained(experiment: Experiment): number {
  return expandExperiment(experiment).reduce((sum, { experiment: { dataset, training } }) => {
    return sum + training.epochs * ('train' in dataset.split ? dataset.split.train : 60_000)
  }, 0)
}

/** A folder with one preset file, changed from one that is valid. */
async function folderWith(
  change: (preset: Record<string, unknown>) => unknown,
  name = 'first-steps.json',
): Promise<string> {
  const folder = await temporaryFolder()
  const valid = JSON.parse(await readFile(join(shipped, 'first-steps.json'), 'utf8')) as Record<string, unknown>
  await writeFile(join(folder, name), JSON.stringify(change(valid)))
  return folder
}

describe('the presets that ship', () => {
  it('are all there, by task in the order of Home', async () => {
    const groups = [...new Set(presets.map((each) => each.group))]
    expect(
      groups.map((group) => [group, presets.filter((each) => each.group === group).map((each) => each.id)]),
    ).toEqual([
      ['Start here', ['first-steps']],
      ['Two networks on MNIST', ['two-networks-mnist', 'adam-or-sgd', 'two-relu-networks-mnist']],
      ['Line against curve', ['line-two-moons', 'curve-two-moons']],
      [
        'Activations and widths',
        [
          'logistic-regression-mnist',
          'untrained-error',
          'activations-mnist',
          'learning-rates-mnist',
          'two-hidden-layers-mnist',
          'widths-mnist',
          'same-network-again',
        ],
      ],
      ['Fashion validation study', ['fashion-widths', 'fashion-activations', 'fashion-retrain']],
      ['Tricks of the trade', ['tricks-of-the-trade', 'tricks-widths']],
      ['Match the parameters', ['match-parameters']],
      ['Ten layers', ['ten-layers', 'vanishing-gradients']],
      ['Bug hunt', ['mistakes-in-the-loss', 'fashion-penalties']],
    ])
    const ids = presets.map((each) => each.id)
    expect((await readdir(shipped)).map((name) => basename(name, '.json')).sort()).toEqual([...ids].sort())
  })

  it.each(TRAINED)('%s has a preset with a sound form and figures to measure', (row) => {
    const covering = ofReports.filter((each) => each.rows.includes(row) && each.variants.corrected)
    expect(covering).not.toEqual([])
    expect(covering.flatMap((each) => each.results).filter((result) => result.row === row)).toHaveLength(1)
  })

  it('are what the report says, until a variant is chosen', () => {
    const withVariants = ofReports.filter((each) => variantNames(each).length > 0)
    for (const each of withVariants) {
      expect(each.variants['as-reported']).toMatchObject({ set: {}, quick: {} })
      expect(experimentOf(each, { variant: 'as-reported' })).toEqual(each.experiment)
    }
    expect(ofReports.filter((each) => !withVariants.includes(each)).map((each) => each.id)).toEqual([
      'vanishing-gradients',
      'mistakes-in-the-loss',
    ])
  })

  it('have an as-run form where the program did something else than the text says', () => {
    expect(presets.filter((each) => each.variants['as-run']).flatMap((each) => each.rows)).toEqual(
      expect.arrayContaining(Array.from({ length: 15 }, (_, i) => `S1-${13 + i}`).filter((row) => row !== 'S1-14')),
    )
    for (const each of presets) {
      if (!each.variants['as-run']) continue
      const { mistake, optimizer } = experimentOf(each, { variant: 'as-run' }).training
      if (each.id === 'curve-two-moons') expect(optimizer.learningRate).toBe(0.001)
      else expect(mistake).toBe('softmax-twice')
    }
  })

  it('are corrected by several seeds, without a deliberate mistake and without the test part', () => {
    for (const each of presets) {
      if (!each.variants.corrected) continue
      const experiment = experimentOf(each, { variant: 'corrected' })
      expect(experiment.replicates).toBeGreaterThanOrEqual(5)
      for (const { experiment: run } of expandExperiment(experiment)) {
        expect(run.training.mistake).toBe('none')
        expect(run.network.output.units).toBe(each.id === 'curve-two-moons' ? 1 : 'classes')
        const isFixedLength = ['untrained-error', 'fashion-retrain'].includes(each.id)
        expect('validation' in run.dataset.split && run.dataset.split.validation > 0).toBe(!isFixedLength)
      }
    }
  })

  it('have a quick form of each variant that asks the same in a fraction of the time', () => {
    for (const each of presets) {
      for (const variant of [undefined, ...variantNames(each)]) {
        const [full, quick] = [experimentOf(each, { variant }), experimentOf(each, { variant, quick: true })]
        expect(samplesTrained(quick), `${each.id}, ${variant}`).toBeLessThanOrEqual(samplesTrained(full) / 3.9)
        expect(expandExperiment(quick).map((plan) => plan.configuration.label)).toEqual(
          expandExperiment(full)
            .filter((plan) => plan.replicate < quick.replicates)
            .map((plan) => plan.configuration.label),
        )
      }
    }
  })

  it('name tasks and not people, and say what the report states and where it errs', () => {
    for (const each of presets) expect(each.figures.length).toBeGreaterThan(0)
    for (const each of ofReports) {
      expect(each.reported).not.toBe('')
      expect(each.mistakes.length).toBeGreaterThan(0)
    }
  })
})

describe('a form of a preset', () => {
  it('puts the quick values of the variant on top of those of the preset', () => {
    const experiment = preset('first-steps').experiment
    const one = {
      ...preset('first-steps'),
      quick: { 'training.epochs': 2, 'training.batchSize': 16 },
      variants: { corrected: { reason: 'r', set: { replicates: 4 }, quick: { 'training.epochs': 1 } } },
    }
    expect(experimentOf(one)).toEqual(experiment)
    expect(experimentOf(one, { variant: 'corrected' })).toMatchObject({ replicates: 4, training: experiment.training })
    expect(experimentOf(one, { variant: 'corrected', quick: true })).toMatchObject({
      replicates: 4,
      training: { ...experiment.training, epochs: 1, batchSize: 16 },
    })
  })

  it('is told from the others by its title and its notes', () => {
    const { title, notes } = preset('widths-mnist').experiment
    expect(experimentOf(preset('widths-mnist'), { variant: 'as-reported', quick: true })).toMatchObject({
      title,
      notes,
    })
    const corrected = experimentOf(preset('widths-mnist'), { variant: 'corrected' })
    expect(corrected.title).toBe('Widths and activations on MNIST, corrected')
    expect(corrected.notes).toBe(
      `${notes}\n\nThis is the variant “corrected”. ${preset('widths-mnist').variants.corrected?.reason}`,
    )
  })

  it('that there is not is refused with those that there are', () => {
    expect(() => experimentOf(preset('adam-or-sgd'), { variant: 'as-run' })).toThrow(
      new LabError(
        'preset/no-variant',
        'The preset adam-or-sgd has no variant "as-run": expected one of as-reported, corrected',
      ),
    )
  })
})

const adam = { kind: 'adam', learningRate: 0.001 }
const keras = { kind: 'rmsprop', learningRate: 0.001, rho: 0.9, epsilon: 1e-7 }
const plain = { kind: 'sgd', learningRate: 0.1, momentum: 0 }
const momentum = { kind: 'sgd', learningRate: 0.02, momentum: 0.9 }

describe('what the catalogue asks for is what a row trains', () => {
  // row, preset, variant, configuration, network, parameters, training
  it.each([
    [
      'S0-3',
      'two-networks-mnist',
      'as-reported',
      '784-150-120-10',
      '784-150-120-10',
      137_080,
      { optimizer: { kind: 'adam', learningRate: 0.01 }, batchSize: 64, epochs: 50 },
    ],
    [
      'S0-4',
      'two-networks-mnist',
      'as-reported',
      '784-500-250-100-10',
      '784-500-250-100-10',
      543_860,
      { optimizer: { kind: 'adam', learningRate: 0.01 }, batchSize: 64, epochs: 50 },
    ],
    [
      'S1-13',
      'logistic-regression-mnist',
      'as-run',
      '',
      '784-10',
      7850,
      { optimizer: { kind: 'sgd', learningRate: 0.01 }, epochs: 15, mistake: 'softmax-twice' },
    ],
    [
      'S1-15',
      'activations-mnist',
      'as-reported',
      'sigmoid',
      '784-64-10',
      50_890,
      { optimizer: adam, batchSize: 64, epochs: 500, mistake: 'none' },
    ],
    [
      'S1-18',
      'activations-mnist',
      'as-run',
      'leaky ReLU',
      '784-64-10',
      50_890,
      { optimizer: adam, epochs: 500, mistake: 'softmax-twice' },
    ],
    [
      'S1-19',
      'learning-rates-mnist',
      'as-run',
      '0.001',
      '784-64-10',
      50_890,
      { optimizer: adam, epochs: 500, mistake: 'softmax-twice' },
    ],
    [
      'S1-20',
      'two-hidden-layers-mnist',
      'as-run',
      '784-32-24-10 · ReLU',
      '784-32-24-10',
      26_162,
      { epochs: 500, mistake: 'softmax-twice' },
    ],
    [
      'S1-21',
      'two-hidden-layers-mnist',
      'as-reported',
      '784-32-24-10 · sigmoid',
      '784-32-24-10',
      26_162,
      { epochs: 500, mistake: 'none' },
    ],
    [
      'S1-21',
      'two-hidden-layers-mnist',
      'as-run',
      '784-32-24-10 · ReLU, trained on',
      '784-32-24-10',
      26_162,
      { epochs: 1000, mistake: 'softmax-twice' },
    ],
    ['S1-22', 'widths-mnist', 'as-run', '32 · ReLU', '784-32-10', 25_450, { epochs: 200 }],
    ['S1-23', 'widths-mnist', 'as-run', '32 · sigmoid', '784-32-10', 25_450, { epochs: 200 }],
    ['S1-24', 'widths-mnist', 'as-run', '64 · ReLU', '784-64-10', 50_890, { epochs: 500 }],
    ['S1-25', 'widths-mnist', 'as-run', '64 · sigmoid', '784-64-10', 50_890, { epochs: 200 }],
    ['S1-26', 'widths-mnist', 'as-run', '128 · ReLU', '784-128-200', 126_280, { epochs: 200 }],
    ['S1-27', 'widths-mnist', 'as-run', '128 · sigmoid', '784-128-200', 126_280, { epochs: 50 }],
    ['S1-27', 'widths-mnist', 'corrected', '128 · sigmoid', '784-128-10', 101_770, { epochs: 500, mistake: 'none' }],
    [
      'S2-3',
      'two-relu-networks-mnist',
      'as-reported',
      '784-64-128-64-10',
      '784-64-128-64-10',
      67_466,
      { batchSize: 64, epochs: 500 },
    ],
    [
      'S2-4',
      'two-relu-networks-mnist',
      'as-reported',
      '784-256-512-128-10',
      '784-256-512-128-10',
      399_498,
      { batchSize: 64, epochs: 500 },
    ],
    [
      'S1-9',
      'line-two-moons',
      'as-reported',
      '',
      '2-2',
      6,
      { optimizer: { kind: 'sgd', learningRate: 0.001 }, batchSize: 'all', epochs: 100_000 },
    ],
    [
      'S1-10',
      'curve-two-moons',
      'as-run',
      '',
      '2-16-1',
      65,
      {
        loss: 'binary-cross-entropy',
        optimizer: { kind: 'adam', learningRate: 0.001 },
        batchSize: 'all',
        epochs: 100_000,
      },
    ],
    ['S3-5', 'fashion-widths', 'as-reported', '16', '784-16-10', 12_730, { optimizer: keras, epochs: 30 }],
    ['S3-6', 'fashion-widths', 'as-reported', '512', '784-512-10', 407_050, { optimizer: keras, epochs: 30 }],
    [
      'S3-8',
      'fashion-retrain',
      'as-reported',
      '',
      '784-512-10',
      407_050,
      { optimizer: keras, epochs: 30, earlyStopping: null },
    ],
    [
      'S3-11',
      'fashion-penalties',
      'as-reported',
      'L2 and L1',
      '784-16-10',
      12_730,
      { regularization: { l2: 0.01, activityL1: 0.01, dropoutInput: 0, dropoutHidden: 0 } },
    ],
    [
      'S3-12',
      'fashion-penalties',
      'as-reported',
      'dropout',
      '784-16-10',
      12_730,
      { regularization: { l2: 0, activityL1: 0, dropoutInput: 0.2, dropoutHidden: 0.2 } },
    ],
    [
      'S4-3',
      'tricks-of-the-trade',
      'as-reported',
      'basic',
      '784-64-10',
      50_880,
      { optimizer: plain, batchSize: 32, epochs: 50 },
    ],
    ['S4-7', 'tricks-of-the-trade', 'as-reported', 'momentum', '784-64-10', 50_880, { optimizer: momentum }],
    ['S4-9', 'tricks-of-the-trade', 'as-reported', 'IS + IW + momentum', '784-64-10', 50_880, { optimizer: momentum }],
    [
      'S4-13',
      'tricks-widths',
      'as-reported',
      'all tricks · 128',
      '784-128-10',
      128 * 785 + 1280,
      { optimizer: momentum },
    ],
    ['S4-14', 'match-parameters', 'as-reported', '784-60-60-10', '784-60-60-10', 51_300, { optimizer: momentum }],
    ['S4-14', 'match-parameters', 'corrected', '784-59-59-10, a bias for every unit', '784-59-59-10', 50_890 - 435, {}],
    [
      'S4-16',
      'ten-layers',
      'as-reported',
      '10 hidden layers',
      `784-${'64-'.repeat(10)}10`,
      87_744,
      { optimizer: momentum, diagnostics: true },
    ],
  ] as const)('%s of %s, %s: %s', (row, id, variant, name, size, parameters, training) => {
    expect(preset(id).rows).toContain(row)
    const experiment = configuration(id, variant, name)
    expect(sizeString(experiment)).toBe(size)
    expect(parameterCount(layerSizes(experiment), experiment.network.bias)).toBe(parameters)
    expect(experiment.training).toMatchObject(training)
  })

  it('S0-10: one network, SGD at 0.1 and 0.01 against Adam at 0.001 and 0.01', () => {
    const plans = expandExperiment(preset('adam-or-sgd').experiment)
    expect(new Set(plans.map((plan) => sizeString(plan.experiment)))).toEqual(new Set(['784-150-120-10']))
    expect(
      plans.map(({ experiment: { training } }) => [training.optimizer.kind, training.optimizer.learningRate]),
    ).toEqual([
      ['sgd', 0.1],
      ['sgd', 0.01],
      ['adam', 0.001],
      ['adam', 0.01],
    ])
  })

  it('S1-17, S1-19 and S1-24 are one network, trained three times', () => {
    const again = experimentOf(preset('same-network-again'), { variant: 'as-run' })
    expect(again.replicates).toBe(3)
    const { network, training, dataset } = again
    for (const [id, name] of [
      ['activations-mnist', 'ReLU'],
      ['learning-rates-mnist', '0.001'],
      ['widths-mnist', '64 · ReLU'],
    ] as const) {
      expect(configuration(id, 'as-run', name)).toMatchObject({ network, training, dataset })
    }
  })

  it('S1-22 to S1-27 differ in epochs and outputs as they were run, and corrected in width and activation only', () => {
    const others = (variant: PresetVariantName) =>
      new Set(
        expandExperiment(experimentOf(preset('widths-mnist'), { variant })).map(
          ({ experiment: { network, training } }) => JSON.stringify([network.output, training]),
        ),
      ).size
    expect([others('as-reported'), others('corrected')]).toEqual([1, 1])
    expect(others('as-run')).toBeGreaterThan(1)
  })

  it('S3-5 to S3-8: validation images are drawn at random, and retraining takes them back', () => {
    expect(configuration('fashion-activations', 'as-reported', '512 · sigmoid').dataset).toEqual({
      name: 'fashion-mnist',
      split: { kind: 'random', train: 40_000, validation: 20_000 },
      scaling: 'none',
    })
    expect(configuration('fashion-retrain', 'as-reported').dataset.split).toEqual({ kind: 'official' })
    expect(configuration('fashion-retrain', 'corrected').dataset.scaling).toBe('unit')
    expect(configuration('fashion-activations', 'as-reported', '512 · sigmoid').network).toEqual(
      configuration('fashion-retrain', 'as-reported').network,
    )
  })

  it('S3-11 and S3-12 have no hidden activation until they are corrected', () => {
    const hidden = (variant: PresetVariantName) =>
      configuration('fashion-penalties', variant, 'dropout').network.layers.map((layer) => layer.activation)
    expect([hidden('as-reported'), hidden('corrected')]).toEqual([['linear'], ['relu']])
  })

  it.each([
    ['basic', 'sigmoid', { kind: 'uniform', range: 1 }, plain],
    ['IW', 'sigmoid', { kind: 'lecun-normal' }, plain],
    ['IS', 'improved-sigmoid', { kind: 'uniform', range: 1 }, plain],
    ['momentum', 'sigmoid', { kind: 'uniform', range: 1 }, momentum],
    ['IS + IW', 'improved-sigmoid', { kind: 'lecun-normal' }, plain],
    ['IS + IW + momentum', 'improved-sigmoid', { kind: 'lecun-normal' }, momentum],
  ] as const)('S4: %s changes what its name says and nothing else', (name, activation, initializer, optimizer) => {
    const { dataset, network, training } = configuration('tricks-of-the-trade', 'as-reported', name)
    expect(dataset).toEqual({
      name: 'mnist',
      split: { kind: 'first', train: 20_000, validation: 10_000, test: 10_000 },
      scaling: 'standardize',
    })
    expect(network).toMatchObject({ layers: [{ units: 64, activation }], initializer, bias: 'input-trick' })
    expect(training).toMatchObject({
      optimizer,
      batchSize: 32,
      epochs: 50,
      evaluation: { every: { steps: 125 }, train: 'full' },
      earlyStopping: { metric: 'validation-loss', patience: 50, restoreBest: true },
    })
  })
})

const variant = (set: object) => ({ reason: 'why', set })

describe('a preset file that is wrong', () => {
  it.each([
    ['an experiment that is not valid', (file: object) => ({ ...file, experiment: { version: 1 } })],
    ['quick values that make no experiment', (file: object) => ({ ...file, quick: { 'training.epochs': 0 } })],
    ['a quick path that is none', (file: object) => ({ ...file, quick: { 'no path!': 0 } })],
    ['a field that presets do not have', (file: object) => ({ ...file, author: 'somebody' })],
    [
      'a variant that makes no experiment',
      (file: object) => ({ ...file, variants: { corrected: variant({ replicates: 0 }) } }),
    ],
    ['a variant of another name', (file: object) => ({ ...file, variants: { 'as-told': variant({}) } })],
    [
      'quick values of a variant that make no experiment',
      (file: object) => ({ ...file, variants: { corrected: { ...variant({}), quick: { replicates: 0 } } } }),
    ],
    [
      'a number of a row that it has not',
      (file: object) => ({ ...file, reportedValues: [{ row: 'S1-1', what: 'w', value: 1 }] }),
    ],
    [
      'a result of a configuration that it has not',
      (file: object) => ({ ...file, rows: ['S1-1'], results: [{ row: 'S1-1', of: ['64'], metrics: ['epochs'] }] }),
    ],
    ['another version', (file: object) => ({ ...file, version: 2 })],
    ['an id that is not its name', (file: object) => ({ ...file, id: 'something-else' })],
  ])('is named: %s', async (_, change) => {
    await expect(readPresets(await folderWith(change))).rejects.toMatchObject({
      code: 'preset/invalid',
      message: expect.stringContaining('The preset first-steps.json is not valid: ') as string,
    })
  })
})
