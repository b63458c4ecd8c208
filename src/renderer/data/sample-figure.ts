/** What is set of any figure of samples, and what its numbers must be. */
import type { SampleGridRequest } from '#shared/datasets'

export interface FigureLook {
  title: string
  /** As it was typed. */
  widthCm: unknown
  format: SampleGridRequest['format']
}

export function newLook(): FigureLook {
  return { title: '', widthCm: 12, format: 'svg' }
}

/** The look as a request has it; null while the width is not right. */
export function lookOfRequest({
  title,
  widthCm,
  format,
}: FigureLook): Pick<SampleGridRequest, 'title' | 'widthCm' | 'format'> | null {
  return isWidth(widthCm) ? { title: title.trim() || null, widthCm, format } : null
}

/** What is wrong with a typed number; undefined if nothing is. */
export function wholeNumber(value: unknown, min: number, max: number): string | undefined {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return undefined
  return `Expected a whole number, ${min} … ${max}`
}

export function widthInCm(value: unknown): string | undefined {
  return isWidth(value) ? undefined : 'Expected 2 … 50'
}

function isWidth(value: unknown): value is number {
  return typeof value === 'number' && value >= 2 && value <= 50
}
