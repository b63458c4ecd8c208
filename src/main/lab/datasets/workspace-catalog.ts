/**
 * What experiments of a workspace may name, for those who check an experiment before they open the lab.
 */
import { join } from 'node:path'
import { BUILT_IN_DATASETS, type DatasetFacts } from '#shared/dataset'
import { factsOf, OwnDatasets } from './own-datasets'

/** Only reads; a workspace that is not there yet has no own sets. */
export async function catalogOfWorkspace(workspace: string): Promise<DatasetFacts[]> {
  const { sets } = await new OwnDatasets(join(workspace, 'datasets')).list()
  return [...BUILT_IN_DATASETS, ...sets.map(factsOf)]
}
