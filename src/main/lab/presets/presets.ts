/**
 * The presets that ship with the lab, read from `presets/*.json` and checked: each must be an experiment that
 * this version can train, in every variant, in full and in its quick form.
 */
import { readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { LabError } from '#shared/errors'
import { parseExperiment } from '#shared/experiment-check'
import { expandExperiment } from '#shared/experiment-expand'
import {
  configurationName,
  experimentOf,
  PRESET_METRICS,
  PRESET_VARIANTS,
  variantNames,
  type Preset,
} from '#shared/preset'

export const PRESET_VERSION = 1

const row = z.string().regex(/^S\d-\d+$/)
const changes = z.record(z.string(), z.json())
const sentence = z.string().min(1)

const variantSchema = z.strictObject({ reason: sentence, set: changes.default({}), quick: changes.default({}) })
const reportedValueSchema = z.strictObject({ row, what: sentence, value: z.number(), unit: sentence.exactOptional() })
const resultSchema = z.strictObject({
  row,
  of: z.array(z.string()).default([]),
  metrics: z.array(z.enum(PRESET_METRICS)).min(1),
  epoch: z.int().positive().exactOptional(),
})

/** What was added after the first presets has a default, so that their files are still valid. */
const presetFileSchema = z.strictObject({
  version: z.literal(PRESET_VERSION),
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  /** Place on Home; not part of the preset. */
  order: z.number(),
  group: sentence,
  title: sentence,
  question: sentence,
  rows: z.array(row),
  experiment: z.unknown(),
  quick: changes,
  variants: z.partialRecord(z.enum(PRESET_VARIANTS), variantSchema).default({}),
  figures: z.array(sentence),
  reported: z.string(),
  reportedValues: z.array(reportedValueSchema).default([]),
  mistakes: z.array(sentence).default([]),
  results: z.array(resultSchema).default([]),
})

/** In the order in which Home shows them. Throws `preset/invalid`, naming the file. */
export async function readPresets(folder: string): Promise<Preset[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'))
  const files = await Promise.all(names.map((name) => readPreset(join(folder, name))))
  files.sort((a, b) => a.order - b.order || (a.preset.id < b.preset.id ? -1 : 1))
  return files.map((file) => file.preset)
}

async function readPreset(path: string): Promise<{ order: number; preset: Preset }> {
  try {
    const { version: _, order, ...file } = presetFileSchema.parse(JSON.parse(await readFile(path, 'utf8')))
    if (`${file.id}.json` !== basename(path)) throw new Error(`its id is "${file.id}"`)
    const experiment = parseExperiment(file.experiment)
    const preset = { ...file, experiment }
    check(preset)
    return { order, preset }
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : error
    const details = error instanceof LabError ? error.details : []
    throw new LabError('preset/invalid', `The preset ${basename(path)} is not valid: ${String(what)}`, {
      cause: error,
      details,
    })
  }
}

/** Throws when a form of it is not an experiment, or when it speaks of a row or a configuration that it has not. */
function check(preset: Preset): void {
  const variants = [undefined, ...variantNames(preset)]
  const names = new Set(
    variants.flatMap((variant) => {
      experimentOf(preset, { variant, quick: true })
      return expandExperiment(experimentOf(preset, { variant })).map(configurationName)
    }),
  )
  for (const { row: of } of [...preset.reportedValues, ...preset.results]) {
    if (!preset.rows.includes(of)) throw new Error(`its rows do not have ${of}`)
  }
  for (const name of preset.results.flatMap((result) => result.of)) {
    if (!names.has(name)) throw new Error(`it has no configuration "${name}", only ${[...names].join(', ')}`)
  }
}
