/**
 * The two ends of a network: as many inputs as a sample of the data has values, as many outputs as they have classes
 * or as the design says.
 */
import { BUILT_IN_DATASETS, findDataset, valuesPerSample, type DatasetCatalog } from '#shared/dataset'
import { featureWord, isPlane } from '../../data/scalings'
import type { NetworkEnds } from './size-string'

/**
 * For an unknown data set, those of the first one that ships; the form says that the name is wrong.
 * `outputUnits` is what the document has there, "classes" or a number, right or wrong.
 */
export function networkEnds(
  datasetName: unknown,
  outputUnits: unknown = 'classes',
  catalog: DatasetCatalog = BUILT_IN_DATASETS,
): NetworkEnds {
  const facts = findDataset(String(datasetName), catalog) ?? BUILT_IN_DATASETS[0]
  if (!facts) throw new Error('The lab ships without any data set')
  const classes = facts.classes.length
  const isCount = typeof outputUnits === 'number' && Number.isInteger(outputUnits) && outputUnits > 0
  const outputs = isCount ? outputUnits : classes
  const reason =
    isCount && outputs !== classes ? `The output has ${outputs} units` : `${facts.title} has ${classes} classes`
  const inputWord = isPlane(facts) ? 'x, y' : `${featureWord(facts)}s`
  return { inputs: valuesPerSample(facts), inputWord, outputs, dataset: facts.title, outputsReason: reason }
}
