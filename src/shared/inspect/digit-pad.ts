/**
 * From strokes on a pad to what a network was trained on.
 *
 * MNIST's digits were made the same way: the ink was scaled, keeping its aspect, until its longer side filled a box of
 * 20 pixels, with gray levels from the anti-aliasing, and placed so that its center of mass is in the middle of 28 × 28.
 * Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database", description of the files.
 */

/** A line drawn without lifting the brush, in pad units from 0 to 1, x to the right and y down. */
export interface Stroke {
  points: readonly (readonly [x: number, y: number])[]
  /** Half the width of the brush, in the same units. */
  radius: number
}

/** Ink of a drawing: u8[height, width], 0 is paper and 255 is full. */
export interface Ink {
  width: number
  height: number
  values: Uint8Array
}

/** Side of the raster on which strokes are drawn: ten times as fine as MNIST. */
export const PAD_SIDE = 280

/** Strokes as ink, with edges that are anti-aliased over one pixel. */
export function inkOf(strokes: readonly Stroke[], side = PAD_SIDE): Ink {
  const values = new Uint8Array(side * side)
  for (const { points, radius } of strokes) {
    points.forEach(([x, y], i) => {
      const [beforeX, beforeY] = points[Math.max(0, i - 1)] ?? [x, y]
      drawSegment(values, side, [beforeX * side, beforeY * side, x * side, y * side], radius * side)
    })
  }
  return { width: side, height: side, values }
}

function drawSegment(
  values: Uint8Array,
  side: number,
  [x1, y1, x2, y2]: readonly [number, number, number, number],
  radius: number,
): void {
  const reach = radius + 1
  const clamp = (value: number) => Math.min(side, Math.max(0, value))
  const [left, right] = [clamp(Math.floor(Math.min(x1, x2) - reach)), clamp(Math.ceil(Math.max(x1, x2) + reach))]
  const [top, bottom] = [clamp(Math.floor(Math.min(y1, y2) - reach)), clamp(Math.ceil(Math.max(y1, y2) + reach))]
  const [dx, dy] = [x2 - x1, y2 - y1]
  const length = dx * dx + dy * dy
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const [px, py] = [column + 0.5 - x1, row + 0.5 - y1]
      const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length))
      const distance = Math.hypot(px - along * dx, py - along * dy)
      const share = Math.min(1, Math.max(0, radius + 0.5 - distance))
      const at = row * side + column
      values[at] = Math.max(values[at] ?? 0, Math.round(255 * share))
    }
  }
}

export interface Box {
  left: number
  top: number
  width: number
  height: number
}

/** The smallest box with all ink in it; null for an empty pad. */
export function inkBox({ width, height, values }: Ink): Box | null {
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (values[row * width + column] === 0) continue
      left = Math.min(left, column)
      right = Math.max(right, column)
      top = Math.min(top, row)
      bottom = Math.max(bottom, row)
    }
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 }
}

/**
 * The mean of the ink under each pixel of a smaller (or larger) picture: anti-aliased, no ink is lost or made but by
 * rounding. Edges of a target pixel may cut source pixels, which count by the share that is covered.
 */
export function resample(ink: Ink, box: Box, width: number, height: number): Uint8Array {
  const columns = overlaps(box.left, box.width, width)
  const rows = overlaps(box.top, box.height, height)
  const area = (box.width / width) * (box.height / height)
  return Uint8Array.from({ length: width * height }, (_, at) => {
    let sum = 0
    for (const [y, tall] of rows[Math.floor(at / width)] ?? []) {
      for (const [x, wide] of columns[at % width] ?? []) sum += (ink.values[y * ink.width + x] ?? 0) * wide * tall
    }
    return Math.round(sum / area)
  })
}

/** For each of `count` equal pieces of a range, the source pixels that it covers and how much of each. */
function overlaps(from: number, size: number, count: number): [index: number, share: number][][] {
  const step = size / count
  return Array.from({ length: count }, (_, i) => {
    const [start, end] = [from + i * step, from + (i + 1) * step]
    const covered: [number, number][] = []
    for (let pixel = Math.floor(start); pixel < end - 1e-9; pixel++) {
      covered.push([pixel, Math.min(end, pixel + 1) - Math.max(start, pixel)])
    }
    return covered
  })
}

/** MNIST's box is 20 of 28 pixels. */
const BOX_SHARE = 20 / 28

export interface Prepared {
  /** u8[height, width]: what the network is given. */
  pixels: Uint8Array
  /** Of the ink on the pad; null for an empty one, whose pixels are all 0. */
  box: Box | null
  /** Where the scaled ink lies in the picture. */
  placed: Box | null
}

interface Size {
  width: number
  height: number
}

/** As MNIST made its digits, for pictures of any size. */
export function prepareDigit(ink: Ink, shape: Size): Prepared {
  const side = Math.round(Math.min(shape.width, shape.height) * BOX_SHARE)
  return prepareIn({ width: side, height: side }, ink, shape, (small, { width, height }) => {
    const middle = centerOfMass(small, width)
    return { left: place(middle.x, width, shape.width), top: place(middle.y, height, shape.height) }
  })
}

/**
 * As Fashion-MNIST made its pictures: scaled, keeping the aspect, until one side fills the whole picture, and what is
 * left of the other one is the same on both sides. Source: H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST", section 2.
 */
export function prepareFilled(ink: Ink, shape: Size): Prepared {
  return prepareIn(shape, ink, shape, (_, { width, height }) => ({
    left: Math.floor((shape.width - width) / 2),
    top: Math.floor((shape.height - height) / 2),
  }))
}

/** Cuts the ink out, fits it into `room` with its aspect, and puts it where `placeOf` says. */
function prepareIn(
  room: Size,
  ink: Ink,
  shape: Size,
  placeOf: (small: Uint8Array, size: Size) => { left: number; top: number },
): Prepared {
  const pixels = new Uint8Array(shape.width * shape.height)
  const box = inkBox(ink)
  if (!box) return { pixels, box, placed: null }
  const scale = Math.min(room.width / box.width, room.height / box.height)
  const fitted = (length: number) => Math.max(1, Math.round(length * scale))
  const size = { width: fitted(box.width), height: fitted(box.height) }
  const small = resample(ink, box, size.width, size.height)
  const { left, top } = placeOf(small, size)
  small.forEach((value, at) => {
    pixels[(top + Math.floor(at / size.width)) * shape.width + left + (at % size.width)] = value
  })
  return { pixels, box, placed: { left, top, ...size } }
}

/** The whole pad made smaller, and nothing moved. */
export function prepareAsDrawn(ink: Ink, { width, height }: Size): Prepared {
  const box = inkBox(ink)
  const whole = { left: 0, top: 0, width: ink.width, height: ink.height }
  return { pixels: resample(ink, whole, width, height), box, placed: box && { left: 0, top: 0, width, height } }
}

/**
 * By whole pixels, as near as they come, and never so far that ink would fall over the edge. The middle of MNIST's
 * pictures is the middle of the pixel of index 14, and not the edge before it: its own digits tell.
 */
function place(middle: number, size: number, room: number): number {
  return Math.min(room - size, Math.max(0, Math.round(room / 2 + 0.5 - middle)))
}

/** In pixels from the upper left corner; the middle of the first pixel is at 0.5. */
function centerOfMass(values: Uint8Array, width: number): { x: number; y: number } {
  let [sum, x, y] = [0, 0, 0]
  values.forEach((value, at) => {
    sum += value
    x += value * ((at % width) + 0.5)
    y += value * (Math.floor(at / width) + 0.5)
  })
  return sum === 0 ? { x: width / 2, y: values.length / width / 2 } : { x: x / sum, y: y / sum }
}

/** Fainter than this, against the strongest, is paper: its grain must not make the box larger. */
const FAINT = 0.15

/**
 * A picture of a digit, dark on light or light on dark, as ink. What is at the border is the paper.
 *
 *   rgba  u8[height, width, 4]   read
 */
export function inkOfPicture(rgba: Uint8Array | Uint8ClampedArray, width: number, height: number): Ink {
  const gray = Float32Array.from({ length: width * height }, (_, i) => {
    const [r = 0, g = 0, b = 0, a = 0] = rgba.subarray(4 * i, 4 * i + 4)
    return (0.299 * r + 0.587 * g + 0.114 * b) * (a / 255) + 255 - a // on white where it is transparent
  })
  const isBorder = (i: number) => i < width || i >= width * (height - 1) || i % width === 0 || i % width === width - 1
  const border = [...gray].filter((_, i) => isBorder(i)).sort((a, b) => a - b)
  const paper = border[border.length >> 1] ?? 0
  const contrast = gray.map((value) => Math.abs(value - paper))
  const strongest = contrast.reduce((most, value) => Math.max(most, value), 0)
  if (strongest < 8) return { width, height, values: new Uint8Array(width * height) } // a blank sheet
  const share = (value: number) => (value < FAINT * strongest ? 0 : value / strongest)
  return { width, height, values: Uint8Array.from(contrast, (value) => Math.round(255 * share(value))) }
}
