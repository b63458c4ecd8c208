/**
 * Answers that were given already, by what was asked: a screen that goes back and forth asks the same again. The newest
 * are kept, up to so many bytes. One that failed is not kept.
 */
const MOST_BYTES = 128 * 1024 * 1024
const MOST_ANSWERS = 500

export class Answers {
  /** The one that was asked for last is last. */
  private readonly kept = new Map<string, { answer: Promise<unknown>; bytes: number }>()

  async get<T>(question: readonly unknown[], ask: () => Promise<T>): Promise<T> {
    const key = JSON.stringify(question)
    const known = this.kept.get(key)
    // the question holds all that its answer depends on, so that equal ones have answers of one type
    const answer = (known?.answer as Promise<T> | undefined) ?? ask()
    const entry = { answer, bytes: known?.bytes ?? 0 }
    this.kept.delete(key)
    this.kept.set(key, entry)
    try {
      const value = await answer
      entry.bytes = bytesIn(value)
      this.makeRoom()
      return value
    } catch (error) {
      if (this.kept.get(key)?.answer === answer) this.kept.delete(key)
      throw error
    }
  }

  private makeRoom(): void {
    let bytes = [...this.kept.values()].reduce((sum, each) => sum + each.bytes, 0)
    for (const [key, each] of [...this.kept].slice(0, -1)) {
      if (bytes <= MOST_BYTES && this.kept.size <= MOST_ANSWERS) return
      bytes -= each.bytes
      this.kept.delete(key)
    }
  }
}

/** Of the binary values in an answer, at any depth. */
function bytesIn(value: unknown): number {
  if (value instanceof Uint8Array) return value.byteLength
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce((sum: number, each) => sum + bytesIn(each), 0)
}
