/**
 * The runs of a workspace on disk: `runs/<id>/` for each, moved to `trash/<id>/` when it is removed.
 *
 *   run.json                       definition and outcome, replaced whole
 *   history.jsonl                  a line for each evaluation, on disk before anybody sees it
 *   model.safetensors              the model as training left it
 *   checkpoints/last.safetensors   the latest snapshot, replaced whole; gone when the run has finished
 *   kept/<step>-<hash>.safetensors the weights of a step that was to be kept; the hash is the SHA-256 of the file, in short
 *   initial.safetensors            the weights that it begins with, where the experiment names a file
 *   annotations.json               name, tags, note, archived, pinned: what people say of it
 *   outside.json                   in place of all but the last: a history that the lab did not make
 *
 * A folder is made under a temporary name and renamed, so that a run is there with its run.json or not at all.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { LabError } from '#shared/errors'
import { isRunId, type Evaluation, type RunId } from '#shared/run'
import { NO_ANNOTATIONS, type Annotations } from '#shared/runs/annotations'
import { decodeAnnotations, encodeAnnotations, readableAnnotations } from './annotations-file'
import { besideEachOther } from './beside'
import { ownerOfTemporary, type Disk } from './disk'
import { errorCode } from './file-system'
import { HistoryWriter, decodeHistory, encodeHistory } from './history-file'
import { decodeOutside, encodeOutside, type OutsideRecord } from './outside-file'
import { decodeRunFile, encodeRunFile, type RunRecord } from './run-file'
import { storageError } from './storage-error'

/** A run.json is a few kilobytes; what is far larger is not one, and is not read into memory. */
const MAX_RUN_FILE_BYTES = 16 * 1024 * 1024
const MAX_HISTORY_BYTES = 1024 * 1024 * 1024
/** Of a checkpoint or of weights: more than the largest network that the format can say and the engine can hold. */
export const MAX_WEIGHTS_BYTES = 2 * 1024 * 1024 * 1024
/** A note of 10,000 characters, with room to spare. */
const MAX_ANNOTATIONS_BYTES = 256 * 1024
const MAX_OUTSIDE_BYTES = 64 * 1024 * 1024
const INITIAL_WEIGHTS = 'initial.safetensors'

/** Weights that a run kept on its way. */
export interface KeptFile {
  step: number
  /** Its first characters, as they stand in the file's name. */
  sha256: string
}

const KEPT_NAME = /^(\d{1,12})-([0-9a-f]{32})\.safetensors$/

export class RunFolders {
  readonly folder: string
  readonly trash: string

  constructor(
    private readonly disk: Disk,
    workspace: string,
  ) {
    this.folder = join(workspace, 'runs')
    this.trash = join(workspace, 'trash')
  }

  path(id: RunId): string {
    return join(this.folder, id)
  }

  /** Names of what is in `runs/`, whether or not they are runs; leftovers of unfinished work are left out. */
  async names(): Promise<string[]> {
    const names = await this.disk.fs.readdir(this.folder).catch((error: unknown) => {
      throw storageError(error, 'list the runs')
    })
    return names.filter((name) => ownerOfTemporary(name) === undefined && !name.startsWith('.'))
  }

  /** Makes a run's folder with its run.json and the weights that it begins with, if those come from a file. */
  async create(record: RunRecord, initialWeights: Uint8Array | null = null): Promise<void> {
    const { fs } = this.disk
    const temporary = this.disk.temporary(this.path(record.id))
    try {
      await fs.mkdir(join(temporary, 'checkpoints'))
      if (initialWeights) await this.disk.writeAtomic(join(temporary, INITIAL_WEIGHTS), initialWeights)
      await this.disk.writeAtomic(join(temporary, 'run.json'), encodeRunFile(record))
      await this.disk.rename(temporary, this.path(record.id))
      await this.disk.syncFolder(this.folder)
    } catch (error) {
      await this.disk.discard(temporary)
      throw storageError(error, 'make a folder for the run')
    }
  }

  /** Makes the folder of a history that somebody brought. */
  async createOutside(record: OutsideRecord): Promise<void> {
    const { fs } = this.disk
    const temporary = this.disk.temporary(this.path(record.id))
    try {
      await fs.mkdir(temporary)
      await this.disk.writeAtomic(join(temporary, 'outside.json'), encodeOutside(record))
      await this.disk.rename(temporary, this.path(record.id))
      await this.disk.syncFolder(this.folder)
    } catch (error) {
      await this.disk.discard(temporary)
      throw storageError(error, 'make a folder for the history')
    }
  }

  /** Null where the folder holds no such history. */
  async readOutside(id: RunId): Promise<OutsideRecord | null> {
    await this.mustExist(id)
    const bytes = await this.readIfThere(join(this.path(id), 'outside.json'), MAX_OUTSIDE_BYTES)
    if (!bytes) return null
    const record = decodeOutside(bytes, `runs/${id}/outside.json`)
    if (record.id === id) return record
    throw new LabError(
      'run/damaged',
      `runs/${id}/outside.json is about run ${record.id}: give the folder that name again`,
    )
  }

  /** What cannot be understood counts as nothing said: it must never hide a run. */
  async readAnnotations(id: RunId): Promise<Annotations> {
    return readableAnnotations(await this.annotationBytes(id), `runs/${id}/annotations.json`)
  }

  /** Reads what is there now, as somebody else may have written it, and replaces it whole. */
  async changeAnnotations(id: RunId, change: (before: Annotations) => Annotations): Promise<void> {
    await this.mustExist(id)
    const bytes = await this.annotationBytes(id)
    const before = bytes ? decodeAnnotations(bytes, `runs/${id}/annotations.json`) : NO_ANNOTATIONS
    await this.disk.writeAtomic(this.annotationsPath(id), encodeAnnotations(change(before)))
  }

  /** Takes back a run that `create` made and that nobody has heard of yet. */
  async discard(id: RunId): Promise<void> {
    await this.disk.discard(this.path(id))
  }

  async save(record: RunRecord): Promise<void> {
    await this.disk.writeAtomic(join(this.path(record.id), 'run.json'), encodeRunFile(record))
  }

  async read(id: RunId): Promise<RunRecord> {
    await this.mustExist(id)
    const path = join(this.path(id), 'run.json')
    const record = decodeRunFile(await this.readFile(path, MAX_RUN_FILE_BYTES), `runs/${id}/run.json`)
    if (record.id !== id) {
      const message = `runs/${id}/run.json is about run ${record.id}: give the folder that name again`
      throw new LabError('run/damaged', message)
    }
    return record
  }

  async createHistory(id: RunId): Promise<HistoryWriter> {
    try {
      const writer = await HistoryWriter.create(this.disk.fs, this.historyPath(id))
      await this.disk.syncFolder(this.path(id)).catch(async (error: unknown) => {
        await writer.close().finally(() => this.disk.discard(this.historyPath(id)))
        throw error
      })
      return writer
    } catch (error) {
      throw storageError(error, 'write history.jsonl')
    }
  }

  /** All that was acknowledged. Empty for a run that has not begun. */
  async readHistory(id: RunId): Promise<Evaluation[]> {
    await this.mustExist(id)
    try {
      const bytes = await this.readFile(this.historyPath(id), MAX_HISTORY_BYTES)
      return decodeHistory(bytes, `runs/${id}/history.jsonl`)
    } catch (error) {
      if (error instanceof LabError && errorCode(error.cause) === 'ENOENT') return []
      throw error
    }
  }

  /**
   * For a run that goes on: its history up to `lastStep`, and a writer that appends to it. A line that was cut, and
   * whatever comes after `lastStep`, is taken off first.
   */
  async continueHistory(id: RunId, lastStep = Infinity): Promise<{ kept: Evaluation[]; writer: HistoryWriter }> {
    const path = this.historyPath(id)
    const kept = (await this.readHistory(id)).filter((evaluation) => evaluation.step <= lastStep)
    const text = encodeHistory(kept)
    await this.disk.writeAtomic(path, text)
    try {
      return { kept, writer: await HistoryWriter.goOn(this.disk.fs, path, Buffer.byteLength(text)) }
    } catch (error) {
      throw storageError(error, 'write history.jsonl')
    }
  }

  async writeModel(id: RunId, bytes: Uint8Array): Promise<void> {
    await this.disk.writeAtomic(join(this.path(id), 'model.safetensors'), bytes)
  }

  async writeCheckpoint(id: RunId, bytes: Uint8Array): Promise<void> {
    await this.disk.writeAtomic(this.checkpointPath(id), bytes)
  }

  /** Null if there is none. */
  async readCheckpoint(id: RunId): Promise<Uint8Array | null> {
    await this.mustExist(id)
    return this.readIfThere(this.checkpointPath(id), MAX_WEIGHTS_BYTES)
  }

  /** Of a run that has finished. If it cannot be removed, it takes up room and does no harm. */
  async discardCheckpoint(id: RunId): Promise<void> {
    await this.disk.discard(this.checkpointPath(id))
  }

  /** What training left; `sha256` is what run.json says of the file. */
  async readModel(id: RunId, sha256: string | undefined): Promise<Uint8Array> {
    return this.readChecked(id, 'model.safetensors', sha256)
  }

  async writeKept(id: RunId, step: number, bytes: Uint8Array): Promise<void> {
    const folder = this.keptFolder(id)
    try {
      await this.disk.fs.mkdir(folder)
    } catch (error) {
      throw storageError(error, 'make a folder for kept weights')
    }
    const sha256 = shortHash(bytes)
    await this.disk.writeAtomic(join(folder, keptName({ step, sha256 })), bytes)
    await this.discardKept(id, (each, hash) => each === step && hash !== sha256)
  }

  /** Those that nobody needs any more; what cannot be removed takes up room and does no harm. */
  async discardKept(id: RunId, isNeedless: (step: number, sha256: string) => boolean): Promise<void> {
    for (const file of await this.keptWeights(id)) {
      if (isNeedless(file.step, file.sha256)) await this.disk.discard(join(this.keptFolder(id), keptName(file)))
    }
  }

  /** By rising step; none for a run that keeps none. */
  async keptWeights(id: RunId): Promise<KeptFile[]> {
    await this.mustExist(id)
    let names: string[]
    try {
      names = await this.disk.fs.readdir(this.keptFolder(id))
    } catch (error) {
      if (isMissing(error)) return []
      throw storageError(error, `read runs/${id}/kept`)
    }
    const files = names.flatMap((name) => {
      const [, step, sha256] = KEPT_NAME.exec(name) ?? []
      return step !== undefined && sha256 !== undefined ? [{ step: Number(step), sha256 }] : []
    })
    return files.sort((a, b) => a.step - b.step)
  }

  async readKept(id: RunId, file: KeptFile): Promise<Uint8Array> {
    const name = keptName(file)
    const bytes = await this.readFile(join(this.keptFolder(id), name), MAX_WEIGHTS_BYTES)
    const found = shortHash(bytes)
    if (found === file.sha256) return bytes
    const message = `runs/${id}/kept/${name} is damaged: its SHA-256 should begin with ${file.sha256}, but begins with ${found}`
    throw new LabError('run/damaged', message)
  }

  /** The copy that was made when the run was queued; `sha256` is what run.json says of it. */
  async readInitialWeights(id: RunId, sha256: string | undefined): Promise<Uint8Array> {
    return this.readChecked(id, INITIAL_WEIGHTS, sha256)
  }

  /**
   * Does `work` while no other process does the same with this run. Where two come at one moment, neither gets it:
   * both see the file of the other.
   */
  async whileClaimed<T>(id: RunId, isAlive: (token: string) => Promise<boolean>, work: () => Promise<T>): Promise<T> {
    const claim = this.disk.temporary(join(this.path(id), 'claim'))
    try {
      await (await this.disk.fs.open(claim, 'wx')).close()
      for (const name of await this.disk.fs.readdir(this.path(id))) {
        const owner = name.startsWith('claim.') ? ownerOfTemporary(name) : undefined
        if (owner === undefined || owner === this.disk.token || !(await isAlive(owner))) continue
        throw new LabError('run/not-ours', `Another program is taking up run ${id} at this moment; look at it there`)
      }
      return await work()
    } catch (error) {
      throw storageError(error, 'take the run up again')
    } finally {
      await this.disk.discard(claim)
    }
  }

  /** Changes whenever one of these files does, so that a scan need not read them again. outside.json never changes. */
  async stamp(id: RunId): Promise<string> {
    const stamps = ['run.json', 'history.jsonl', 'annotations.json'].map(async (name) => {
      try {
        return (await this.disk.fs.facts(join(this.path(id), name))).stamp
      } catch (error) {
        if (isMissing(error)) return 'none'
        throw storageError(error, `read runs/${id}`)
      }
    })
    return (await Promise.all(stamps)).join(' ')
  }

  async remove(id: RunId): Promise<void> {
    await this.mustExist(id)
    await this.move(this.path(id), join(this.trash, id), 'remove the run')
  }

  async restore(id: RunId): Promise<void> {
    await this.mustExist(id, this.trash)
    await this.move(join(this.trash, id), this.path(id), 'restore the run')
  }

  /** Removes the temporary files of processes that are gone, in the folder itself and in every run's. */
  async sweep(isAlive: (token: string) => Promise<boolean>): Promise<void> {
    await sweepFolder(this.disk, this.folder, isAlive)
    await besideEachOther((await this.names()).filter(isRunId), async (id) => {
      await sweepFolder(this.disk, this.path(id), isAlive)
      await sweepFolder(this.disk, join(this.path(id), 'checkpoints'), isAlive)
      await sweepFolder(this.disk, this.keptFolder(id), isAlive)
    })
  }

  private historyPath(id: RunId): string {
    return join(this.path(id), 'history.jsonl')
  }

  private keptFolder(id: RunId): string {
    return join(this.path(id), 'kept')
  }

  private checkpointPath(id: RunId): string {
    return join(this.path(id), 'checkpoints', 'last.safetensors')
  }

  private annotationsPath(id: RunId): string {
    return join(this.path(id), 'annotations.json')
  }

  private annotationBytes(id: RunId): Promise<Uint8Array | null> {
    return this.readIfThere(this.annotationsPath(id), MAX_ANNOTATIONS_BYTES)
  }

  private async readIfThere(path: string, maxBytes: number): Promise<Uint8Array | null> {
    try {
      return await this.readFile(path, maxBytes)
    } catch (error) {
      if (error instanceof LabError && errorCode(error.cause) === 'ENOENT') return null
      throw error
    }
  }

  private async move(from: string, to: string, doing: string): Promise<void> {
    try {
      await this.disk.rename(from, to)
      await this.disk.syncFolder(this.folder)
      await this.disk.syncFolder(this.trash)
    } catch (error) {
      throw storageError(error, doing)
    }
  }

  /** The id is the only part of a path that comes from outside: it must name a folder of ours, not a link. */
  private async mustExist(id: RunId, within = this.folder): Promise<void> {
    const notFound = () => new LabError('run/not-found', `There is no run ${String(id)} in this workspace`)
    if (!isRunId(id)) throw notFound()
    let isFolder
    try {
      isFolder = (await this.disk.fs.facts(join(within, id))).isDirectory
    } catch (error) {
      throw isMissing(error) ? notFound() : storageError(error, 'look for the run')
    }
    if (!isFolder) throw new LabError('run/damaged', `runs/${id} is not a folder`)
  }

  private async readChecked(id: RunId, name: string, sha256: string | undefined): Promise<Uint8Array> {
    const bytes = await this.readFile(join(this.path(id), name), MAX_WEIGHTS_BYTES)
    const found = createHash('sha256').update(bytes).digest('hex')
    if (found === sha256) return bytes
    const message = `runs/${id}/${name} is damaged: its SHA-256 should be ${sha256 ?? 'in run.json'}, but is ${found}`
    throw new LabError('run/damaged', message)
  }

  private async readFile(path: string, maxBytes: number): Promise<Uint8Array> {
    const name = path.slice(this.folder.length + 1)
    let facts
    try {
      facts = await this.disk.fs.facts(path)
      if (facts.isFile && facts.sizeBytes <= maxBytes) return await this.disk.fs.readFile(path)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') {
        throw new LabError('run/damaged', `runs/${name} is missing`, { cause: error })
      }
      throw storageError(error, `read runs/${name}`)
    }
    const what = facts.isFile ? `it has ${facts.sizeBytes} bytes; at most ${maxBytes} are read` : 'it is not a file'
    throw new LabError('run/damaged', `runs/${name} is damaged: ${what}`)
  }
}

function keptName({ step, sha256 }: KeptFile): string {
  return `${step}-${sha256}.safetensors`
}

function shortHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32)
}

function isMissing(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** A leftover that cannot be removed harms nobody: the next start tries again. */
export async function sweepFolder(
  disk: Disk,
  folder: string,
  isAlive: (token: string) => Promise<boolean>,
): Promise<void> {
  const names = await disk.fs.readdir(folder).catch(() => [])
  for (const name of names) {
    const owner = ownerOfTemporary(name)
    if (owner !== undefined && !(await isAlive(owner))) await disk.discard(join(folder, name))
  }
}
