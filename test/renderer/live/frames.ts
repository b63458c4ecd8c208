/**
 * Frames for tests: they come when the test says so.
 */
import { vi } from 'vitest'

export function fakeFrames() {
  const due = new Map<number, FrameRequestCallback>()
  let next = 1
  vi.stubGlobal('requestAnimationFrame', (work: FrameRequestCallback) => {
    due.set(next, work)
    return next++
  })
  vi.stubGlobal('cancelAnimationFrame', (id: number) => due.delete(id))
  return {
    get due() {
      return due.size
    },
    next(): void {
      const now = [...due.values()]
      due.clear()
      for (const work of now) work(0)
    },
  }
}
