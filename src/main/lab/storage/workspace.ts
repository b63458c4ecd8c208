/**
 * A workspace folder: who has it open, its settings, its draft and its runs.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { LabError } from '#shared/errors'
import { LIMITS } from '#shared/experiment'
import { DEFAULT_SETTINGS, type Settings } from '#shared/ipc'
import { SAVED_VIEWS_AT_MOST, savedViewSchema, type SavedView } from '#shared/runs/saved-view'
import { figureMannersSchema } from '../figures/style-schema'
import { Disk, newProcessToken } from './disk'
import { errorCode, nodeFileSystem, type FileSystem } from './file-system'
import { Processes } from './processes'
import { RunFolders, sweepFolder } from './run-folders'
import { storageError } from './storage-error'
import { Turns } from './turns'

export const WORKSPACE_VERSION = 1
/** A draft is an experiment as a form holds it; more than this is a mistake. */
const MAX_DRAFT_BYTES = 1024 * 1024

const settingsSchema = z.strictObject({
  threads: z.int(`0 … ${LIMITS.threads}`).min(0, `0 … ${LIMITS.threads}`).max(LIMITS.threads, `0 … ${LIMITS.threads}`),
  theme: z.enum(['system', 'light', 'dark'], 'one of system, light, dark'),
  sideBySide: z.boolean('true or false'),
  wideVectors: z.boolean('true or false'),
  figureManners: figureMannersSchema.exactOptional(),
})
export const settingsChangeSchema = settingsSchema.partial()
const settingsFileSchema = settingsChangeSchema.extend({ version: z.literal(1) })
const draftFileSchema = z.strictObject({ version: z.literal(1), draft: z.unknown() })
const viewsFileSchema = z.strictObject({ version: z.literal(1), views: z.array(savedViewSchema) })
const workspaceSchema = z.object({ format: z.literal('perceptron-lab workspace'), version: z.int().positive() })

export class Workspace {
  readonly processes: Processes
  readonly runs: RunFolders
  /** For settings and draft: the last one written must be the last one asked for. */
  private readonly turns = new Turns()

  private constructor(
    /** Real path of the folder. */
    readonly directory: string,
    readonly disk: Disk,
  ) {
    this.processes = new Processes(disk, join(directory, 'processes'))
    this.runs = new RunFolders(disk, directory)
  }

  /** Makes the folder when it is missing. Throws `workspace/…` or `storage/…` when it cannot be used. */
  static async open(directory: string, fs: FileSystem = nodeFileSystem): Promise<Workspace> {
    const disk = new Disk(newProcessToken(), fs)
    let workspace: Workspace | undefined
    try {
      await fs.mkdir(directory)
      workspace = new Workspace(await fs.realpath(directory), disk)
      await workspace.begin()
      return workspace
    } catch (error) {
      await workspace?.close()
      throw openError(error, directory)
    }
  }

  get token(): string {
    return this.disk.token
  }

  async close(): Promise<void> {
    await this.processes.leave()
  }

  async readSettings(): Promise<Settings> {
    const stored = await this.readOr('settings.json', settingsFileSchema)
    return changed(DEFAULT_SETTINGS, stored ?? {})
  }

  /** Answers with all settings as they are then. */
  changeSettings(change: z.output<typeof settingsChangeSchema>): Promise<Settings> {
    return this.turns.take(async () => {
      const settings = changed(await this.readSettings(), change)
      await this.write('settings.json', { version: 1, ...settings })
      return settings
    })
  }

  async readDraft(): Promise<unknown> {
    return (await this.readOr('draft.json', draftFileSchema))?.draft ?? null
  }

  async writeDraft(draft: unknown): Promise<void> {
    const file = { version: 1, draft: draft ?? null }
    if (Buffer.byteLength(JSON.stringify(file)) > MAX_DRAFT_BYTES) {
      throw new LabError(
        'draft/too-large',
        `A draft may have at most ${MAX_DRAFT_BYTES} bytes; save it as a file instead`,
      )
    }
    await this.turns.take(() => this.write('draft.json', file))
  }

  async readViews(): Promise<readonly SavedView[]> {
    return (await this.readOr('views.json', viewsFileSchema))?.views ?? []
  }

  /** In place of the one with the same name. Answers with all views as they are then. */
  saveView(view: SavedView): Promise<readonly SavedView[]> {
    return this.changeViews((views) => {
      const place = views.findIndex(({ name }) => name === view.name)
      return place < 0 ? [...views, view] : views.with(place, view)
    })
  }

  removeView(name: string): Promise<readonly SavedView[]> {
    return this.changeViews((views) => views.filter((view) => view.name !== name))
  }

  private changeViews(change: (views: readonly SavedView[]) => readonly SavedView[]): Promise<readonly SavedView[]> {
    return this.turns.take(async () => {
      const views = change(await this.readViews())
      if (views.length > SAVED_VIEWS_AT_MOST) {
        throw new LabError(
          'views/too-many',
          `There may be at most ${SAVED_VIEWS_AT_MOST} saved views: remove one first`,
        )
      }
      await this.write('views.json', { version: 1, views })
      return views
    })
  }

  private async begin(): Promise<void> {
    const { fs } = this.disk
    await unlessSwept(() => this.check())
    await fs.mkdir(this.runs.folder)
    await fs.mkdir(this.runs.trash)
    await this.disk.syncFolder(this.directory)
    await unlessSwept(() => this.processes.join())
    await this.sweep()
  }

  private async check(): Promise<void> {
    const path = join(this.directory, 'workspace.json')
    let bytes
    try {
      bytes = await this.disk.fs.readFile(path)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
      await this.write('workspace.json', { format: 'perceptron-lab workspace', version: WORKSPACE_VERSION })
      return
    }
    const found = workspaceSchema.safeParse(parseJson(bytes))
    if (!found.success) {
      throw new LabError('workspace/damaged', `${path} is not a workspace's file: restore it or choose another folder`)
    }
    if (found.data.version > WORKSPACE_VERSION) {
      const message = `The workspace ${this.directory} has format version ${found.data.version}; this lab knows ${WORKSPACE_VERSION}. Open it with a newer lab`
      throw new LabError('workspace/newer-format', message)
    }
  }

  private async sweep(): Promise<void> {
    const alive = new Map<string, Promise<boolean>>()
    const isAlive = (token: string) => {
      const known = alive.get(token) ?? this.processes.isAlive(token)
      alive.set(token, known)
      return known
    }
    await sweepFolder(this.disk, this.directory, isAlive)
    await sweepFolder(this.disk, join(this.directory, 'processes'), isAlive)
    await this.runs.sweep(isAlive)
    await this.processes.sweep() // last: without its file a process counts as gone, which is what we ask above
  }

  private async write(name: string, value: unknown): Promise<void> {
    await this.disk.writeAtomic(join(this.directory, name), JSON.stringify(value, null, 2) + '\n')
  }

  /** Undefined if there is no such file. One that cannot be understood is kept beside, and forgotten here. */
  private async readOr<T>(name: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const path = join(this.directory, name)
    let bytes
    try {
      bytes = await this.disk.fs.readFile(path)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined
      throw storageError(error, `read ${name}`)
    }
    const parsed = schema.safeParse(parseJson(bytes))
    if (parsed.success) return parsed.data
    await this.disk.rename(path, `${path}.unreadable`).catch((error: unknown) => {
      throw storageError(error, `set the unreadable ${name} aside`)
    })
    return undefined
  }
}

/** What is left out, or undefined, stays as it was. */
function changed(settings: Settings, change: z.output<typeof settingsChangeSchema>): Settings {
  const figureManners = change.figureManners ?? settings.figureManners
  return {
    threads: change.threads ?? settings.threads,
    theme: change.theme ?? settings.theme,
    sideBySide: change.sideBySide ?? settings.sideBySide,
    wideVectors: change.wideVectors ?? settings.wideVectors,
    ...(figureManners && { figureManners }),
  }
}

/** Whichever of its files showed it, it is the folder that cannot be used. */
function openError(error: unknown, directory: string): LabError {
  const cause = error instanceof LabError && error.code.startsWith('storage/') ? error.cause : error
  const what = NO_FOLDER.get(errorCode(cause) ?? '')
  if (what === undefined) return storageError(cause, `open the workspace ${directory}`)
  const message = `Could not open the workspace ${directory}: ${what}. Choose another folder`
  return new LabError('workspace/bad-path', message, { cause })
}

const NO_FOLDER = new Map([
  ['EEXIST', 'something else than a folder is there'],
  ['ENOTDIR', 'something on the way to it is not a folder'],
  ['ENOENT', 'the path leads nowhere'],
  ['ENAMETOOLONG', 'the path is too long'],
])

/**
 * Until a process is known to the others, one that opens the same workspace at that moment may take its temporary
 * file for a leftover and sweep it away. Then the write is simply done again.
 */
async function unlessSwept(write: () => Promise<void>, attempts = 3): Promise<void> {
  try {
    await write()
  } catch (error) {
    const swept = error instanceof LabError && errorCode(error.cause) === 'ENOENT'
    if (!swept || attempts === 1) throw error
    await unlessSwept(write, attempts - 1)
  }
}

/** Undefined for what is not JSON: no schema takes that. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
  } catch {
    return undefined
  }
}
