/**
 * From what stands on the command line to an experiment: a file or a preset, with the changes of the flags on top.
 */
import { dirname, resolve } from 'node:path'
import { BUILT_IN_DATASETS, type DatasetCatalog } from '#shared/dataset'
import { LabError } from '#shared/errors'
import type { Experiment } from '#shared/experiment'
import { parseExperiment } from '#shared/experiment-check'
import { formatPath, parsePath, valueAt, withValueAt, withValues, type PathKey } from '#shared/experiment-path'
import { experimentOf, type Preset, type PresetVariantName } from '#shared/preset'
import { readJson } from './files'

export interface Changes {
  quick: boolean
  variant?: PresetVariantName | undefined
  /** `path=value`, in the order given. */
  set: readonly string[]
  seed?: number | undefined
  threads?: number | undefined
  epochs?: number | undefined
}

export interface Source {
  experiment: Experiment
  presetId: string | null
}

/** A name that ends in `.json` or holds a slash is a file; anything else is a preset. `catalog`: of the workspace. */
export async function readSource(
  name: string,
  readPresets: () => Promise<readonly Preset[]>,
  changes: Changes,
  catalog: DatasetCatalog = BUILT_IN_DATASETS,
): Promise<Source> {
  if (looksLikeFile(name)) {
    mustBePlain(changes)
    const base = besideFile(await readJson(name), dirname(resolve(name)))
    return { experiment: changed(base, changes, catalog), presetId: null }
  }
  const presets = await readPresets()
  const preset = presets.find((each) => each.id === name)
  if (!preset) throw unknownPreset(name, presets)
  return { experiment: changed(experimentOf(preset, changes), changes, catalog), presetId: preset.id }
}

function mustBePlain({ quick, variant }: Changes): void {
  if (quick) {
    throw new LabError(
      'cli/usage',
      '--quick is for presets: an experiment file has no quick version. Use --epochs or --set.',
    )
  }
  if (variant !== undefined) {
    throw new LabError(
      'cli/usage',
      '--variant is for presets: an experiment file has no variants. Use --set, or a file for each.',
    )
  }
}

function looksLikeFile(name: string): boolean {
  return /\.json$/i.test(name) || /[\\/]/.test(name)
}

const WEIGHTS = ['training', 'initialWeights'] as const

/** A file of weights is named as seen from the experiment file, also where a factor names it. */
function besideFile(base: unknown, folder: string): unknown {
  const own = withWeights(base, folder)
  const factors = valueAt(own, ['factors'])
  const paths = (Array.isArray(factors) ? factors : []).flatMap((factor: unknown, f) => {
    const levels = valueAt(factor, ['levels'])
    return (Array.isArray(levels) ? levels : []).map((_, l) => ['factors', f, 'levels', l, 'set', WEIGHTS.join('.')])
  })
  return paths.reduce((draft, path) => absoluteAt(draft, path, folder), own)
}

function withWeights(base: unknown, folder: string): unknown {
  return absoluteAt(base, WEIGHTS, folder)
}

function absoluteAt(base: unknown, keys: readonly PathKey[], folder: string): unknown {
  const path = valueAt(base, keys)
  return typeof path === 'string' && path !== '' ? withValueAt(base, keys, resolve(folder, path)) : base
}

function changed(base: unknown, { set, seed, threads, epochs }: Changes, catalog: DatasetCatalog): Experiment {
  const entries: [string, unknown][] = set.map(parseAssignment)
  if (seed !== undefined) entries.push(['seeds', { split: seed, init: seed, shuffle: seed, dropout: seed }])
  if (threads !== undefined) entries.push(['threads', threads])
  if (epochs !== undefined) entries.push(['training.epochs', epochs])
  const experiment = parseExperiment(withWeights(withValues(base, entries), process.cwd()), catalog)
  for (const [path] of entries) mustCount(path, experiment)
  return experiment
}

/** Refuses a change that no run would see, as a factor sets that field, or one around it, in each of its levels. */
function mustCount(path: string, { factors }: Experiment): void {
  const keys = parsePath(path)
  for (const { name, levels } of factors) {
    const hides = levels.every((level) => Object.keys(level.set).some((set) => isWithin(keys, parsePath(set))))
    if (!hides) continue
    const level = formatPath(['factors', factors.findIndex((factor) => factor.name === name), 'levels', 0])
    throw new LabError(
      'cli/usage',
      `${path} would change nothing: the factor "${name}" sets it for every run. Change its levels instead, such as ${level}`,
    )
  }
}

function isWithin(keys: readonly PathKey[], around: readonly PathKey[]): boolean {
  return around.every((key, i) => keys[i] === key)
}

/** `training.epochs=3`: the value is JSON where it can be read as such, and text otherwise. */
export function parseAssignment(text: string): [string, unknown] {
  const at = text.indexOf('=')
  if (at < 1) {
    throw new LabError('cli/usage', `--set takes path=value, such as training.epochs=3; got "${text}"`)
  }
  return [text.slice(0, at), jsonOrText(text.slice(at + 1))]
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text // not JSON: a word such as relu
  }
}

function unknownPreset(name: string, presets: readonly Preset[]): LabError {
  const known = presets.map((each) => each.id).join(', ')
  return new LabError(
    'preset/not-found',
    `There is no preset "${name}"; expected one of ${known}, or a file whose name ends in .json`,
  )
}
