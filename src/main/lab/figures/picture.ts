/**
 * A drawing that somebody else made, as PNG or PDF.
 */
import { join } from 'node:path'
import { LabError } from '#shared/errors'
import type { PictureFormat, RenderedFile, SvgDrawing } from '#shared/figure'

const DPI = 300

const MEDIA_TYPES: Record<PictureFormat, string> = { png: 'image/png', pdf: 'application/pdf' }

/** `resourcesFolder` holds `fonts/`. Nothing is loaded that the SVG points at: the renderers know no files. */
export async function renderPicture(
  { name, svg, widthCm, heightCm, format = 'png' }: SvgDrawing,
  resourcesFolder: string,
): Promise<RenderedFile> {
  const options = { widthCm, heightCm, fontsFolder: join(resourcesFolder, 'fonts') }
  try {
    return { name, mediaType: MEDIA_TYPES[format], bytes: await bytesOf(format, svg, options) }
  } catch (cause) {
    if (cause instanceof LabError) throw cause
    throw new LabError('figure/bad-svg', `${name}: expected SVG that can be drawn; ${String(cause)}`, { cause })
  }
}

interface PictureOptions {
  widthCm: number
  heightCm: number
  fontsFolder: string
}

/** Both renderers are heavy: only the one that is needed is loaded. */
async function bytesOf(format: PictureFormat, svg: string, options: PictureOptions): Promise<Uint8Array> {
  switch (format) {
    case 'png': {
      const { pngFromSvg } = await import('./png')
      return pngFromSvg(svg, { ...options, dpi: DPI })
    }
    case 'pdf': {
      const { pdfFromSvg } = await import('./pdf')
      return pdfFromSvg(svg, options)
    }
  }
  return format satisfies never
}
