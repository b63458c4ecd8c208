/**
 * A picture from a file as a sample of a data set of pictures. It has the set's size, or is made like MNIST's digits:
 * ink of whatever size into a box of 20 × 20, its center of mass in the middle.
 */
import { isJpeg, readJpeg } from '#lab/datasets/import/jpeg'
import { toGray, toRgb, type Picture } from '#lab/datasets/import/picture'
import { isPng, readPng } from '#lab/datasets/import/png'
import { errorCode, factsOfPlainFile, NoPlainFile, readPlainBytes } from '#lab/storage/file-system'
import type { DatasetFacts } from '#shared/dataset'
import { LabError } from '#shared/errors'
import { IMPORT_LIMITS } from '#shared/import-options'
import { inkOfPicture, prepareDigit } from '#shared/inspect/digit-pad'
import type { PicturePreparation } from '#shared/inspect/picture-input'

/** u8[height, width, channels] of the set. Throws `import/…` for what cannot be read, `model/unfit` for another size. */
export async function readPictureFile(
  path: string,
  set: DatasetFacts,
  preparation: PicturePreparation,
): Promise<Uint8Array> {
  return asSample(path, readPicture(await bytesAt(path), path), set, preparation)
}

export function asSample(
  name: string,
  picture: Picture,
  { title, height, width, channels = 1, kind }: DatasetFacts,
  preparation: PicturePreparation,
): Uint8Array {
  if (kind === 'floats' || height * width < 4) {
    throw new LabError('model/unfit', `The samples of ${title} are no pictures of bytes: ${name} cannot be one`)
  }
  if (preparation === 'mnist') {
    if (channels !== 1) throw new LabError('model/unfit', `${title} has colors, and MNIST's preparation makes gray`)
    const digit = prepareDigit(inkOfPicture(rgbaOf(picture), picture.width, picture.height), { width, height })
    if (digit.box) return digit.pixels
    throw new LabError('model/unfit', `${name} has no ink: all of its pixels are alike`)
  }
  if (picture.width !== width || picture.height !== height) {
    const got = `${picture.width} × ${picture.height}`
    const hint = channels === 1 ? '; "mnist" as its preparation takes digits of any size' : ''
    throw new LabError('model/unfit', `${name} is ${got}; a sample of ${title} is ${width} × ${height}${hint}`)
  }
  const { values } = channels === 3 ? toRgb(picture) : toGray(picture)
  return preparation === 'invert' ? values.map((value) => 255 - value) : values
}

function readPicture(bytes: Uint8Array, file: string): Picture {
  if (isPng(bytes)) return readPng(bytes, file)
  if (isJpeg(bytes)) return readJpeg(bytes, file)
  throw new LabError('import/bad-file', `${file}, byte 0: expected a PNG or a JPEG file, got something else`)
}

/** u8[height, width, 4] */
function rgbaOf(picture: Picture): Uint8Array {
  const { values } = toRgb(picture)
  const rgba = new Uint8Array((values.length / 3) * 4).fill(255)
  for (let p = 0; p < values.length / 3; p++) rgba.set(values.subarray(3 * p, 3 * p + 3), 4 * p)
  return rgba
}

async function bytesAt(path: string): Promise<Uint8Array> {
  try {
    const { size } = await factsOfPlainFile(path)
    if (size <= IMPORT_LIMITS.sampleValues * 8) return await readPlainBytes(path)
    throw new LabError('import/too-large', `${path} has ${size} bytes: more than any picture that is read here`)
  } catch (error) {
    if (error instanceof LabError) throw error
    const reason = error instanceof NoPlainFile ? error.message : (errorCode(error) ?? 'no reason known')
    throw new LabError('import/unreadable', `Cannot read ${path} (${reason})`, { cause: error })
  }
}
