/**
 * history.jsonl: a header, then a line for each evaluation, each with a checksum of its own.
 *
 *   {"crc32":"5d41402a","history":{"version":1}}
 *   {"crc32":"0c5a8f11","evaluation":{"epoch":1,"step":938, …}}
 *
 * The CRC-32 is of the bytes between the second colon and the last brace, as they stand. A line without its
 * newline was never acknowledged: a kill or a full disk cut it, and it is dropped. Any other line that does not
 * fit its checksum is damage, and is reported and not guessed at.
 */
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import { LabError } from '#shared/errors'
import type { Evaluation } from '#shared/run'
import type { FileSystem, OpenFile } from './file-system'
import { storageError } from './storage-error'

export const HISTORY_VERSION = 1

const LINE = /^\{"crc32":"([0-9a-f]{8})","(history|evaluation)":(.*)\}$/
const NEWLINE = 0x0a

/** JSON has no NaN and no infinity, and a loss may become either: they are written as words. */
const real = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)])
const count = z.int().min(0)
const score = z.strictObject({ loss: real, correct: count, count })
export { score as scoreSchema }
const share = z.number().min(0).max(1).nullable()
const layerDiagnostics = z.strictObject({
  gradientNorm: real,
  weightNorm: real,
  updateNorm: real,
  saturated: share,
  dead: share,
  histogram: z.strictObject({ low: real, high: real, counts: z.array(count) }),
})

export const evaluationSchema: z.ZodType<Evaluation> = z.strictObject({
  epoch: z.number().min(0),
  step: count,
  seconds: z.number().min(0),
  epochSeconds: z.number().min(0).nullable(),
  train: score,
  test: score.exactOptional(),
  validation: score.exactOptional(),
  learningRate: real.exactOptional(),
  diagnostics: z.array(layerDiagnostics).exactOptional(),
})
const headerSchema = z.object({ version: z.int() })

/** JSON.stringify's replacer for files that hold measurements. */
export function nonFiniteAsWord(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

export function encodeHistoryLine(kind: 'history' | 'evaluation', value: unknown): string {
  const body = JSON.stringify(value, nonFiniteAsWord)
  return `{"crc32":"${checksum(body)}","${kind}":${body}}\n`
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0')
}

/**
 * Appends evaluations; what an `append` was given is on the disk when it resolves. One that rejects may be done again:
 * what it left behind, part of a line or lines that were never acknowledged, is cut off first.
 */
export class HistoryWriter {
  private hasLeftovers = false

  private constructor(
    private readonly file: OpenFile,
    /** Bytes that were acknowledged. */
    private size: number,
  ) {}

  /** Makes the file, or leaves none behind; its folder's entry is the caller's to sync. */
  static async create(fs: FileSystem, path: string): Promise<HistoryWriter> {
    const file = await fs.open(path, 'ax') // what is written again after a cut must not leave a hole where the cut part was
    const writer = new HistoryWriter(file, 0)
    try {
      await writer.write(encodeHistoryLine('history', { version: HISTORY_VERSION }))
      return writer
    } catch (error) {
      await writer.close().finally(() => fs.remove(path))
      throw error
    }
  }

  /** Goes on with a file of so many bytes, which ends with a whole line. */
  static async goOn(fs: FileSystem, path: string, size: number): Promise<HistoryWriter> {
    return new HistoryWriter(await fs.open(path, 'a'), size)
  }

  append(evaluations: readonly Evaluation[]): Promise<void> {
    return this.write(evaluations.map((evaluation) => encodeHistoryLine('evaluation', evaluation)).join(''))
  }

  async close(): Promise<void> {
    await this.file.close()
  }

  private async write(lines: string): Promise<void> {
    try {
      if (this.hasLeftovers) await this.file.truncate(this.size)
      this.hasLeftovers = true
      await this.file.writeFile(lines)
      await this.file.sync()
      this.hasLeftovers = false
      this.size += Buffer.byteLength(lines)
    } catch (error) {
      throw storageError(error, 'write history.jsonl')
    }
  }
}

/** Throws `run/history-damaged` with the number of the line, or `run/newer-format`. `path` is for the message. */
export function decodeHistory(bytes: Uint8Array, path: string): Evaluation[] {
  const lines = completeLines(bytes)
  return lines.flatMap((line, index) => {
    const { kind, value } = decodeLine(line, path, index + 1)
    if (index === 0) {
      checkHeader(kind, value, path)
      return []
    }
    const parsed = evaluationSchema.safeParse(value)
    if (kind !== 'evaluation' || !parsed.success) throw damaged(path, index + 1, 'it is not an evaluation')
    return [parsed.data]
  })
}

/** The whole file, with its header. */
export function encodeHistory(evaluations: readonly Evaluation[]): string {
  const header = encodeHistoryLine('history', { version: HISTORY_VERSION })
  return header + evaluations.map((evaluation) => encodeHistoryLine('evaluation', evaluation)).join('')
}

function completeLines(bytes: Uint8Array): string[] {
  const end = bytes.lastIndexOf(NEWLINE)
  return end < 0 ? [] : Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('utf8').split('\n')
}

function decodeLine(line: string, path: string, number: number): { kind: string; value: unknown } {
  const match = LINE.exec(line)
  if (!match) throw damaged(path, number, 'it is not a line of a history')
  const [, sum, kind = '', body = ''] = match
  if (checksum(body) !== sum) throw damaged(path, number, `its checksum should be ${checksum(body)}, but is ${sum}`)
  try {
    return { kind, value: JSON.parse(body) }
  } catch (error) {
    throw damaged(path, number, 'it is not JSON', error)
  }
}

function checkHeader(kind: string, value: unknown, path: string): void {
  const parsed = headerSchema.safeParse(value)
  if (kind !== 'history' || !parsed.success) throw damaged(path, 1, 'it is not the header of a history')
  if (parsed.data.version > HISTORY_VERSION) throw newerFormat(path, parsed.data.version, HISTORY_VERSION)
}

function damaged(path: string, line: number, what: string, cause?: unknown): LabError {
  return new LabError('run/history-damaged', `${path}, line ${line} is damaged: ${what}`, { cause })
}

export function newerFormat(path: string, version: number, known: number): LabError {
  const message = `${path} has format version ${version}; this lab reads up to ${known}. Open it with a newer lab`
  return new LabError('run/newer-format', message)
}
