/**
 * Models as people name them on the command line: a run, or a file of weights. A name that ends as such files do, or
 * has a folder in it, is a file.
 */
import { resolve } from 'node:path'
import type { Lab } from '#lab/lab'
import { LabError } from '#shared/errors'
import type { ModelFacts, ModelReading } from '#shared/inspect/inspected'
import { findRun } from './find-runs'
import { printable } from './format'

const FLAGS = {
  activation: '--activation',
  output: '--output',
  scaling: '--scaling',
  dataset: '--dataset',
} as const satisfies Record<keyof ModelReading, string>

/** Opens the file, or finds the run, at the epoch of its kept weights that is asked for. */
export async function findModel(
  lab: Lab,
  name: string,
  { reading, epoch }: { reading: ModelReading; epoch: number | null },
): Promise<ModelFacts> {
  if (/\.(?:safetensors|npz)$/i.test(name) || /[/\\]/.test(name)) return openModelFile(lab, name, reading)
  const run = findRun(name, (await lab.call('runs:list')).runs)
  const facts = await lab.call('inspect:model', { of: 'run', run: run.id, step: null })
  if (epoch === null) return facts
  const moment = facts.moments.find((each) => each.epoch === epoch)
  if (moment) return lab.call('inspect:model', { of: 'run', run: run.id, step: moment.step })
  const epochs = facts.moments.map((each) => String(Number(each.epoch.toFixed(2)))).join(', ')
  throw new LabError('cli/usage', `"${run.label}" has no weights of epoch ${epoch}; it has those of ${epochs}`)
}

async function openModelFile(lab: Lab, name: string, reading: ModelReading): Promise<ModelFacts> {
  const { facts, missing } = await lab.call('inspect:open-file', { kind: 'path', path: resolve(name) }, reading)
  if (facts) return facts
  const flags = missing.map((field) => FLAGS[field]).join(', ')
  throw new LabError('cli/usage', `${printable(name)} does not say all that is needed: give ${flags}`)
}
