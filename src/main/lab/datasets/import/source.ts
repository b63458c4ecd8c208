/**
 * Any digits or points that somebody brings: finds out what a bunch of files is, and reads it. Nothing is stored
 * here, and nothing half-read comes out: it is all there, or an error says which byte or line is wrong.
 */
import { looksLikeIdx, readIdx } from '#engine/formats/idx'
import { looksLikeNpy, readNpy } from '#engine/formats/npy'
import { holdOut } from '#engine/split'
import { LabError } from '#shared/errors'
import { partsOfArrays, type NamedArray, type RawParts } from './arrays'
import { gunzipFile, isGzip } from './gzip'
import { cannotImport } from './limits'
import { knownHabits } from './names'
import { importOptionsSchema, type ImportOptions } from '#shared/import-options'
import { isPicturePath, partsOfPictures } from './pictures'
import { assembleSamples, type ImportedSamples, type ImportNote } from './samples'
import { isNoise, type SourceFile } from './source-file'
import { partsOfTables, type TableFile } from './table'
import { isZip, zipEntries } from './zip'

/** What a bunch of files is. */
export type Source = (
  | { format: 'arrays'; arrays: NamedArray[] }
  | { format: 'table'; tables: TableFile[] }
  | { format: 'pictures'; pictures: SourceFile[] }
) & {
  /** All that was brought, as the person knows it. */
  files: { path: string; sizeBytes: number }[]
  /** Files that belong to none of these: READMEs and the like. */
  ignored: string[]
}

export interface ReadSource {
  samples: ImportedSamples & { parts: { train: number; test: number } }
  /** With those that were guessed: reading again with them gives the same. */
  options: ImportOptions
  /** Over all values. */
  range: { min: number; max: number }
  notes: ImportNote[]
}

/** Unpacks archives and reads all but pictures and tables. */
export async function detectSource(files: readonly SourceFile[]): Promise<Source> {
  const found = {
    arrays: [] as NamedArray[],
    tables: [] as TableFile[],
    pictures: [] as SourceFile[],
    ignored: [] as string[],
  }
  for (const file of files) if (!isNoise(file.path)) await sort(file, found, true)
  const { arrays, tables, pictures } = found
  const kinds = [arrays, tables.filter(({ path }) => !isPlainText(path)), pictures].filter((kind) => kind.length > 0)
  if (kinds.length > 1) {
    throw new LabError(
      'import/mixed',
      'Expected arrays, tables or pictures, got more than one of them; bring one kind at a time',
    )
  }
  const about = { files: files.map(({ path, sizeBytes }) => ({ path, sizeBytes })), ignored: found.ignored }
  const texts = tables.map(({ path }) => path)
  if (arrays.length > 0) return { format: 'arrays', arrays, ...about, ignored: [...found.ignored, ...texts] }
  if (pictures.length > 0) return { format: 'pictures', pictures, ...about, ignored: [...found.ignored, ...texts] }
  if (tables.length > 0) return { format: 'table', tables: bestTables(tables), ...about }
  const names = files.slice(0, 5).map(({ path }) => path)
  const message = `Expected IDX, NPY, NPZ, CSV or TSV files, or folders of PNG or JPEG pictures, got ${names.join(', ') || 'nothing'}`
  throw new LabError('import/unknown-format', message)
}

/** Reads a source whole. Options that are left out are guessed; the guesses are among the notes. */
export async function readSource(source: Source, given: ImportOptions = {}): Promise<ReadSource> {
  const options = checkedOptions(given)
  const raw = await partsOf(source, options)
  const habits = knownHabits(raw.train.name)
  const transpose = options.transpose ?? (habits.transpose && source.format === 'arrays')
  const { samples, range, notes } = assembleSamples(raw.train, raw.test, { ...options, transpose }, habits.classNames)
  const all = [...raw.notes, ...notes]
  if (transpose && options.transpose === undefined) {
    all.push({ code: 'transpose-guessed', text: 'EMNIST keeps rows as columns: pictures are turned upright' })
  }
  if (source.ignored.length > 0)
    all.push({ code: 'ignored', text: `Not used: ${source.ignored.slice(0, 5).join(', ')}` })
  return { ...withTestPart(samples, { ...options, transpose }, all), range, notes: all }
}

function checkedOptions(given: ImportOptions): ImportOptions {
  const parsed = importOptionsSchema.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new LabError('import/bad-option', `${issue.path.join('.')}: ${issue.message}`)
}

function partsOf(source: Source, options: ImportOptions): RawParts | Promise<RawParts> {
  switch (source.format) {
    case 'arrays':
      return partsOfArrays(source.arrays, options)
    case 'table':
      return partsOfTables(source.tables, options)
    case 'pictures':
      return partsOfPictures(source.pictures, options)
    default:
      throw new Error(`no such format: ${String(source satisfies never)}`)
  }
}

interface Sorted {
  arrays: NamedArray[]
  tables: TableFile[]
  pictures: SourceFile[]
  ignored: string[]
}

async function sort(file: SourceFile, found: Sorted, isOutside: boolean): Promise<void> {
  if (isPicturePath(file.path)) {
    found.pictures.push(file)
    return
  }
  const bytes = await file.read()
  if (isGzip(bytes)) {
    const path = file.path.replace(/\.gz$/i, '')
    sortBytes(path, await gunzipFile(bytes, file.path), found)
  } else if (isZip(bytes)) {
    if (!isOutside)
      throw cannotImport(`${file.path}: expected files in the archive, got another archive; unpack it first`)
    for (const entry of zipEntries(bytes, file.path)) await sort(entry, found, false)
  } else {
    sortBytes(file.path, bytes, found)
  }
}

function sortBytes(path: string, bytes: Uint8Array, found: Sorted): void {
  if (looksLikeNpy(bytes) || /\.npy$/i.test(path)) {
    found.arrays.push({ name: path.replace(/\.npy$/i, ''), ...readNpy(bytes, path) })
  } else if (looksLikeIdx(bytes) || /[.-]idx\d?(?:[.-]|$)/i.test(path)) {
    found.arrays.push({ name: path, ...readIdx(bytes, path) })
  } else if (/\.(?:csv|tsv|tab|txt|data)$/i.test(path)) {
    found.tables.push({ path, bytes })
  } else {
    found.ignored.push(path)
  }
}

function isPlainText(path: string): boolean {
  return /\.txt$/i.test(path)
}

/** Beside a table that says so by its name, a text is most often a description. */
function bestTables(tables: TableFile[]): TableFile[] {
  const sure = tables.filter(({ path }) => !isPlainText(path))
  return sure.length > 0 ? sure : tables
}

/** Where the files have no test part, some samples of each class are kept for it. */
function withTestPart(
  samples: ImportedSamples,
  options: ImportOptions,
  notes: ImportNote[],
): Pick<ReadSource, 'samples' | 'options'> {
  if (samples.parts) return { samples: { ...samples, parts: samples.parts }, options }
  const { testShare = 0.2, testSeed = 1 } = options
  if (samples.count < 2) throw cannotImport('Expected at least 2 samples, one of them for the test, got 1')
  const { train, test } = holdOut(samples.labels, testShare, testSeed)
  const text = `The files have no test part: ${test.length} of ${samples.count} samples are kept for it, from each class alike`
  notes.push({ code: 'test-part', text })
  return {
    samples: { ...reordered(samples, train, test), parts: { train: train.length, test: test.length } },
    options: { ...options, testShare, testSeed },
  }
}

function reordered(samples: ImportedSamples, train: Uint32Array, test: Uint32Array): ImportedSamples {
  const size = samples.values.length / samples.count
  const values =
    samples.values instanceof Uint8Array
      ? new Uint8Array(samples.values.length)
      : new Float32Array(samples.values.length)
  const labels = new Uint8Array(samples.count)
  let to = 0
  for (const part of [train, test]) {
    for (const sample of part) {
      values.set(samples.values.subarray(sample * size, (sample + 1) * size), to * size)
      labels[to++] = samples.labels[sample]
    }
  }
  return { ...samples, values, labels }
}
