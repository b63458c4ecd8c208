/**
 * There is no layout in tests: as if every element had this size, and told it as it is observed.
 */
import { vi } from 'vitest'

export function fakeLayout({ width, height }: { width: number; height: number }): void {
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(width)
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(height)
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(width)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(height)
  const box = [{ inlineSize: width, blockSize: height }]
  const entry = { contentRect: { width, height }, contentBoxSize: box, borderBoxSize: box }
  class FakeResizeObserver {
    constructor(private readonly tell: ResizeObserverCallback) {}
    observe(target: Element): void {
      const entries = [{ target, ...entry }] as unknown as ResizeObserverEntry[]
      queueMicrotask(() => this.tell(entries, this))
    }
    unobserve(): void {}
    disconnect(): void {}
  }
  vi.stubGlobal('ResizeObserver', FakeResizeObserver)
}
