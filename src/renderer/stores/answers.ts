import { readonly, shallowRef, watch, type ShallowRef } from 'vue'

export interface Answer<T> {
  /** Null until it is there, and while another is on its way. */
  value: Readonly<ShallowRef<T | null>>
  failure: Readonly<ShallowRef<unknown>>
  retry: () => void
}

/**
 * The answer to a question that changes: asked when `question` does, and only the newest answer counts.
 * No question (null) has no answer.
 */
export function useAnswer<Q, T>(question: () => Q | null, ask: (question: Q) => Promise<T>): Answer<T> {
  const value = shallowRef<T | null>(null)
  const failure = shallowRef<unknown>()
  let newest = 0

  async function put(asked: Q | null): Promise<void> {
    const number = ++newest
    value.value = null
    failure.value = undefined
    if (asked === null) return
    try {
      const answer = await ask(asked)
      if (number === newest) value.value = answer
    } catch (error) {
      if (number === newest) failure.value = error
    }
  }

  watch(question, put, { immediate: true })
  return {
    value: readonly(value) as Readonly<ShallowRef<T | null>>, // answers are plain data; nobody writes into them
    failure: readonly(failure),
    retry: () => void put(question()),
  }
}
