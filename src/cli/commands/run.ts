/**
 * `run` trains every run of an experiment, `resume` those that ended before their time. Both end with a table, or,
 * with --json, with a summary line.
 */
import { join } from 'node:path'
import type { Lab } from '#lab/lab'
import { catalogOfWorkspace } from '#lab/datasets/workspace-catalog'
import { readPresets } from '#lab/presets/presets'
import type { RunId } from '#shared/run'
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { type Changes, readSource } from '../experiment-source'
import { findRun } from '../find-runs'
import { printable } from '../format'
import { progressView, type ProgressView } from '../progress'
import { tableView } from '../progress-table'
import { detailsOf, jsonView, resultTable, summaryLine } from '../results'
import { goOnWithSame } from '../same-experiment'
import { trainAll } from '../train'

/** A table where several runs can be shown as they fill in. */
export function viewFor(output: Environment['output']): ProgressView {
  if (!output.isTerminal) return progressView(output)
  const [one, many] = [progressView(output), tableView(output)]
  let view = one
  return {
    begun: (runs) => {
      if (runs.length > 1) view = many
      view.begun?.(runs)
    },
    progressed: (run, progress) => view.progressed(run, progress),
    evaluated: (run, evaluation) => view.evaluated(run, evaluation),
    ended: (run) => view.ended(run),
  }
}

export interface TrainOptions {
  workspace: string
  json: boolean
  /** With `json`: a line for each progress as well. */
  progress: boolean
}

export async function runExperiment(
  environment: Environment,
  name: string,
  options: TrainOptions & Changes & { resume: boolean },
): Promise<number> {
  const presets = () => readPresets(join(environment.resources, 'presets'))
  const { experiment, presetId } = await readSource(name, presets, options, await catalogOfWorkspace(options.workspace))
  return trainRuns(environment, options, async (lab) => {
    const same = options.resume ? await goOnWithSame(lab, experiment) : null
    if (same) return same
    if (options.resume) environment.output.tell('No runs of this experiment are here yet: all of them are new.\n')
    return lab.call('runs:enqueue', experiment, presetId)
  })
}

export async function resumeRuns(
  environment: Environment,
  names: readonly string[],
  options: TrainOptions & { all: boolean },
): Promise<number> {
  return trainRuns(environment, options, async (lab) => {
    if (options.all) return resumeAll(lab, environment)
    const { runs } = await lab.call('runs:list')
    const ids = [...new Set(names.map((name) => findRun(name, runs).id))]
    await lab.call('runs:resume', ids)
    return ids
  })
}

async function resumeAll(lab: Lab, { output }: Environment): Promise<readonly RunId[]> {
  const { resumed, refused } = await lab.call('queue:resume-all')
  for (const { message } of refused) output.tell(`Left as it was: ${printable(message)}\n`)
  if (resumed.length === 0) output.tell('Nothing was cut short.\n')
  return resumed
}

/** Follows what `start` makes wait to its end. */
export async function trainRuns(
  environment: Environment,
  { workspace, json, progress }: TrainOptions,
  start: (lab: Lab) => Promise<readonly RunId[]>,
): Promise<number> {
  const { output } = environment
  const lab = await environment.openLab(workspace)
  try {
    const view = json ? jsonView(output, { progress }) : viewFor(output)
    const { runs, wasInterrupted } = await trainAll(lab, environment, view, () => start(lab))
    const details = await detailsOf(lab, runs)
    output.write(json ? `${JSON.stringify(summaryLine(runs, details))}\n` : resultTable(runs, details))
    if (wasInterrupted) return EXIT.interrupted
    return runs.every((run) => run.status === 'finished') ? EXIT.ok : EXIT.failed
  } finally {
    await lab.close()
  }
}
