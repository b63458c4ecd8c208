/**
 * The weights that `training.initialWeights` names: read and checked when a run is queued, so that the run has a copy
 * of its own from then on, whatever becomes of the file.
 */
import { createHash } from 'node:crypto'
import { isAbsolute } from 'node:path'
import type { EngineHost, OwnSet } from '#lab/engine/host'
import { LabError } from '#shared/errors'
import type { Experiment } from '#shared/experiment'
import type { RunId } from '#shared/run'
import { errorCode, factsOfPlainFile, NoPlainFile, readPlainBytes } from './storage/file-system'
import { MAX_WEIGHTS_BYTES } from './storage/run-folders'

export interface InitialWeights {
  bytes: Uint8Array
  sha256: string
}

/** By the name of the file. Each is read once, and held against each kind of network that begins with it. */
export async function readInitialWeights(
  plans: readonly { experiment: Experiment }[],
  host: EngineHost,
  locate: (experiment: Experiment) => Promise<OwnSet | null>,
): Promise<ReadonlyMap<string | null, InitialWeights>> {
  const files = new Map<string, InitialWeights>()
  const checked = new Set<string>()
  for (const { experiment } of plans) {
    const path = experiment.training.initialWeights
    if (path === null) continue
    const weights = files.get(path) ?? (await read(path))
    files.set(path, weights)
    const network = JSON.stringify([path, experiment.dataset.name, experiment.network])
    if (!checked.has(network)) await check(path, weights, { experiment, own: await locate(experiment) }, host)
    checked.add(network)
  }
  return files
}

async function read(path: string): Promise<InitialWeights> {
  if (!isAbsolute(path)) {
    throw refused('weights/bad-path', `training.initialWeights: expected the full path of a file, got "${path}"`)
  }
  try {
    const { size } = await factsOfPlainFile(path)
    if (size > MAX_WEIGHTS_BYTES) {
      throw refused('weights/unfit', `${path} has ${size} bytes; at most ${MAX_WEIGHTS_BYTES} are read`)
    }
    const bytes = await readPlainBytes(path)
    return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
  } catch (error) {
    if (error instanceof LabError) throw error
    const reason = error instanceof NoPlainFile ? error.message : (errorCode(error) ?? 'no reason known')
    throw refused('weights/unreadable', `training.initialWeights: cannot read ${path} (${reason})`, error)
  }
}

/** The id is nobody's: nothing is trained. */
async function check(
  path: string,
  { bytes }: InitialWeights,
  data: { experiment: Experiment; own: OwnSet | null },
  host: EngineHost,
): Promise<void> {
  try {
    const job = { id: 'weights-of-a-run' as RunId, ...data, threads: 1, initialWeights: bytes, checkpoint: null }
    await host.inspect(job)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const code = error instanceof LabError ? error.code : 'weights/unfit'
    throw refused(code, `training.initialWeights: ${path} cannot be used: ${reason}`, error)
  }
}

function refused(code: string, message: string, cause?: unknown): LabError {
  return new LabError(code, message, { cause })
}
