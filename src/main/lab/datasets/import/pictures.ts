/**
 * Folders of pictures: the folder that a picture lies in names its class, and a folder "train" or "test" above it
 * its part.
 */
import { LabError } from '#shared/errors'
import { isJpeg, readJpeg } from './jpeg'
import { cannotImport, tooLarge } from './limits'
import { IMPORT_LIMITS } from '#shared/import-options'
import { partOf } from './names'
import type { ImportOptions } from '#shared/import-options'
import { toGray, toRgb, type Picture } from './picture'
import { readPng } from './png'
import type { RawParts } from './arrays'
import { byNumberInName, type ImportNote, type RawPart } from './samples'
import type { SourceFile } from './source-file'
import { numbersIfAll } from './texts'

export function isPicturePath(path: string): boolean {
  return /\.(?:png|jpe?g)$/i.test(path)
}

const READ_AHEAD = 32

interface Labelled {
  file: SourceFile
  className: string
  picture: Picture
}

export async function partsOfPictures(files: readonly SourceFile[], options: ImportOptions): Promise<RawParts> {
  const notes: ImportNote[] = []
  const groups = { train: [] as SourceFile[], test: [] as SourceFile[] }
  const left = files.filter((file) => {
    const part = partOf(folderOf(file.path))
    if (part !== 'validation') groups[part ?? 'train'].push(file)
    return part === 'validation'
  })
  if (left.length > 0) notes.push({ code: 'ignored', text: `Not used: ${left.length} pictures for validation` })
  // all of "test-pictures.zip": then that word says nothing about a part
  if (groups.train.length === 0) Object.assign(groups, { train: groups.test, test: [] })
  if (groups.train.length === 0) throw cannotImport('Expected pictures to train with, got some for validation only')
  const size = { first: undefined as Labelled | undefined, bytes: 0 }
  const train = await readAll(groups.train, options, size, notes)
  const test = await readAll(groups.test, options, size, notes)
  const hasColors = [...train, ...test].some(({ picture }) => picture.channels === 3)
  const channels = options.colors ? (options.colors === 'rgb' ? 3 : 1) : hasColors ? 3 : 1
  const parts = { train: partOfPictures(train, channels), notes }
  return test.length > 0 ? { ...parts, test: partOfPictures(test, channels) } : parts
}

/**
 * By the file's own name, not by its class, so that the first pictures are not all of one class; pictures that are
 * numbered through come in the order of their numbers.
 */
function inOrder(files: readonly SourceFile[]): SourceFile[] {
  const compare = byNumberInName.compare
  const keyed = files.map((file) => ({ file, name: file.path.slice(file.path.lastIndexOf('/') + 1) }))
  keyed.sort((a, b) => compare(a.name, b.name) || compare(a.file.path, b.file.path))
  return keyed.map(({ file }) => file)
}

async function readAll(
  files: readonly SourceFile[],
  options: ImportOptions,
  size: { first: Labelled | undefined; bytes: number },
  notes: ImportNote[],
): Promise<Labelled[]> {
  const read: Labelled[] = []
  const skipped: string[] = []
  for await (const { file, picture } of readAhead(inOrder(files))) {
    if (picture instanceof LabError) {
      if (options.unreadable !== 'skip') throw picture
      skipped.push(picture.message)
      continue
    }
    const labelled = { file, className: classOf(file.path), picture }
    size.first ??= labelled
    mustBeAlike(labelled, size.first)
    size.bytes += picture.values.length
    if (size.bytes > IMPORT_LIMITS.valueBytes) throw tooLarge(file.path, `is one picture too many to hold in memory`)
    read.push(labelled)
  }
  if (files.length > 0 && read.length === 0) throw cannotImport(`Expected pictures that can be read: ${skipped[0]}`)
  if (skipped.length > 0) {
    notes.push({ code: 'skipped', text: `${skipped.length} pictures cannot be read and are left out: ${skipped[0]}` })
  }
  return read
}

/** In their order; some at a time, as most of the time goes into waiting for small files. */
async function* readAhead(files: readonly SourceFile[]) {
  for (let i = 0; i < files.length; i += READ_AHEAD) {
    const some = files.slice(i, i + READ_AHEAD)
    yield* await Promise.all(some.map(async (file) => ({ file, picture: await readPicture(file) })))
  }
}

async function readPicture(file: SourceFile): Promise<Picture | LabError> {
  try {
    const bytes = await file.read()
    return isJpeg(bytes) ? readJpeg(bytes, file.path) : readPng(bytes, file.path)
  } catch (error) {
    if (error instanceof LabError) return error
    throw error
  }
}

function mustBeAlike({ file, picture }: Labelled, first: Labelled): void {
  const { width, height } = first.picture
  if (picture.width === width && picture.height === height) return
  const expected = `${width} × ${height} pixels as in ${first.file.path}`
  throw cannotImport(
    `${file.path}: expected ${expected}, got ${picture.width} × ${picture.height}; bring all to one size`,
  )
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function classOf(path: string): string {
  const folders = folderOf(path).split('/')
  const name = folders[folders.length - 1]
  if (name === '' || partOf(name) !== undefined) {
    throw cannotImport(`${path}: expected a picture in a folder that names its class, such as train/cat/1.png`)
  }
  return name
}

function partOfPictures(pictures: readonly Labelled[], channels: 1 | 3): RawPart {
  const [{ picture, file }] = pictures
  const size = picture.width * picture.height * channels
  const values = new Uint8Array(size * pictures.length)
  pictures.forEach((each, i) => values.set((channels === 3 ? toRgb : toGray)(each.picture).values, i * size))
  const name = folderOf(folderOf(file.path)) || folderOf(file.path)
  return {
    name,
    count: pictures.length,
    shape: [picture.height, picture.width, channels],
    values,
    labels: { name, values: numbersIfAll(pictures.map(({ className }) => className)) },
  }
}
