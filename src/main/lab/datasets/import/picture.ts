/**
 * Pictures as every reader of them gives them: bytes, row by row, one value a pixel or three.
 */
import { badFile } from '#engine/formats/number-array'
import { IMPORT_LIMITS } from '#shared/import-options'

export interface Picture {
  width: number
  height: number
  channels: 1 | 3
  /** u8[height, width, channels] */
  values: Uint8Array
}

/** Before any pixel is decoded. */
export function mustBePictureSize(file: string, atByte: number, width: number, height: number): void {
  if (width >= 1 && height >= 1 && width * height <= IMPORT_LIMITS.sampleValues) return
  const got = `${width} × ${height}`
  throw badFile(file, atByte, `width × height of 1 … ${IMPORT_LIMITS.sampleValues} pixels`, got)
}

/**
 * From gray (1), gray and alpha (2), RGB (3) or RGB and alpha (4). What can be seen through lies on white, as on
 * paper. Colors whose three values are always alike become gray.
 */
export function onWhite(values: Uint8Array, width: number, height: number, channels: 1 | 2 | 3 | 4): Picture {
  if (channels === 1) return { width, height, channels, values }
  const colors = channels % 2 === 0 ? blended(values, channels) : values
  if (channels === 2) return { width, height, channels: 1, values: colors }
  return asGray({ width, height, channels: 3, values: colors })
}

function blended(values: Uint8Array, channels: number): Uint8Array {
  const colors = channels - 1
  const out = new Uint8Array((values.length / channels) * colors)
  for (let from = 0, to = 0; from < values.length; from += channels) {
    const alpha = values[from + colors]
    for (let c = 0; c < colors; c++) out[to++] = Math.round((values[from + c] * alpha + 255 * (255 - alpha)) / 255)
  }
  return out
}

function asGray(picture: Picture): Picture {
  const { values } = picture
  for (let i = 0; i < values.length; i += 3) {
    if (values[i] !== values[i + 1] || values[i] !== values[i + 2]) return picture
  }
  return { ...picture, channels: 1, values: values.filter((_, i) => i % 3 === 0) }
}

/** The weights of ITU-R BT.601, as most programs turn pictures gray. */
export function toGray(picture: Picture): Picture {
  if (picture.channels === 1) return picture
  const { values } = picture
  const gray = new Uint8Array(values.length / 3)
  for (let p = 0; p < gray.length; p++) {
    gray[p] = Math.round(0.299 * values[3 * p] + 0.587 * values[3 * p + 1] + 0.114 * values[3 * p + 2])
  }
  return { ...picture, channels: 1, values: gray }
}

export function toRgb(picture: Picture): Picture {
  if (picture.channels === 3) return picture
  const values = new Uint8Array(picture.values.length * 3)
  picture.values.forEach((value, p) => values.fill(value, 3 * p, 3 * p + 3))
  return { ...picture, channels: 3, values }
}
