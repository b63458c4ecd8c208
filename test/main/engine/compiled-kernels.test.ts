import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { chooseKernels, type Arithmetic } from '#engine/index'
import type { EngineHost, TrainingEvents } from '#lab/engine/host'
import { createInProcessHost } from '#lab/engine/in-process-host'
import { kernelsOfThisMachine } from '#lab/engine/kernel-choice'
import { readSafetensors } from '#engine/safetensors'
import type { Evaluation, RunId } from '#shared/run'
import { loadSynthetic, makeExperiment } from '../../engine/synthetic'
import { testWorkerFile } from '../../setup/build-worker'

const hosts: EngineHost[] = []
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()))
})

function startHost(arithmetic?: Arithmetic): EngineHost {
  const options = { workerFile: testWorkerFile, threads: 3, load: loadSynthetic(), checkpointIntervalMs: 0 }
  const host = createInProcessHost(arithmetic ? { ...options, arithmetic } : options)
  hosts.push(host)
  return host
}

kernelsOfThisMachine() // allows relaxed SIMD in this process, where it must be allowed
const here = (['fma', 'mul-add', 'plain'] as const).filter((each) => chooseKernels(each))

/** Sigmoid, ReLU and Adam; batches that do not divide by the number of workers, and a smaller one at the end. */
const experiment = makeExperiment({ training: { batchSize: 37, epochs: 2 } })

async function train(host: EngineHost, threads: number) {
  const history: Partial<Evaluation>[] = []
  const classes = new Set<string | undefined>()
  const events: TrainingEvents = {
    evaluated: ({ seconds: _, epochSeconds: __, ...each }) => history.push(each),
    progressed: () => undefined,
    checkpointed: ({ bytes }) => classes.add(readSafetensors(bytes).metadata.get('bitClass')),
  }
  const { weightsSha256 } = await host.train({ id: 'run-000001' as RunId, experiment, threads }, events).result
  return { weightsSha256, history, classes: [...classes] }
}

describe('the in-process host', () => {
  it.each(here)('leaves the same weights and history for 1, 2 and 3 workers with %s kernels', async (arithmetic) => {
    const host = startHost(arithmetic)
    const [one, two, three] = [await train(host, 1), await train(host, 2), await train(host, 3)]
    expect(two.weightsSha256).toBe(one.weightsSha256)
    expect(three.weightsSha256).toBe(one.weightsSha256)
    expect(one.history).toHaveLength(2)
    expect(two.history).toEqual(one.history)
    expect(three.history).toEqual(one.history)
  })

  it('gives each class of bits its own weights, and names it in facts and checkpoints', async () => {
    const results = []
    for (const arithmetic of here) {
      const host = startHost(arithmetic)
      const { weightsSha256, classes } = await train(host, 1)
      expect(classes).toEqual([host.facts.bitClass])
      results.push({ weightsSha256, bitClass: host.facts.bitClass })
    }
    expect(new Set(results.map((each) => each.weightsSha256)).size).toBe(here.length)
    expect(new Set(results.map((each) => each.bitClass)).size).toBe(here.length)
  })

  it('takes the fastest kernels that the machine can run, unless told otherwise', () => {
    const { facts } = startHost()
    const best = kernelsOfThisMachine()
    expect(facts).toMatchObject({ kernels: best.name, bitClass: best.bitClass })
    expect(best.arithmetic).toBe(here[0])
    expect(startHost('plain').facts).toMatchObject({ kernels: 'plain TypeScript', bitClass: 'plain-2' })
  })
})

describe('the choice of kernels', () => {
  /** In a process of its own, as flags hold for a whole process. */
  function chosenWith(...flags: string[]) {
    const file = resolve('src/main/lab/engine/kernel-choice.ts')
    const script = `
      import { createServer } from 'vite'
      const server = await createServer({ configFile: false, logLevel: 'error', server: { middlewareMode: true, hmr: false, ws: false, watch: null }, optimizeDeps: { noDiscovery: true } })
      const { kernelsOfThisMachine } = await server.ssrLoadModule(${JSON.stringify(file)})
      const results = [undefined, 'fma', 'mul-add', 'plain'].map((wish) => {
        try { return kernelsOfThisMachine(wish).bitClass } catch (error) { return error.code }
      })
      console.log(JSON.stringify(results))
      await server.close()`
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, '--input-type=module', '-e', script], {
      encoding: 'utf8',
    })
    return { chosen: JSON.parse(stdout.trim() || 'null') as string[] | null, stderr }
  }

  it('falls back to multiply and add on a processor that cannot fuse', () => {
    const { chosen, stderr } = chosenWith('--no-enable-fma3')
    expect(chosen, stderr).toEqual(['mul-add-2', 'engine/no-kernels', 'mul-add-2', 'plain-2'])
  })
})
