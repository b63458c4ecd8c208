/**
 * Figures as files: SVG, PDF, PNG and CSV, all made from the same figure that the screen shows.
 *
 * `createFigureRenderer(resourcesFolder)` gives the function that answers `figures:render`. ECharts and the PNG
 * renderer are heavy: load this module when the first figure is asked for, not when the lab opens.
 */
import { join } from 'node:path'
import { LabError } from '#shared/errors'
import type { FigureFormat, FigureRequest, FigureRun, RenderedFile } from '#shared/figure'
import { figureCsv } from '#shared/figures/figure-csv'
import { figureOf, type Figure } from '#shared/figures/figure-data'
import { figureFileName } from './file-name'
import { pngFromSvg } from './png'
import { figureSvg } from './svg'

export type FigureRenderer = (request: FigureRequest, runs: readonly FigureRun[]) => Promise<RenderedFile>

const MEDIA_TYPES: Record<FigureFormat, string> = {
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  png: 'image/png',
  csv: 'text/csv; charset=utf-8',
}

const DEFAULT_DPI = 300

/** `resourcesFolder` holds `fonts/`. */
export function createFigureRenderer(resourcesFolder: string): FigureRenderer {
  const fontsFolder = join(resourcesFolder, 'fonts')
  return async ({ spec, format, dpi = DEFAULT_DPI }, runs) => {
    const figure = figureOf(spec, runs)
    if (!hasPoints(figure)) {
      throw new LabError('figure/no-points', 'There is nothing to draw yet: none of these runs has measured anything')
    }
    const { widthCm, heightCm } = spec
    const bytes = async (): Promise<Uint8Array> => {
      switch (format) {
        case 'csv':
          return new TextEncoder().encode(figureCsv(figure))
        case 'svg':
          return new TextEncoder().encode(figureSvg(figure, spec))
        case 'pdf': {
          const { pdfFromSvg } = await import('./pdf')
          return await pdfFromSvg(figureSvg(figure, spec), { widthCm, heightCm, fontsFolder })
        }
        case 'png':
          return await pngFromSvg(figureSvg(figure, spec), { widthCm, heightCm, dpi, fontsFolder })
      }
      return format satisfies never
    }
    return { name: figureFileName(figure, spec, format), mediaType: MEDIA_TYPES[format], bytes: await bytes() }
  }
}

function hasPoints({ panels }: Figure): boolean {
  return panels.some((panel) =>
    panel.kind === 'bars' ? panel.bars.length > 0 : panel.series.some(({ points }) => points.length > 0),
  )
}
