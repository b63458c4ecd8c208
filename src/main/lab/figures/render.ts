/**
 * Figures as files, all made from the same figure that the screen shows.
 *
 * `createFigureRenderer(…)` gives the function that answers `figures:render`. ECharts and the PNG renderer are heavy:
 * load this module when the first figure is asked for, not when the lab opens.
 */
import { join } from 'node:path'
import { LabError } from '#shared/errors'
import type { FigureFormat, FigureRequest, FigureRun, RenderedFile } from '#shared/figure'
import { allPointsCsv } from '#shared/figures/all-points-csv'
import { figureCsv } from '#shared/figures/figure-csv'
import { figureOf, hasPoints } from '#shared/figures/figure-data'
import { pgfplotsPicture } from '#shared/figures/pgfplots/picture'
import { styledFigure, withinRange } from '#shared/figures/styled-figure'
import type { RunDetails } from '#shared/run'
import { configurationJson, includeTex, readmeText, type FigureFacts } from './bundle'
import { figureFileName, figureStem } from './file-name'
import { pngFromSvg } from './png'
import { figureSvg } from './svg'

/** `details` are asked for only where they are written into the file. */
export type FigureRenderer = (
  request: FigureRequest,
  runs: readonly FigureRun[],
  details?: () => Promise<readonly RunDetails[]>,
) => Promise<RenderedFile>

const MEDIA_TYPES: Record<FigureFormat, string> = {
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  png: 'image/png',
  tex: 'application/x-tex',
  csv: 'text/csv; charset=utf-8',
  'csv-all': 'text/csv; charset=utf-8',
  json: 'application/json',
  zip: 'application/zip',
}

/** In a zip, beside what tells of them. */
const FILES_OF_A_ZIP = ['pdf', 'svg', 'png', 'tex', 'csv', 'csv-all', 'json'] as const satisfies FigureFormat[]

const DEFAULT_DPI = 300

export interface FigureRendererOptions {
  /** Holds `fonts/`. */
  resources: string
  /** Of the lab. @default '' */
  version?: string
}

export function createFigureRenderer({ resources, version = '' }: FigureRendererOptions): FigureRenderer {
  const fontsFolder = join(resources, 'fonts')
  return async ({ spec, format, dpi = DEFAULT_DPI }, runs, details = () => Promise.resolve([])) => {
    const figure = styledFigure(figureOf(spec, runs), spec.style)
    if (!hasPoints(figure)) {
      throw new LabError('figure/no-points', 'There is nothing to draw yet: none of these runs has measured anything')
    }
    const known = format === 'json' || format === 'zip' ? await details() : []
    const csv = figureCsv(withinRange(figure, spec.style))
    const facts: FigureFacts = { figure, spec, runs, details: known, version, csv }
    const bytes = await bytesOf(format, facts, { dpi, fontsFolder })
    return { name: figureFileName(figure, spec, format), mediaType: MEDIA_TYPES[format], bytes }
  }
}

interface DrawOptions {
  dpi: number
  fontsFolder: string
}

async function bytesOf(format: FigureFormat, facts: FigureFacts, options: DrawOptions): Promise<Uint8Array> {
  const { figure, spec, runs } = facts
  const { widthCm, heightCm } = spec
  const utf8 = (text: string) => new TextEncoder().encode(text)
  switch (format) {
    case 'csv':
      return utf8(facts.csv)
    case 'csv-all':
      return utf8(allPointsCsv(runs))
    case 'json':
      return utf8(configurationJson(facts))
    case 'tex':
      return utf8(pgfplotsPicture(figure, spec))
    case 'svg':
      return utf8(figureSvg(figure, spec))
    case 'pdf': {
      const { pdfFromSvg } = await import('./pdf')
      return await pdfFromSvg(figureSvg(figure, spec), { widthCm, heightCm, ...options })
    }
    case 'png':
      return await pngFromSvg(figureSvg(figure, spec), { widthCm, heightCm, ...options })
    case 'zip':
      return await zipped(facts, options)
  }
  return format satisfies never
}

async function zipped(facts: FigureFacts, options: DrawOptions): Promise<Uint8Array> {
  const { zipOf } = await import('./zip')
  const { figure, spec } = facts
  const stem = figureStem(figure, spec)
  const text = (name: string, content: string) => ({ name, bytes: new TextEncoder().encode(content) })
  const files: { name: string; bytes: Uint8Array }[] = [
    text('README.txt', readmeText(stem, options.dpi, facts)),
    text('figure.tex', includeTex(stem, facts)),
  ]
  for (const format of FILES_OF_A_ZIP) {
    files.push({ name: figureFileName(figure, spec, format), bytes: await bytesOf(format, facts, options) })
  }
  return zipOf(files)
}
