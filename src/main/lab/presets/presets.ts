/**
 * The presets that ship with the lab, read from `presets/*.json` and checked: each must be an experiment that
 * this version can train, in full and in its quick form.
 */
import { readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { LabError } from '#shared/errors'
import { parseExperiment } from '#shared/experiment-check'
import { parsePath, withValueAt } from '#shared/experiment-path'
import type { Preset } from '#shared/preset'

export const PRESET_VERSION = 1

const presetFileSchema = z.strictObject({
  version: z.literal(PRESET_VERSION),
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  /** Place on Home; not part of the preset. */
  order: z.number(),
  group: z.string().min(1),
  title: z.string().min(1),
  question: z.string().min(1),
  rows: z.array(z.string().regex(/^S\d-\d+$/)),
  experiment: z.unknown(),
  quick: z.record(z.string(), z.json()),
  figures: z.array(z.string().min(1)),
  reported: z.string(),
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
    quickExperiment(preset) // throws when the quick form is not an experiment
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

/** The preset's experiment with its quick values set. */
export function quickExperiment(preset: Pick<Preset, 'experiment' | 'quick'>) {
  const changed = Object.entries(preset.quick).reduce<unknown>(
    (experiment, [path, value]) => withValueAt(experiment, parsePath(path), value),
    preset.experiment,
  )
  return parseExperiment(changed)
}
