/**
 * Short messages at the lower edge. One that reports a failure stays until it is closed; the others go after a
 * while, an undo after a longer one. `useToasts().show('2 runs removed', { undo })`.
 */
import { readonly, shallowRef } from 'vue'

export interface Toast {
  id: number
  tone: 'plain' | 'problem'
  text: string
  /** One button: its word and what it does. */
  action: { label: string; run: () => void } | null
}

export interface ToastOptions {
  undo?: () => void
  action?: { label: string; run: () => void }
  /** @default 5 s, 10 s with an action */
  durationMs?: number
}

/** More would cover the screen; the oldest goes first. */
const AT_MOST = 4

const toasts = shallowRef<readonly Toast[]>([])
const timers = new Map<number, ReturnType<typeof setTimeout>>()
let nextId = 1

function close(id: number): void {
  clearTimeout(timers.get(id))
  timers.delete(id)
  toasts.value = toasts.value.filter((toast) => toast.id !== id)
}

function add(tone: Toast['tone'], text: string, action: Toast['action']): number {
  const id = nextId++
  toasts.value.slice(0, Math.max(0, toasts.value.length + 1 - AT_MOST)).forEach((toast) => close(toast.id))
  toasts.value = [...toasts.value, { id, tone, text, action }]
  return id
}

function show(text: string, { undo, action, durationMs }: ToastOptions = {}): number {
  const offered = undo ? { label: 'Undo', run: undo } : (action ?? null)
  const id = add('plain', text, offered)
  timers.set(
    id,
    setTimeout(() => close(id), durationMs ?? (offered ? 10_000 : 5000)),
  )
  return id
}

/** What an error says to the person at the screen. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** What went wrong while doing something, such as "The run was not stopped". */
function fail(what: string, error: unknown): number {
  return add('problem', `${what}. ${messageOf(error)}`, null)
}

export function useToasts() {
  return { toasts: readonly(toasts), show, fail, close }
}
