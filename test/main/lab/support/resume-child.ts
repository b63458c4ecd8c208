/**
 * The process that the resume test kills: a lab with a real engine and small data. Trains the experiment that it is
 * given, or takes up again what is there, and writes a line for each evaluation that is on disk.
 */
import { resolve } from 'node:path'
import { readFileSync } from 'node:fs'
import { createInProcessHost } from '#lab/engine/in-process-host'
import { Events } from '#lab/events'
import { Session } from '#lab/session'
import { experimentSchema } from '#shared/experiment'
import { hasEnded } from '#shared/run'
import { loadSynthetic } from '../../../engine/synthetic'

const [, , workspace = '', workerFile = '', experimentFile = ''] = process.argv

const load = loadSynthetic()
const host = createInProcessHost({ workerFile, threads: 2, load, checkpointIntervalMs: 0 })
const events = new Events()
const options = { workspace, resources: resolve('resources'), workerFile, version: '0.0.0-test', door: 'cli' } as const
const session = await Session.open(workspace, { options, host, events, revision: { value: 0 } })

events.on('runs:evaluated', ({ evaluation }) => void process.stdout.write(`evaluated ${evaluation.step}\n`))

const { runs } = await session.list.all()
if (!runs.some((run) => run.status === 'finished')) {
  const ended = new Promise<void>((resolve) => {
    events.on('runs:changed', ({ changed }) => {
      if (changed.some((run) => hasEnded(run.status))) resolve()
    })
  })
  if (runs.length > 0) await session.resume(runs.map((run) => run.id))
  else await session.enqueue(experimentSchema.parse(JSON.parse(readFileSync(experimentFile, 'utf8'))), null)
  await ended
}
await session.close()
await host.close()
