import { describe, expect, it } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint } from '#engine/checkpoint'
import type { Kernels, OutputLoss } from '#engine/kernels'
import { seededRandom } from '#engine/random'
import { readSafetensors, writeSafetensors } from '#engine/safetensors'
import type { ExperimentInput } from '#shared/experiment'
import { prepareAlone, trainAlone, type AloneOptions } from './alone'
import { expectClose } from './compare'
import { score64, to64, toSamples } from './float64'
import { makeExperiment, makePart } from './synthetic'

const LOSS = 'softmax-cross-entropy'
const PIXELS = 20
const CLASSES = 4
const train = makePart(50, PIXELS, CLASSES, seededRandom(1, 7))
const test = makePart(33, PIXELS, CLASSES, seededRandom(2, 7))
const shape = { pixels: PIXELS, classes: CLASSES }

/** 50 samples in minibatches of 16: 4 steps an epoch, the last one of 2 samples. */
function experiment(
  training: Partial<ExperimentInput['training']> = {},
  rest: Parameters<typeof makeExperiment>[0] = {},
) {
  return makeExperiment({ ...rest, training: { batchSize: 16, epochs: 3, ...training } })
}

function run(training: Partial<ExperimentInput['training']> = {}, options: AloneOptions = {}) {
  return trainAlone(experiment(training), train, test, { ...shape, ...options })
}

/** Calls `act` before each softmax: once for each block of rows, in training and in evaluation. */
function beforeLoss(act: (call: number, isTraining: boolean) => void) {
  let call = 0
  return (kernels: Kernels): Kernels => ({
    ...kernels,
    outputLoss: {
      ...kernels.outputLoss,
      [LOSS]: (...args: Parameters<OutputLoss>) => {
        act(++call, args[8] !== 0)
        kernels.outputLoss[LOSS](...args)
      },
    },
  })
}

describe('evaluations', () => {
  it('come at the end of each epoch, not before the first step, with the time of training', () => {
    const { evaluations, outcome, step } = run()
    expect({ outcome, step }).toEqual({ outcome: 'finished', step: 12 })
    expect(evaluations.map((each) => [each.epoch, each.step])).toEqual([
      [1, 4],
      [2, 8],
      [3, 12],
    ])
    let seconds = 0
    for (const each of evaluations) {
      expect(each.epochSeconds).toBeGreaterThan(0)
      seconds += each.epochSeconds ?? 0
      expect(each.seconds).toBeCloseTo(seconds, 10)
    }
  })

  it('come after every n epochs, and always after the last step', () => {
    const { evaluations } = run({ epochs: 5, evaluation: { every: { epochs: 2 } } })
    expect(evaluations.map((each) => each.epoch)).toEqual([2, 4, 5])
  })

  it('come after every n steps, also within an epoch, and always after the last step', () => {
    const { evaluations } = run({ evaluation: { every: { steps: 5 } } })
    expect(evaluations.map((each) => [each.step, each.epoch, each.epochSeconds === null])).toEqual([
      [5, 1.25, true],
      [10, 2.5, true],
      [12, 3, false],
    ])
  })

  it('score the test part with the weights of the moment', () => {
    const { evaluations, parameters } = run()
    const { loss, correct } = score64(
      to64(parameters),
      ['sigmoid', 'relu'],
      toSamples(test.images, PIXELS, 255),
      test.labels,
    )
    const last = evaluations[2].test
    expect(last).toEqual({ loss: expect.closeTo(loss, 5) as number, correct, count: 33 })
  })

  it('score the whole training part with the weights of the moment when they are asked to', () => {
    // several chunks of 128 in both parts, the last ones not full
    const many = makePart(300, PIXELS, CLASSES, seededRandom(4, 7))
    const others = makePart(200, PIXELS, CLASSES, seededRandom(5, 7))
    const definition = experiment({ evaluation: { every: { epochs: 3 }, train: 'full' } })
    const { evaluations, parameters } = trainAlone(definition, many, others, shape)
    const scoreOf = ({ images, labels, count }: typeof many) => {
      const { loss, correct } = score64(to64(parameters), ['sigmoid', 'relu'], toSamples(images, PIXELS, 255), labels)
      return { loss: expect.closeTo(loss, 5) as number, correct, count }
    }
    expect(evaluations[0].train).toEqual(scoreOf(many))
    expect(evaluations[0].test).toEqual(scoreOf(others))
  })

  it('otherwise give the mean over the samples trained since the last one', () => {
    const each = run({ evaluation: { every: { steps: 1 } } }).evaluations
    const some = run({ evaluation: { every: { steps: 5 } } }).evaluations
    const mean = (from: number, to: number) => {
      const steps = each.slice(from, to).map(({ train }) => train)
      const count = steps.reduce((sum, step) => sum + step.count, 0)
      const correct = steps.reduce((sum, step) => sum + step.correct, 0)
      return {
        count,
        correct,
        loss: expect.closeTo(steps.reduce((sum, step) => sum + step.loss * step.count, 0) / count, 10) as number,
      }
    }
    expect(each.map(({ train }) => train.count)).toEqual([16, 16, 16, 2, 16, 16, 16, 2, 16, 16, 16, 2])
    expect(some.map(({ train }) => train)).toEqual([mean(0, 5), mean(5, 10), mean(10, 12)])
  })

  it('do not change what is trained', () => {
    const often = run({ evaluation: { every: { steps: 1 }, train: 'full' } })
    expect(run().parameters).toEqual(often.parameters)
  })
})

describe('training', () => {
  it('learns what can be learned', () => {
    const { evaluations } = run({ epochs: 60, evaluation: { every: { epochs: 60 }, train: 'full' } })
    expect(evaluations[0].train.correct).toBeGreaterThan(45)
    expect(evaluations[0].train.loss).toBeLessThan(0.1)
  })

  it('trains a network without hidden layers', () => {
    const definition = makeExperiment({ network: { layers: [] }, training: { batchSize: 16, epochs: 30 } })
    const { evaluations, parameters } = trainAlone(definition, train, test, shape)
    expect(parameters).toHaveLength(1)
    expect(evaluations[29].train.loss).toBeLessThan(evaluations[0].train.loss)
  })

  it('takes each sample once an epoch, in another order each time', () => {
    const orders: number[][] = []
    const prepared = prepareAlone(experiment({ batchSize: 50, epochs: 2 }), train, test, {
      ...shape,
      wrap: (kernels) => ({
        ...kernels,
        outputLoss: {
          ...kernels.outputLoss,
          'softmax-cross-entropy': (...args) => {
            const [, , rows, , order] = args
            if (order === prepared.layout.order)
              orders.push([...prepared.views.u32.slice(order >>> 2, (order >>> 2) + rows)])
            kernels.outputLoss['softmax-cross-entropy'](...args)
          },
        },
      }),
    })
    prepared.train()
    const all = Array.from({ length: 50 }, (_, i) => i)
    expect(orders).toHaveLength(2)
    for (const order of orders) {
      expect(order).not.toEqual(all)
      expect([...order].sort((x, y) => x - y)).toEqual(all)
    }
    expect(orders[0]).not.toEqual(orders[1])
  })

  it('keeps the order of the data without shuffling, so that the shuffle seed does not matter', () => {
    const weights = (seed: number, shuffle: boolean) =>
      trainAlone(experiment({ shuffle }, { seeds: { shuffle: seed } }), train, test, shape).parameters
    expect(weights(1, false)).toEqual(weights(2, false))
    expect(weights(1, true)).not.toEqual(weights(2, true))
  })

  it('uses the first samples of each part when the split says so', () => {
    const split = { kind: 'first', train: 10, test: 7 } as const
    const changed = {
      ...train,
      images: train.images.slice().fill(255, 10 * PIXELS),
      labels: train.labels.slice().fill(3, 10),
    }
    const results = [train, changed].map((part) =>
      trainAlone(experiment({}, { dataset: { split } }), part, test, shape),
    )
    expect(results[0].parameters).toEqual(results[1].parameters)
    expect(results[0].evaluations[0].train.count).toBe(10)
    expect(results[0].evaluations[0].test?.count).toBe(7)
  })

  it('feeds bytes as they are without scaling, and divided by 255 with unit', () => {
    const weights = (scaling: 'none' | 'unit', factor: number) => {
      const images = train.images.map((byte) => (byte > 0 ? factor : 0))
      return trainAlone(experiment({}, { dataset: { scaling } }), { ...train, images }, test, shape).parameters
    }
    expect(weights('none', 1)).toEqual(weights('unit', 255))
  })

  it('takes a batch size above the number of samples for all of them', () => {
    expect(run({ batchSize: 1000 }).parameters).toEqual(run({ batchSize: 'all' }).parameters)
  })

  it('skips zeros or not, for the same bits', () => {
    // the same network on the same data: 20 pixels of many zeros, and again with the zeros looked at one by one
    const sparse = run()
    const dense = run(
      {},
      {
        wrap: (kernels) => ({
          ...kernels,
          sparseForward: kernels.denseForward,
          sparseBackwardWeights: kernels.denseBackwardWeights,
        }),
      },
    )
    expect(sparse.data.density).toBeLessThan(0.5)
    expect(dense.parameters).toEqual(sparse.parameters)
  })

  it('leaves the padding of all weights and their transposed copies at zero, and the copies true', () => {
    const { layout, views, parameters } = run()
    layout.layers.forEach((layer, i) => {
      for (let k = 0; k < layer.inputs; k++) {
        const at = (layer.parameters.weights + k * layer.ldw) >>> 2
        const padding = views.f32.subarray(at + layer.outputs, at + layer.ldw / 4)
        expect(padding.every((each) => Object.is(each, 0))).toBe(true)
      }
      for (let n = 0; n < layer.outputs && layer.transposed !== 0; n++) {
        const at = (layer.transposed + n * layer.ldt) >>> 2
        const row = views.f32.subarray(at, at + layer.inputs)
        const column = Array.from(row, (_, k) => parameters[i].weights[k * layer.outputs + n])
        expectClose(row, column, { absolute: 0 })
        expect(views.f32.subarray(at + layer.inputs, at + layer.ldt / 4).every((each) => each === 0)).toBe(true)
      }
    })
  })

  it('starts from zeros wherever a block has been used before', () => {
    const fresh = prepareAlone(experiment(), train, test, shape)
    const used = prepareAlone(experiment(), train, test, shape)
    used.views.u8.fill(0x7f, used.layout.ring.address, used.layout.control + used.layout.bytes)
    fresh.train()
    used.train()
    expect(used.parameters()).toEqual(fresh.parameters())
  })
})

describe('stopping', () => {
  it('takes effect at the end of the minibatch in which it is asked for', () => {
    const options: AloneOptions = {
      wrap: (kernels, control) => beforeLoss((call) => call === 3 && control.requestStop())(kernels),
    }
    const { outcome, step, evaluations } = run({}, options)
    expect({ outcome, step }).toEqual({ outcome: 'stopped', step: 3 })
    expect(evaluations).toEqual([])
  })

  it('ends an evaluation too, and does not report half of one', () => {
    let evaluated = 0
    const options: AloneOptions = {
      wrap: (kernels, control) =>
        beforeLoss((_, isTraining) => {
          if (isTraining) return
          evaluated++
          control.requestStop()
        })(kernels),
    }
    const many = makePart(1000, PIXELS, CLASSES, seededRandom(3, 7))
    const { outcome, step, evaluations } = trainAlone(experiment(), train, many, { ...shape, ...options })
    expect({ outcome, step, evaluated, evaluations }).toEqual({
      outcome: 'stopped',
      step: 4,
      evaluated: 1,
      evaluations: [],
    })
  })

  it('before the first step leaves the first weights', () => {
    const prepared = prepareAlone(experiment(), train, test, shape)
    prepared.control.requestStop()
    expect(prepared.train()).toMatchObject({ outcome: 'stopped', step: 0 })
    expect(prepared.parameters()[0].weights.some((each) => each !== 0)).toBe(true)
  })
})

describe('a loss that is no longer finite', () => {
  it('ends the run as diverged at the step at which it was seen', () => {
    const definition = experiment(
      { optimizer: { kind: 'sgd', learningRate: 1000 }, epochs: 50 },
      {
        dataset: { scaling: 'none' },
        network: {
          layers: [64, 64, 64].map((units) => ({ units, activation: 'relu' as const })),
          initializer: { kind: 'he-uniform' },
        },
      },
    )
    const { outcome, step, evaluations } = trainAlone(definition, train, test, shape)
    expect(outcome).toBe('diverged')
    expect(step).toBeGreaterThan(1)
    expect(step).toBeLessThan(200)
    for (const each of evaluations) expect(Number.isFinite(each.train.loss + (each.test?.loss ?? NaN))).toBe(true)
  })

  it('is noticed in an evaluation as well', () => {
    const poison = (kernels: Kernels): Kernels => ({
      ...kernels,
      outputLoss: {
        ...kernels.outputLoss,
        [LOSS]: (...args: Parameters<OutputLoss>) => {
          kernels.outputLoss[LOSS](...args)
          const [loss, wantsGradient] = [args[10], args[8] !== 0]
          if (!wantsGradient) prepared.views.f32[loss >>> 2] = NaN
        },
      },
    })
    const prepared = prepareAlone(experiment(), train, test, { ...shape, wrap: poison })
    expect(prepared.train()).toMatchObject({ outcome: 'diverged', step: 4, where: 'an evaluation' })
    expect(prepared.control.takeEvaluations()).toEqual([])
  })
})

describe('a worker that fails', () => {
  it('sends the others away before it throws', () => {
    const options: AloneOptions = {
      ...shape,
      wrap: beforeLoss((call) => {
        if (call === 3) throw new RangeError('no memory')
      }),
    }
    const prepared = prepareAlone(experiment(), train, test, options)
    expect(() => prepared.train()).toThrow(RangeError)
    expect(prepared.control.hasFailed()).toBe(true)
  })

  it('does not keep another waiting at a barrier for ever', () => {
    // laid out for two, and the second never comes: the first must leave once it is told
    const prepared = prepareAlone(experiment(), train, test, { ...shape, workers: 2 })
    prepared.control.fail()
    expect(prepared.train()).toMatchObject({ outcome: 'abandoned', step: 0 })
  })
})

describe('a checkpoint', () => {
  const definition = (epochs: number) => experiment({ epochs, evaluation: { every: { steps: 3 } } })

  /** The checkpoint at the end of the epoch; only the first is taken, as nobody frees the place. */
  function trainFor(epochs: number, state: AloneOptions['state'] = null) {
    const trained = trainAlone(definition(epochs), train, test, { ...shape, state })
    const facts = trained.control.holdSnapshot()
    if (!facts) throw new Error('expected a snapshot')
    return {
      ...trained,
      checkpoint: encodeCheckpoint(trained.views.f32, trained.plan, trained.layout, facts, 'plain-2'),
    }
  }

  it('lets training go on to the same bits and the same history', () => {
    const whole = trainFor(3)
    const state = decodeCheckpoint(whole.checkpoint, whole.plan, 'plain-2')
    const rest = trainFor(3, state)
    expect(rest.parameters).toEqual(whole.parameters)
    const withoutTime = ({ seconds: _, epochSeconds: __, ...each }: (typeof whole.evaluations)[number]) => each
    // evaluations at steps 3, 6, 9, 12; the checkpoint is at step 4, with the running sums of one step
    expect(rest.evaluations.map(withoutTime)).toEqual(whole.evaluations.slice(1).map(withoutTime))
    expect(rest.evaluations[0].seconds).toBeGreaterThan(state.progress?.seconds ?? Infinity)
  })

  it('is taken at the end of the first epoch and then when the last one has been taken away', () => {
    const { control } = trainFor(3)
    expect(control.holdSnapshot()?.step).toBe(4)
    control.freeSnapshot()
    expect(control.holdSnapshot()).toBeNull()
  })

  it('holds the tensors of the model, the moments of Adam and the rest as text', () => {
    const { checkpoint, parameters } = trainFor(1)
    const { tensors, metadata } = readSafetensors(checkpoint)
    const names = [
      'layers.0.weight',
      'layers.0.bias',
      'layers.1.weight',
      'layers.1.bias',
      'layers.2.weight',
      'layers.2.bias',
    ]
    expect([...tensors.keys()]).toEqual(
      ['', 'optimizer.m.', 'optimizer.v.'].flatMap((prefix) => names.map((name) => prefix + name)),
    )
    expect(tensors.get('layers.0.weight')?.shape).toEqual([24, PIXELS])
    expect(tensors.get('optimizer.v.layers.2.weight')?.shape).toEqual([CLASSES, 17])
    const weight = new Float32Array(tensors.get('layers.0.weight')?.bytes.slice().buffer ?? new ArrayBuffer(0))
    expect(weight[3 * PIXELS + 5]).toBe(parameters[0].weights[5 * 24 + 3])
    expect(Object.fromEntries(metadata)).toMatchObject({
      step: '4',
      epoch: '1',
      optimizer: 'adam',
      bitClass: 'plain-2',
    })
    expect(metadata.get('shuffle')).toMatch(/^\d+ \d+ \d+ \d+$/)
  })

  it('is refused by name when it is not of this run', () => {
    const { checkpoint, plan } = trainFor(1)
    const { tensors, metadata } = readSafetensors(checkpoint)
    const broken = (changes: Record<string, string>) =>
      writeSafetensors(tensors, { ...Object.fromEntries(metadata), ...changes })
    expect(() => decodeCheckpoint(broken({ bitClass: 'simd-1' }), plan, 'plain-2')).toThrow(
      /bitClass should be "plain-2", got "simd-1"/,
    )
    expect(() => decodeCheckpoint(broken({ shuffle: '1 2 3' }), plan, 'plain-2')).toThrow(
      /shuffle should be 4 numbers, got "1 2 3"/,
    )
    expect(() => decodeCheckpoint(broken({ step: '5' }), plan, 'plain-2')).toThrow(/at the end of an epoch of 4 steps/)
    expect(() => decodeCheckpoint(broken({ seconds: '' }), plan, 'plain-2')).toThrow(/seconds should be a number/)
    expect(() => decodeCheckpoint(checkpoint, { ...plan, sizes: [PIXELS, 25, 17, CLASSES] }, 'plain-2')).toThrow(
      /layers.0.weight should be F32 \[25, 20\], got F32 \[24, 20\]/,
    )
    tensors.delete('optimizer.m.layers.1.bias')
    expect(() => decodeCheckpoint(writeSafetensors([], Object.fromEntries(metadata)), plan, 'plain-2')).toThrow(
      /got nothing/,
    )
  })
})

describe('a run that leaves samples out', () => {
  const without = (part: typeof train, samples: readonly number[]) => {
    const kept = [...part.labels.keys()].filter((i) => !samples.includes(i))
    return {
      count: kept.length,
      images: Uint8Array.from(kept.flatMap((i) => [...part.images.subarray(i * PIXELS, (i + 1) * PIXELS)])),
      labels: Uint8Array.from(kept, (i) => part.labels[i]),
    }
  }

  it('leaves the same bits as one on data that never had them', () => {
    const inTrain = [0, 7, 49]
    const inTest = [3, 32]
    const exclude = [...inTrain, ...inTest.map((sample) => train.count + sample)]
    const excluding = trainAlone(experiment({}, { dataset: { exclude } }), train, test, shape)
    const never = trainAlone(experiment(), without(train, inTrain), without(test, inTest), shape)
    expect(excluding.parameters).toEqual(never.parameters)
    expect(excluding.evaluations.map((each) => each.test)).toEqual(never.evaluations.map((each) => each.test))
    expect(excluding.parameters).not.toEqual(run().parameters)
  })
})
