import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { BUILT_IN_DATASETS, type DatasetCatalog } from '#shared/dataset'
import type { DatasetEntry, DatasetListing } from '#shared/datasets'
import { lab } from '../lab'
import { datasetTitles } from '../runs/dataset-titles'

/**
 * Every data set that there is: those that ship with the lab first, then own ones, the newest first.
 *
 * The lab owns the truth; this is a mirror. It listens before it takes its snapshot. A change is the whole list, so
 * that whatever comes last is what counts; a snapshot that a change has overtaken is dropped.
 */
export const useDatasetsStore = defineStore('datasets', () => {
  const sets = shallowRef<readonly DatasetEntry[]>([])
  /** False until the first list: no sets say nothing before that. */
  const ready = shallowRef(false)
  /** Folders among the own sets that cannot be read. */
  const problems = shallowRef<DatasetListing['problems']>([])
  /** Why the last list could not be had, for the view to show. */
  const failure = shallowRef<unknown>()

  const builtIn = computed(() => sets.value.filter((set) => set.id === null))
  const own = computed(() => sets.value.filter((set) => set.id !== null))
  const byName = computed<ReadonlyMap<string, DatasetEntry>>(() => new Map(sets.value.map((set) => [set.name, set])))

  /** What an experiment may name: before the first list, what every lab has. */
  const catalog = computed<DatasetCatalog>(() => (ready.value ? sets.value : BUILT_IN_DATASETS))

  let newest = 0 // of what was asked for and what was told

  onScopeDispose(
    lab.on('datasets:changed', (listing) => {
      newest++
      take(listing)
    }),
  )
  // what changed while nobody listened
  watch(lab.connection, (now, before) => {
    if (now === 'open' && before !== 'open') void refresh()
  })
  void refresh()

  async function refresh(): Promise<void> {
    const number = ++newest
    try {
      const listing = await lab.call('datasets:list')
      if (number === newest) take(listing)
    } catch (error) {
      if (number === newest) failure.value = error
    }
  }

  function take(listing: DatasetListing): void {
    const before = new Map(sets.value.map((set) => [JSON.stringify(set), set]))
    // a set that is the same stays the same object: nobody who shows it begins anew
    sets.value = listing.sets.map((set) => before.get(JSON.stringify(set)) ?? set)
    problems.value = listing.problems
    ready.value = true
    datasetTitles.value = new Map(listing.sets.map(({ name, title }) => [name, title]))
    failure.value = undefined
  }

  return { sets, builtIn, own, byName, catalog, ready, problems, failure, refresh }
})
