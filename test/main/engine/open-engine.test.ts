import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { forkEngine } from '#lab/engine/forked-process'
import type { EngineHost, TrainingEvents } from '#lab/engine/host'
import { openEngine, type EngineOptions } from '#lab/engine/open-engine'
import { ReplaceableHost } from '#lab/engine/replaceable-host'
import { wideVectorFlags } from '#lab/engine/wide-vectors'
import type { RunId } from '#shared/run'
import { makeExperiment } from '../../engine/synthetic'
import { testEngineFile, testWorkerFile } from '../../setup/build-worker'
import { FakeHost } from '../lab/support/fake-host'

const hosts: EngineHost[] = []
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()))
})

async function open(options: Partial<EngineOptions> & Pick<EngineOptions, 'door'>): Promise<EngineHost> {
  const datasets = resolve('resources/datasets')
  const host = await openEngine({ workerFile: testWorkerFile, datasets, threads: 2, wideVectors: false, ...options })
  hosts.push(host)
  return host
}

const silent: TrainingEvents = {
  evaluated: () => undefined,
  progressed: () => undefined,
  checkpointed: () => undefined,
}

async function weightsOf(host: EngineHost): Promise<string> {
  const experiment = makeExperiment({
    dataset: { split: { kind: 'first', train: 300, test: 100 } },
    training: { epochs: 1 },
  })
  const { result } = host.train({ id: 'run-000001' as RunId, experiment, threads: 2 }, silent)
  return (await result).weightsSha256
}

describe('the place of the engine', () => {
  let folder: string
  /** A worker beside which an engine lies that ends at once. */
  let besideBroken: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'perceptron-lab-'))
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await writeFile(join(folder, 'engine.js'), 'process.exit(3)')
    await writeFile(
      join(folder, 'worker.js'),
      `export { default } from ${JSON.stringify(new URL(`file://${testWorkerFile}`).href)}`,
    )
    besideBroken = join(folder, 'worker.js')
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is this process for the command line, and a child for the window; the weights are the same', async () => {
    const [here, there] = [await open({ door: 'cli' }), await open({ door: 'electron' })]
    expect(here.facts).toMatchObject({ placement: 'in-process', wideVectorsOffered: false, remark: null })
    expect(there.facts).toMatchObject({ placement: 'child-process', remark: null, threads: 2 })
    expect(await weightsOf(there)).toBe(await weightsOf(here))
  })

  it('is this process for the page, unless there are 256-bit vectors to be had', async () => {
    const { facts } = await open({ door: 'served', wideVectors: true })
    const offered = wideVectorFlags() !== null
    expect(facts).toMatchObject({
      placement: offered && facts.wideVectors ? 'child-process' : 'in-process',
      wideVectorsOffered: offered,
    })
  })

  it('is a utility process where no child can be started', async () => {
    const { facts } = await open({
      door: 'electron',
      workerFile: besideBroken,
      launchUtilityProcess: (_, flags) => forkEngine({ file: testEngineFile, flags }),
    })
    expect(facts.placement).toBe('utility-process')
  })

  it('is this process where there is no other, and the facts say why', async () => {
    const none = await open({ door: 'electron', workerFile: besideBroken })
    expect(none.facts).toMatchObject({
      placement: 'in-process',
      remark: expect.stringContaining('did not start (exit code 3)') as string,
    })
    const unbuilt = await open({ door: 'electron', workerFile: join(folder, 'elsewhere', 'worker.js') })
    expect(unbuilt.facts.placement).toBe('in-process')
  })
})

describe('the flags for 256-bit vectors', () => {
  it.each([
    ['11.3.244.8-node.38', null],
    ['12.4.254.21-node.33', null],
    ['13.0.245.19-electron.0', ['--turboshaft-wasm', '--experimental-wasm-revectorize', '--no-liftoff']],
    ['13.6.233.17-node.53', ['--experimental-wasm-revectorize', '--no-liftoff']],
    ['14.6.202.34-node.34', ['--experimental-wasm-revectorize', '--no-liftoff']],
  ])('of V8 %s', (version, flags) => {
    expect(wideVectorFlags(version, 'x64')).toEqual(flags)
  })

  it('are none on another processor', () => {
    expect(wideVectorFlags('14.6.202.34', 'arm64')).toBe(null)
  })
})

describe('a host that is replaced', () => {
  const job = { id: 'run-000001' as RunId, experiment: makeExperiment(), threads: 1 }

  it('gives way to the next one, which trains from then on', async () => {
    const [first, second] = [new FakeHost(), new FakeHost()]
    const host = new ReplaceableHost(first)
    expect(await host.replace(() => Promise.resolve(second))).toBe(true)
    host.train(job, silent)
    expect([first.closeCalls, first.trainings.length, second.trainings.length]).toEqual([1, 0, 1])
    await host.close()
    expect([first.closeCalls, second.closeCalls]).toEqual([1, 1])
  })

  it('stays if something began to train meanwhile', async () => {
    const [first, second] = [new FakeHost(), new FakeHost()]
    const host = new ReplaceableHost(first)
    const replaced = host.replace(() => {
      host.train(job, silent)
      return Promise.resolve(second)
    })
    expect(await replaced).toBe(false)
    expect([first.closeCalls, second.closeCalls]).toEqual([0, 1])
    first.trainings[0].finish()
  })

  it('stays if the next one cannot be opened', async () => {
    const first = new FakeHost()
    const host = new ReplaceableHost(first)
    await expect(host.replace(() => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory')
    expect(first.closeCalls).toBe(0)
  })
})
