/**
 * Runs as people name them on the command line: an id, the beginning of one, or a label of the latest experiment.
 */
import { LabError } from '#shared/errors'
import type { RunSummary } from '#shared/run'
import { configurationKey } from '#shared/runs/table'

/** `runs` are newest first. Throws `run/not-found` when nothing fits, or more than one. */
export function findRun(name: string, runs: readonly RunSummary[]): RunSummary {
  const exact = runs.find((run) => run.id === name)
  if (exact) return exact
  const begun = runs.filter((run) => run.id.startsWith(name))
  const [first, second] = begun
  if (first && !second) return first
  if (second) {
    const list = begun.map((run) => run.id).join(', ')
    throw new LabError(
      'run/not-found',
      `"${name}" is the beginning of ${begun.length} runs (${list}); write more of it`,
    )
  }
  const labelled = runs.find((run) => run.label === name)
  if (labelled) return labelled
  throw new LabError('run/not-found', `There is no run "${name}"; \`perceptron-lab runs\` lists those that there are`)
}

/**
 * The same, with all replicates of a label, and all runs of an experiment that is named by its id, its preset or its title: what
 * somebody means who compares configurations. Each run once, in the order of the names.
 */
export function findConfigurations(names: readonly string[], runs: readonly RunSummary[]): RunSummary[] {
  return [...new Set(names.flatMap((name) => experimentOf(name, runs) ?? replicatesOf(name, runs)))]
}

function experimentOf(name: string, runs: readonly RunSummary[]): RunSummary[] | null {
  const latest = runs.find((run) => [run.experimentId, run.presetId, run.title].includes(name))
  return latest ? runs.filter((run) => run.experimentId === latest.experimentId) : null
}

function replicatesOf(name: string, runs: readonly RunSummary[]): RunSummary[] {
  const run = findRun(name, runs)
  if (run.label !== name) return [run]
  const key = configurationKey(run)
  return runs.filter((each) => configurationKey(each) === key)
}
