/**
 * Lets one piece of work run at a time, in the order in which they came. What goes wrong with one is its caller's
 * to see, and keeps the next from nothing.
 */
export class Turns {
  private tail: Promise<unknown> = Promise.resolve()

  take<T>(work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(work, work)
    this.tail = result.catch(() => undefined)
    return result
  }
}
