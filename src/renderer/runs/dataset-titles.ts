/**
 * What data sets are called, by the names that runs keep. The store of data sets fills it; it stands alone, so that
 * the texts of a run need no store.
 */
import { shallowRef } from 'vue'
import { BUILT_IN_DATASETS } from '#shared/dataset'

export const datasetTitles = shallowRef<ReadonlyMap<string, string>>(
  new Map(BUILT_IN_DATASETS.map(({ name, title }) => [name, title])),
)
