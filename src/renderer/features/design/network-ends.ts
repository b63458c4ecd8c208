/**
 * The two ends of a network that the data decide: as many inputs as pixels, as many outputs as classes.
 */
import { BUILT_IN_DATASETS, findDataset } from '#shared/dataset'
import type { NetworkEnds } from './size-string'

/** For an unknown data set, those of the first one that ships; the form says that the name is wrong. */
export function networkEnds(datasetName: unknown): NetworkEnds {
  const facts = findDataset(String(datasetName)) ?? BUILT_IN_DATASETS[0]
  if (!facts) throw new Error('The lab ships without any data set')
  return { inputs: facts.height * facts.width, outputs: facts.classes.length, dataset: facts.title }
}
