/**
 * The reports of a workspace on disk: `reports/<id>.json` each, replaced whole; moved to `trash/` when removed. What
 * cannot be read is listed with the reason and left as it is.
 *
 * `reports/drawings/<sha256>.json` holds what a figure or a table was made from: it can still be shown when its runs
 * have changed or gone. Content-addressed, so that no two differ under one name; swept when no report names it.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { LabError } from '#shared/errors'
import {
  REPORT_LIMITS,
  REPORT_VERSION,
  isReportId,
  reportSchema,
  summaryOf,
  type Report,
  type ReportId,
  type ReportListing,
  type ReportProblem,
  type ReportSummary,
} from '#shared/report/report'
import { ownerOfTemporary, type Disk } from '../storage/disk'
import { errorCode } from '../storage/file-system'
import { storageError } from '../storage/storage-error'
import { Turns } from '../storage/turns'

const DAY_MS = 24 * 60 * 60 * 1000
const MAX_DRAWING_BYTES = 32 * 1024 * 1024

/** What a figure or a table showed when it was made. */
const drawingSchema = z.discriminatedUnion('kind', [
  z.strictObject({ version: z.literal(1), kind: z.literal('figure'), svg: z.string(), csv: z.string() }),
  z.strictObject({
    version: z.literal(1),
    kind: z.literal('table'),
    table: z.strictObject({
      header: z.array(z.string()),
      align: z.array(z.enum(['left', 'right', 'center'])),
      rows: z.array(z.array(z.strictObject({ text: z.string(), problem: z.string().exactOptional() }))),
      notes: z.array(z.string()),
    }),
  }),
])
export type Drawing = z.infer<typeof drawingSchema>

export class ReportFiles {
  private readonly folder: string
  private readonly trash: string
  private readonly drawings: string
  private readonly turns = new Turns()

  constructor(
    private readonly disk: Disk,
    workspace: string,
  ) {
    this.folder = join(workspace, 'reports')
    this.trash = join(workspace, 'trash')
    this.drawings = join(this.folder, 'drawings')
  }

  async list(): Promise<ReportListing> {
    const reports: ReportSummary[] = []
    const problems: ReportProblem[] = []
    for (const name of (await this.names(this.folder)).sort()) {
      const id = idOf(name)
      try {
        if (id === null) throw damaged(name, 'it is not called as a report is')
        reports.push(summaryOf(await this.read(id)))
      } catch (error) {
        if (!(error instanceof LabError)) throw error
        if (error.code !== 'report/not-found') problems.push({ file: `reports/${name}`, message: error.message })
      }
    }
    reports.sort((a, b) => (a.changedAt < b.changedAt ? 1 : a.changedAt > b.changedAt ? -1 : a.id < b.id ? -1 : 1))
    return { reports, problems }
  }

  /** Throws `report/not-found`, `report/damaged` or `report/newer-format`. */
  async read(id: ReportId): Promise<Report> {
    mustBeId(id)
    const bytes = await this.readFile(this.path(id), REPORT_LIMITS.fileBytes, `reports/${id}.json`)
    if (bytes === null) throw notFound(id)
    const report = decodeReport(bytes, `reports/${id}.json`)
    if (report.id === id) return report
    throw damaged(`${id}.json`, `it is about ${report.id}`)
  }

  /** One save on top of another: `report.revision` must be that of the file. Answers with the next one. */
  save(report: Report): Promise<Report> {
    return this.turns.take(async () => {
      const before = await this.read(report.id)
      if (before.revision !== report.revision) {
        const message = `"${before.title}" was changed elsewhere meanwhile (revision ${before.revision}, here ${report.revision}): open it again, or save yours as a copy`
        throw new LabError('report/changed', message)
      }
      return await this.write({ ...report, createdAt: before.createdAt, revision: report.revision + 1 })
    })
  }

  create(report: Omit<Report, 'id' | 'version' | 'revision' | 'createdAt' | 'changedAt'>): Promise<Report> {
    const now = new Date()
    return this.turns.take(() =>
      this.write({
        ...report,
        version: REPORT_VERSION,
        id: newReportId(now),
        revision: 0,
        createdAt: now.toISOString(),
        changedAt: '',
      }),
    )
  }

  remove(id: ReportId): Promise<void> {
    return this.turns.take(async () => {
      mustBeId(id)
      await this.disk.fs.mkdir(this.trash)
      await this.move(this.path(id), join(this.trash, `${id}.json`), 'remove the report', id)
    })
  }

  restore(id: ReportId): Promise<void> {
    return this.turns.take(async () => {
      mustBeId(id)
      await this.move(join(this.trash, `${id}.json`), this.path(id), 'restore the report', id)
    })
  }

  async readDrawing(sha256: string): Promise<Drawing | null> {
    const path = this.drawingPath(sha256)
    const bytes = await this.readFile(path, MAX_DRAWING_BYTES, 'a drawing of a report')
    if (bytes === null) return null
    const parsed = drawingSchema.safeParse(parseJson(bytes))
    return parsed.success ? parsed.data : null // it can be made anew
  }

  /** Once for each content. */
  async keepDrawing(sha256: string, drawing: Drawing): Promise<void> {
    if ((await this.readDrawing(sha256)) !== null) return
    await this.disk.fs.mkdir(this.drawings)
    await this.disk.writeAtomic(this.drawingPath(sha256), JSON.stringify(drawing))
  }

  /**
   * Removes drawings that no report names any more, those in the trash included. Nothing is removed while a report
   * cannot be read, as it may name any of them, and nothing of the last day, as another process may just be saving.
   */
  async sweep(): Promise<void> {
    await this.turns.take(async () => {
      const kept = await this.namedDrawings()
      if (!kept) return
      const before = Date.now() - DAY_MS
      for (const name of await this.names(this.drawings)) {
        if (kept.has(name.replace(/\.json$/, ''))) continue
        const path = join(this.drawings, name)
        if ((await this.disk.fs.facts(path)).modifiedMs < before) await this.disk.discard(path)
      }
    })
  }

  /** Null if that cannot be said. */
  private async namedDrawings(): Promise<Set<string> | null> {
    const kept = new Set<string>()
    for (const folder of [this.folder, this.trash]) {
      for (const name of await this.names(folder)) {
        if (idOf(name) === null) continue
        const bytes = await this.readFile(join(folder, name), REPORT_LIMITS.fileBytes, name)
        const parsed = reportSchema.safeParse(bytes && parseJson(bytes))
        if (!parsed.success) return null
        for (const sha256 of drawingsOf(parsed.data)) kept.add(sha256)
      }
    }
    return kept
  }

  private async write(report: Report): Promise<Report> {
    const changed = { ...report, changedAt: new Date().toISOString() }
    const text = encodeReport(changed)
    await this.disk.fs.mkdir(this.folder)
    await this.disk.writeAtomic(this.path(report.id), text)
    return changed
  }

  private path(id: ReportId): string {
    return join(this.folder, `${id}.json`)
  }

  private drawingPath(sha256: string): string {
    if (/^[0-9a-f]{64}$/.test(sha256)) return join(this.drawings, `${sha256}.json`)
    throw new LabError('report/damaged', 'Expected a SHA-256 as the name of a drawing')
  }

  private async move(from: string, to: string, doing: string, id: ReportId): Promise<void> {
    try {
      await this.disk.fs.facts(to)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw storageError(error, doing)
      await this.moveFree(from, to, doing, id)
      return
    }
    throw new LabError('report/exists', `Could not ${doing}: there is one of that name already`)
  }

  private async moveFree(from: string, to: string, doing: string, id: ReportId): Promise<void> {
    try {
      await this.disk.rename(from, to)
      await this.disk.syncFolder(this.folder)
      await this.disk.syncFolder(this.trash)
    } catch (error) {
      throw errorCode(error) === 'ENOENT' ? notFound(id) : storageError(error, doing)
    }
  }

  /** Names of files; empty where there is no such folder yet. */
  private async names(folder: string): Promise<string[]> {
    try {
      const names = await this.disk.fs.readdir(folder)
      return names.filter((name) => name.endsWith('.json') && ownerOfTemporary(name) === undefined)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return []
      throw storageError(error, 'list the reports')
    }
  }

  /** Null where there is none. Links are not followed. */
  private async readFile(path: string, maxBytes: number, shown: string): Promise<Uint8Array | null> {
    try {
      const facts = await this.disk.fs.facts(path)
      if (!facts.isFile) throw damaged(shown, 'it is not a file')
      if (facts.sizeBytes > maxBytes) throw damaged(shown, `it has ${facts.sizeBytes} bytes, of at most ${maxBytes}`)
      return await this.disk.fs.readFile(path)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null
      throw storageError(error, `read ${shown}`)
    }
  }
}

export function drawingsOf({ blocks }: Pick<Report, 'blocks'>): string[] {
  return blocks.flatMap((block) => ('made' in block && block.made ? [block.made.sha256] : []))
}

export function encodeReport(report: Report): string {
  const text = `${JSON.stringify(report, null, 2)}\n`
  const size = Buffer.byteLength(text)
  if (size <= REPORT_LIMITS.fileBytes) return text
  throw new LabError(
    'report/too-large',
    `A report may have at most ${REPORT_LIMITS.fileBytes} bytes; this one has ${size}: split it`,
  )
}

/** Throws `report/newer-format` or `report/damaged`, naming the file. */
export function decodeReport(bytes: Uint8Array, file: string): Report {
  const json = parseJson(bytes)
  const version = z.object({ version: z.int() }).safeParse(json)
  if (version.success && version.data.version > REPORT_VERSION) {
    const message = `${file} has format version ${version.data.version}; this lab knows ${REPORT_VERSION}. Open it with a newer lab`
    throw new LabError('report/newer-format', message)
  }
  const parsed = reportSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw damaged(file, issue ? `${issue.path.join('.') || 'the file'}: ${issue.message}` : 'it is not a report')
}

function idOf(name: string): ReportId | null {
  const id = name.replace(/\.json$/, '')
  return isReportId(id) ? id : null
}

function mustBeId(id: unknown): asserts id is ReportId {
  if (!isReportId(id)) throw notFound(String(id))
}

function notFound(id: string): LabError {
  return new LabError(
    'report/not-found',
    `There is no report ${JSON.stringify(id)} in this workspace; \`report list\` has those that there are`,
  )
}

function damaged(file: string, what: string): LabError {
  const shown = file.startsWith('reports/') ? file : `reports/${file}`
  return new LabError(
    'report/damaged',
    `${shown} cannot be read: ${what}. It is kept as it is; mend it or move it away`,
  )
}

/** Sortable by time: report-20261121-042550-4f9a2c. */
function newReportId(now: Date): ReportId {
  const [day = '', time = ''] = now.toISOString().replace(/[-:]/g, '').split('T')
  return `report-${day}-${time.slice(0, 6)}-${randomBytes(3).toString('hex')}` as ReportId
}

/** Undefined for what is not JSON: no schema takes that. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
