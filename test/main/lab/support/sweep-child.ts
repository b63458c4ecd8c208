/**
 * The process that the sweep test kills: a lab with a real engine and small data. Queues the experiment that it is
 * given, or takes up all that is there, and writes a line for each evaluation that is on disk.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInProcessHost } from '#lab/engine/in-process-host'
import { Events } from '#lab/events'
import { Session } from '#lab/session'
import { experimentSchema } from '#shared/experiment'
import { loadSynthetic } from '../../../engine/synthetic'

const [, , workspace = '', workerFile = '', experimentFile = ''] = process.argv

const host = createInProcessHost({ workerFile, threads: 2, load: loadSynthetic(), checkpointIntervalMs: 0 })
const events = new Events()
const options = { workspace, resources: resolve('resources'), workerFile, version: '0.0.0-test', door: 'cli' } as const
const session = await Session.open(workspace, { options, host, events, revision: { value: 0 } })

events.on('runs:evaluated', ({ id, evaluation }) => {
  process.stdout.write(`evaluated ${id} ${evaluation.step}\n`)
})
const ended = new Promise<void>((resolve) => {
  events.on('runs:changed', () => {
    if (!session.queue.isBusy) resolve()
  })
})

const { runs } = await session.list.all()
if (runs.length === 0) {
  await session.enqueue(experimentSchema.parse(JSON.parse(readFileSync(experimentFile, 'utf8'))), null)
  await ended
} else {
  const { resumed } = await session.resumeAll()
  if (resumed.length > 0) await ended
}
await session.close()
