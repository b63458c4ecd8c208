/**
 * A sweep like that of rows S1-22 to S1-27, three widths by two activations, validated and with early stopping, whose
 * process is killed five times on the way. Whoever starts it again names no run: all that was cut short goes on.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, describe, expect, it } from 'vitest'
import { decodeHistory } from '#lab/storage/history-file'
import { decodeRunFile } from '#lab/storage/run-file'
import type { ExperimentInput } from '#shared/experiment'
import { testWorkerFile } from '../../setup/build-worker'
import { buildChild, randomNumbers } from './support/child'
import { temporaryFolder } from './support/temporary-folder'

const KILLS = 5
const SEED = Number(process.env['LAB_TEST_SEED'] ?? 20261121)
const EPOCHS = 8
const RUNS = 12
let child: string

const sweep: ExperimentInput = {
  version: 1,
  title: 'Widths and activations',
  dataset: { name: 'mnist', split: { kind: 'first', train: 200, validation: 100, test: 150 }, scaling: 'standardize' },
  network: { layers: [{ units: 8, activation: 'relu' }], initializer: { kind: 'pytorch-default' } },
  training: {
    optimizer: { kind: 'adam' },
    batchSize: 16,
    epochs: EPOCHS,
    evaluation: { test: 'final' },
    earlyStopping: { patience: 20 },
  },
  factors: [
    {
      name: 'Width',
      levels: [8, 16, 32].map((units) => ({ label: String(units), set: { 'network.layers[0].units': units } })),
    },
    {
      name: 'Activation',
      levels: ['relu', 'sigmoid'].map((kind) => ({ label: kind, set: { 'network.layers[0].activation': kind } })),
    },
  ],
  replicates: 2,
}

beforeAll(async () => {
  child = await buildChild('sweep-child')
})

/** Kills it after so many evaluations, if it has not finished by then. */
async function trainFor(evaluations: number, workspace: string, file: string): Promise<'killed' | 'finished'> {
  const lab = spawn(process.execPath, [child, workspace, testWorkerFile, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let left = evaluations
  for await (const _ of createInterface({ input: lab.stdout })) {
    left -= 1
    if (left === 0) lab.kill('SIGKILL')
  }
  if (lab.exitCode === null && lab.signalCode === null) await once(lab, 'exit')
  if (lab.signalCode === null) expect(lab.exitCode).toBe(0)
  return lab.signalCode === 'SIGKILL' ? 'killed' : 'finished'
}

/** By configuration and replicate, as the ids differ from sweep to sweep. */
async function outcomes(workspace: string) {
  const found = new Map<string, { weightsSha256: string | undefined; history: unknown; resumes: number }>()
  for (const id of await readdir(join(workspace, 'runs'))) {
    const folder = join(workspace, 'runs', id)
    const record = decodeRunFile(await readFile(join(folder, 'run.json')), 'run.json')
    expect(record.status).toBe('finished')
    const history = decodeHistory(await readFile(join(folder, 'history.jsonl')), 'history.jsonl')
    found.set(`${record.configuration.label}, ${record.replicate}`, {
      weightsSha256: record.model?.weightsSha256,
      history: history.map(({ seconds: _, epochSeconds: __, ...rest }) => rest),
      resumes: record.resumes?.length ?? 0,
    })
  }
  return found
}

describe('a sweep whose process is killed five times', () => {
  it('is taken up again without being told which runs, and ends with the weights of one that nobody disturbed', async () => {
    const file = join(await temporaryFolder(), 'experiment.json')
    await writeFile(file, JSON.stringify(sweep))
    const [quiet, disturbed] = [await temporaryFolder(), await temporaryFolder()]
    expect(await trainFor(Infinity, quiet, file)).toBe('finished')

    const random = randomNumbers(SEED)
    const patience = () => 4 + Math.floor(random() * ((RUNS * EPOCHS) / KILLS - 6)) // so that it is never done by then
    for (let kill = 0; kill < KILLS; kill++) expect(await trainFor(patience(), disturbed, file)).toBe('killed')
    expect(await trainFor(Infinity, disturbed, file)).toBe('finished')

    const [expected, found] = [await outcomes(quiet), await outcomes(disturbed)]
    expect(found.size).toBe(RUNS)
    const comparable = (runs: typeof found) => [...runs].map(([name, { resumes: _, ...rest }]) => [name, rest])
    expect(comparable(found).sort()).toEqual(comparable(expected).sort())
    expect(new Set([...found.values()].map((run) => run.weightsSha256)).size).toBe(RUNS)
    expect([...found.values()].some((run) => run.resumes > 1)).toBe(true)
  }, 300_000)
})
