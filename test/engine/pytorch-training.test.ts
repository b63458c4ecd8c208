import { describe, expect, it } from 'vitest'
import { decodeWeights } from '#engine/checkpoint'
import type { RawPart } from '#engine/data'
import { writeSafetensors, type Tensor } from '#engine/safetensors'
import { transposed, type LayerParameters } from '#engine/tensors'
import { PLAIN_KERNELS, type KernelChoice } from '#engine/wasm/choice'
import type { ExperimentInput } from '#shared/experiment'
import { trainAlone } from './alone'
import { arithmetics } from './choices'
import { expectClose } from './compare'
import fixture from './fixtures/pytorch-training.json'
import { makeExperiment } from './synthetic'

interface Dumped {
  weight: number[]
  bias: number[]
}

/** What scripts/fixtures/pytorch-training.py writes. */
interface Case {
  name: string
  /** As in an experiment file; the script fills the rest in as it stands by default. */
  experiment: Pick<ExperimentInput, 'dataset' | 'network' | 'training'>
  data: keyof typeof fixture.data
  classes: number
  /** The first so many are trained on, and scored at the end. */
  samples: number
  /** Key of the first weights. */
  start: string
  sizes: number[]
  /** Of each minibatch, before its update. */
  losses: number[]
  /** Learning rate of each step; none where it stays as it is. */
  rates: number[]
  score: { loss: number; correct: number }
  final: Dumped[]
  /** How far PyTorch's own float32 ends from this. */
  rounding: { losses: number; weights: number }
}

const groups = fixture.groups as unknown as readonly { name: string; cases: Case[] }[]
const cases = groups.flatMap((group) => group.cases)

/**
 * PyTorch computed in float64; we keep weights, activations, gradients and what optimizers remember as float32. What
 * that does to a training is its own affair: some forget a rounding, some carry it on. So the fixture has each training
 * in PyTorch's float32 too, and how far that ends from float64.
 *
 * We add up in another order than PyTorch, which rounds to other numbers, and no farther: at most four times as far,
 * or four times as far as the middle one of all cases, as PyTorch's own roundings cancel more in some than in others.
 * Keras’ ε in the place of PyTorch’s, the smallest mistake that we could think of, is twenty times as far as that.
 */
const TIMES = 4
const LOSS = middle(cases.map(({ rounding }) => rounding.losses))
const WEIGHTS = middle(cases.map(({ rounding }) => rounding.weights))

function middle(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]
}

/** [out, in] of the fixture as the engine's [in, out]; the weights of a constant last input are its biases. */
function toLayers(dumped: readonly Dumped[], sizes: readonly number[]): LayerParameters[] {
  return dumped.map(({ weight, bias }, i) => {
    const [inputs, outputs] = [sizes[i], sizes[i + 1]]
    const rows = transposed(Float32Array.from(weight), outputs, weight.length / outputs)
    const biases = new Float32Array(outputs)
    biases.set(bias)
    biases.set(rows.subarray(inputs * outputs))
    return { inputs, outputs, weights: rows.slice(0, inputs * outputs), biases }
  })
}

function dataOf({ data, classes }: Case): RawPart {
  const values = fixture.data[data].flat()
  const labels = Uint8Array.from(fixture.labels, (label) => label % classes)
  return {
    count: labels.length,
    images: data === 'images' ? Uint8Array.from(values) : Float32Array.from(values),
    labels,
  }
}

/** Evaluated at each step, but where evaluations are what decides on the rate: there once an epoch, as PyTorch did. */
function experimentOf({ experiment, samples }: Case) {
  const { dataset, network, training } = experiment
  const every = training.schedule?.kind === 'plateau' ? { epochs: 1 } : { steps: 1 }
  return makeExperiment({
    dataset: { ...dataset, split: { kind: 'first', train: samples, test: samples } },
    network,
    training: { ...training, shuffle: false, evaluation: { every } },
    seeds: { dropout: fixture.dropoutSeed },
  })
}

function startOf({ start, sizes }: Case): LayerParameters[] {
  return toLayers((fixture.starts as Record<string, Dumped[]>)[start], sizes)
}

function train(each: Case, choice: KernelChoice, parameters = startOf(each)) {
  const { sizes, classes } = each
  const part = dataOf(each)
  const state = { parameters, slots: null, best: null, progress: null }
  return trainAlone(experimentOf(each), part, part, { pixels: sizes[0], classes, state, choice })
}

describe.each(arithmetics)(`50 steps by %s, as PyTorch ${fixture.torch} does them`, (_, choice) => {
  describe.each(groups.map((each) => [each.name, each.cases] as const))('%s', (__, group) => {
    it.each(group.map((each) => [each.name, each] as const))('%s', (___, each) => {
      const { plan, evaluations, parameters } = train(each, choice)
      const lossTolerance = { absolute: TIMES * Math.max(LOSS, each.rounding.losses) }
      const weightTolerance = { absolute: TIMES * Math.max(WEIGHTS, each.rounding.weights) }

      expect(plan.steps).toBe(50)
      const losses = evaluations.map((evaluation) => evaluation.train.loss)
      const steps = evaluations.map(({ step }) => step)
      expectClose(losses, meanLosses(each, plan, steps), lossTolerance, 'loss')
      toLayers(each.final, each.sizes).forEach(({ weights, biases }, i) => {
        expectClose(parameters[i].weights, weights, weightTolerance, `layer ${i} weight`)
        expectClose(parameters[i].biases, biases, weightTolerance, `layer ${i} bias`)
      })
      const { test } = evaluations[evaluations.length - 1]
      expectClose([test?.loss ?? NaN], [each.score.loss], lossTolerance, 'last test loss')
      expect(test?.correct).toBe(each.score.correct)
    })
  })

  it('each step with the learning rate of torch.optim.lr_scheduler', () => {
    const scheduled = cases.filter(({ rates }) => rates.length > 0)
    expect(scheduled.length).toBeGreaterThan(5)
    for (const each of scheduled) {
      const { evaluations } = train(each, choice)
      // an evaluation tells the rate of the steps that follow it
      for (const { step, learningRate } of evaluations.slice(0, -1)) {
        // written with nine digits
        expectClose(
          [learningRate ?? NaN],
          [each.rates[step]],
          { relative: 6e-9 },
          `${each.name}, rate at step ${step + 1}`,
        )
      }
    }
  })
})

describe('first weights from a file', () => {
  it('are those that PyTorch saved, by the names and in the layout of nn.Linear', () => {
    const [each] = cases
    const tensors = (fixture.starts as Record<string, Dumped[]>)[each.start].flatMap(({ weight, bias }, i) => [
      [`layers.${i}.weight`, floats(weight, [each.sizes[i + 1], each.sizes[i]])] as const,
      [`layers.${i}.bias`, floats(bias, [each.sizes[i + 1]])] as const,
    ])
    const { plan, parameters: expected } = train(each, PLAIN_KERNELS)
    const first = decodeWeights(writeSafetensors(tensors, {}), plan)
    expect(first).toEqual(startOf(each))
    expect(train(each, PLAIN_KERNELS, first).parameters).toEqual(expected)
  })
})

function floats(values: number[], shape: number[]): Tensor {
  return { dtype: 'F32', shape, bytes: new Uint8Array(Float32Array.from(values).buffer) }
}

/** Over the minibatches up to each of `steps`, from the one before. */
function meanLosses({ losses, samples }: Case, plan: { batchSize: number; stepsPerEpoch: number }, steps: number[]) {
  const rows = losses.map((_, i) => Math.min(plan.batchSize, samples - (i % plan.stepsPerEpoch) * plan.batchSize))
  return steps.map((end, i) => {
    let [sum, count] = [0, 0]
    for (let step = steps[i - 1] ?? 0; step < end; step++) {
      sum += losses[step] * rows[step]
      count += rows[step]
    }
    return sum / count
  })
}
