/**
 * What is wrong with an experiment, in our words: the path of the field, what was expected, what came.
 */
import type { z } from 'zod'
import { formatPath, valueAt } from './experiment-path'

export interface Problem {
  /** `network.layers[0].units`; empty for the file as a whole. */
  path: string
  /** What was expected and what came, without the path. */
  message: string
}

export function formatProblem(problem: Problem): string {
  return problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`
}

/** An issue as zod reports it; `input` is what was parsed. */
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
