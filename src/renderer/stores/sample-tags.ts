/**
 * Words that a person gives to samples while looking at them. Kept as long as the app runs.
 */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

/** What samples are most often tagged as; people type their own as well. */
export const USUAL_TAGS = ['mislabeled', 'ambiguous', 'unreadable'] as const

const LONGEST = 40

export const useSampleTags = defineStore('sample-tags', () => {
  /** By the content of the set: another one may come to have its name. */
  const bySet = shallowRef<ReadonlyMap<string, ReadonlyMap<number, readonly string[]>>>(new Map())

  function tagsOf(set: string, sample: number): readonly string[] {
    return bySet.value.get(set)?.get(sample) ?? []
  }
  function toggle(set: string, sample: number, tag: string): void {
    const word = tag.trim().slice(0, LONGEST)
    if (word === '') return
    const before = tagsOf(set, sample)
    const after = before.includes(word) ? before.filter((each) => each !== word) : [...before, word]
    const samples = new Map(bySet.value.get(set))
    if (after.length === 0) samples.delete(sample)
    else samples.set(sample, after)
    bySet.value = new Map(bySet.value).set(set, samples)
  }
  /** Samples by tag, in rising order. */
  function samplesByTag(set: string): Map<string, number[]> {
    const found = new Map<string, number[]>()
    for (const [sample, tags] of bySet.value.get(set) ?? []) {
      for (const tag of tags)
        found.set(
          tag,
          [...(found.get(tag) ?? []), sample].sort((a, b) => a - b),
        )
    }
    return found
  }

  return { tagsOf, toggle, samplesByTag }
})
