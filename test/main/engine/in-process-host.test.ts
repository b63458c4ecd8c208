import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readSafetensors } from '#engine/safetensors'
import type { EngineHost, TrainingEvents, TrainingResult } from '#lab/engine/host'
import { createInProcessHost } from '#lab/engine/in-process-host'
import type { Experiment } from '#shared/experiment'
import type { Evaluation, RunId, RunProgress } from '#shared/run'
import { loadSynthetic, makeExperiment } from '../../engine/synthetic'
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
  it('leaves the same weights for 1, 2 and 3 workers', async () => {
    const host = startHost()
    // batches that do not divide by the number of workers, and a smaller one at the end
    const experiment = makeExperiment({ training: { batchSize: 37, epochs: 2 } })
    const results: TrainingResult[] = []
    const histories: unknown[] = []
    for (const threads of [1, 2, 3]) {
      const { evaluations, events } = recorder()
      results.push(await host.train(job(experiment, threads), events).result)
      histories.push(evaluations.map(({ seconds: _, epochSeconds: __, ...rest }) => rest))
    }
    expect(new Set(results.map((each) => each.weightsSha256)).size).toBe(1)
    expect(histories[1]).toEqual(histories[0])
    expect(histories[2]).toEqual(histories[0])
  })
})
