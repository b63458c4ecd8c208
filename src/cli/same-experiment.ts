/**
 * The runs of an experiment that the workspace has already: those that were queued together and define exactly what the
 * experiment would define now.
 */
import type { Lab } from '#lab/lab'
import { LabError } from '#shared/errors'
import type { Experiment } from '#shared/experiment'
import { expandExperiment } from '#shared/experiment-expand'
import { hasEnded, type RunId, type RunSummary } from '#shared/run'

/** The latest ones, in the order of the configurations; null if there are none. Throws if another program trains them. */
export async function runsOfSame(lab: Lab, experiment: Experiment): Promise<RunSummary[] | null> {
  const { datasets } = await lab.call('app:info')
  const wanted = expandExperiment(experiment, datasets).map((plan) => JSON.stringify(plan.experiment))
  const { runs } = await lab.call('runs:list')
  const ids = new Set(runs.filter((run) => run.title === experiment.title).map((run) => run.experimentId))
  for (const experimentId of ids) {
    const found = runs.filter((run) => run.experimentId === experimentId && run.origin === undefined)
    const inOrder = await orderedAs(wanted, found, lab)
    if (inOrder) return inOrder
  }
  return null
}

async function orderedAs(
  wanted: readonly string[],
  found: readonly RunSummary[],
  lab: Lab,
): Promise<RunSummary[] | null> {
  if (found.length !== wanted.length) return null
  const byDefinition = new Map<string, RunSummary>()
  for (const run of found) {
    const { experiment } = await lab.call('runs:details', run.id)
    byDefinition.set(JSON.stringify(experiment), run)
  }
  const runs = wanted.map((definition) => byDefinition.get(definition))
  return runs.every((run) => run !== undefined) ? runs : null
}

/** Lets those go on that have not finished; answers with all of them. Null as above. */
export async function goOnWithSame(lab: Lab, experiment: Experiment): Promise<RunId[] | null> {
  const runs = await runsOfSame(lab, experiment)
  if (!runs) return null
  const busy = runs.find((run) => !hasEnded(run.status))
  if (busy) {
    const message = `"${busy.label}" is ${busy.status} in another program; look at it there, or wait for it`
    throw new LabError('run/not-ours', message)
  }
  const unfinished = runs.filter((run) => run.status !== 'finished').map((run) => run.id)
  if (unfinished.length > 0) await lab.call('runs:resume', unfinished)
  return runs.map((run) => run.id)
}
