/**
 * `run` trains every run of an experiment, `resume` those that ended before their time. Both end with a table, or,
 * with --json, with a summary line.
 */
import { join } from 'node:path'
import type { Lab } from '#lab/lab'
import { readPresets } from '#lab/presets/presets'
import type { RunId } from '#shared/run'
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { type Changes, readSource } from '../experiment-source'
import { findRun } from '../find-runs'
import { progressView } from '../progress'
import { detailsOf, jsonView, resultTable, summaryLine } from '../results'
import { trainAll } from '../train'

export interface TrainOptions {
  workspace: string
  json: boolean
  /** With `json`: a line for each progress as well. */
  progress: boolean
}

export async function runExperiment(
  environment: Environment,
  name: string,
  options: TrainOptions & Changes,
): Promise<number> {
  const presets = await readPresets(join(environment.resources, 'presets'))
  const { experiment, presetId } = await readSource(name, presets, options)
  return train(environment, options, (lab) => lab.call('runs:enqueue', experiment, presetId))
}

export async function resumeRuns(
  environment: Environment,
  names: readonly string[],
  options: TrainOptions,
): Promise<number> {
  return train(environment, options, async (lab) => {
    const { runs } = await lab.call('runs:list')
    const ids = [...new Set(names.map((name) => findRun(name, runs).id))]
    await lab.call('runs:resume', ids)
    return ids
  })
}

async function train(
  environment: Environment,
  { workspace, json, progress }: TrainOptions,
  start: (lab: Lab) => Promise<readonly RunId[]>,
): Promise<number> {
  const { output } = environment
  const lab = await environment.openLab(workspace)
  try {
    const view = json ? jsonView(output, { progress }) : progressView(output)
    const { runs, wasInterrupted } = await trainAll(lab, environment, view, () => start(lab))
    const details = await detailsOf(lab, runs)
    output.write(json ? `${JSON.stringify(summaryLine(runs, details))}\n` : resultTable(runs, details))
    if (wasInterrupted) return EXIT.interrupted
    return runs.every((run) => run.status === 'finished') ? EXIT.ok : EXIT.failed
  } finally {
    await lab.close()
  }
}
