import { resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Lab } from '#lab/lab'
import { openLab, type LabOverrides } from '#lab/open-lab'
import type { LabEvents, QueueState } from '#shared/ipc'
import { hasEnded, type RunId, type RunSummary } from '#shared/run'
import { FakeHost } from './fake-host'

export interface TestLab {
  lab: Lab
  host: FakeHost
  /** Every event in the order in which it came. */
  events: { name: string; payload: unknown }[]
  /** Resolves when the run is as `is` wants it; looks at each change, and at what is so already. */
  when: (id: RunId, is: (run: RunSummary) => boolean) => Promise<RunSummary>
  /** The same for the queue as a whole. */
  whenQueue: (is: (state: QueueState) => boolean) => Promise<QueueState>
  whenEnded: (id: RunId) => Promise<RunSummary>
}

/** A lab on a fake engine, closed when the test ends. */
export async function openTestLab(
  workspace: string,
  host = new FakeHost(),
  overrides: Omit<LabOverrides, 'host'> = {},
): Promise<TestLab> {
  const options = {
    workspace,
    resources: resolve('resources'),
    workerFile: 'none',
    version: '0.0.0-test',
    door: 'cli',
  } as const
  const lab = await openLab(options, { host, ...overrides })
  onTestFinished(() => lab.close())
  const events: TestLab['events'] = []
  const latest = new Map<RunId, RunSummary>()
  const waiting = new Set<() => void>()
  let queue: QueueState = { paused: false, reason: null }
  const waitingForQueue = new Set<() => void>()
  lab.on('runs:changed', (payload: LabEvents['runs:changed']) => {
    events.push({ name: 'runs:changed', payload })
    for (const run of payload.changed) latest.set(run.id, run)
    for (const look of [...waiting]) look()
  })
  lab.on('runs:evaluated', (payload) => events.push({ name: 'runs:evaluated', payload }))
  lab.on('runs:progress', (payload) => events.push({ name: 'runs:progress', payload }))
  lab.on('queue:changed', (state) => {
    queue = state
    for (const look of [...waitingForQueue]) look()
  })
  lab.on('settings:changed', (payload) => events.push({ name: 'settings:changed', payload }))

  const when: TestLab['when'] = (id, is) =>
    new Promise((found) => {
      const look = () => {
        const run = latest.get(id)
        if (!run || !is(run)) return
        waiting.delete(look)
        found(run)
      }
      waiting.add(look)
      look()
    })
  const whenQueue: TestLab['whenQueue'] = (is) =>
    new Promise((found) => {
      const look = () => {
        if (!is(queue)) return
        waitingForQueue.delete(look)
        found(queue)
      }
      waitingForQueue.add(look)
      look()
    })
  return { lab, host, events, when, whenQueue, whenEnded: (id) => when(id, (run) => hasEnded(run.status)) }
}
