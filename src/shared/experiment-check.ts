/**
 * From unknown data to an experiment, or to a list of problems, each with the path of the field it is about.
 */
import type { z } from 'zod'
import { LabError } from './errors'
import { experimentSchema, type Experiment } from './experiment'
import { expandExperiment } from './experiment-expand'
import { formatPath, valueAt } from './experiment-path'
import { unsupportedFields } from './experiment-support'

export interface Problem {
  /** `network.layers[0].units`; empty for the file as a whole. */
  path: string
  /** What was expected and what came, without the path. */
  message: string
}

export type CheckResult = { ok: true; experiment: Experiment } | { ok: false; problems: Problem[] }

/** Checks the shape, then each configuration that the factors make, then what this version can train. */
export function checkExperiment(input: unknown): CheckResult {
  const parsed = experimentSchema.safeParse(input)
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, input)) }
  const experiment = parsed.data
  try {
    const problems = expandExperiment(experiment).flatMap((run) => unsupportedFields(run.experiment))
    const unique = [...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values()]
    return unique.length > 0 ? { ok: false, problems: unique } : { ok: true, experiment }
  } catch (error) {
    if (error instanceof LabError) return { ok: false, problems: problemsOfExpansion(error) }
    throw error
  }
}

/** As checkExperiment, but throws `experiment/invalid` with a line for each problem. */
export function parseExperiment(input: unknown): Experiment {
  const result = checkExperiment(input)
  if (result.ok) return result.experiment
  throw new LabError('experiment/invalid', describeProblems(result.problems), {
    details: result.problems.map(formatProblem),
  })
}

export function formatProblem(problem: Problem): string {
  return problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`
}

function describeProblems(problems: readonly Problem[]): string {
  const first = problems[0] ? formatProblem(problems[0]) : 'unknown problem'
  return problems.length === 1 ? first : `${first} (and ${problems.length - 1} more)`
}

/** Problems as zod reports them, in our words: path, what was expected, what came. */
export function problemsOf(issue: z.core.$ZodIssue, input: unknown): Problem[] {
  const path = formatPath(issue.path)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: formatPath([...issue.path, key]),
      message: 'not a field of this version of the format; check the spelling or remove it',
    }))
  }
  if (issue.code === 'invalid_union') {
    const nested = nearestBranch(issue)
    if (nested) return nested.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, input))
    const tag = unknownTag(issue, input)
    if (tag) return [tag]
  }
  return [{ path, message: `${issue.message}, got ${show(valueAt(input, issue.path))}` }]
}

/** A union's branch is to blame only if the value clearly belongs to it: an object whose fields are wrong. */
function nearestBranch(issue: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] | undefined {
  const deeper = issue.errors.filter((branch) => branch.length > 0 && branch.every((inner) => inner.path.length > 0))
  return deeper.length === 1 ? deeper[0] : undefined
}

/** The tag of a tagged union (`kind`, `activation`) is missing or unknown: name the ones that there are. */
function unknownTag(issue: z.core.$ZodIssueInvalidUnion, input: unknown): Problem | undefined {
  if (!('options' in issue) || !Array.isArray(issue.options) || issue.options.length === 0) return undefined
  const got = show(valueAt(input, issue.path))
  return { path: formatPath(issue.path), message: `one of ${issue.options.map(String).join(', ')}, got ${got}` }
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  // JSON has no text for a function or a symbol, which a file cannot hold but a caller may pass
  const text = (JSON.stringify(value) as string | undefined) ?? typeof value
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function problemsOfExpansion(error: LabError): Problem[] {
  const path = error.code === 'dataset/unknown' ? 'dataset.name' : 'factors'
  const messages = error.details.length > 0 ? error.details : [error.message]
  return messages.map((message) => ({ path, message }))
}
