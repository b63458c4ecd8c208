/** A picture's file as ink. */
import { LabError } from '#shared/errors'
import { inkOfPicture, type Ink } from '#shared/inspect/digit-pad'

/** Larger pictures are made smaller first: no digit needs more. */
const LONGEST = 560

export async function inkOfFile(file: Blob & { name?: string }): Promise<Ink> {
  const bitmap = await decode(file)
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height))
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)))
  const canvas = document.createElement('canvas')
  canvas.width = width ?? 1
  canvas.height = height ?? 1
  const ctx = canvas.getContext('2d', { willReadFrequently: true })
  if (!ctx) throw new LabError('draw/no-canvas', 'The picture cannot be read here; draw the digit instead')
  ctx.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  return inkOfPicture(ctx.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width, canvas.height)
}

async function decode(file: Blob & { name?: string }): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file)
  } catch (cause) {
    const what = file.name ? `"${file.name}"` : 'This file'
    throw new LabError('draw/no-picture', `${what} is no picture that can be read; choose a PNG or JPEG`, { cause })
  }
}
