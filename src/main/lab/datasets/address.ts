/**
 * Where a data set is, as plain data that another process or thread can use: sets that ship with the lab are found by
 * their names, own ones by their folder, and only if their content is what it should be.
 */
import type { LoadDataset, OwnSet } from '#lab/engine/host'
import { LabError } from '#shared/errors'
import { OwnDatasets } from './own-datasets'
import type { OwnManifest } from './own-manifest'

/** Loads sets of both kinds; `builtIn` those that ship with the lab. */
export function withOwnSets(builtIn: LoadDataset): LoadDataset {
  return async (name, own = null, seat) => {
    if (own === null) return builtIn(name, null, seat)
    const sets = new OwnDatasets(own.folder)
    return sets.load(await manifestAt(sets, own))
  }
}

/** Throws `dataset/gone` if there is another set in that folder by now, or none. */
export async function manifestAt(sets: OwnDatasets, { id, sha256 }: OwnSet): Promise<OwnManifest> {
  const manifest = await sets.read(id)
  if (manifest.sha256 === sha256) return manifest
  throw new LabError(
    'dataset/gone',
    `The data set "${manifest.name}" (${id}) has other content than it had: expected SHA-256 ${sha256}, got ${manifest.sha256}`,
  )
}
