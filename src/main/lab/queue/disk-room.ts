/**
 * Writes that wait while the disk is full. None is given up by itself: each is done again when a person says so, and
 * every now and then, until there is room.
 */
import { LabError } from '#shared/errors'

/** How often a full disk is tried again without anybody asking. */
const RETRY_MS = 10_000

/** A write that has found the disk full and has not come to its end. */
interface Attempt {
  readonly owner: object
  /** While it waits. */
  goOn?: (again: boolean) => void
}

export class DiskRoom {
  /** What the first write said that found the disk full; null while there is room. */
  full: string | null = null
  private readonly attempts = new Set<Attempt>()
  private timer: NodeJS.Timeout | undefined
  private isClosed = false

  /** `changed`: after `full` has changed. */
  constructor(private readonly changed: () => void) {}

  /** Does `work`, again and again while the disk is full. Rejects with whatever else goes wrong, and when given up. */
  async write<T>(owner: object, work: () => Promise<T>): Promise<T> {
    const attempt: Attempt = { owner }
    try {
      for (;;) {
        try {
          return await work()
        } catch (error) {
          if (!isDiskFull(error) || this.isClosed || !(await this.wait(attempt, error.message))) throw error
        }
      }
    } finally {
      this.settle(attempt)
    }
  }

  /** All that wait are done again. */
  retry(): void {
    for (const { goOn } of [...this.attempts]) goOn?.(true)
  }

  /** The owner's writes fail with what kept them waiting. */
  giveUp(owner: object): void {
    for (const attempt of [...this.attempts]) if (attempt.owner === owner) attempt.goOn?.(false)
  }

  /** Nothing waits any more, now or later. */
  close(): void {
    this.isClosed = true
    for (const { goOn } of [...this.attempts]) goOn?.(false)
  }

  private async wait(attempt: Attempt, message: string): Promise<boolean> {
    const again = new Promise<boolean>((resolve) => (attempt.goOn = resolve))
    this.attempts.add(attempt)
    if (this.full === null) {
      this.full = message
      this.timer = setInterval(() => this.retry(), RETRY_MS)
      this.timer.unref()
      this.changed()
    }
    const wanted = await again
    delete attempt.goOn
    return wanted
  }

  /** There is room when every write that had found none has come to its end. */
  private settle(attempt: Attempt): void {
    this.attempts.delete(attempt)
    if (this.full === null || this.attempts.size > 0) return
    this.full = null
    clearInterval(this.timer)
    this.changed()
  }
}

function isDiskFull(error: unknown): error is LabError {
  return error instanceof LabError && error.code === 'storage/disk-full'
}
