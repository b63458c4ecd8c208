/**
 * The part of the file system that storage uses. One interface, so that tests can fail any call of it.
 */
import { lstat, mkdir, open, readFile, readdir, realpath, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface OpenFile {
  /** Writes all of it at the current position; at the end, if the file was opened to append. */
  writeFile(data: Uint8Array | string): Promise<void>
  /** Cuts it after so many bytes. */
  truncate(bytes: number): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

export interface FileFacts {
  isDirectory: boolean
  isFile: boolean
  sizeBytes: number
  modifiedMs: number
  /** Changes whenever the content may have. */
  stamp: string
}

export interface FileSystem {
  /** To make a file that is not there (`ax`: and append to it, whatever is cut off), to append to one, or to read. */
  open(path: string, flags: 'wx' | 'ax' | 'a' | 'r'): Promise<OpenFile>
  readFile(path: string): Promise<Uint8Array>
  /** Names only. */
  readdir(path: string): Promise<string[]>
  /** With the folders on the way to it; silent when it is there. */
  mkdir(path: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** A file, or a folder with all in it; silent when there is none. */
  remove(path: string): Promise<void>
  /** Does not follow symbolic links, so that a link never passes for a run's folder. */
  facts(path: string): Promise<FileFacts>
  realpath(path: string): Promise<string>
  touch(path: string, time: Date): Promise<void>
}

export const nodeFileSystem: FileSystem = {
  open: (path, flags) => open(path, flags),
  readFile: readPlainBytes,
  readdir: (path) => readdir(path),
  mkdir: makeFolder,
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
  facts: async (path) => {
    const found = await lstat(path, { bigint: true })
    return {
      isDirectory: found.isDirectory(),
      isFile: found.isFile(),
      sizeBytes: Number(found.size),
      modifiedMs: Number(found.mtimeMs),
      stamp: `${found.ino}:${found.mtimeNs}:${found.size}`,
    }
  },
  realpath,
  touch: (path, time) => utimes(path, time, time),
}

/** Not as a Buffer, whose `slice` shares memory where that of every other array copies. */
export async function readPlainBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const { buffer, byteOffset, byteLength } = await readFile(path)
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** Something that has a path and is no file that ends: its message says what. */
export class NoPlainFile extends Error {
  override readonly name = 'NoPlainFile'
}

/** Of a file that somebody named: a device never ends, and a pipe may never say anything. */
export async function factsOfPlainFile(path: string): Promise<{ size: number }> {
  const facts = await stat(path)
  if (facts.isFile()) return facts
  throw new NoPlainFile(facts.isDirectory() ? 'it is a folder' : 'it is a device or a pipe, and no file')
}

/** Node's own `recursive` never returns where the parent is there but takes no folders, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return
  const parent = dirname(path)
  if (parent !== path) await makeFolder(parent)
  try {
    await mkdir(path)
  } catch (error) {
    if (!(await isFolder(path))) throw error // else somebody was faster
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false // whatever is wrong, making it says what
  }
}

/** ENOENT and its like; undefined for errors that do not come from the file system. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
