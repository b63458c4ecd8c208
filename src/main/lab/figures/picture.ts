/**
 * A drawing that somebody else made, as PNG.
 */
import { join } from 'node:path'
import { LabError } from '#shared/errors'
import type { RenderedFile, SvgDrawing } from '#shared/figure'
import { pngFromSvg } from './png'

const DPI = 300

/** `resourcesFolder` holds `fonts/`. Nothing is loaded that the SVG points at: the renderer knows no files. */
export async function renderPicture(
  { name, svg, widthCm, heightCm }: SvgDrawing,
  resourcesFolder: string,
): Promise<RenderedFile> {
  const options = { widthCm, heightCm, dpi: DPI, fontsFolder: join(resourcesFolder, 'fonts') }
  try {
    return { name, mediaType: 'image/png', bytes: await pngFromSvg(svg, options) }
  } catch (cause) {
    if (cause instanceof LabError) throw cause
    throw new LabError('figure/bad-svg', `${name}: expected SVG that can be drawn; ${String(cause)}`, { cause })
  }
}
