import { describe, expect, it } from 'vitest'
import { compareDesigns, confoundedCaption, matchedDesigns } from '#shared/compare/fairness'
import { experimentSchema, type Experiment, type ExperimentInput } from '#shared/experiment'

interface Changes {
  units?: readonly number[]
  activation?: 'relu' | 'sigmoid'
  epochs?: number
  outputs?: number
  learningRate?: number
  seed?: number
  more?: Partial<ExperimentInput>
}

function design(changes: Changes = {}): Experiment {
  const {
    units = [32],
    activation = 'relu',
    epochs = 200,
    outputs = 10,
    learningRate = 0.001,
    seed = 1,
    more,
  } = changes
  return experimentSchema.parse({
    version: 1,
    title: 'widths',
    dataset: { name: 'mnist' },
    network: { layers: units.map((each) => ({ units: each, activation })), output: { units: outputs } },
    training: { optimizer: { kind: 'adam', learningRate }, epochs },
    seeds: { init: seed, shuffle: seed },
    ...more,
  })
}

/** Rows S1-22 … S1-27 as they were run. */
const AS_RUN: Experiment[] = [
  design({ units: [32], activation: 'relu', epochs: 200 }),
  design({ units: [32], activation: 'sigmoid', epochs: 200 }),
  design({ units: [64], activation: 'relu', epochs: 500 }),
  design({ units: [64], activation: 'sigmoid', epochs: 200 }),
  design({ units: [128], activation: 'relu', epochs: 200, outputs: 200 }),
  design({ units: [128], activation: 'sigmoid', epochs: 50, outputs: 200 }),
]

describe('designs that are compared', () => {
  it('differ in nothing if only their seeds, threads and titles do', () => {
    const other = design({ seed: 7, more: { title: 'again', threads: 2 } })
    expect(compareDesigns([design(), other])).toEqual({ differing: [], confounded: [] })
  })

  it('are fair where one factor differs, and name it', () => {
    const fairness = compareDesigns([
      design({ units: [32] }),
      design({ units: [64] }),
      design({ units: [64], seed: 2 }),
    ])
    expect(fairness.differing).toEqual([{ name: 'hidden units', levels: ['32', '64', '64'] }])
    expect(fairness.confounded).toEqual([])
    expect(confoundedCaption(fairness)).toBeNull()
  })

  it('are fair where several factors differ and all combinations are there', () => {
    const grid = [32, 64].flatMap((units) =>
      (['relu', 'sigmoid'] as const).map((activation) => design({ units: [units], activation })),
    )
    const fairness = compareDesigns(grid)
    expect(fairness.differing.map(({ name }) => name)).toEqual(['hidden units', 'activation'])
    expect(fairness.confounded).toEqual([])
  })

  it('are confounded where two factors change together', () => {
    const fairness = compareDesigns([design({ units: [32], epochs: 200 }), design({ units: [64], epochs: 500 })])
    expect(fairness.confounded).toEqual(['hidden units', 'epochs'])
    expect(confoundedCaption(fairness, ['hidden units'])).toBe('confounded by epochs')
    expect(confoundedCaption(fairness)).toBe('confounded by hidden units, epochs')
  })

  it('finds the epochs and outputs that confound the width study as it was run (rows S1-22 … S1-27)', () => {
    const fairness = compareDesigns(AS_RUN)
    expect(fairness.differing.map(({ name }) => name)).toEqual(['hidden units', 'activation', 'outputs', 'epochs'])
    expect(confoundedCaption(fairness, ['hidden units', 'activation'])).toBe('confounded by outputs, epochs')
  })

  it('are not told apart by a split seed that draws nothing', () => {
    const official = [1, 2].map((split) => design({ more: { seeds: { split } } }))
    expect(compareDesigns(official).differing).toEqual([])
    const drawn = [1, 2].map((split) => {
      const dataset = { name: 'mnist', split: { kind: 'random' as const, train: 40_000, validation: 20_000 } }
      return design({ more: { dataset, seeds: { split } } })
    })
    expect(compareDesigns(drawn).differing.map(({ name }) => name)).toEqual(['split'])
  })

  it('names the learning rate apart from the optimizer', () => {
    const sgd = design({ more: { training: { optimizer: { kind: 'sgd', learningRate: 0.1 }, epochs: 200 } } })
    expect(compareDesigns([design(), sgd]).confounded).toEqual(['optimizer', 'learning rate'])
  })
})

describe('matched designs', () => {
  it('are the missing runs that make the width study fair', () => {
    const [baseline] = AS_RUN
    if (!baseline) expect.fail('no baseline')
    const matched = matchedDesigns(AS_RUN, baseline, ['hidden units', 'activation'])
    const said = matched.map(({ network, training }) => {
      return [network.layers[0]?.units, network.layers[0]?.activation, network.output.units, training.epochs]
    })
    expect(said).toEqual([
      [64, 'relu', 10, 200],
      [128, 'relu', 10, 200],
      [128, 'sigmoid', 10, 200],
    ])
    const all = [
      ...AS_RUN.filter((each) => each.training.epochs === 200 && each.network.output.units === 10),
      ...matched,
    ]
    expect(compareDesigns(all).confounded).toEqual([])
  })

  it('keep another depth’s activation where it has only one', () => {
    const [matched] = matchedDesigns(
      [design({ units: [32] }), design({ units: [60, 60], activation: 'sigmoid' })],
      design({ units: [32] }),
      ['hidden units'],
    )
    expect(matched?.network.layers).toEqual([
      { units: 60, activation: 'relu' },
      { units: 60, activation: 'relu' },
    ])
  })

  it('leave out what cannot be made: activations by layer for another depth', () => {
    const mixed = design({
      more: {
        network: {
          layers: [
            { units: 24, activation: 'relu' },
            { units: 16, activation: 'tanh' },
          ],
        },
      },
    })
    expect(matchedDesigns([design({ units: [32] }), mixed], mixed, ['hidden units'])).toEqual([])
  })
})
