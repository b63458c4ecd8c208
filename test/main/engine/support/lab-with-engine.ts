/**
 * A lab that the test kills: it has an engine that trains in a child, and says so. Both write to the same pipe, which
 * closes when both are gone.
 */
import { openChildHost } from '#lab/engine/child-host'
import { forkEngine } from '#lab/engine/forked-process'
import type { RunId } from '#shared/run'
import { makeExperiment } from '../../../engine/synthetic'

const [, , file = '', workerFile = ''] = process.argv
const host = await openChildHost({
  launch: (flags) => forkEngine({ file, flags }),
  placement: 'child-process',
  orders: { workerFile, datasets: '', threads: 2 },
  wide: null,
  wideVectorsOffered: false,
})
const experiment = makeExperiment({ training: { epochs: 100_000 } })
const training = host.train(
  { id: 'run-000001' as RunId, experiment, threads: 2 },
  {
    evaluated: () => process.stdout.write('it trains\n'),
    progressed: () => undefined,
    checkpointed: () => undefined,
  },
)
await training.result
