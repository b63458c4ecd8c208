/**
 * Runs as people name them on the command line: an id, the beginning of one, or a label of the latest experiment.
 */
import { LabError } from '#shared/errors'
import type { RunSummary } from '#shared/run'

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
