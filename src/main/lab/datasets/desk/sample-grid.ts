/**
 * A figure of samples: their pictures in a grid, each as it is in the set, with the class and the number below.
 */
import { encode } from 'fast-png'
import { pngFromSvg } from '#lab/figures/png'
import type { LoadedDataset } from '#lab/engine/host'
import type { DatasetFacts } from '#shared/dataset'
import type { SampleGridRequest } from '#shared/datasets'
import { LabError } from '#shared/errors'
import type { RenderedFile } from '#shared/figure'
import { FIGURE_FONT } from '#shared/figures/chart-look'
import { shortenText } from '#shared/figures/text-width'
import { escapeXml } from '#lab/figures/portable-svg'
import { slug } from '#lab/figures/file-name'
import { mustExist, sampleAt, type SampleValues } from './samples'

const DEFAULT_DPI = 300
const PIXELS_PER_CM = 96 / 2.54
const CAPTION_PX = (7 * 96) / 72
const TITLE_PX = (9.5 * 96) / 72
const LINE_HEIGHT = 1.35
const GAP_PX = 5
/** Below the last line. */
const BOTTOM_PX = 2
/** Pictures with fewer pixels are enlarged, and so many times. */
const SMALL_PICTURE = 128 * 128
const ENLARGED = 4
/** A page is shorter; a picture without end is a mistake. */
const MAX_HEIGHT_CM = 200

export async function renderSampleGrid(
  data: LoadedDataset,
  request: SampleGridRequest,
  fontsFolder: string,
): Promise<RenderedFile> {
  mustBePictures(data.facts)
  mustExist(data, request.samples)
  const grid = layOutGrid(data.facts, request)
  const svg = gridSvg(data, request, grid)
  const { widthCm, format, dpi = DEFAULT_DPI, title } = request
  const name = `${slug(title ?? '') || `${slug(data.facts.name)}-samples`}.${format}`
  if (format === 'svg') return { name, mediaType: 'image/svg+xml', bytes: new TextEncoder().encode(svg) }
  const bytes = await pngFromSvg(svg, { widthCm, heightCm: grid.heightCm, dpi, fontsFolder })
  return { name, mediaType: 'image/png', bytes }
}

interface Grid {
  columns: number
  cellWidth: number
  cellHeight: number
  captionHeight: number
  titleHeight: number
  width: number
  height: number
  heightCm: number
}

function layOutGrid(
  { height, width }: DatasetFacts,
  { samples, columns: wanted, captions, texts, title, widthCm }: SampleGridRequest,
): Grid {
  const columns = Math.min(wanted, samples.length)
  const rows = Math.ceil(samples.length / columns)
  const pageWidth = widthCm * PIXELS_PER_CM
  const cellWidth = (pageWidth - (wanted - 1) * GAP_PX) / wanted
  const cellHeight = (cellWidth * height) / width
  if (cellWidth < 4) throw tooSmall(`${wanted} pictures beside each other in ${widthCm} cm are too small to see`)
  const lines = texts ? Math.max(0, ...texts.map((each) => each.length)) : captions === 'none' ? 0 : 1
  const captionHeight = lines * CAPTION_PX * LINE_HEIGHT + (lines > 1 ? GAP_PX : 0)
  const titleHeight = title === null ? 0 : TITLE_PX * 1.7
  const pageHeight = titleHeight + rows * (cellHeight + captionHeight + GAP_PX) - GAP_PX + BOTTOM_PX
  const heightCm = pageHeight / PIXELS_PER_CM
  if (heightCm > MAX_HEIGHT_CM) throw tooSmall(`the figure would be ${Math.round(heightCm)} cm high`)
  return { columns, cellWidth, cellHeight, captionHeight, titleHeight, width: pageWidth, height: pageHeight, heightCm }
}

function tooSmall(what: string): LabError {
  return new LabError('figure/bad-size', `Expected a figure for a page; ${what}: take other columns, or fewer samples`)
}

function mustBePictures({ title, height, width, channels = 1 }: DatasetFacts): void {
  if (height > 1 && width > 1 && (channels === 1 || channels === 3)) return
  const got = `samples of ${height} × ${width} × ${channels}`
  throw new LabError('figure/no-pictures', `Expected pictures in gray or in colors; ${title} has ${got}`)
}

function gridSvg(data: LoadedDataset, request: SampleGridRequest, grid: Grid): string {
  const { facts } = data
  const { samples, title, widthCm } = request
  const toByte = byteScale(data, samples)
  const cells = samples.map((sample, i) => {
    const x = (i % grid.columns) * (grid.cellWidth + GAP_PX)
    const row = Math.floor(i / grid.columns)
    const y = grid.titleHeight + row * (grid.cellHeight + grid.captionHeight + GAP_PX)
    return picture(data, sample, toByte, x, y, grid) + caption(captionLines(data, request, i), x, y, grid)
  })
  const description = `${samples.length} samples of ${facts.title}: ${samples.slice(0, 200).join(', ')}${samples.length > 200 ? ', …' : ''}.`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthCm}cm" height="${short(grid.heightCm)}cm" viewBox="0 0 ${short(grid.width)} ${short(grid.height)}" role="img" font-family="${FIGURE_FONT}">`,
    `<title>${escapeXml(title ?? `Samples of ${facts.title}`)}</title>`,
    `<desc>${escapeXml(description)}</desc>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...(title === null
      ? []
      : [
          `<text x="0" y="${short(TITLE_PX)}" font-size="${short(TITLE_PX)}" font-weight="600">${escapeXml(title)}</text>`,
        ]),
    ...cells,
    '</svg>\n',
  ].join('\n')
}

/**
 * A PNG within the SVG, with sharp edges: `optimizeSpeed` says so to those who know it, and for all others each value
 * is a few pixels wide.
 */
function picture(
  data: LoadedDataset,
  sample: number,
  toByte: (value: number) => number,
  x: number,
  y: number,
  grid: Grid,
) {
  const { height, width, channels = 1 } = data.facts
  const bytes = Uint8Array.from(sampleAt(data, sample), toByte)
  const times = width * height < SMALL_PICTURE ? ENLARGED : 1
  const png = encode({
    width: width * times,
    height: height * times,
    channels: channels === 3 ? 3 : 1,
    depth: 8,
    data: enlarged(bytes, width, channels, times),
  })
  const place = `x="${short(x)}" y="${short(y)}" width="${short(grid.cellWidth)}" height="${short(grid.cellHeight)}"`
  const href = `data:image/png;base64,${Buffer.from(png).toString('base64')}`
  return `<image ${place} preserveAspectRatio="none" image-rendering="optimizeSpeed" href="${href}"/>`
}

function captionLines(
  { facts, train, test }: LoadedDataset,
  { samples, captions, texts }: SampleGridRequest,
  index: number,
): readonly string[] {
  if (texts) return texts[index] ?? []
  if (captions === 'none') return []
  const sample = samples[index]
  const label = sample < train.count ? train.labels[sample] : test.labels[sample - train.count]
  return [captions === 'class' ? facts.classes[label] : `${facts.classes[label]} · ${sample}`]
}

function caption(lines: readonly string[], x: number, y: number, { cellWidth, cellHeight }: Grid): string {
  return lines
    .map((line, i) => {
      const down = CAPTION_PX * (1.05 + i * LINE_HEIGHT)
      const at = `x="${short(x + cellWidth / 2)}" y="${short(y + cellHeight + down)}"`
      const text = escapeXml(shortenText(line, cellWidth, CAPTION_PX))
      return `<text ${at} font-size="${short(CAPTION_PX)}" text-anchor="middle">${text}</text>`
    })
    .join('')
}

/** Each value as a square of `times` × `times`. */
function enlarged(bytes: Uint8Array, width: number, channels: number, times: number): Uint8Array {
  const row = width * times * channels
  const large = new Uint8Array(bytes.length * times * times)
  for (let i = 0; i < large.length; i++) {
    const [y, x] = [Math.floor(i / row / times), Math.floor((i % row) / channels / times)]
    large[i] = bytes[(y * width + x) * channels + (i % channels)]
  }
  return large
}

/** Bytes are gray as they are; floats from the smallest value that is shown, black, to the largest. */
function byteScale(data: LoadedDataset, samples: readonly number[]): (value: number) => number {
  if (data.train.images instanceof Uint8Array) return (value) => value
  const [low, high] = samples.reduce<readonly [number, number]>(
    (range, sample) => extended(range, sampleAt(data, sample)),
    [Infinity, -Infinity],
  )
  const scale = high > low ? 255 / (high - low) : 0
  return (value) => Math.round((value - low) * scale)
}

function extended([low, high]: readonly [number, number], values: SampleValues): readonly [number, number] {
  for (let p = 0; p < values.length; p++) {
    low = Math.min(low, values[p])
    high = Math.max(high, values[p])
  }
  return [low, high]
}

function short(value: number): string {
  return String(Number(value.toFixed(2)))
}
