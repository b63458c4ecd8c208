import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openChildHost, type ChildHostOptions } from '#lab/engine/child-host'
import { forkEngine } from '#lab/engine/forked-process'
import type { EngineHost, TrainingEvents } from '#lab/engine/host'
import { createInProcessHost } from '#lab/engine/in-process-host'
import { kernelsOfThisMachine } from '#lab/engine/kernel-choice'
import type { EngineProcess, ToEngine } from '#lab/engine/messages'
import { prove } from '#lab/engine/proof'
import type { Experiment } from '#shared/experiment'
import type { Evaluation, RunId } from '#shared/run'
import { loadSynthetic, makeExperiment } from '../../engine/synthetic'
import { labWithEngineFile, syntheticEngineFile, testWorkerFile } from '../../setup/build-worker'

const hosts: EngineHost[] = []
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()))
})

const forkSynthetic = (flags: readonly string[]) => forkEngine({ file: syntheticEngineFile, flags })

/** Keeps the processes that it starts, so that a test can end one. */
async function startHost(options: Partial<ChildHostOptions> = {}) {
  const processes: EngineProcess[] = []
  const { launch = forkSynthetic, ...rest } = options
  const host = await openChildHost({
    placement: 'child-process',
    orders: { workerFile: testWorkerFile, datasets: '', threads: 2, checkpointIntervalMs: 0 },
    wide: null,
    wideVectorsOffered: true,
    ...rest,
    launch: (flags) => {
      const process = launch(flags)
      processes.push(process)
      return process
    },
  })
  hosts.push(host)
  return { host, processes, kill: () => processes.at(-1)?.kill() }
}

let runs = 0
function job(experiment: Experiment, threads = 1) {
  return { id: `run-${String(++runs).padStart(6, '0')}` as RunId, experiment, threads }
}

function recorder({ evaluated, checkpointed }: Partial<TrainingEvents> = {}) {
  const evaluations: Omit<Evaluation, 'seconds' | 'epochSeconds'>[] = []
  const events: TrainingEvents = {
    evaluated: (evaluation) => {
      const { seconds: _, epochSeconds: __, ...rest } = evaluation
      evaluations.push(rest)
      evaluated?.(evaluation)
    },
    progressed: () => undefined,
    checkpointed: (checkpoint) => checkpointed?.(checkpoint),
  }
  return { evaluations, events }
}

const long = makeExperiment({ training: { epochs: 150 } })
const endless = makeExperiment({ training: { epochs: 100_000 } })

/** What the engine in this process comes to. */
async function unbroken(experiment: Experiment) {
  const host = createInProcessHost({ workerFile: testWorkerFile, threads: 1, load: loadSynthetic() })
  hosts.push(host)
  const { evaluations, events } = recorder()
  const result = await host.train(job(experiment), events).result
  return { ...result, evaluations }
}

describe('the engine in a child process', () => {
  it('says what it is when it opens, and comes to the same weights and history as one in this process', async () => {
    const { host } = await startHost()
    const { name, bitClass } = kernelsOfThisMachine()
    expect(host.facts).toEqual({
      kernels: name,
      bitClass,
      placement: 'child-process',
      threads: 2,
      wideVectors: false,
      wideVectorsOffered: true,
      gflops: expect.any(Number) as number,
      remark: null,
    })
    const experiment = makeExperiment({ training: { epochs: 5 } })
    const expected = await unbroken(experiment)
    const { evaluations, events } = recorder()
    const result = await host.train(job(experiment, 2), events).result
    expect(result).toMatchObject({ outcome: 'finished', weightsSha256: expected.weightsSha256, step: expected.step })
    expect(Buffer.from(result.model).equals(Buffer.from(expected.model))).toBe(true)
    expect(evaluations).toEqual(expected.evaluations)
  })

  it('passes stop, pause and learning rate on', async () => {
    const { host } = await startHost()
    const rates: (number | undefined)[] = []
    let seen: () => void
    const changed = new Promise<void>((resolve) => (seen = resolve))
    const training = host.train(
      job(endless),
      recorder({
        evaluated: ({ learningRate }) => {
          rates.push(learningRate)
          if (learningRate === 0.5) seen()
        },
      }).events,
    )
    training.pause()
    training.setLearningRate(0.5)
    training.proceed()
    await Promise.race([changed, training.result])
    training.pause()
    training.stop()
    expect((await training.result).outcome).toBe('stopped')
    expect(rates.at(-1)).toBe(0.5)
  })

  it('tells errors with their codes, and what a listener threw to whoever listens', async () => {
    const { host } = await startHost()
    await expect(host.train(job(long, 3), recorder().events).result).rejects.toMatchObject({
      code: 'engine/bad-threads',
    })
    const wrong = { ...job(long), checkpoint: new Uint8Array(8) }
    await expect(host.inspect(wrong)).rejects.toHaveProperty('code')
    const full = new Error('disk full')
    const { events } = recorder({
      evaluated: () => {
        throw full
      },
    })
    await expect(host.train(job(endless), events).result).rejects.toBe(full)
  })

  it('stops what trains when it is closed, and takes nothing more', async () => {
    const { host, processes } = await startHost()
    const training = host.train(job(endless), recorder().events)
    await host.close()
    expect((await training.result).outcome).toBe('stopped')
    await processes[0].gone
    await expect(host.train(job(long), recorder().events).result).rejects.toMatchObject({ code: 'engine/closed' })
    await expect(host.inspect(job(long))).rejects.toMatchObject({ code: 'engine/closed' })
  })

  it('that cannot be started says so', async () => {
    const launch = () => forkEngine({ file: syntheticEngineFile, flags: [], execPath: '/nowhere/node' })
    await expect(startHost({ launch })).rejects.toMatchObject({ code: 'engine/not-started' })
  })
})

describe('a child that is killed', () => {
  it('costs its runs nothing but time: the weights and the history are those of unbroken ones', async () => {
    const expected = await unbroken(long)
    const { host, processes, kill } = await startHost()
    // two beside each other; a kill at evaluations of one and at checkpoints of the other
    let kills = 0
    const killOnce = (due: boolean) => {
      const isDeadAlready = processes.length === kills // what it said last is still coming in
      if (!due || kills >= 3 || isDeadAlready) return
      kills++
      kill()
    }
    const one = recorder({ evaluated: ({ epoch }) => killOnce(epoch === 1 || epoch === 40) })
    const two = recorder({ checkpointed: ({ epoch }) => killOnce(epoch > 80) })
    const results = await Promise.all([one, two].map(({ events }) => host.train(job(long), events).result))
    expect(kills).toBeGreaterThanOrEqual(2)
    // the last one needs no successor if all that it had to say was on its way
    expect([kills, kills + 1]).toContain(processes.length)
    for (const { outcome, weightsSha256 } of results) {
      expect({ outcome, weightsSha256 }).toEqual({ outcome: 'finished', weightsSha256: expected.weightsSha256 })
    }
    expect(one.evaluations).toEqual(expected.evaluations)
    expect(two.evaluations).toEqual(expected.evaluations)
  })

  it('is started again when there is something to do, if it had nothing to do', async () => {
    const { host, processes, kill } = await startHost()
    kill()
    await processes[0].gone
    const { outcome } = await host.train(job(makeExperiment()), recorder().events).result
    expect(outcome).toBe('finished')
    expect(processes).toHaveLength(2)
  })

  it('keeps a pause, and a wish to stop', async () => {
    const { host, processes, kill } = await startHost()
    let seen: () => void
    const evaluated = new Promise<void>((resolve) => (seen = resolve))
    const training = host.train(job(endless), recorder({ evaluated: () => seen() }).events)
    await evaluated
    training.pause()
    kill()
    await processes[0].gone
    training.stop()
    expect((await training.result).outcome).toBe('stopped')
  })

  it('three times in a row fails its runs with a reason, and the next run is trained', async () => {
    const { host, processes } = await startHost({
      launch: (flags) => {
        const child = forkSynthetic(flags)
        // it dies of every run that it is given, until it has died of three
        return {
          ...child,
          post: (message) => (message.type === 'train' && doomed() ? child.kill() : child.post(message)),
        }
      },
    })
    function doomed() {
      return processes.length <= 3
    }
    const training = host.train(job(long), recorder().events)
    await expect(training.result).rejects.toMatchObject({
      code: 'engine/process-died',
      message: expect.stringContaining('signal SIGKILL') as string,
    })
    expect(processes).toHaveLength(3)
    expect((await host.train(job(makeExperiment()), recorder().events).result).outcome).toBe('finished')
  })

  it('again and again by one of its runs costs that run alone', async () => {
    const doomed = job(endless)
    const { host, processes } = await startHost({
      launch: (flags) => {
        const child = forkSynthetic(flags)
        const isFatal = (message: ToEngine) => message.type === 'train' && message.job.id === doomed.id
        return { ...child, post: (message) => (isFatal(message) ? child.kill() : child.post(message)) }
      },
    })
    // neither has come anywhere by the second death: from then on they are not tried together
    const innocent = [job(long), job(long)].map((each) => host.train(each, recorder().events).result)
    await expect(host.train(doomed, recorder().events).result).rejects.toMatchObject({ code: 'engine/process-died' })
    for (const { outcome } of await Promise.all(innocent)) expect(outcome).toBe('finished')
    expect(processes.length).toBeGreaterThanOrEqual(4)
  })

  it('together with its lab leaves no process behind', async () => {
    const lab = spawn(process.execPath, [labWithEngineFile, syntheticEngineFile, testWorkerFile], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines = createInterface({ input: lab.stdout })
    await once(lines, 'line') // it trains
    const ended = once(lab, 'exit')
    const closed = once(lab.stdout, 'close') // only when nobody is left who could write
    lab.kill('SIGKILL')
    await closed
    expect(await ended).toEqual([null, 'SIGKILL'])
  })
})

describe('256-bit vectors', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'perceptron-lab-'))
    await writeFile(join(folder, 'dies.mjs'), 'process.exit(9)')
  })
  afterAll(() => rm(folder, { recursive: true }))

  /** Any flag will do: what matters here is what comes of a process that has it. */
  const flags = ['--no-liftoff']
  const proof = prove(kernelsOfThisMachine())

  it('are used if the process proves that its weights are the right ones', async () => {
    const { host, processes } = await startHost({ wide: { flags, prove: () => proof } })
    expect(host.facts).toMatchObject({ wideVectors: true, remark: null })
    expect(processes).toHaveLength(1)
    const expected = await unbroken(makeExperiment())
    const { weightsSha256 } = await host.train(job(makeExperiment(), 2), recorder().events).result
    expect(weightsSha256).toBe(expected.weightsSha256)
  })

  it.each([
    ['weights', { ...proof, weightsSha256: '0'.repeat(64) }],
    ['class of bits', { ...proof, bitClass: 'another' }],
  ])('are off if the proof comes to another %s, and the facts say why', async (_, wrong) => {
    const { host, processes } = await startHost({ wide: { flags, prove: () => wrong } })
    expect(host.facts).toMatchObject({
      wideVectors: false,
      wideVectorsOffered: true,
      remark: expect.stringMatching(/^256-bit vectors are off: The kernels came to other weights/) as string,
    })
    await processes[0].gone
    expect((await host.train(job(makeExperiment()), recorder().events).result).outcome).toBe('finished')
  })

  it('are off if the process dies of them', async () => {
    const launch: ChildHostOptions['launch'] = (given) =>
      forkEngine({ file: given.length > 0 ? join(folder, 'dies.mjs') : syntheticEngineFile, flags: [] })
    const { host, processes } = await startHost({ launch, wide: { flags, prove: () => proof } })
    expect(host.facts.wideVectors).toBe(false)
    expect(host.facts.remark).toContain('exit code 9')
    expect(processes).toHaveLength(2)
  })

  it('are off for the last try of a run that dies again and again', async () => {
    const given: number[] = []
    const launch: ChildHostOptions['launch'] = (wanted) => {
      given.push(wanted.length)
      const child = forkSynthetic(wanted)
      const dies = wanted.length > 0
      return { ...child, post: (message) => (message.type === 'train' && dies ? child.kill() : child.post(message)) }
    }
    const { host } = await startHost({ launch, wide: { flags, prove: () => proof } })
    expect((await host.train(job(makeExperiment()), recorder().events).result).outcome).toBe('finished')
    expect(given).toEqual([1, 1, 0])
    expect(host.facts).toMatchObject({ wideVectors: false, remark: expect.stringContaining('ended twice') as string })
  })
})
