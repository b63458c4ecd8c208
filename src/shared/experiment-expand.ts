/**
 * From one experiment to its runs: every combination of the factors' levels that is asked for, each
 * with its replicates.
 */
import { BUILT_IN_DATASETS, type DatasetCatalog } from './dataset'
import { LabError } from './errors'
import { LIMITS, experimentSchema, type Experiment } from './experiment'
import { parsePath, withValueAt } from './experiment-path'
import { formatProblem, problemsOf } from './experiment-problems'
import { mistakeOf } from './mistakes'
import { sizeString } from './network'
import { combinationCount, combinationsOf } from './sampling'

export const MAX_RUNS = 10_000

/** What one run trains: an experiment with no factors and one replicate, whose seeds are its own. */
export interface RunPlan {
  experiment: Experiment
  /** Which configuration of the experiment this is, and what it is called: "784-150-120-10", "64 · relu". */
  configuration: { index: number; label: string; levels: Record<string, string> }
  /** 0 for the first replicate. Replicate r adds r to the init, shuffle and dropout seeds. */
  replicate: number
}

/** Throws `experiment/bad-factor` if a level sets a field to something that the format does not allow. */
export function expandExperiment(experiment: Experiment, catalog: DatasetCatalog = BUILT_IN_DATASETS): RunPlan[] {
  const sizes = experiment.factors.map((factor) => factor.levels.length)
  const count = combinationCount(sizes, experiment.sampling) * experiment.replicates
  if (count > MAX_RUNS) {
    throw new LabError('experiment/too-many-runs', `${count} runs in one experiment; at most ${MAX_RUNS} are allowed`)
  }
  mustDiffer(experiment.factors)
  const configurations = combinationsOf(sizes, experiment.sampling)
  return configurations.flatMap((choice, index) => {
    const { configured, levels } = configure(experiment, choice)
    const label = labelOf(configured, levels, catalog)
    return Array.from({ length: experiment.replicates }, (_, replicate) => ({
      experiment: withSeedsOf(configured, replicate),
      configuration: { index, label, levels },
      replicate,
    }))
  })
}

/** What varies, else the size. A deliberate mistake is never left out: the label is all that a figure says of a run. */
function labelOf(experiment: Experiment, levels: Record<string, string>, catalog: DatasetCatalog): string {
  const name = Object.values(levels).join(' · ') || sizeString(experiment, catalog)
  const mistake = mistakeOf(experiment)
  return mistake === null || name.toLowerCase().includes(mistake) ? name : `${name} · ${mistake}`
}

/** Of two factors with one name, or for one field, the second would hide what the first says. */
function mustDiffer(factors: Experiment['factors']): void {
  const names = new Set<string>()
  const fieldOf = new Map<string, string>()
  for (const { name, levels } of factors) {
    if (names.has(name)) throw new LabError('experiment/bad-factor', `Two factors are called "${name}"; rename one`)
    names.add(name)
    for (const path of new Set(levels.flatMap((level) => Object.keys(level.set)))) {
      const other = fieldOf.get(path)
      if (other !== undefined) {
        throw new LabError('experiment/bad-factor', `Factors "${other}" and "${name}" both set ${path}; remove one`)
      }
      fieldOf.set(path, name)
    }
  }
}

function configure(experiment: Experiment, choice: readonly number[]) {
  let draft: unknown = { ...experiment, factors: [], sampling: { kind: 'grid' }, replicates: 1 }
  const levels: Record<string, string> = {}
  experiment.factors.forEach((factor, f) => {
    const level = factor.levels[choice[f] ?? 0]
    if (!level) throw new LabError('experiment/bad-factor', `Factor "${factor.name}" has no levels`)
    levels[factor.name] = level.label
    for (const [path, value] of Object.entries(level.set)) {
      const keys = parsePath(path)
      if (keys[0] === 'factors' || keys[0] === 'version' || keys[0] === 'replicates' || keys[0] === 'sampling') {
        throw new LabError('experiment/bad-factor', `Factor "${factor.name}" may not set ${path}`)
      }
      draft = withValueAt(draft, keys, value)
    }
  })
  const parsed = experimentSchema.safeParse(draft)
  if (!parsed.success) {
    const where = Object.entries(levels)
      .map(([name, level]) => `${name} = ${level}`)
      .join(', ')
    throw new LabError('experiment/bad-factor', `The configuration ${where} is not valid`, {
      details: parsed.error.issues.flatMap((issue) => {
        return problemsOf(issue, draft).map((problem) => `${where}: ${formatProblem(problem)}`)
      }),
    })
  }
  return { configured: parsed.data, levels }
}

function withSeedsOf(experiment: Experiment, replicate: number): Experiment {
  const shift = (seed: number) => (seed + replicate) % (LIMITS.seed + 1)
  const { split, init, shuffle, dropout } = experiment.seeds
  return { ...experiment, seeds: { split, init: shift(init), shuffle: shift(shuffle), dropout: shift(dropout) } }
}
