/**
 * A preset: experiments of the reports, ready to run, with what the reports say about them and where they err.
 *
 * One preset asks one question. Its experiment is what the report describes; its variants change that, so that a
 * number that cannot come out as described can still be reproduced, and the question be asked soundly.
 */
import { LabError } from './errors'
import type { Experiment } from './experiment'
import { parseExperiment } from './experiment-check'
import type { RunPlan } from './experiment-expand'
import { withValues } from './experiment-path'

/** In the order in which they are offered. */
export const PRESET_VARIANTS = ['as-reported', 'as-run', 'corrected'] as const
/**
 * as-reported: what the text says. as-run: what the program behind it did, where that differs. corrected: the same
 * question asked soundly, with several seeds and a validation part.
 */
export type PresetVariantName = (typeof PRESET_VARIANTS)[number]

/** Path → value, set on top of an experiment in this order. */
export type Changes = Readonly<Record<string, unknown>>

export interface PresetVariant {
  /** One line: what it is, and why it is there. */
  reason: string
  set: Changes
  /** For its quick form, after the quick values of the preset: a factor may hide those. */
  quick: Changes
}

/** A number as the report prints it. */
export interface ReportedValue {
  row: string
  /** What was measured, and of which network if the row has several. */
  what: string
  value: number
  /** "%", "s"; left out for a loss, a share or a count. */
  unit?: string
}

/** What the lab can set beside a row's reported numbers. */
export const PRESET_METRICS = [
  'test-error',
  'test-accuracy',
  'test-loss',
  'validation-accuracy',
  'validation-loss',
  'train-accuracy',
  'train-loss',
  'epochs',
  'parameters',
  'seconds-per-epoch',
] as const
export type PresetMetric = (typeof PRESET_METRICS)[number]

/** Which runs of a preset answer a row, and by what. */
export interface PresetResult {
  row: string
  /** Configurations by their names: "64 · ReLU". None: all of them. A variant may lack some. */
  of: readonly string[]
  metrics: readonly PresetMetric[]
  /** As they are after this epoch; left out: as the run left them. */
  epoch?: number
}

/** A configuration by its levels alone: the same in all variants, with a deliberate mistake or without. */
export function configurationName({ configuration }: Pick<RunPlan, 'configuration'>): string {
  return Object.values(configuration.levels).join(' · ')
}

export interface Preset {
  id: string
  /** Task under which Home lists it. */
  group: string
  title: string
  question: string
  /** Rows of the catalogue that it covers: S0-3, S0-4. */
  rows: readonly string[]
  experiment: Experiment
  /** The same question in a few minutes: set on top of the experiment, or of any variant of it. */
  quick: Changes
  variants: Readonly<Partial<Record<PresetVariantName, PresetVariant>>>
  /** Figures that it makes, in words. */
  figures: readonly string[]
  /** What the report states, shown as "reported"; never a target. */
  reported: string
  reportedValues: readonly ReportedValue[]
  /** What the report got wrong or left out, a sentence or two each; shown as notes. */
  mistakes: readonly string[]
  results: readonly PresetResult[]
}

export interface PresetChoice {
  /** @default the experiment as it is */
  variant?: PresetVariantName | undefined
  /** @default false */
  quick?: boolean | undefined
}

type WithVariants = Pick<Preset, 'id' | 'experiment' | 'quick' | 'variants'>

/** The experiment of one variant, in full or in its quick form. Throws `preset/no-variant`. */
export function experimentOf(preset: WithVariants, { variant, quick = false }: PresetChoice = {}): Experiment {
  const chosen = variant === undefined ? undefined : variantOf(preset, variant)
  const changes = [chosen?.set ?? {}, ...(quick ? [preset.quick, chosen?.quick ?? {}] : [])]
  const experiment = parseExperiment(
    withValues(
      preset.experiment,
      changes.flatMap((each) => Object.entries(each)),
    ),
  )
  if (!chosen || variant === undefined || variant === 'as-reported') return experiment
  return signed(experiment, VARIANT_WORDS[variant], chosen.reason)
}

const VARIANT_WORDS: Record<Exclude<PresetVariantName, 'as-reported'>, string> = {
  'as-run': 'as run',
  corrected: 'corrected',
}

/** Its runs are told from those of the report by their title, and say in their notes what is different. */
function signed(experiment: Experiment, word: string, reason: string): Experiment {
  const notes = [experiment.notes, `This is the variant “${word}”. ${reason}`].filter((part) => part !== '')
  return { ...experiment, title: `${experiment.title}, ${word}`, notes: notes.join('\n\n') }
}

/** Those that a preset has, in the order of PRESET_VARIANTS. */
export function variantNames({ variants }: Pick<Preset, 'variants'>): PresetVariantName[] {
  return PRESET_VARIANTS.filter((name) => variants[name] !== undefined)
}

function variantOf(preset: WithVariants, name: PresetVariantName): PresetVariant {
  const variant = preset.variants[name]
  if (variant) return variant
  const known = variantNames(preset)
  const expected = known.length > 0 ? `expected one of ${known.join(', ')}` : 'it has none; leave the variant out'
  throw new LabError('preset/no-variant', `The preset ${preset.id} has no variant "${name}": ${expected}`)
}
