/**
 * From SVG to PNG with the fonts that ship with the lab, so that a picture looks the same on every machine.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { crc32 } from 'node:zlib'
import { Resvg, initWasm } from '@resvg/resvg-wasm'
import { LabError } from '#shared/errors'
import { readFonts } from './fonts'

/** Beyond this a picture needs more memory than any report has use for: 100 megapixels are 400 MB. */
const MOST_PIXELS = 100e6

export interface PngOptions {
  widthCm: number
  heightCm: number
  dpi: number
  fontsFolder: string
}

export async function pngFromSvg(
  svg: string,
  { widthCm, heightCm, dpi, fontsFolder }: PngOptions,
): Promise<Uint8Array> {
  const width = Math.round((widthCm / 2.54) * dpi)
  const height = Math.round((heightCm / 2.54) * dpi)
  if (width * height > MOST_PIXELS) {
    throw new LabError(
      'figure/too-large',
      `${widthCm} × ${heightCm} cm at ${dpi} dpi are ${width} × ${height} pixels; at most ${MOST_PIXELS / 1e6} million are possible: take fewer dots per inch`,
    )
  }
  const [fonts] = await Promise.all([readFonts(fontsFolder), startResvg()])
  const renderer = new Resvg(svg, {
    fitTo: { mode: 'width', value: width },
    background: '#ffffff', // the drawing may miss a fraction of the last row of pixels
    font: { fontBuffers: fonts.map(({ bytes }) => bytes), defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' },
    textRendering: 2, // geometricPrecision: no hinting to whole pixels
  })
  try {
    const image = renderer.render()
    try {
      return withDensity(image.asPng(), dpi)
    } finally {
      image.free()
    }
  } finally {
    renderer.free()
  }
}

let started: Promise<void> | undefined

/** Compiles the module once for the process; a failure is tried again the next time. */
function startResvg(): Promise<void> {
  started ??= loadResvg().catch((error: unknown) => {
    started = undefined
    throw error
  })
  return started
}

async function loadResvg(): Promise<void> {
  const file = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')
  await initWasm(await readFile(file))
}

const SIGNATURE_BYTES = 8
/** length, "IHDR", 13 bytes, checksum: always the first chunk. */
const IHDR_BYTES = 4 + 4 + 13 + 4

/** Says how large the picture is in print: a pHYs chunk behind the header. */
function withDensity(png: Uint8Array, dpi: number): Uint8Array {
  const perMeter = Math.round(dpi / 0.0254)
  const chunk = Buffer.alloc(4 + 4 + 9 + 4)
  chunk.writeUInt32BE(9, 0)
  chunk.write('pHYs', 4, 'latin1')
  chunk.writeUInt32BE(perMeter, 8)
  chunk.writeUInt32BE(perMeter, 12)
  chunk.writeUInt8(1, 16) // the unit is the metre
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17)
  const at = SIGNATURE_BYTES + IHDR_BYTES
  const whole = new Uint8Array(png.length + chunk.length)
  whole.set(png.subarray(0, at), 0)
  whole.set(chunk, at)
  whole.set(png.subarray(at), at + chunk.length)
  return whole
}
