/**
 * Files that are named on the command line: read with a limit, written with a word on what went wrong.
 */
import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { LabError } from '#shared/errors'

/** An experiment is a few kilobytes; a device or a wrong file would fill the memory. */
const MAX_JSON_BYTES = 4 * 1024 * 1024

export async function readJson(path: string): Promise<unknown> {
  const text = await readText(path)
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new LabError('cli/bad-json', `${path} is not JSON: ${reasonOf(cause)}`, { cause })
  }
}

async function readText(path: string): Promise<string> {
  const chunks: Buffer[] = []
  try {
    // `end` is the last byte that is read: one more than may be there
    for await (const chunk of createReadStream(path, { end: MAX_JSON_BYTES })) chunks.push(chunk as Buffer)
  } catch (cause) {
    throw new LabError('cli/not-found', `Cannot read ${path}: ${reasonOf(cause)}`, { cause })
  }
  const bytes = Buffer.concat(chunks)
  if (bytes.length > MAX_JSON_BYTES) {
    throw new LabError('cli/bad-json', `${path} is no experiment: it has more than ${MAX_JSON_BYTES} bytes`)
  }
  return new TextDecoder().decode(bytes) // drops the mark that some editors put in front of UTF-8
}

export async function saveFile(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(path, content)
  } catch (cause) {
    const reason = codeOf(cause) === 'ENOENT' ? 'there is no such folder' : reasonOf(cause)
    throw new LabError('cli/cannot-write', `Cannot write ${path}: ${reason}`, { cause })
  }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code
}

function reasonOf(error: unknown): string {
  const code = codeOf(error)
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'no permission'
  if (code === 'ENOSPC') return 'the disk is full'
  return error instanceof Error ? error.message : String(error)
}
