/**
 * An import that a person looks at before anything is stored. One at a time: reading one holds all of its samples.
 */
import { randomUUID } from 'node:crypto'
import type { ImportSource, ImportView, OpenedImport } from '#shared/datasets'
import { LabError } from '#shared/errors'
import { IMPORT_LIMITS, type ImportOptions } from '#shared/import-options'
import { tooLarge } from '../import/limits'
import { previewOf } from '../import/preview'
import { detectSource, readSource, type ReadSource, type Source } from '../import/source'
import { fileOfBytes, filesAt, type SourceFile } from '../import/source-file'
import { tableColumns } from '../import/table'
import { bytesOf } from '../own-manifest'
import { sourceOf, type DatasetStore, type NewDataset } from '../store'

/** Names of columns and arrays to choose from, and files to show. */
const LISTED = 2000

interface Opened {
  token: string
  source: Source
  read: ReadSource
  /** What it was read with, as a person gave it. */
  asked: string
}

export class OpenImport {
  private opened: Opened | null = null
  private newest = 0

  async open(from: ImportSource, options: ImportOptions): Promise<OpenedImport> {
    this.opened = null
    const number = ++this.newest
    const source = await detectSource(await filesOf(from))
    const read = await readSource(source, options)
    if (number !== this.newest) throw new LabError('import/gone', 'Other files were opened meanwhile')
    const token = randomUUID()
    this.opened = { token, source, read, asked: JSON.stringify(options) }
    return {
      token,
      format: source.format,
      files: source.files.slice(0, LISTED),
      arrays: arraysOf(source),
      columns: source.format === 'table' ? tableColumns(source.tables[0], options).slice(0, LISTED) : [],
      preview: viewOf(read),
    }
  }

  /** If it fails, the import stays as it was. */
  async preview(token: string, options: ImportOptions): Promise<ImportView> {
    const opened = this.mustBe(token)
    const asked = JSON.stringify(options)
    if (asked !== opened.asked) {
      const read = await readSource(opened.source, options)
      if (this.opened !== opened) throw gone()
      Object.assign(opened, { read, asked })
    }
    return viewOf(opened.read)
  }

  /** As it was read last. Forgotten once it is stored, and kept if that fails. */
  async store(token: string, about: Pick<NewDataset, 'title' | 'name'>, store: DatasetStore) {
    const { read, source } = this.mustBe(token)
    const manifest = await store.add({ ...about, samples: read.samples, source: sourceOf(source.files, read) })
    this.discard(token)
    return manifest
  }

  discard(token: string): void {
    if (this.opened?.token === token) this.opened = null
  }

  private mustBe(token: string): Opened {
    if (this.opened?.token !== token) throw gone()
    return this.opened
  }
}

function gone(): LabError {
  return new LabError('import/gone', 'These files are no longer open: choose them again')
}

async function filesOf(source: ImportSource): Promise<SourceFile[]> {
  if ('paths' in source) return filesAt(source.paths)
  const total = source.files.reduce((sum, { bytes }) => sum + bytes.length, 0)
  if (total > IMPORT_LIMITS.fileBytes) {
    throw tooLarge('All files together', `have ${total} bytes; at most ${IMPORT_LIMITS.fileBytes} are taken`)
  }
  return source.files.map(({ path, bytes }) => fileOfBytes(path, bytes))
}

function arraysOf(source: Source): OpenedImport['arrays'] {
  if (source.format !== 'arrays') return []
  return source.arrays.slice(0, LISTED).map(({ name, shape }) => ({ name, shape: [...shape] }))
}

function viewOf(read: ReadSource): ImportView {
  const { first, ...preview } = previewOf(read)
  return { ...preview, first: { ...first, values: bytesOf(first.values) }, options: read.options }
}
