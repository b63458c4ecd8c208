/**
 * Writes that survive a kill and a power loss: a file is replaced whole or not at all, and a save that was
 * acknowledged is on the disk, its folder's entry included.
 */
import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { errorCode, nodeFileSystem, type FileSystem } from './file-system'
import { storageError } from './storage-error'

/** Names the process in its temporary files, so that others can tell leftovers from work in progress. */
export type ProcessToken = string

const TEMPORARY = /\.([0-9a-f]{16})-\d+\.tmp$/
/** Codes of an fsync on a folder where the file system has none to offer; nothing can be done about it. */
const NO_FOLDER_SYNC = new Set(['EINVAL', 'ENOTSUP'])

export function newProcessToken(): ProcessToken {
  return randomBytes(8).toString('hex')
}

/** The process that made a temporary file or folder; undefined if it is not one of ours. */
export function ownerOfTemporary(name: string): ProcessToken | undefined {
  return TEMPORARY.exec(name)?.[1]
}

export class Disk {
  private made = 0

  constructor(
    readonly token: ProcessToken,
    readonly fs: FileSystem = nodeFileSystem,
    private readonly platform: NodeJS.Platform = process.platform,
  ) {}

  /** A name beside `path` that nobody else uses. */
  temporary(path: string): string {
    this.made += 1
    return join(dirname(path), `${basename(path)}.${this.token}-${this.made}.tmp`)
  }

  /** Replaces `path` whole. When it rejects, the old file is as it was. */
  async writeAtomic(path: string, data: Uint8Array | string): Promise<void> {
    const temporary = this.temporary(path)
    try {
      const file = await this.fs.open(temporary, 'wx')
      try {
        await file.writeFile(data)
        await file.sync()
      } finally {
        await file.close()
      }
      await this.rename(temporary, path)
      await this.syncFolder(dirname(path))
    } catch (error) {
      await this.discard(temporary)
      throw storageError(error, `write ${basename(path)}`)
    }
  }

  /** On Windows a virus scanner or an indexer may hold either name for a moment: then we try a few times. */
  async rename(from: string, to: string): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.fs.rename(from, to)
      } catch (error) {
        const held = this.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error) ?? '')
        if (!held || attempt === 6) throw error
        await wait(10 * 2 ** attempt)
      }
    }
  }

  /** Makes new, renamed and removed entries of a folder durable. Windows does so by itself. */
  async syncFolder(path: string): Promise<void> {
    if (this.platform === 'win32') return
    const folder = await this.fs.open(path, 'r')
    try {
      await folder.sync()
    } catch (error) {
      if (!NO_FOLDER_SYNC.has(errorCode(error) ?? '')) throw error
    } finally {
      await folder.close()
    }
  }

  /** Removes what nobody needs any more. If even that fails, the sweep at the next start does it. */
  async discard(path: string): Promise<void> {
    await this.fs.remove(path).catch(() => undefined)
  }
}
