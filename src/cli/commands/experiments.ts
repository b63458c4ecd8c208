/**
 * `presets`, `validate` and `schema`: what can be run, and what an experiment file may say. None opens a lab; own
 * data sets are looked up in the workspace.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { catalogOfWorkspace } from '#lab/datasets/workspace-catalog'
import { speedOfWorkspace } from '#lab/estimate/workspace-speed'
import { readPresets } from '#lab/presets/presets'
import { costOf } from '#shared/cost/estimate'
import { experimentSchema } from '#shared/experiment'
import { parseExperiment } from '#shared/experiment-check'
import { expandExperiment } from '#shared/experiment-expand'
import { parameterCount, layerSizes, sizeString } from '#shared/network'
import { variantNames } from '#shared/preset'
import { costLine } from '../cost-line'
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { readJson, saveFile } from '../files'
import { formatCount, formatNumberOf, formatTable } from '../format'

export async function listPresets({ resources, output }: Environment, json: boolean): Promise<number> {
  const presets = await readPresets(join(resources, 'presets'))
  if (json) {
    output.write(`${JSON.stringify(presets)}\n`)
    return EXIT.ok
  }
  output.write(
    formatTable(presets, [
      { title: 'preset', text: (preset) => preset.id },
      { title: 'runs', align: 'right', text: (preset) => String(expandExperiment(preset.experiment).length) },
      { title: 'rows', text: (preset) => preset.rows.join(' ') },
      { title: 'variants', text: (preset) => variantNames(preset).join(' ') },
      { title: 'question', text: (preset) => preset.question },
    ]),
  )
  return EXIT.ok
}

export async function validateFile({ output }: Environment, file: string, workspace: string): Promise<number> {
  const catalog = await catalogOfWorkspace(workspace)
  const experiment = parseExperiment(await readJson(file), catalog)
  const plans = expandExperiment(experiment, catalog)
  output.write(`${file} is valid: "${experiment.title}", ${formatNumberOf(plans.length, 'run')}\n`)
  const first = plans.filter((plan) => plan.replicate === 0)
  output.write(
    formatTable(first, [
      { title: 'configuration', text: (plan) => plan.configuration.label },
      { title: 'network', text: (plan) => sizeString(plan.experiment, catalog) },
      {
        title: 'parameters',
        align: 'right',
        text: ({ experiment: each }) => formatCount(parameterCount(layerSizes(each, catalog), each.network.bias)),
      },
      { title: 'epochs', align: 'right', text: (plan) => String(plan.experiment.training.epochs) },
    ]),
  )
  const speed = await speedOfWorkspace(workspace)
  const cost = costOf(plans, speed, catalog)
  output.write(costLine(cost, speed))
  return EXIT.ok
}

/** The JSON Schema of the experiment file, for editors: defaults, ranges and descriptions included. */
export async function writeSchema({ output }: Environment, out: string | undefined): Promise<number> {
  const schema = { title: 'Perceptron Lab experiment', ...z.toJSONSchema(experimentSchema, { io: 'input' }) }
  const text = `${JSON.stringify(schema, null, 2)}\n`
  if (out === undefined) output.write(text)
  else await saveFile(out, text)
  return EXIT.ok
}
