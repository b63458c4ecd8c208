/**
 * What goes with a figure into its zip: what it was made from, how to include it, and what is what.
 */
import { createHash } from 'node:crypto'
import type { FigureRun, FigureSpec } from '#shared/figure'
import { captionOf } from '#shared/figures/caption'
import type { Figure } from '#shared/figures/panels'
import { texText } from '#shared/figures/pgfplots/tex'
import type { RunDetails } from '#shared/run'

export interface FigureFacts {
  /** As it is drawn, with its style. */
  figure: Figure
  spec: FigureSpec
  runs: readonly FigureRun[]
  /** Of the runs that have them. */
  details: readonly RunDetails[]
  /** Of the lab. */
  version: string
  /** As drawn. */
  csv: string
}

/** All that somebody needs to make the figure again, or to see that its data have changed. */
export function configurationJson(facts: FigureFacts): string {
  const { figure, spec, runs, version, csv } = facts
  const content = {
    what: 'configuration of a figure',
    version: 1,
    lab: version,
    spec,
    caption: captionOf(figure, spec, runs),
    altText: figure.description,
    footnotes: figure.footnotes,
    data: { sha256: sha256(csv), of: 'the CSV of what is drawn' },
    runs: runs.map(({ summary }) => runFacts(summary.id, facts)),
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

function runFacts(id: string, { runs, details }: FigureFacts) {
  const summary = runs.find((run) => run.summary.id === id)?.summary
  const known = details.find((each) => each.summary.id === id)
  if (!summary) return { id }
  const { label, title, status, configuration, replicate, epochs, last, threads, weightsSha256, finalEvaluation } =
    summary
  return {
    id,
    label,
    title,
    status,
    configuration,
    replicate,
    epochsTrained: last?.epoch ?? 0,
    epochs,
    threads,
    weightsSha256,
    ...(finalEvaluation && { finalEvaluation }),
    ...(known?.data && { data: { name: known.data.name, sha256: known.data.sha256 } }),
    ...(known?.split && { split: { sha256: known.split.sha256 } }),
    machine: known?.machine ?? null,
    ...(known?.interventions && { interventions: known.interventions }),
    ...(known?.resumes && { resumes: known.resumes }),
    ...(known && { experiment: known.experiment }),
  }
}

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The lines that put the figure into a document. */
export function includeTex(stem: string, { figure, spec, runs }: FigureFacts): string {
  return [
    '% Needs \\usepackage{graphicx}.',
    `% For people who cannot see it: ${figure.description.replace(/[^\x20-\x7E]/g, '?')}`,
    '\\begin{figure}[htbp]',
    '  \\centering',
    `  \\includegraphics[width=${spec.widthCm}cm]{${stem}.pdf}`,
    "  % In the document's own font instead; needs \\usepackage{pgfplots} and \\pgfplotsset{compat=1.16}:",
    `  % \\input{${stem}-pgfplots.tex}`,
    `  \\caption{${texText(captionOf(figure, spec, runs))}}`,
    `  \\label{fig:${stem}}`,
    '\\end{figure}',
    '',
  ].join('\n')
}

export function readmeText(stem: string, dpi: number, { figure, spec, runs, version, csv }: FigureFacts): string {
  const notes =
    figure.footnotes.length > 0 ? ['To be read with it:', ...figure.footnotes.map((note) => `- ${note}`), ''] : []
  return [
    captionOf(figure, spec, runs),
    '',
    `${stem}.pdf             vector, fonts inside; for LaTeX`,
    `${stem}.svg             vector, texts as text; for web pages and word processors`,
    `${stem}.png             ${dpi} dots an inch`,
    `${stem}-pgfplots.tex    source for pgfplots, set in the font of the document`,
    `${stem}.csv             the points as they are drawn`,
    `${stem}-all-points.csv  every evaluation of the runs`,
    `${stem}.json            the figure, its style, and the experiments, seeds and hashes of its runs`,
    'figure.tex          what to put into a LaTeX document, with the caption',
    '',
    `Size in print: ${spec.widthCm} x ${spec.heightCm} cm. Losses are means per sample.`,
    '',
    ...notes,
    'For people who cannot see it:',
    figure.description,
    '',
    `Perceptron Lab ${version}. SHA-256 of the points as they are drawn: ${sha256(csv)}`,
    '',
  ].join('\r\n')
}
