/** What a run does besides plain steps: validation, schedules, stopping early, learning rates by hand, diagnostics. */
import { describe, expect, it } from 'vitest'
import { placeDataset, shapeOf } from '#engine/data'
import { createKernels, type Kernels, type OutputLoss } from '#engine/kernels'
import { Control } from '#engine/control'
import { createMemory, MemoryBlocks, viewsOf } from '#engine/memory'
import { seededRandom } from '#engine/random'
import { scheduleFactor, Watch } from '#engine/schedule'
import { layOut } from '#engine/layout'
import { planTraining } from '#engine/plan'
import { readParameters } from '#engine/tensors'
import { trainWorker } from '#engine/train'
import type { ExperimentInput } from '#shared/experiment'
import { prepareAlone, trainAlone, type AloneOptions } from './alone'
import { expectClose } from './compare'
import { makeExperiment, makePart } from './synthetic'

const PIXELS = 20
const CLASSES = 4
const LOSS = 'softmax-cross-entropy'
const train = makePart(60, PIXELS, CLASSES, seededRandom(1, 7))
const test = makePart(33, PIXELS, CLASSES, seededRandom(2, 7))
const shape = { pixels: PIXELS, classes: CLASSES }
const split = { kind: 'first', train: 40, validation: 20, test: 33 } as const

/** 40 samples in minibatches of 16, 20 more for validation: 3 steps an epoch. */
function experiment(
  training: Partial<ExperimentInput['training']> = {},
  rest: Parameters<typeof makeExperiment>[0] = {},
) {
  return makeExperiment({
    dataset: { split },
    ...rest,
    training: { optimizer: { kind: 'sgd', learningRate: 0.1 }, batchSize: 16, epochs: 4, ...training },
  })
}

function run(training: Partial<ExperimentInput['training']> = {}, options: AloneOptions = {}) {
  return trainAlone(experiment(training), train, test, { ...shape, ...options })
}

/** Calls `act` before each loss of the training, and counts them from 1: one for each step, as batches are small. */
function atStep(act: (step: number, control: Control) => void) {
  return (kernels: Kernels, control: Control): Kernels => {
    let step = 0
    return {
      ...kernels,
      outputLoss: {
        ...kernels.outputLoss,
        [LOSS]: (...args: Parameters<OutputLoss>) => {
          if (args[8] !== 0) act(++step, control)
          kernels.outputLoss[LOSS](...args)
        },
      },
    }
  }
}

describe('a validation part', () => {
  it('is scored beside the test part, and never trained on', () => {
    const { evaluations, parameters } = run()
    expect(evaluations.map(({ validation }) => validation?.count)).toEqual([20, 20, 20, 20])
    expect(evaluations.map((each) => each.train.count)).toEqual([40, 40, 40, 40])
    const scrambled = { ...train, images: train.images.slice().fill(255, 40 * PIXELS) }
    expect(trainAlone(experiment(), scrambled, test, shape).parameters).toEqual(parameters)
  })

  it('is not there where the split has none', () => {
    const { evaluations } = trainAlone(experiment({}, { dataset: {} }), train, test, shape)
    expect(evaluations[0]).not.toHaveProperty('validation')
  })
})

describe('the learning rate', () => {
  const plan = { stepsPerEpoch: 4, steps: 40 }

  it.each([
    [{ kind: 'constant', warmupEpochs: 0 }, [1, 1, 1]],
    [{ kind: 'constant', warmupEpochs: 2 }, [1 / 8, 1, 1]],
    [{ kind: 'step', everyEpochs: 2, factor: 0.5, warmupEpochs: 0 }, [1, 0.5, 0.5 ** 4]],
    [{ kind: 'exponential', factor: 0.9, warmupEpochs: 0 }, [1, 0.9 ** 2, 0.9 ** 9]],
    [{ kind: 'exponential', factor: 0.9, warmupEpochs: 2 }, [1 / 8, 1, 0.9 ** 7]],
    [
      { kind: 'cosine', final: 0, warmupEpochs: 0 },
      [1, (1 + Math.cos(Math.PI / 5)) / 2, (1 - Math.cos(Math.PI / 40)) / 2],
    ],
    [{ kind: 'cosine', final: 0.2, warmupEpochs: 2 }, [1 / 8, 1, 0.2 + 0.4 * (1 - Math.cos(Math.PI / 32))]],
  ] as const)(
    'of %o is, at the first step, behind two epochs and at the last step, %j of its own',
    (schedule, factors) => {
      const got = [1, 9, 40].map((step) => scheduleFactor({ schedule, ...plan }, step))
      got.forEach((factor, i) => expect(factor).toBeCloseTo(factors[i], 12))
    },
  )

  it('is reported as it is for the steps that follow', () => {
    const { evaluations } = run({ schedule: { kind: 'exponential', factor: 0.5 } })
    expect(evaluations.map(({ learningRate }) => learningRate)).toEqual([0.05, 0.025, 0.0125, 0.00625])
  })

  it('falls on a plateau, as often as patience runs out', () => {
    // one class only: all is answered right from the first evaluation on, and nothing can get better
    const { evaluations } = trainAlone(
      experiment({ epochs: 6, schedule: { kind: 'plateau', metric: 'validation-accuracy', factor: 0.1, patience: 2 } }),
      { ...train, labels: train.labels.slice().fill(0) },
      test,
      shape,
    )
    const rates = evaluations.map(({ learningRate }) => learningRate ?? NaN)
    for (const [i, factor] of [1, 1, 0.1, 0.1, 0.01, 0.01].entries()) expect(rates[i]).toBeCloseTo(0.1 * factor, 12)
  })

  it('can be set by hand before the first step', () => {
    const prepared = prepareAlone(experiment({ epochs: 1 }), train, test, shape)
    prepared.control.requestLearningRate(0.4)
    prepared.train()
    const other = run({ epochs: 1, optimizer: { kind: 'sgd', learningRate: 0.4 } })
    expect(prepared.parameters()).toEqual(other.parameters)
  })

  it('can be set by hand from the next step on, and stays so', () => {
    const wrap = atStep((step, control) => step === 3 && control.requestLearningRate(0.4))
    const changed = run({ epochs: 2 }, { wrap })
    expect(changed.evaluations.map(({ learningRate }) => learningRate)).toEqual([0.4, 0.4])
    // the third step was still made with 0.1; the next epoch as if it had begun with 0.4
    const first = run({ epochs: 1 })
    const snapshot = changed.control.holdSnapshot()
    expect(snapshot).toMatchObject({ step: 3, learningRate: 0.4 })
    expect(run({ epochs: 2 }).parameters).not.toEqual(changed.parameters)
    expect(first.evaluations[0].train).toEqual(changed.evaluations[0].train)
    expect(first.evaluations[0].test).toEqual(changed.evaluations[0].test)
  })
})

describe('a pause', () => {
  it('lets a stop through', () => {
    const wrap = atStep((step, control) => {
      if (step !== 2) return
      control.requestPause()
      control.requestStop()
    })
    expect(run({}, { wrap })).toMatchObject({ outcome: 'stopped', step: 2 })
  })
})

describe('early stopping', () => {
  const stopping = { metric: 'validation-loss', patience: 3 } as const

  it('ends the run when nothing has got better for so many evaluations, and brings the best weights back', () => {
    // uphill after the third epoch: the loss grows from there on
    const wrap = atStep((step, control) => step === 9 && control.requestLearningRate(30))
    const stopped = run({ epochs: 100, earlyStopping: { ...stopping, restoreBest: true } }, { wrap })
    expect(stopped.outcome).toBe('converged')
    const losses = stopped.evaluations.map(({ validation }) => validation?.loss ?? NaN)
    const best = losses.indexOf(Math.min(...losses))
    expect(losses).toHaveLength(best + 1 + 3)
    expect(stopped.modelStep).toBe(stopped.evaluations[best].step)
    expect(stopped.step).toBe(stopped.evaluations[best + 3].step)
    const until = run({ epochs: best + 1 }, { wrap })
    expect(stopped.parameters).toEqual(until.parameters)
  })

  it('leaves the last weights when nobody wants the best ones', () => {
    const wrap = atStep((step, control) => step === 9 && control.requestLearningRate(30))
    const stopped = run({ epochs: 100, earlyStopping: { ...stopping, restoreBest: false } }, { wrap })
    expect(stopped.outcome).toBe('converged')
    expect(stopped.modelStep).toBe(stopped.step)
  })

  it('brings the best weights back at the end of all epochs too', () => {
    const wrap = atStep((step, control) => step === 9 && control.requestLearningRate(30))
    const ended = run({ epochs: 5, earlyStopping: { ...stopping, patience: 50 } }, { wrap })
    expect(ended.outcome).toBe('finished')
    const losses = ended.evaluations.map(({ validation }) => validation?.loss ?? NaN)
    expect(ended.modelStep).toBe(ended.evaluations[losses.indexOf(Math.min(...losses))].step)
    expect(ended.modelStep).toBeLessThan(ended.step)
  })

  it('counts only what is better, not what is equal', () => {
    const watch = new Watch('validation-accuracy')
    const score = (correct: number) => ({
      train: { loss: 1, correct: 0, count: 1 },
      validation: { loss: 1, correct, count: 10 },
    })
    expect([5, 5, 6, 4].map((correct) => watch.see(score(correct)))).toEqual([true, false, true, false])
    expect(watch.state).toEqual({ best: -0.6, waited: 1 })
  })
})

describe('diagnostics', () => {
  const sizes = [PIXELS, 24, 17, CLASSES]

  it('change nothing, and cost nothing where they are not wanted', () => {
    const [on, off] = [true, false].map((diagnostics) => run({ diagnostics }))
    expect(on.parameters).toEqual(off.parameters)
    expect(off.evaluations[0]).not.toHaveProperty('diagnostics')
    const without = on.evaluations.map(({ diagnostics: _, seconds: __, epochSeconds: ___, ...rest }) => rest)
    expect(without).toEqual(off.evaluations.map(({ seconds: _, epochSeconds: __, ...rest }) => rest))
  })

  it('tell the norms of gradient, update and weights of each layer', () => {
    const definition = experiment({ diagnostics: true, epochs: 1, batchSize: 'all' })
    const { evaluations, parameters } = trainAlone(definition, train, test, shape)
    const { parameters: before } = trainAlone(
      experiment({ epochs: 1, batchSize: 'all', optimizer: still }),
      train,
      test,
      shape,
    )
    const layers = evaluations[0].diagnostics ?? []
    expect(layers).toHaveLength(3)
    layers.forEach(({ gradientNorm, updateNorm, weightNorm }, i) => {
      const values = (layer: (typeof parameters)[number]) => [...layer.weights, ...layer.biases]
      const now = values(parameters[i])
      const difference = values(before[i]).map((value, at) => now[at] - value)
      expect(weightNorm).toBeCloseTo(Math.hypot(...now), 6)
      // float32 rounds each weight of up to 0.5 to 3e-8, and the update is a difference of such
      expect(updateNorm).toBeCloseTo(Math.hypot(...difference), 6)
      expect(updateNorm).toBeCloseTo(0.1 * gradientNorm, 6)
    })
  })
  const still = { kind: 'sgd', learningRate: 1e-30 } as const

  it('tell how much is saturated or dead, and count every activation of the minibatch', () => {
    const wide = { kind: 'uniform', range: 100 } as const
    const definition = experiment(
      { diagnostics: true, epochs: 1, batchSize: 'all', optimizer: still },
      { dataset: { split }, network: { initializer: wide } },
    )
    const [hidden, second, output] = trainAlone(definition, train, test, shape).evaluations[0].diagnostics ?? []
    expect(hidden.saturated).toBeGreaterThan(0.8)
    expect(hidden.dead).toBeNull()
    expect(second.saturated).toBeNull()
    expect(second.dead).toBeGreaterThanOrEqual(0)
    expect([output.saturated, output.dead]).toEqual([null, null])
    for (const [i, { histogram }] of [hidden, second, output].entries()) {
      expect(histogram.counts.reduce((a, b) => a + b, 0)).toBe(40 * sizes[i + 1])
      expect(histogram.low).toBeLessThan(histogram.high)
    }
    expect([hidden.histogram.low, hidden.histogram.high]).toEqual([expect.closeTo(0, 5), expect.closeTo(1, 5)])
  })

  it('see units that never fire', () => {
    // all weights into the ReLU layer are negative, and all that goes in is positive
    const initial = prepareAlone(experiment(), train, test, shape)
    initial.control.requestStop()
    initial.train()
    const parameters = initial.parameters()
    parameters[1].weights.fill(-1)
    const state = { parameters, slots: null, best: null, progress: null }
    const { evaluations } = run({ diagnostics: true, epochs: 1 }, { state })
    expect(evaluations[0].diagnostics?.[1].dead).toBe(1)
  })
})

describe('a number that is no longer finite', () => {
  it('is named by its layer and step', () => {
    const initial = prepareAlone(experiment(), train, test, shape)
    initial.control.requestStop()
    initial.train()
    const parameters = initial.parameters()
    parameters[1].weights[5] = Infinity
    const state = { parameters, slots: null, best: null, progress: null }
    expect(run({}, { state })).toMatchObject({ outcome: 'diverged', step: 1, where: 'hidden layer 2' })
  })
})

describe('features that are floats', () => {
  it('train like bytes of the same values', () => {
    const floats = (part: typeof train) => ({ ...part, images: Float32Array.from(part.images) })
    for (const scaling of ['none', 'standardize', 'standardize-per-feature'] as const) {
      const definition = experiment({}, { dataset: { split, scaling } })
      const bytes = trainAlone(definition, train, test, shape)
      const { parameters } = trainAlone(definition, floats(train), floats(test), shape)
      if (scaling === 'none') expect(parameters).toEqual(bytes.parameters)
      parameters.forEach(({ weights }, i) => {
        // the mean of bytes is taken out of the sums, that of floats out of each input: a few roundings of 6e-8 a step
        expectClose(weights, bytes.parameters[i].weights, { absolute: 2e-6 }, `${scaling}, layer ${i}`)
      })
    }
  })

  it('can be two: points in the plane, with one output for two classes', () => {
    const random = seededRandom(5, 5)
    const points = (count: number) => {
      const images = Float32Array.from({ length: 2 * count }, () => random.normal())
      const labels = Uint8Array.from({ length: count }, (_, i) => (images[2 * i] * images[2 * i + 1] > 0 ? 1 : 0))
      return { count, images, labels }
    }
    const definition = makeExperiment({
      dataset: { scaling: 'none' },
      network: { layers: [{ units: 16, activation: 'tanh' }], output: { units: 1, activation: 'sigmoid' } },
      training: {
        loss: 'binary-cross-entropy',
        optimizer: { kind: 'adam', learningRate: 0.05 },
        batchSize: 'all',
        epochs: 300,
      },
    })
    const [some, others] = [points(200), points(100)]
    const { evaluations } = trainAlone(definition, some, others, { pixels: 2, classes: 2 })
    expect(evaluations.at(-1)?.test?.correct).toBeGreaterThan(93)
  })

  it('are not mixed with bytes', () => {
    const blocks = new MemoryBlocks(createMemory())
    const floats = { ...test, images: Float32Array.from(test.images) }
    expect(() => placeDataset(blocks, 'points', shape, train, floats)).toThrow(
      /one part has bytes and the other floats/,
    )
  })
})

describe('a batch in slabs', () => {
  it('gives the gradient of the whole batch', () => {
    const many = makePart(2500, PIXELS, CLASSES, seededRandom(8, 7))
    const blocks = new MemoryBlocks(createMemory())
    const data = placeDataset(blocks, 'test', shape, many, test)
    const weightsWith = (slabRows: number) => {
      const definition = makeExperiment({ training: { batchSize: 'all', epochs: 2, shuffle: false } })
      const plan = { ...planTraining(definition, shapeOf(data), 1), slabRows }
      const layout = layOut(plan, data, blocks.take(layOut(plan, data, 0).bytes, 'test'))
      const views = viewsOf(blocks.memory)
      new Control(views, layout.control, layout.ring).clear()
      const { memory } = blocks
      trainWorker({ memory, plan, layout, data, worker: 0, state: null }, createKernels(memory))
      return layout.layers.map((layer) => readParameters(views.f32, layer, layer.parameters).weights)
    }
    // 2,500 rows in one piece, in three, and in many; the blocks of the sums are the same, so only their bits of biases differ
    const [whole, ...others] = [2500, 1024, 256].map(weightsWith)
    for (const other of others) {
      other.forEach((weights, i) => weights.forEach((weight, at) => expect(weight).toBeCloseTo(whole[i][at], 5)))
    }
  })
})
