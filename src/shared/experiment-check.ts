/**
 * From unknown data to an experiment, or to a list of problems, each with the path of the field it is about.
 */
import { BUILT_IN_DATASETS, type DatasetCatalog } from './dataset'
import { LabError } from './errors'
import { experimentSchema, type Experiment } from './experiment'
import { expandExperiment } from './experiment-expand'
import { formatProblem, problemsOf, type Problem } from './experiment-problems'
import { unsupportedFields } from './experiment-support'

export { formatProblem, type Problem }

/** Far deeper than any experiment: what checks a value calls itself for each level. */
const MAX_DEPTH = 64

export type CheckResult = { ok: true; experiment: Experiment } | { ok: false; problems: Problem[] }

/** Checks the shape, then each configuration that the factors make, then what this version can train. */
export function checkExperiment(input: unknown, catalog: DatasetCatalog = BUILT_IN_DATASETS): CheckResult {
  if (isDeeperThan(MAX_DEPTH, input)) {
    return {
      ok: false,
      problems: [{ path: '', message: `at most ${MAX_DEPTH} objects and lists in each other, got more` }],
    }
  }
  const parsed = experimentSchema.safeParse(input)
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, input)) }
  const experiment = parsed.data
  try {
    const problems = expandExperiment(experiment, catalog).flatMap((run) => unsupportedFields(run.experiment, catalog))
    const unique = [...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values()]
    return unique.length > 0 ? { ok: false, problems: unique } : { ok: true, experiment }
  } catch (error) {
    if (error instanceof LabError) return { ok: false, problems: problemsOfExpansion(error) }
    throw error
  }
}

/** As checkExperiment, but throws `experiment/invalid` with a line for each problem. */
export function parseExperiment(input: unknown, catalog: DatasetCatalog = BUILT_IN_DATASETS): Experiment {
  const result = checkExperiment(input, catalog)
  if (result.ok) return result.experiment
  throw new LabError('experiment/invalid', describeProblems(result.problems), {
    details: result.problems.map(formatProblem),
  })
}

function describeProblems(problems: readonly Problem[]): string {
  const first = problems[0] ? formatProblem(problems[0]) : 'unknown problem'
  return problems.length === 1 ? first : `${first} (and ${problems.length - 1} more)`
}

function problemsOfExpansion(error: LabError): Problem[] {
  const path = error.code === 'dataset/unknown' ? 'dataset.name' : 'factors'
  const messages = error.details.length > 0 ? error.details : [error.message]
  return messages.map((message) => ({ path, message }))
}

function isDeeperThan(depth: number, value: unknown): boolean {
  let level = [value].filter(isObject)
  for (let d = 0; d < depth; d++) level = level.flatMap((each) => Object.values(each).filter(isObject))
  return level.length > 0
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
