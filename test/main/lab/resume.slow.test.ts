/**
 * Kills a process that trains at random moments, takes its run up again in another one, and so on until the run has
 * finished: weights and history are those of a run that nobody has disturbed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, describe, expect, it } from 'vitest'
import { decodeHistory } from '#lab/storage/history-file'
import { decodeRunFile } from '#lab/storage/run-file'
import type { Experiment } from '#shared/experiment'
import { makeExperiment } from '../../engine/synthetic'
import { testWorkerFile } from '../../setup/build-worker'
import { buildChild, randomNumbers } from './support/child'
import { temporaryFolder } from './support/temporary-folder'

/** For each kind of training; more by the environment, for a nightly run. */
const KILLS = Number(process.env['LAB_TEST_RESUMES'] ?? 3)
const SEED = Number(process.env['LAB_TEST_SEED'] ?? 20261121)
let child: string

beforeAll(async () => {
  child = await buildChild('resume-child')
})

/** Kills it after so many evaluations, if it has not finished by then. True if it was killed. */
async function trainFor(evaluations: number, workspace: string, file: string): Promise<boolean> {
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
  return lab.signalCode === 'SIGKILL'
}

async function outcome(workspace: string) {
  const [id] = await readdir(join(workspace, 'runs'))
  const folder = join(workspace, 'runs', id ?? '')
  const record = decodeRunFile(await readFile(join(folder, 'run.json')), 'run.json')
  const history = decodeHistory(await readFile(join(folder, 'history.jsonl')), 'history.jsonl')
  const untimed = history.map(({ seconds: _, epochSeconds: __, ...rest }) => rest)
  return { record, history: untimed, seconds: history.map(({ seconds }) => seconds) }
}

const EPOCHS = 60
const validated = { split: { kind: 'first' as const, train: 200, validation: 100, test: 150 } }
const KINDS: [string, Experiment][] = [
  ['SGD', makeExperiment({ training: { optimizer: { kind: 'sgd' }, epochs: EPOCHS } })],
  [
    'momentum, evaluated within epochs',
    makeExperiment({
      training: {
        optimizer: { kind: 'sgd', momentum: 0.9 },
        epochs: EPOCHS,
        evaluation: { every: { steps: 7 }, train: 'running' },
      },
    }),
  ],
  [
    'Adam with dropout, a plateau and early stopping',
    makeExperiment({
      dataset: validated,
      training: {
        epochs: EPOCHS,
        schedule: { kind: 'plateau', patience: 3 },
        regularization: { dropoutHidden: 0.2 },
        earlyStopping: { patience: 50 },
        diagnostics: true,
      },
    }),
  ],
]

describe('a run whose process is killed and that is taken up again', () => {
  it.each(KINDS)(
    'ends with the weights and the history of an unbroken one: %s',
    async (_, experiment) => {
      const file = join(await temporaryFolder(), 'experiment.json')
      await writeFile(file, JSON.stringify(experiment))
      const quiet = await temporaryFolder()
      expect(await trainFor(Infinity, quiet, file)).toBe(false)
      const expected = await outcome(quiet)

      const random = randomNumbers(SEED)
      const disturbed = await temporaryFolder()
      let kills = 0
      const patience = () => (kills < KILLS ? 1 + Math.floor(random() * 20) : Infinity)
      while (await trainFor(patience(), disturbed, file)) kills++
      const { record, history, seconds } = await outcome(disturbed)
      expect(record.resumes?.length).toBeGreaterThan(0)
      expect(record.resumes?.length).toBeLessThanOrEqual(kills) // one may be killed when it has just finished
      expect({ status: record.status, reason: record.reason }).toEqual({
        status: 'finished',
        reason: expected.record.reason,
      })
      expect(record.model?.weightsSha256).toBe(expected.record.model?.weightsSha256)
      expect(history).toEqual(expected.history)
      expect(seconds.every((each) => each > 0)).toBe(true)
    },
    (KILLS + 2) * 20_000,
  )
})
