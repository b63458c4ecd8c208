import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readSafetensors } from '#engine/safetensors'
import { transposed } from '#engine/tensors'
import type { EngineHost, TrainingEvents } from '#lab/engine/host'
import { createInProcessHost } from '#lab/engine/in-process-host'
import { LabError } from '#shared/errors'
import type { Experiment } from '#shared/experiment'
import type { Evaluation, RunId, RunProgress } from '#shared/run'
import { score64, to64, toSamples } from '../../engine/float64'
import { loadSynthetic, makeDataset, makeExperiment } from '../../engine/synthetic'
import { testWorkerFile } from '../../setup/build-worker'

const hosts: EngineHost[] = []
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()))
})

function startHost(options: Partial<Parameters<typeof createInProcessHost>[0]> = {}): EngineHost {
  const host = createInProcessHost({ workerFile: testWorkerFile, threads: 3, load: loadSynthetic(), ...options })
  hosts.push(host)
  return host
}

let runs = 0
function job(experiment: Experiment, threads = 1) {
  return { id: `run-${String(++runs).padStart(6, '0')}` as RunId, experiment, threads }
}

function recorder() {
  const evaluations: Evaluation[] = []
  const progress: RunProgress[] = []
  const checkpoints: { epoch: number; bytes: Uint8Array }[] = []
  const events: TrainingEvents = {
    evaluated: (each) => evaluations.push(each),
    progressed: (each) => progress.push(each),
    checkpointed: (each) => checkpoints.push(each),
  }
  return { evaluations, progress, checkpoints, events }
}

/** What has to be equal, whatever the machine did besides. */
function untimed(evaluations: readonly Evaluation[]) {
  return evaluations.map(({ seconds: _, epochSeconds: __, ...rest }) => rest)
}

/** Runs until somebody stops it: long enough that no machine finishes it by itself. */
const endless = makeExperiment({ training: { epochs: 100_000 } })

/** Resolves at the first evaluation, or rejects with the run. */
function trainUntilFirstEvaluation(host: EngineHost, threads = 1) {
  let seen: () => void
  const evaluated = new Promise<void>((resolve) => (seen = resolve))
  const events = { ...recorder().events, evaluated: () => seen() }
  const training = host.train(job(endless, threads), events)
  return { training, evaluated: Promise.race([evaluated, training.result.then(() => undefined)]) }
}

describe('the in-process host', () => {
  it('leaves the same weights and the same history for 1, 2 and 3 workers', async () => {
    const host = startHost()
    // batches that do not divide by the number of workers, and a smaller one at the end
    const experiment = makeExperiment({ training: { batchSize: 37, epochs: 2, evaluation: { train: 'full' } } })
    const hashes: string[] = []
    const histories: unknown[] = []
    for (const threads of [1, 2, 3]) {
      const { evaluations, events } = recorder()
      const { weightsSha256 } = await host.train(job(experiment, threads), events).result
      hashes.push(weightsSha256)
      histories.push(evaluations.map(({ seconds: _, epochSeconds: __, ...rest }) => rest))
    }
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(hashes).toEqual([hashes[0], hashes[0], hashes[0]])
    expect(histories).toEqual([histories[0], histories[0], histories[0]])
  })

  it('leaves the same weights for 1 and 2 workers with other settings too', async () => {
    const host = startHost()
    for (const experiment of [
      makeExperiment({ network: { layers: [] }, training: { batchSize: 'all', optimizer: { kind: 'sgd' } } }),
      makeExperiment({
        network: { layers: [{ units: 3, activation: 'relu' }] },
        training: { batchSize: 1, epochs: 1 },
      }),
    ]) {
      const hashes = [1, 2].map((threads) => host.train(job(experiment, threads), recorder().events).result)
      const [one, two] = await Promise.all(hashes)
      expect(two.weightsSha256).toBe(one.weightsSha256)
    }
  })

  it('passes on every evaluation, once and in order', async () => {
    const { evaluations, events } = recorder()
    const experiment = makeExperiment({ training: { epochs: 8, evaluation: { every: { steps: 1 } } } })
    const result = await startHost().train(job(experiment, 2), events).result
    expect(result).toMatchObject({ outcome: 'finished', epochs: 8 })
    // 300 samples in minibatches of 32: 10 steps an epoch
    expect(evaluations.map((each) => each.step)).toEqual(Array.from({ length: 80 }, (_, i) => i + 1))
  })

  it('leaves a model in the layout of PyTorch that scores what the last evaluation says', async () => {
    const { evaluations, events } = recorder()
    const { model, weightsSha256 } = await startHost().train(job(makeExperiment()), events).result
    const { tensors } = readSafetensors(model)
    expect([...tensors].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ['layers.0.weight', 'F32', [24, 784]],
      ['layers.0.bias', 'F32', [24]],
      ['layers.1.weight', 'F32', [17, 24]],
      ['layers.1.bias', 'F32', [17]],
      ['layers.2.weight', 'F32', [10, 17]],
      ['layers.2.bias', 'F32', [10]],
    ])
    const hash = createHash('sha256')
    for (const { bytes } of tensors.values()) hash.update(bytes)
    expect(weightsSha256).toBe(hash.digest('hex'))

    const floats = (name: string) => new Float32Array(tensors.get(name)?.bytes.slice().buffer ?? new ArrayBuffer(0))
    const layers = [0, 1, 2].map((i) => {
      const [outputs, inputs] = tensors.get(`layers.${i}.weight`)?.shape ?? []
      const weights = transposed(floats(`layers.${i}.weight`), outputs, inputs)
      return { inputs, outputs, weights, biases: floats(`layers.${i}.bias`) }
    })
    const { test } = makeDataset()
    const { loss, correct } = score64(to64(layers), ['sigmoid', 'relu'], toSamples(test.images, 784, 255), test.labels)
    expect(evaluations.at(-1)?.test).toEqual({ loss: expect.closeTo(loss, 5) as number, correct, count: 150 })
  })

  it('sends checkpoints of whole epochs from which training can go on', async () => {
    const { checkpoints, events } = recorder()
    await startHost().train(job(makeExperiment()), events).result
    expect(checkpoints.length).toBeGreaterThan(0)
    for (const { epoch, bytes } of checkpoints) {
      expect([1, 2]).toContain(epoch)
      expect(readSafetensors(bytes).metadata.get('epoch')).toBe(String(epoch))
    }
  })

  it('says how far it is, for as long as it trains', async () => {
    const { progress, events } = recorder()
    const host = startHost()
    let seen: () => void
    const progressed = new Promise<void>((resolve) => (seen = resolve))
    const task = job(endless)
    const training = host.train(task, {
      ...events,
      progressed(each) {
        progress.push(each)
        if (progress.length === 3) seen()
      },
    })
    await Promise.race([progressed, training.result])
    training.stop()
    await training.result
    const steps = progress.map((each) => each.step)
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b))
    const [{ id, epoch, running, samplesPerSecond, secondsLeft, ...rest }] = progress
    expect(rest).toEqual({ step: steps[0], steps: 1_000_000, epochs: 100_000, learningRate: 0.01 })
    expect({ id, epoch }).toEqual({ id: task.id, epoch: steps[0] / 10 })
    expect(running?.loss).toBeGreaterThan(0)
    expect(running?.accuracy).toBeGreaterThan(0)
    expect(samplesPerSecond).toBeGreaterThan(0)
    expect(secondsLeft).toBeGreaterThan(0)
  })
})

describe('stopping a training', () => {
  it('ends it with the weights that it has', async () => {
    const { training, evaluated } = trainUntilFirstEvaluation(startHost(), 2)
    await evaluated
    training.stop()
    training.stop() // twice is once
    const { outcome, epochs, model } = await training.result
    expect(outcome).toBe('stopped')
    expect(epochs).toBeGreaterThan(0)
    expect(epochs).toBeLessThan(100_000)
    expect(readSafetensors(model).tensors.size).toBe(6)
  })

  it('before it has got its threads gives the first weights, and lets the next one in', async () => {
    const host = startHost({ threads: 2 })
    const first = trainUntilFirstEvaluation(host, 2)
    const waiting = host.train(job(makeExperiment(), 2), recorder().events)
    const last = host.train(job(makeExperiment({ training: { epochs: 1 } }), 1), recorder().events)
    await first.evaluated
    waiting.stop()
    const { outcome, epochs, model } = await waiting.result
    expect({ outcome, epochs }).toEqual({ outcome: 'stopped', epochs: 0 })
    expect(readSafetensors(model).tensors.get('layers.0.weight')?.shape).toEqual([24, 784])
    first.training.stop()
    expect((await last.result).outcome).toBe('finished')
  })

  it('right after it was started leaves the weights of the same seed', async () => {
    const host = startHost()
    const results = [1, 2].map(() => {
      const training = host.train(job(endless), recorder().events)
      training.stop()
      return training.result
    })
    const [a, b] = await Promise.all(results)
    expect(a).toMatchObject({ outcome: 'stopped', epochs: 0 })
    expect(b.weightsSha256).toBe(a.weightsSha256)
  })
})

describe('a pause', () => {
  it('holds the run where it is, keeps its threads, and ends when it is told to go on', async () => {
    const host = startHost({ threads: 2 })
    const experiment = makeExperiment({ training: { epochs: 3 } })
    const { evaluations, progress, events } = recorder()
    const held = host.train(job(experiment), events)
    held.pause()
    // one that is no shorter, on the other thread: in its time the first one comes to the end of a minibatch
    await host.train(job(experiment), recorder().events).result
    expect(evaluations).toEqual([])
    expect(progress.every(({ step }) => step === 1)).toBe(true)
    held.proceed()
    expect((await held.result).outcome).toBe('finished')
    expect(evaluations).toHaveLength(3)
  })

  it('in the middle of a training changes none of its bits', async () => {
    const host = startHost()
    const experiment = makeExperiment({ training: { epochs: 40 } })
    const whole = await host.train(job(experiment), recorder().events).result
    const events: TrainingEvents = {
      ...recorder().events,
      evaluated() {
        training.pause()
        training.proceed()
      },
    }
    const training = host.train(job(experiment, 2), events)
    expect((await training.result).weightsSha256).toBe(whole.weightsSha256)
  })

  it('does not keep a run from being stopped', async () => {
    const { training, evaluated } = trainUntilFirstEvaluation(startHost(), 2)
    await evaluated
    training.pause()
    training.stop()
    expect((await training.result).outcome).toBe('stopped')
  })
})

describe('an advance', () => {
  const experiment = makeExperiment({ training: { epochs: 3, batchSize: 100 } })
  const stepsPerEpoch = 3

  it.each([1, 2])('takes a paused run on by one step, or to the next epoch, with %i workers', async (threads) => {
    const host = startHost({ threads: 2 })
    const whole = await host.train(job(experiment), recorder().events).result
    const seen = { steps: [] as number[], epochs: [] as number[], snapshots: [] as number[] }
    let look: (done?: undefined) => void = () => undefined
    const training = host.train(job(experiment, threads), {
      progressed: ({ step }) => look(void seen.steps.push(step)),
      evaluated: ({ epoch }) => look(void seen.epochs.push(epoch)),
      checkpointed: ({ epoch }) => look(void seen.snapshots.push(epoch)),
    })
    const until = (isReached: () => boolean) =>
      new Promise<void>((resolve) => {
        look = () => isReached() && resolve()
        look()
      })
    training.pause()
    await until(() => seen.steps.at(-1) === 1)
    training.advance('step')
    await until(() => seen.steps.at(-1) === 2)
    training.advance('epoch')
    await until(() => seen.steps.at(-1) === stepsPerEpoch + 1 && seen.epochs.length === 1)
    training.advance('epoch')
    await until(() => seen.snapshots.length === 2 && seen.steps.at(-1) === 2 * stepsPerEpoch + 1)
    expect(seen).toMatchObject({ epochs: [1, 2], snapshots: [1, 2] })
    training.proceed()
    expect((await training.result).weightsSha256).toBe(whole.weightsSha256)
  })
})

describe('a learning rate that is set by hand', () => {
  it('is what the minibatches after it are trained with', async () => {
    const host = startHost()
    const experiment = makeExperiment({ training: { optimizer: { kind: 'sgd', learningRate: 0.01 } } })
    const untouched = await host.train(job(experiment), recorder().events).result
    const { evaluations, events } = recorder()
    const training = host.train(job(experiment, 2), events)
    training.setLearningRate(0.02)
    expect((await training.result).weightsSha256).not.toBe(untouched.weightsSha256)
    expect(evaluations.map((each) => each.learningRate)).toEqual([0.02, 0.02])
  })
})

describe('a checkpoint', () => {
  const validated = { split: { kind: 'first' as const, train: 200, validation: 100, test: 150 } }
  it.each([
    ['SGD', makeExperiment({ training: { optimizer: { kind: 'sgd' }, epochs: 60 } })],
    ['momentum', makeExperiment({ training: { optimizer: { kind: 'sgd', momentum: 0.9 }, epochs: 60 } })],
    ['Adam without a shuffle', makeExperiment({ training: { epochs: 60, shuffle: false } })],
    [
      'dropout and a rate that waits for improvement',
      makeExperiment({
        training: {
          epochs: 60,
          schedule: { kind: 'plateau', patience: 2, metric: 'train-loss' },
          regularization: { dropoutHidden: 0.3 },
        },
      }),
    ],
    [
      'early stopping',
      makeExperiment({
        dataset: validated,
        training: { epochs: 60, earlyStopping: { patience: 20, restoreBest: true } },
      }),
    ],
  ])('is where a run goes on to the bits of the unbroken one: %s', async (_, experiment) => {
    const host = startHost({ checkpointIntervalMs: 0 })
    const whole = recorder()
    const expected = await host.train(job(experiment, 2), whole.events).result
    const history = untimed(whole.evaluations)
    expect(whole.checkpoints.length).toBeGreaterThan(1)
    const { epoch, bytes } = whole.checkpoints[0]
    const { evaluations, events } = recorder()
    const ofAFile = Buffer.from(bytes) // as Node reads it
    const resumed = await host.train({ ...job(experiment, 1), checkpoint: ofAFile }, events).result
    expect(resumed).toMatchObject({
      outcome: expected.outcome,
      step: expected.step,
      weightsSha256: expected.weightsSha256,
    })
    expect(evaluations[0].epoch).toBe(epoch + 1)
    expect(untimed(evaluations)).toEqual(history.slice(epoch))
    expect(evaluations[0].seconds).toBeGreaterThan(whole.evaluations[epoch - 1].seconds)
  })

  it('that a run is stopped at before it has threads is what it leaves', async () => {
    const host = startHost({ threads: 1, checkpointIntervalMs: 0 })
    const { checkpoints, events } = recorder()
    const experiment = makeExperiment({ training: { epochs: 20 } })
    await host.train(job(experiment), events).result
    const { epoch, bytes } = checkpoints[0]
    expect(await host.inspect({ ...job(experiment), checkpoint: bytes })).toEqual({ step: epoch * 10 })
    const long = trainUntilFirstEvaluation(host)
    const waiting = host.train({ ...job(experiment), checkpoint: bytes }, recorder().events)
    waiting.stop()
    expect(await waiting.result).toMatchObject({ outcome: 'stopped', epochs: epoch, step: epoch * 10 })
    long.training.stop()
    await long.training.result
  })

  it('of another run, or of other kernels, is refused, both when it is looked at and when it is trained', async () => {
    const { checkpoints, events } = recorder()
    await startHost().train(job(makeExperiment()), events).result
    const { bytes } = checkpoints[0]
    const sgd = makeExperiment({ training: { optimizer: { kind: 'sgd' } } })
    for (const [host, experiment] of [
      [startHost(), sgd],
      [startHost({ arithmetic: 'plain' }), makeExperiment()],
    ] as const) {
      const unfit = { ...job(experiment), checkpoint: bytes }
      await expect(host.inspect(unfit)).rejects.toMatchObject({ code: 'checkpoint/unfit' })
      await expect(host.train(unfit, recorder().events).result).rejects.toMatchObject({ code: 'checkpoint/unfit' })
    }
  })
})

describe('weights from a file', () => {
  it('are where a run begins', async () => {
    const host = startHost()
    const stopped = host.train(job(makeExperiment({ seeds: { init: 77 } })), recorder().events)
    stopped.stop()
    const { model } = await stopped.result
    const own = await host.train(job(makeExperiment({ seeds: { init: 77 } })), recorder().events).result
    const given = await host.train({ ...job(makeExperiment()), initialWeights: model }, recorder().events).result
    expect(given.weightsSha256).toBe(own.weightsSha256)
  })

  it('that do not fit the network are refused, with what was expected', async () => {
    const host = startHost()
    const { model } = await host.train(job(makeExperiment()), recorder().events).result
    const other = makeExperiment({ network: { layers: [{ units: 25, activation: 'relu' }] } })
    await expect(host.inspect({ ...job(other), initialWeights: model })).rejects.toMatchObject({
      code: 'weights/unfit',
      message: expect.stringContaining('F32 [25, 784]') as string,
    })
  })
})

describe('threads', () => {
  it('are given to runs in the order in which they came, and none starts before all of its own are free', async () => {
    const host = startHost({ threads: 3 })
    const order: string[] = []
    const watch = (name: string): TrainingEvents => ({ ...recorder().events, evaluated: () => void order.push(name) })
    const long = trainUntilFirstEvaluation(host, 2)
    // one thread is free: the run for two waits, and so does the one behind it that would fit
    const wide = host.train(job(makeExperiment({ training: { epochs: 1 } }), 2), watch('wide'))
    const narrow = host.train(job(makeExperiment({ training: { epochs: 1 } }), 1), watch('narrow'))
    await long.evaluated
    expect(order).toEqual([])
    long.training.stop()
    await Promise.all([long.training.result, wide.result, narrow.result])
    expect([...order].sort()).toEqual(['narrow', 'wide'])
  })

  it('train several runs at a time', async () => {
    const host = startHost({ threads: 3 })
    const long = trainUntilFirstEvaluation(host, 2)
    const beside = await host.train(job(makeExperiment(), 1), recorder().events).result
    expect(beside.outcome).toBe('finished')
    await long.evaluated
    long.training.stop()
    expect((await long.training.result).outcome).toBe('stopped')
  })

  it.each([0, 4, 1.5, NaN])('are refused when %d of 3 are asked for', async (threads) => {
    const training = startHost().train(job(makeExperiment(), threads), recorder().events)
    await expect(training.result).rejects.toMatchObject({ code: 'engine/bad-threads' })
  })
})

describe('a run that cannot go on', () => {
  it('is rejected as diverged, with the step, the epoch and what to do', async () => {
    const experiment = makeExperiment({
      network: {
        layers: [64, 64, 64].map((units) => ({ units, activation: 'relu' as const })),
        initializer: { kind: 'he-uniform' },
      },
      training: { optimizer: { kind: 'sgd', learningRate: 1000 }, epochs: 20 },
      dataset: { scaling: 'none' },
    })
    const { result } = startHost().train(job(experiment, 2), recorder().events)
    await expect(result).rejects.toMatchObject({
      code: 'run/diverged',
      message: expect.stringMatching(/at step \d+ \(epoch \d+\).*learning rate/) as string,
    })
  })

  it('is rejected with the reason when its data cannot be loaded, and the next one asks again', async () => {
    const load = loadSynthetic()
    let calls = 0
    const host = startHost({
      load: (name) => (++calls === 1 ? Promise.reject(new LabError('dataset/damaged', 'broken')) : load(name)),
    })
    const train = () => host.train(job(makeExperiment({ training: { epochs: 1 } })), recorder().events).result
    await expect(train()).rejects.toMatchObject({ code: 'dataset/damaged' })
    expect((await train()).outcome).toBe('finished')
    await train()
    expect(calls).toBe(2)
  })

  it('is rejected with what a listener of its own threw, after it has stopped', async () => {
    const host = startHost({ threads: 1 })
    const full = new Error('disk full')
    const events = {
      ...recorder().events,
      evaluated() {
        throw full
      },
    }
    await expect(host.train(job(endless), events).result).rejects.toBe(full)
    expect((await host.train(job(makeExperiment()), recorder().events).result).outcome).toBe('finished')
  })

  it('is rejected when it does not fit into the memory, and the next one goes on', async () => {
    const host = startHost()
    const huge = makeExperiment({
      network: { layers: [1, 2, 3].map(() => ({ units: 16_384, activation: 'relu' as const })) },
    })
    await expect(host.train(job(huge), recorder().events).result).rejects.toMatchObject({
      code: 'engine/out-of-memory',
    })
    expect((await host.train(job(makeExperiment()), recorder().events).result).outcome).toBe('finished')
  })
})

describe('a worker that dies', () => {
  // The real worker, but for runs of one seed: the second worker of such a run ends while the first waits for it.
  const DOOMED = 4_000_000_000
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'perceptron-lab-'))
    for (const [name, death] of [
      ['exits', 'process.exit(7)'],
      ['throws', 'throw new RangeError("no room")'],
    ]) {
      const source = `import work from ${JSON.stringify(pathToFileURL(testWorkerFile).href)}
        export default (task) => {
          if (task.worker === 1 && task.plan.seeds.init === ${DOOMED}) ${death}
          return work(task)
        }`
      await writeFile(join(folder, `${name}.mjs`), source)
    }
  })
  afterAll(() => rm(folder, { recursive: true }))

  it.each([
    ['exits', /exited with code: 7/],
    ['throws', /no room/],
  ])('(it %s) costs its run, and neither the run beside it nor the next', async (name, message) => {
    const host = startHost({ workerFile: join(folder, `${name}.mjs`) })
    const beside = trainUntilFirstEvaluation(host, 1)
    const doomed = host.train(job(makeExperiment({ seeds: { init: DOOMED } }), 2), recorder().events)
    await expect(doomed.result).rejects.toMatchObject({
      code: 'engine/worker-died',
      message: expect.stringMatching(message) as string,
    })
    const next = await host.train(job(makeExperiment({ training: { epochs: 1 } }), 2), recorder().events).result
    expect(next.outcome).toBe('finished')
    await beside.evaluated
    beside.training.stop()
    expect((await beside.training.result).outcome).toBe('stopped')
  })

  it('before it could start says so, each time', async () => {
    const host = startHost({ workerFile: join(folder, 'missing.mjs') })
    for (let i = 0; i < 2; i++) {
      const { result } = host.train(job(makeExperiment(), 2), recorder().events)
      await expect(result).rejects.toMatchObject({ code: 'engine/worker-died' })
    }
  })
})

describe('close()', () => {
  it('stops what trains and what waits, and takes nothing more', async () => {
    const host = startHost({ threads: 2 })
    const { training, evaluated } = trainUntilFirstEvaluation(host, 2)
    const waiting = host.train(job(makeExperiment(), 1), recorder().events)
    await evaluated
    await host.close()
    expect((await training.result).outcome).toBe('stopped')
    expect((await waiting.result).outcome).toBe('stopped')
    const late = host.train(job(makeExperiment()), recorder().events)
    await expect(late.result).rejects.toMatchObject({ code: 'engine/closed' })
  })

  it('can be called twice, and when nothing was ever trained', async () => {
    const host = startHost()
    await host.close()
    await host.close()
  })
})

describe('the facts of the host', () => {
  it('name kernels, class of bits and threads', () => {
    expect(startHost({ arithmetic: 'plain' }).facts).toEqual({
      kernels: 'plain TypeScript',
      bitClass: 'plain-2',
      placement: 'in-process',
      threads: 3,
      wideVectors: false,
      wideVectorsOffered: false,
      gflops: null,
      remark: null,
    })
  })
})
