/**
 * The process that the kill test kills: trains run after run in the workspace that it is given, and writes a line
 * for each thing that the lab has acknowledged. Runs until it is killed.
 */
import { resolve } from 'node:path'
import { Session } from '#lab/session'
import { Events } from '#lab/events'
import { hasEnded } from '#shared/run'
import { FakeHost } from './fake-host'
import { experimentOfRuns } from './samples'

const EPOCHS = 8
const workspace = process.argv[2]
if (!workspace) throw new Error('expected the folder of the workspace')

const host = new FakeHost((training) => training.train(1))
const events = new Events()
const options = {
  workspace,
  resources: resolve('resources'),
  workerFile: '',
  version: '0.0.0-test',
  door: 'cli',
} as const
const session = await Session.open(workspace, { options, host, events, revision: { value: 0 } })

/** Standard output is a pipe here, to which Node writes at once: what is written arrives, also after a kill. */
function acknowledge(...words: (string | number)[]): void {
  process.stdout.write(words.join(' ') + '\n')
}

events.on('runs:evaluated', ({ id, evaluation }) => {
  acknowledge('evaluated', id, evaluation.epoch)
  const training = host.trainings.find((each) => each.job.id === id)
  if (evaluation.epoch === EPOCHS) training?.finish()
  else training?.train(1)
})
events.on('runs:changed', ({ changed }) => {
  for (const run of changed) if (hasEnded(run.status)) acknowledge('ended', run.id, run.status)
})

async function keepQueueing(): Promise<void> {
  for (;;) {
    const ids = await session.enqueue(experimentOfRuns(2, EPOCHS), null)
    for (const id of ids) acknowledge('queued', id)
    const last = ids.at(-1)
    await new Promise<void>((over) => {
      const end = events.on('runs:changed', ({ changed }) => {
        if (!changed.some((run) => run.id === last && hasEnded(run.status))) return
        end()
        over()
      })
    })
  }
}

async function keepDrafting(): Promise<void> {
  for (let n = 1; ; n++) {
    await session.workspace.writeDraft({ n, filler: 'x'.repeat(n % 5000) })
    acknowledge('drafted', n)
  }
}

await Promise.all([keepQueueing(), keepDrafting()])
