/**
 * Where in a formula something is wrong, out of the lab's message: `formula, character 7: expected …, got …`.
 */
import type { LabError } from '#shared/errors'

export interface FormulaFailure {
  message: string
  /** Counted from 0; null: it is about the formula as a whole. */
  at: number | null
}

export function formulaFailure(error: LabError | null): FormulaFailure | null {
  if (error?.code !== 'points/bad-formula') return null
  const placed = /^formula, character (\d+): (.*)$/s.exec(error.message)
  const message = placed?.[2] ?? error.message.replace(/^formula: /, '')
  return { message: message.charAt(0).toUpperCase() + message.slice(1), at: placed ? Number(placed[1]) - 1 : null }
}
