/**
 * Kills a process that trains at random moments (SIGKILL: nobody can prepare for it) and looks at what is left:
 * every record that was acknowledged is there, nothing is torn, and no other run is harmed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Lab } from '#lab/lab'
import type { RunId, RunSummary } from '#shared/run'
import { openTestLab } from './support/open-test-lab'
import { evaluationAt } from './support/samples'
import { buildChild, randomNumbers } from './support/child'
import { temporaryFolder } from './support/temporary-folder'

/** More by the environment, for a nightly run. */
const KILLS = Number(process.env['LAB_TEST_KILLS'] ?? 40)
const SEED = Number(process.env['LAB_TEST_SEED'] ?? 20261121)
let child: string

interface Acknowledged {
  evaluations: Map<RunId, number>
  ended: Map<RunId, string>
  queued: RunId[]
  draft: number
}

beforeAll(async () => {
  child = await buildChild('kill-child')
})

/** Lets the child go on until it has acknowledged so many records, and kills it while it does the next. */
async function killAfter(records: number, workspace: string): Promise<Acknowledged> {
  const process_ = spawn(process.execPath, [child, workspace], { stdio: ['ignore', 'pipe', 'inherit'] })
  const found: Acknowledged = { evaluations: new Map(), ended: new Map(), queued: [], draft: 0 }
  let left = records
  for await (const line of createInterface({ input: process_.stdout })) {
    note(found, line.split(' '))
    left -= 1
    if (left === 0) process_.kill('SIGKILL') // lines that are in the pipe by now still count
  }
  if (process_.exitCode === null && process_.signalCode === null) await once(process_, 'exit')
  expect(process_.signalCode).toBe('SIGKILL')
  return found
}

function note(found: Acknowledged, [what, about = '', value = '']: string[]): void {
  if (what === 'evaluated') found.evaluations.set(about as RunId, Number(value))
  if (what === 'ended') found.ended.set(about as RunId, value)
  if (what === 'queued') found.queued.push(about as RunId)
  if (what === 'drafted') found.draft = Number(about)
}

async function checkAgainst(found: Acknowledged, lab: Lab, workspace: string): Promise<void> {
  const { runs, problems } = await lab.call('runs:list')
  expect(problems).toEqual([])
  const byId = new Map(runs.map((run) => [run.id, run]))
  for (const id of found.queued) expect(byId.has(id)).toBe(true)
  for (const [id, status] of found.ended) expect(byId.get(id)?.status).toBe(status)
  for (const run of runs) await checkRun(run, found.evaluations.get(run.id) ?? 0, lab, workspace)
  const draft = (await lab.call('draft:get')) as { n: number; filler: string } | null
  expect(draft?.n ?? 0).toBeGreaterThanOrEqual(found.draft)
  if (draft) expect(draft.filler).toBe('x'.repeat(draft.n % 5000))
}

async function checkRun(run: RunSummary, acknowledged: number, lab: Lab, workspace: string): Promise<void> {
  expect(['finished', 'interrupted']).toContain(run.status)
  const history = await lab.call('runs:history', run.id)
  expect(history.length).toBeGreaterThanOrEqual(acknowledged)
  expect(history).toEqual(history.map((_, i) => evaluationAt(i + 1)))
  expect(run.last).toEqual(history.at(-1) ?? null)
  const folder = join(workspace, 'runs', run.id)
  if (run.status === 'finished') {
    expect(await readFile(join(folder, 'model.safetensors'), 'utf8')).toBe('model after 8 epochs')
  }
  for (const name of await readdir(join(folder, 'checkpoints'))) {
    expect(await readFile(join(folder, 'checkpoints', name), 'utf8')).toMatch(/^checkpoint [1-8]$/)
  }
}

describe('a process that is killed while it trains', () => {
  it(
    `loses nothing that it had acknowledged and leaves nothing torn, ${KILLS} times over`,
    async () => {
      const random = randomNumbers(SEED)
      const workspace = await temporaryFolder()
      let interrupted = 0
      for (let kill = 0; kill < KILLS; kill++) {
        const found = await killAfter(1 + Math.floor(random() * 60), workspace)
        const { lab } = await openTestLab(workspace)
        await checkAgainst(found, lab, workspace)
        interrupted = (await lab.call('runs:list')).runs.filter((run) => run.status === 'interrupted').length
        await lab.close()
        const leftovers = (await readdir(workspace, { recursive: true })).filter((name) => name.endsWith('.tmp'))
        expect(leftovers).toEqual([])
        expect(await readdir(join(workspace, 'processes'))).toEqual([])
      }
      expect(interrupted).toBeGreaterThan(KILLS / 4)
    },
    KILLS * 10_000,
  )
})
