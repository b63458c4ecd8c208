/**
 * What went wrong, in words for the person at the screen: what was expected, what came, what to do.
 *
 * `code` is for programs (`run/not-found`), `message` for people. A LabError is the only kind of error that
 * crosses a process: it travels as a `Failure` inside a `Reply` and is made whole again on the other side.
 */
export class LabError extends Error {
  readonly code: string
  /** One line for each thing that is wrong, for a form or a terminal to list. */
  readonly details: readonly string[]

  constructor(code: string, message: string, options: { cause?: unknown; details?: readonly string[] } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'LabError'
    this.code = code
    this.details = options.details ?? []
  }
}

/** A LabError as plain data. */
export interface Failure {
  code: string
  message: string
  details: readonly string[]
}

/** The answer to a call: never a bare throw, as errors lose their fields between processes. */
export type Reply<T> = { ok: true; value: T } | { ok: false; failure: Failure }

export function toFailure(error: unknown): Failure {
  if (error instanceof LabError) return { code: error.code, message: error.message, details: error.details }
  return { code: 'lab/unexpected', message: error instanceof Error ? error.message : String(error), details: [] }
}

export function fromFailure(failure: Failure): LabError {
  return new LabError(failure.code, failure.message, { details: failure.details })
}
