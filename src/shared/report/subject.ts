/**
 * What a field can be about: one run, or the seeds of one configuration, as they are now.
 */
import { designSignature } from '../compare/fairness'
import type { Experiment } from '../experiment'
import type { Evaluation, RunDetails, RunId, RunSummary } from '../run'

export interface SubjectRun {
  summary: RunSummary
  experiment: Experiment
  history: readonly Evaluation[]
  details: RunDetails
}

export interface Subject {
  alias: string
  /** What a reader calls it. */
  title: string
  runs: readonly SubjectRun[]
  /** Chosen, but not to be had any more. */
  missing: readonly { id: RunId; reason: string }[]
}

export interface Configuration {
  key: string
  name: string
  runs: readonly SubjectRun[]
}

/** Runs that differ in nothing but their seeds belong together; in the order in which their first runs come. */
export function configurationsOf(runs: readonly SubjectRun[]): Configuration[] {
  const groups = new Map<string, SubjectRun[]>()
  for (const run of runs) {
    const key = designSignature(run.experiment)
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  return [...groups].map(([key, members]) => ({ key, name: members[0]?.summary.label ?? '', runs: members }))
}

/** All runs of a report at once, each once: `run` and `runs` in a field. */
export function everyRun(subjects: readonly Subject[]): SubjectRun[] {
  const byId = new Map(subjects.flatMap(({ runs }) => runs).map((run) => [run.summary.id, run]))
  return [...byId.values()]
}

/** Whether the losses of these runs are squared errors. */
export function isSquared(runs: readonly SubjectRun[]): boolean {
  return runs.some(({ experiment }) => experiment.training.loss === 'squared-error')
}
