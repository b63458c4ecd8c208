/**
 * What the file of a figure is called: by its title, else by what it shows.
 */
import type { FigureFormat, FigureSpec } from '#shared/figure'
import type { Figure } from '#shared/figures/figure-data'

const LONGEST = 80
/** Names that Windows keeps for devices, with any ending. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/

/** Small letters, digits and hyphens only: safe on every file system, in a URL and in LaTeX. */
export function figureFileName(figure: Figure, spec: FigureSpec, format: FigureFormat): string {
  return figureStem(figure, spec) + ENDINGS[format]
}

/** Two formats of one ending have names of their own: all of them can lie in one folder. */
const ENDINGS: Record<FigureFormat, string> = {
  svg: '.svg',
  pdf: '.pdf',
  png: '.png',
  tex: '-pgfplots.tex',
  csv: '.csv',
  'csv-all': '-all-points.csv',
  json: '.json',
  zip: '.zip',
}

/** The name without its ending. */
export function figureStem(figure: Figure, spec: FigureSpec): string {
  const metrics = [...new Set(spec.panels.flat())].join('-')
  const stem = slug(figure.title ?? '') || slug(metrics) || 'figure'
  return DEVICE.test(stem) ? `figure-${stem}` : stem
}

export function slug(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return plain
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '')
}
