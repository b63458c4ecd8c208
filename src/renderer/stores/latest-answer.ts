/**
 * The lab's answer to the newest of many questions.
 *
 * One question is under way at a time; while it is, only the newest of those that follow is kept. A slider that is
 * dragged therefore asks as often as the lab can answer, and never shows an old answer after a new one. The last
 * answer stays until the next has come, so that nothing flickers; it says which question it is to.
 */
import { onScopeDispose, shallowRef, watch } from 'vue'

export interface LatestAnswer<Q, A> {
  to: Q
  value: A
}

/** `question` is plain data, or null while there is nothing to ask. */
export function useLatestAnswer<Q, A>(question: () => Q | null, ask: (question: Q) => Promise<A>) {
  const answer = shallowRef<LatestAnswer<Q, A> | null>(null)
  /** Why the newest question has no answer. */
  const failure = shallowRef<unknown>()
  const busy = shallowRef(false)
  let asked: string | null = null
  let open = true

  async function follow(): Promise<void> {
    if (busy.value) return // the loop below looks again
    busy.value = true
    try {
      for (let next = question(); open && next !== null && keyOf(next) !== asked; next = question()) await settle(next)
    } finally {
      busy.value = false
    }
  }

  async function settle(next: Q): Promise<void> {
    asked = keyOf(next)
    try {
      const value = await ask(next)
      if (!open) return
      answer.value = { to: next, value }
      failure.value = undefined
    } catch (error) {
      if (open && question() !== null) failure.value = error
    }
  }

  function again(): void {
    asked = null
    void follow()
  }

  watch(
    () => keyOf(question()),
    () => {
      if (question() !== null) {
        void follow()
        return
      }
      failure.value = undefined
      asked = null
    },
    { immediate: true },
  )
  onScopeDispose(() => (open = false))

  return { answer, failure, busy, again }
}

function keyOf(question: unknown): string {
  return JSON.stringify(question)
}
