/**
 * `export-model`: the model of a run, or of a file, for other tools.
 */
import { extname, resolve } from 'node:path'
import { LabError } from '#shared/errors'
import type { ModelSource } from '#shared/inspect/inspected'
import { MODEL_FORMAT_WORDS, type ModelFormat } from '#shared/inspect/model-export'
import type { Lab } from '#lab/lab'
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { saveFile } from '../files'
import { findRun } from '../find-runs'
import { withLab } from './runs'

export interface ExportModelOptions {
  workspace: string
  format: ModelFormat
  /** Null: in this folder, under the lab's own name for it. */
  out: string | null
  /** Of the run's kept weights; null: the model. */
  step: number | null
  /** Of a file that does not say which set it was trained on. */
  dataset: string | null
}

const MODEL_FILES = ['.safetensors', '.npz']

export async function exportModel(
  environment: Environment,
  name: string,
  options: ExportModelOptions,
): Promise<number> {
  const { format, out, workspace } = options
  mustEndAsFormat(out, format)
  const path = await withLab(environment, workspace, async (lab) => {
    const file = await lab.call('models:export', await sourceOf(lab, name, options), format)
    const target = resolve(out ?? file.name)
    await saveFile(target, file.bytes)
    return target
  })
  environment.output.tell(`Wrote ${path}\n`)
  return EXIT.ok
}

async function sourceOf(lab: Lab, name: string, { step, dataset }: ExportModelOptions): Promise<ModelSource> {
  if (!MODEL_FILES.includes(extname(name).toLowerCase())) {
    const { runs } = await lab.call('runs:list')
    return { of: 'run', run: findRun(name, runs).id, step }
  }
  if (step !== null)
    throw new LabError('cli/usage', `--step is for runs, which keep weights on their way; ${name} is a file`)
  const reading = dataset === null ? {} : { dataset }
  const { token, missing } = await lab.call('inspect:open-file', { kind: 'path', path: resolve(name) }, reading)
  if (missing.length === 0) return { of: 'file', token }
  throw new LabError(
    'model/incomplete',
    `${name} does not say its ${missing.join(', ')}; the safetensors files of this lab say all of it`,
  )
}

function mustEndAsFormat(out: string | null, format: ModelFormat): void {
  const { extension, title } = MODEL_FORMAT_WORDS[format]
  if (out === null || extname(out).toLowerCase() === `.${extension}`) return
  throw new LabError('cli/usage', `${title} is written as .${extension}; --out is "${out}"`)
}
