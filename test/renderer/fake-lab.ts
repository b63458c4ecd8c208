/**
 * A lab for tests: answers calls from a table, keeps what was asked, and sends events on demand.
 *
 *   const lab = fakeLab({ 'runs:list': () => ({ revision: 0, runs: [] }) })
 *   lab.emit('runs:changed', …); lab.asked('runs:stop') // → the arguments of each call
 *
 * Nothing that crosses it is shared with the code under test: values are cloned, as between processes, so a
 * Vue proxy in a call fails here as it would in the window. It is taken out after the test by setup.ts.
 */
import { shallowRef, type ShallowRef } from 'vue'
import { LabError, toFailure, type Reply } from '#shared/errors'
import type { CallName, Calls, EventName, LabBridge, LabEvents } from '#shared/ipc'
import { useTransport, type Connection, type Transport } from '../../src/renderer/lab'

export type Handlers = { [K in CallName]?: (...args: Parameters<Calls[K]>) => ReturnType<Calls[K]> }

export interface FakeLab extends Transport {
  connection: ShallowRef<Connection>
  handlers: Handlers
  emit<K extends EventName>(name: K, payload: LabEvents[K]): void
  asked<K extends CallName>(name: K): Parameters<Calls[K]>[]
  remove(): void
}

export const installed = new Set<FakeLab>()

export function fakeLab(handlers: Handlers = {}, options: { door?: LabBridge['door'] } = {}): FakeLab {
  const listeners = new Map<EventName, Set<(payload: never) => void>>()
  const calls: { name: CallName; args: unknown[] }[] = []
  const fake: FakeLab = {
    door: options.door ?? 'electron',
    handlers,
    connection: shallowRef<Connection>('open'),
    call<K extends CallName>(name: K, ...args: Parameters<Calls[K]>): Promise<Reply<ReturnType<Calls[K]>>> {
      const sent = structuredClone(args)
      calls.push({ name, args: sent })
      return Promise.resolve(answer(fake.handlers, name, sent))
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener))
      return () => set.delete(listener)
    },
    emit(name, payload) {
      listeners.get(name)?.forEach((listener) => listener(structuredClone(payload) as never))
    },
    asked: <K extends CallName>(name: K) =>
      calls.filter((call) => call.name === name).map((call) => call.args as Parameters<Calls[K]>),
    remove: () => undefined,
  }
  const takeOut = useTransport(fake)
  fake.remove = () => {
    takeOut()
    installed.delete(fake)
  }
  installed.add(fake)
  return fake
}

function answer<K extends CallName>(
  handlers: Handlers,
  name: K,
  args: Parameters<Calls[K]>,
): Reply<ReturnType<Calls[K]>> {
  const handler = handlers[name]
  if (!handler) return { ok: false, failure: toFailure(new LabError('test/no-answer', `No fake answer for ${name}`)) }
  try {
    return { ok: true, value: structuredClone(handler(...args)) }
  } catch (error) {
    return { ok: false, failure: toFailure(error) }
  }
}
