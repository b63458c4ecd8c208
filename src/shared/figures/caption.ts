/**
 * A caption to start from: one sentence that says what is shown, of which data, of how many samples and seeds, and
 * where times were measured.
 */
import { datasetWords } from '../dataset'
import type { FigureRun, FigureSpec } from '../figure'
import type { Evaluation } from '../run'
import type { Figure } from './panels'
import { partOf, type Part } from './metrics'

export function proposedCaption(figure: Figure, spec: FigureSpec, runs: readonly FigureRun[]): string {
  const drawn = spec.runs.flatMap((id) => runs.find((run) => run.summary.id === id) ?? [])
  const facts = [
    dataText(drawn),
    ...samplesTexts(spec, drawn),
    seedsText(drawn),
    ...machineTexts(figure),
    ...(figure.reducedData ? ['reduced data: trained on less than the whole training part'] : []),
  ].filter((fact) => fact !== '')
  return `${figure.description.replace(/\.$/, '')}${facts.length > 0 ? ` (${facts.join('; ')})` : ''}.`
}

/** The caption of the style, else the proposal. */
export function captionOf(figure: Figure, spec: FigureSpec, runs: readonly FigureRun[]): string {
  const own = spec.style?.caption
  return own === undefined || own === '' ? proposedCaption(figure, spec, runs) : own
}

function dataText(runs: readonly FigureRun[]): string {
  return [...new Set(runs.map(({ summary }) => datasetWords(summary.dataset)))].join(', ')
}

/** "n = 10,000 test samples": of each part that the figure asks for, where all runs have the same number. */
function samplesTexts({ panels }: FigureSpec, runs: readonly FigureRun[]): string[] {
  const parts = new Set(panels.flat().flatMap((metric) => partOf(metric) ?? []))
  return [...parts].flatMap((part) => {
    const counts = new Set(runs.flatMap((run) => countOf(run, part) ?? []))
    return counts.size === 1 ? [`n = ${[...counts][0]?.toLocaleString('en-US')} ${part} samples`] : []
  })
}

function countOf({ history, summary }: FigureRun, part: Part): number | undefined {
  const measured: Evaluation | undefined = history.findLast((at) => at[part] !== undefined)
  if (part === 'test') return measured?.test?.count ?? summary.finalEvaluation?.score.count
  return measured?.[part]?.count
}

/** Runs of one configuration in one experiment are its seeds. */
function seedsText(runs: readonly FigureRun[]): string {
  const seeds = new Map<string, number>()
  for (const { summary } of runs) {
    const configuration = `${summary.experimentId}/${summary.configuration.index}`
    seeds.set(configuration, (seeds.get(configuration) ?? 0) + 1)
  }
  const [least, most] = [Math.min(...seeds.values()), Math.max(...seeds.values())]
  const each = seeds.size > 1 ? ' each' : ''
  if (runs.length === 0) return ''
  if (most === 1) return `one seed${each}`
  return least === most ? `${most} seeds${each}` : `${least} to ${most} seeds`
}

/** Where times are shown the small print says where they were measured. */
function machineTexts({ footnotes }: Figure): string[] {
  return footnotes
    .filter((note) => note.startsWith('Times'))
    .map((note) => note.charAt(0).toLowerCase() + note.slice(1).replace(/\.$/, ''))
}
