/**
 * Files that somebody brings, wherever they come from: a disk, a page, an archive. They are read when they are
 * needed, as a folder may hold seventy thousand.
 */
import { lstat, readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LabError } from '#shared/errors'
import { errorCode } from '../../storage/file-system'
import { tooLarge } from './limits'
import { IMPORT_LIMITS } from '#shared/import-options'

export interface SourceFile {
  /** With "/" between folders: how messages call it, and where class names come from. Never a path to write to. */
  path: string
  sizeBytes: number
  read(): Promise<Uint8Array>
}

/** Files of systems and programs that are in folders and archives without anybody's doing. */
const NOISE = /(?:^|\/)(?:\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/i

export function isNoise(path: string): boolean {
  return NOISE.test(path)
}

export function fileOfBytes(path: string, bytes: Uint8Array): SourceFile {
  return { path, sizeBytes: bytes.length, read: () => Promise.resolve(bytes) }
}

/**
 * The files at these paths, and in the folders among them. Symbolic links in folders are left out: they could lead
 * out of them or round in a circle.
 */
export async function filesAt(paths: readonly string[]): Promise<SourceFile[]> {
  const files: SourceFile[] = []
  for (const path of paths) await collect(path, basename(path), 0, files)
  return files
}

async function collect(path: string, name: string, depth: number, files: SourceFile[]): Promise<void> {
  const facts = await factsOf(path)
  if (facts.isDirectory()) {
    if (depth >= IMPORT_LIMITS.folderDepth) throw tooLarge(name, `lies ${depth} folders deep; put it higher`)
    const names = await attempt(path, () => readdir(path))
    for (const each of names.sort()) {
      if (!isNoise(each)) await collect(join(path, each), `${name}/${each}`, depth + 1, files)
    }
  } else if (facts.isFile()) {
    if (facts.size > IMPORT_LIMITS.fileBytes) {
      throw tooLarge(name, `has ${facts.size} bytes; at most ${IMPORT_LIMITS.fileBytes} are taken`)
    }
    if (files.length >= IMPORT_LIMITS.files) {
      throw tooLarge(name, `is one of more than ${IMPORT_LIMITS.files} files; bring fewer`)
    }
    files.push({ path: name, sizeBytes: facts.size, read: () => readWhole(path, name) })
  } else if (depth === 0) {
    throw new LabError('import/unreadable', `${path} is neither a file nor a folder`)
  }
}

async function readWhole(path: string, name: string): Promise<Uint8Array> {
  const bytes = await attempt(name, () => readFile(path))
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}

function factsOf(path: string) {
  return attempt(path, () => lstat(path))
}

async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = errorCode(error) ?? String(error)
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'no permission' : code
    throw new LabError('import/unreadable', `Cannot read ${path}: ${why}`, { cause: error })
  }
}
