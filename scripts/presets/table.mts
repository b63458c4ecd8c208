/**
 * The measured figures of docs/presets.md: which runs of a workspace belong to which row, and what they say together.
 *
 * A run belongs to a row if it trained exactly what a preset asks for there, seeds aside: neither its name nor the
 * preset that it was opened from count, so that a design that was changed on the way does not slip in.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeHistory } from '#lab/storage/history-file'
import { decodeRunFile, type RunRecord } from '#lab/storage/run-file'
import type { Experiment } from '#shared/experiment'
import { expandExperiment } from '#shared/experiment-expand'
import { layerSizes, parameterCount } from '#shared/network'
import {
  configurationName,
  experimentOf,
  variantNames,
  type Preset,
  type PresetChoice,
  type PresetMetric,
  type PresetResult,
  type PresetVariantName,
} from '#shared/preset'
import { accuracyOf, isRunId, type Evaluation } from '#shared/run'

export const NOT_RUN = 'not run yet'

export interface StoredRun {
  record: RunRecord
  history: readonly Evaluation[]
}

/** Every run of the workspace that trained to its planned end and was left alone on the way. Opens nothing for writing. */
export async function readRuns(workspace: string): Promise<StoredRun[]> {
  const folder = join(workspace, 'runs')
  const runs: StoredRun[] = []
  for (const name of (await readdir(folder)).filter(isRunId).sort()) {
    const [runFile, historyFile] = [join(folder, name, 'run.json'), join(folder, name, 'history.jsonl')]
    const record = decodeRunFile(await readFile(runFile), runFile)
    if (record.status !== 'finished' || record.interventions?.length) continue
    runs.push({ record, history: decodeHistory(await readFile(historyFile), historyFile) })
  }
  return runs
}

/** What each row's cell is to hold: a part for each variant that was run, quick if not in full, or NOT_RUN. */
export function measuredCells(presets: readonly Preset[], runs: readonly StoredRun[]): Map<string, string> {
  const byTraining = new Map<string, StoredRun[]>()
  for (const run of runs) {
    const key = trainingKey(run.record.experiment)
    byTraining.set(key, [...(byTraining.get(key) ?? []), run])
  }
  const cells = new Map<string, string>()
  for (const preset of presets) {
    for (const result of preset.results) {
      const forms = variantsOf(preset).map((variant) => {
        const [full, quick] = [false, true].map((isQuick) =>
          describeForm(preset, { variant, quick: isQuick }, result, byTraining),
        )
        const name = variant ?? 'as it is'
        return full === '' ? ([`${name}, quick`, quick] as const) : ([name, full] as const)
      })
      cells.set(result.row, describeAll(forms))
    }
  }
  return cells
}

function variantsOf(preset: Preset): (PresetVariantName | undefined)[] {
  const names = variantNames(preset)
  return names.length > 0 ? names : [undefined]
}

/** Variants that differ in seeds only have the same runs: they are named together. */
function describeAll(forms: readonly (readonly [name: string, figures: string])[]): string {
  const figures = new Set(forms.map(([, each]) => each).filter((each) => each !== ''))
  const parts = [...figures].map((each) => {
    const names = forms.filter(([, other]) => other === each).map(([name]) => name)
    return `*${names.join(' and ')}*: ${each}`
  })
  return parts.join('<br>') || NOT_RUN
}

function describeForm(
  preset: Preset,
  form: PresetChoice,
  result: PresetResult,
  byTraining: ReadonlyMap<string, readonly StoredRun[]>,
): string {
  const plans = expandExperiment(experimentOf(preset, form)).filter((plan) => plan.replicate === 0)
  const asked = plans.filter((plan) => result.of.length === 0 || result.of.includes(configurationName(plan)))
  const parts = asked.flatMap((plan) => {
    const runs = oneForEachSeed(byTraining.get(trainingKey(plan.experiment)) ?? [])
    const figures = result.metrics.flatMap((metric) => describeMetric(metric, runs, result.epoch) ?? [])
    if (figures.length === 0) return []
    const name = configurationName(plan)
    const seeds = `${runs.length} ${runs.length === 1 ? 'seed' : 'seeds'}`
    return [`${asked.length > 1 ? `${name}: ` : ''}${figures.join(', ')} (${seeds})`]
  })
  const rest = asked.length - parts.length
  if (parts.length > 0 && rest > 0)
    parts.push(rest === 1 ? 'the other one not run yet' : `the other ${rest} not run yet`)
  return parts.join('; ')
}

/** A run that was repeated with the same seeds gives the same bits: it must not count twice. */
function oneForEachSeed(runs: readonly StoredRun[]): StoredRun[] {
  return [...new Map(runs.map((run) => [JSON.stringify(run.record.experiment.seeds), run])).values()]
}

function describeMetric(metric: PresetMetric, runs: readonly StoredRun[], epoch?: number): string | undefined {
  const values = runs.flatMap((run) => valueOf(metric, run, epoch) ?? [])
  if (values.length === 0) return undefined
  const { word, text } = METRICS[metric]
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const [low, high] = [Math.min(...values), Math.max(...values)].map(text)
  return `${word} ${text(mean)}${low === high ? '' : ` [${low} … ${high}]`}`
}

const share = (value: number) => value.toFixed(4)
const loss = (value: number) => value.toPrecision(4)

const METRICS: Record<PresetMetric, { word: string; text: (value: number) => string }> = {
  'test-error': { word: 'test error', text: (value) => `${(100 * value).toFixed(2)} %` },
  'test-accuracy': { word: 'test accuracy', text: share },
  'test-loss': { word: 'test loss', text: loss },
  'validation-accuracy': { word: 'validation accuracy', text: share },
  'validation-loss': { word: 'validation loss', text: loss },
  'train-accuracy': { word: 'training accuracy', text: share },
  'train-loss': { word: 'training loss', text: loss },
  epochs: { word: 'epochs', text: (value) => String(Number(value.toFixed(1))) },
  parameters: { word: 'parameters', text: (value) => value.toLocaleString('en-US') },
  'seconds-per-epoch': { word: 's/epoch', text: (value) => value.toFixed(2) },
}

/** Undefined if the run has no such figure: no validation part, or no evaluation at that epoch. */
function valueOf(metric: PresetMetric, { record, history }: StoredRun, epoch?: number): number | undefined {
  const { experiment } = record
  const last = history.at(-1)
  if (metric === 'epochs') return last?.epoch
  if (metric === 'parameters') return parameterCount(layerSizes(experiment), experiment.network.bias)
  if (metric === 'seconds-per-epoch') return secondsAlone(record)
  // early stopping may have brought back the weights of an earlier step: figures are of the weights that are left
  const left = history.find((each) => each.step === record.model?.step) ?? last
  const evaluation = epoch === undefined ? left : history.find((each) => each.epoch === epoch)
  if (!evaluation) return undefined
  const [part, what] = metric === 'test-error' ? (['test', 'error'] as const) : splitMetric(metric)
  const score = evaluation[part]
  if (!score) return undefined
  if (what === 'loss') return score.loss
  return what === 'error' ? 1 - accuracyOf(score) : accuracyOf(score)
}

/** Seconds beside other runs of the lab, or while other programs had the machine, say nothing of a design. */
function secondsAlone({ machine, measured }: RunRecord): number | undefined {
  const seconds = measured?.secondsPerEpoch
  if (machine?.alone !== true || !seconds || seconds.median > STEADY * seconds.min) return undefined
  return seconds.median
}

/** Epochs of one run take equally long on a machine that does nothing else. */
const STEADY = 1.25

type ScoreMetric = Exclude<PresetMetric, 'test-error' | 'epochs' | 'parameters' | 'seconds-per-epoch'>

function splitMetric(metric: ScoreMetric) {
  return metric.split('-') as ['test' | 'validation' | 'train', 'accuracy' | 'loss']
}

/** What decides the bits of a run but its seeds, with the fields of each object in one order. */
function trainingKey({ dataset, network, training }: Experiment): string {
  return JSON.stringify([dataset, network, training], (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}

const CELL = /<!-- measured (S\d-\d+) -->(.*?)<!-- end -->/g

/**
 * The page with its cells filled. What these runs say nothing of stays: rows that none of them belongs to, variants of a row
 * that they did not train, and full runs where these are quick ones. Throws if page and cells do not have the same rows.
 */
export function fillTable(page: string, cells: ReadonlyMap<string, string>): string {
  const rows = [...page.matchAll(CELL)].map((match) => match[1])
  const missing = [...cells.keys()].filter((row) => !rows.includes(row))
  const unknown = rows.filter((row) => !cells.has(row))
  if (missing.length > 0 || unknown.length > 0) {
    throw new Error(
      `The page and the presets differ: no cell for ${missing.join(', ') || 'none'}; no preset for ${unknown.join(', ') || 'none'}`,
    )
  }
  return page.replace(CELL, (_cell, row: string, before: string) => {
    return `<!-- measured ${row} -->${mergedCell(before, cells.get(row) ?? NOT_RUN)}<!-- end -->`
  })
}

interface CellPart {
  /** "as-reported" and "corrected", where both have the same runs. */
  variants: readonly string[]
  isQuick: boolean
  text: string
}

const PART = /^\*([^*]+?)(, quick)?\*: /
/** In the order of a report and what came of it. */
const VARIANT_ORDER = ['as it is', 'as-reported', 'as-run', 'corrected']

function mergedCell(before: string, now: string): string {
  const [old, fresh] = [partsOf(before), partsOf(now)]
  if (fresh.length === 0) return old.length === 0 ? NOT_RUN : before
  const outdoes = (by: CellPart) => (part: CellPart) =>
    part.variants.some((name) => by.variants.includes(name)) && (by.isQuick ? part.isQuick : true)
  const taken = fresh.filter((part) => !old.some((each) => !each.isQuick && outdoes(each)(part) && part.isQuick))
  const kept = old.filter((part) => !taken.some((each) => outdoes(each)(part)))
  const place = ({ variants: [first = ''] }: CellPart) => VARIANT_ORDER.indexOf(first)
  return [...kept, ...taken]
    .sort((a, b) => place(a) - place(b))
    .map(({ text }) => text)
    .join('<br>')
}

/** None of a cell that says that nothing was run. */
function partsOf(cell: string): CellPart[] {
  return cell.split('<br>').flatMap((text) => {
    const [, names, quick] = PART.exec(text) ?? []
    return names === undefined ? [] : [{ variants: names.split(' and '), isQuick: quick !== undefined, text }]
  })
}
