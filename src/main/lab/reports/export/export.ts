/**
 * A report as a file, in one of four formats. What is heavy is loaded with the format that needs it.
 */
import { join } from 'node:path'
import { slug } from '#lab/figures/file-name'
import { renderPicture } from '#lab/figures/picture'
import type { RenderedFile } from '#shared/figure'
import type { RenderedOf, RenderedReport } from '#shared/report/document'
import type { ReportFormat } from '#shared/report/calls'
import { figureStem, figuresOf } from './parts'

export async function exportReport(
  report: RenderedReport,
  format: ReportFormat,
  resources: string,
): Promise<RenderedFile> {
  const stem = slug(report.title) || 'report'
  switch (format) {
    case 'html': {
      const { reportHtml } = await import('./html')
      return { name: `${stem}.html`, mediaType: 'text/html; charset=utf-8', bytes: encoded(reportHtml(report)) }
    }
    case 'pdf': {
      const { reportPdf } = await import('./pdf')
      const bytes = await reportPdf(report, join(resources, 'fonts'))
      return { name: `${stem}.pdf`, mediaType: 'application/pdf', bytes }
    }
    case 'md': {
      const { reportMarkdown } = await import('./markdown')
      const files = await figureFiles(report, ['svg', 'png'], resources)
      return await zipped(`${stem}-markdown.zip`, { 'report.md': encoded(reportMarkdown(report)), ...files })
    }
    case 'latex': {
      const { reportLatex } = await import('./latex')
      const files = await figureFiles(report, ['pdf'], resources)
      return await zipped(`${stem}-latex.zip`, { 'report.tex': encoded(reportLatex(report)), ...files })
    }
  }
  return format satisfies never
}

type Files = Record<string, Uint8Array>

/** Each figure in the formats that are asked for, and its points as CSV. */
async function figureFiles(
  report: RenderedReport,
  formats: readonly ('svg' | 'png' | 'pdf')[],
  resources: string,
): Promise<Files> {
  const files: Files = {}
  for (const figure of figuresOf(report)) {
    if (figure.svg === '') continue
    const path = `figures/${figureStem(figure)}`
    files[`${path}.csv`] = encoded(figure.csv)
    for (const format of formats) files[`${path}.${format}`] = await pictureOf(figure, format, resources)
  }
  return files
}

async function pictureOf(
  figure: RenderedOf<'figure'>,
  format: 'svg' | 'png' | 'pdf',
  resources: string,
): Promise<Uint8Array> {
  const { svg, widthCm, heightCm } = figure
  if (format === 'svg') return encoded(svg)
  return (await renderPicture({ name: figureStem(figure), svg, widthCm, heightCm, format }, resources)).bytes
}

/** Zip has local times only: with a fixed one, equal reports make equal files in every zone. */
const ZIP_TIME = new Date(1980, 0, 1)

async function zipped(name: string, files: Files): Promise<RenderedFile> {
  const { zipSync } = await import('fflate')
  return { name, mediaType: 'application/zip', bytes: zipSync(files, { mtime: ZIP_TIME, level: 6 }) }
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
