/**
 * Tells the lab's events to whoever listens. A listener that throws is reported, and keeps the event from nobody.
 */
import type { EventName, LabEvents } from '#shared/ipc'

type Listener<K extends EventName> = (payload: LabEvents[K]) => void

export class Events {
  private readonly listeners: { [K in EventName]: Set<Listener<K>> } = {
    'runs:changed': new Set(),
    'runs:progress': new Set(),
    'runs:evaluated': new Set(),
    'queue:changed': new Set(),
    'settings:changed': new Set(),
    'datasets:changed': new Set(),
    'views:changed': new Set(),
    'reports:changed': new Set(),
  }

  on<K extends EventName>(name: K, listener: Listener<K>): () => void {
    // One function for two subscriptions counts twice: each is ended by itself.
    const own: Listener<K> = (payload) => listener(payload)
    this.listeners[name].add(own)
    return () => void this.listeners[name].delete(own)
  }

  emit<K extends EventName>(name: K, payload: LabEvents[K]): void {
    for (const listener of [...this.listeners[name]]) {
      try {
        listener(payload)
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error))
      }
    }
  }
}
