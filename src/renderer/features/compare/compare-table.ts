/**
 * Runs side by side: a row for each result and each field of the design, a cell for each run. Pure.
 */
import type { Experiment, Layer } from '#shared/experiment'
import {
  hasEnded,
  headlineOf,
  isTestLocked,
  testScoreOf,
  type MachineFacts,
  type RunDetails,
  type RunSummary,
  type Score,
} from '#shared/run'
import { excludedText } from '#shared/split'
import {
  LOCKED,
  NONE,
  STATUS_WORDS,
  accuracyText,
  countsText,
  datasetTitle,
  epochText,
  lossText,
  reasonText,
  secondsText,
  sizesText,
  testAccuracyText,
  testLossText,
  testUseText,
} from '../../runs/run-text'
import { formatCount } from '../../ui/format'

export interface ComparedRun {
  summary: RunSummary
  /** Not there yet, or not to be had. */
  details: RunDetails | undefined
}

export interface CompareRow {
  label: string
  /** A path of the experiment file, as it is typed for `--set`. */
  isPath: boolean
  /** One for each run, in their order. */
  cells: readonly string[]
  /** Not all cells are the same. */
  differs: boolean
}

export interface CompareSection {
  title: string
  rows: readonly CompareRow[]
}

export function compareSections(runs: readonly ComparedRun[]): CompareSection[] {
  return [
    { title: 'Results', rows: resultRows(runs.map((run) => run.summary)) },
    { title: 'Design', rows: designRows(runs) },
    { title: 'Where and when', rows: placeRows(runs) },
  ]
}

/** What is the same for all runs is left out; so is a section of which nothing remains. */
export function onlyDifferences(sections: readonly CompareSection[]): CompareSection[] {
  return sections
    .map(({ title, rows }) => ({ title, rows: rows.filter((row) => row.differs) }))
    .filter((section) => section.rows.length > 0)
}

function row(label: string, cells: readonly string[], isPath = false): CompareRow {
  return { label, isPath, cells, differs: new Set(cells).size > 1 }
}

const RESULTS: readonly (readonly [label: string, text: (run: RunSummary) => string])[] = [
  ['Status', (run) => STATUS_WORDS[run.status]],
  ['Epochs', (run) => `${epochText(run.last?.epoch ?? 0)} of ${epochText(run.epochs)}`],
  ['Why it ended', (run) => (hasEnded(run.status) ? (reasonText(run) ?? NONE) : NONE)],
  ['Test accuracy', testAccuracyText],
  ['Test samples right', (run) => (isTestLocked(run) ? LOCKED : countsOf(testScoreOf(run)))],
  ['Last test loss', testLossText],
  ['Test part', testUseText],
  [
    'Lowest test loss',
    ({ lowestTestLoss: low }) => (low ? `${lossText(low.loss)} at epoch ${epochText(low.epoch)}` : NONE),
  ],
  ['Validation accuracy', (run) => accuracyText(run.last?.validation)],
  ['Last validation loss', (run) => lossText(run.last?.validation?.loss)],
  [
    'Best epoch by validation',
    ({ bestValidation: best }) => (best ? `${epochText(best.epoch)}, loss ${lossText(best.score.loss)}` : NONE),
  ],
  ['Train accuracy', (run) => accuracyText(run.last?.train)],
  ['Last train loss', (run) => lossText(run.last?.train.loss)],
  ['Training time', (run) => (run.last ? secondsText(run.last.seconds) : NONE)],
  ['Seconds per epoch, median', (run) => (run.secondsPerEpoch ? secondsText(run.secondsPerEpoch.median) : NONE)],
]

/** What no run has (a validation part, a reason) has no row. */
function resultRows(runs: readonly RunSummary[]): CompareRow[] {
  return RESULTS.map(([label, text]) => row(label, runs.map(text))).filter(hasCells)
}

function countsOf(score: Score | undefined): string {
  return score ? countsText(score) : NONE
}

function hasCells({ cells }: CompareRow): boolean {
  return cells.some((cell) => cell !== NONE)
}

function designRows(runs: readonly ComparedRun[]): CompareRow[] {
  const designs = runs.map(({ details }) => (details ? designOf(details.experiment) : new Map<string, string>()))
  const paths = [...new Set(designs.flatMap((design) => [...design.keys()]))]
  return [
    row(
      'Data set',
      runs.map(
        ({ summary }) =>
          datasetTitle(summary.dataset) +
          (summary.reducedData ? ', reduced' : '') +
          (summary.excluded ? `, ${excludedText(summary.excluded)}` : ''),
      ),
    ),
    row(
      'Size',
      runs.map(({ summary }) => sizesText(summary.sizes)),
    ),
    row(
      'Parameters',
      runs.map(({ summary }) => formatCount(summary.parameters)),
    ),
    ...[row('Learning rate set by hand', runs.map(byHand))].filter(hasCells),
    ...paths.map((path) =>
      row(
        path,
        designs.map((design) => design.get(path) ?? NONE),
        true,
      ),
    ),
  ]
}

function byHand({ details }: ComparedRun): string {
  const changes = details?.interventions ?? []
  return changes.map(({ step, learningRate }) => `${learningRate} from step ${formatCount(step)}`).join(', ') || NONE
}

/** Every field of the design that trains something, as path → text. */
function designOf({ dataset, network, training, seeds }: Experiment): Map<string, string> {
  const { layers, ...rest } = network
  const layerText = layers.map(textOfLayer).join(', ') || 'none'
  const fields = new Map<string, string>([['network.layers', layerText]])
  flatten({ dataset, network: rest, training, seeds }, '', fields)
  fields.delete('dataset.name')
  return fields
}

/** "64 relu", "64 leaky-relu (slope 0.01)" */
function textOfLayer({ units, activation, ...parameters }: Layer): string {
  const more = Object.entries(parameters).map(([name, value]) => `${name} ${value}`)
  return `${units} ${activation}${more.length > 0 ? ` (${more.join(', ')})` : ''}`
}

function flatten(value: unknown, path: string, into: Map<string, string>): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, item] of Object.entries(value)) flatten(item, path === '' ? key : `${path}.${key}`, into)
  } else {
    into.set(path, value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value))
  }
}

const PLACES: readonly (readonly [label: string, text: (machine: MachineFacts) => string])[] = [
  ['Processor', (machine) => machine.cpu],
  ['Cores', (machine) => String(machine.cores)],
  ['Kernels', (machine) => machine.kernels],
  ['Width of vectors', ({ wideVectors }) => (wideVectors === undefined ? NONE : wideVectors ? '256 bits' : '128 bits')],
  ['Place of the engine', ({ placement }) => (placement === undefined ? NONE : placement.replace('-', ' '))],
  ['Trained alone', ({ alone }) => (alone === undefined ? NONE : alone ? 'yes' : 'no, beside other runs')],
  ['Lab version', (machine) => machine.app],
]

function placeRows(runs: readonly ComparedRun[]): CompareRow[] {
  const machines = runs.map(({ details }) => details?.machine ?? null)
  return [
    row(
      'Threads',
      runs.map(({ summary }) => String(summary.threads)),
    ),
    ...PLACES.map(([label, text]) =>
      row(
        label,
        machines.map((machine) => (machine ? text(machine) : NONE)),
      ),
    ),
    row(
      'Created',
      runs.map(({ summary }) => localMinute(summary.createdAt)),
    ),
  ]
}

/** "2026-11-21 06:27", in the time of the person's clock: Swedish dates are ISO dates. */
function localMinute(iso: string): string {
  return new Date(iso).toLocaleString('sv-SE').slice(0, 16)
}

/** How it did at last, for the list of runs: "97.18 % test, loss 0.09450". */
export function headline(run: RunSummary): string {
  const known = headlineOf(run)
  return known ? `${accuracyText(known.score)} ${known.part}, loss ${lossText(known.score.loss)}` : 'not evaluated yet'
}
