/**
 * `predict`: what a model says of pictures from files.
 */
import { basename } from 'node:path'
import { readPictureFile } from '#lab/models/picture-file'
import type { DatasetFacts } from '#shared/dataset'
import { f32Of } from '#shared/datasets'
import { LabError } from '#shared/errors'
import type { ModelReading } from '#shared/inspect/inspected'
import type { PicturePreparation } from '#shared/inspect/picture-input'
import { predictionAt } from '#shared/predict'
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { formatTable, printable } from '../format'
import { findModel } from '../model-source'
import { withLab } from './runs'

export interface PredictOptions {
  workspace: string
  json: boolean
  epoch: number | null
  reading: ModelReading
  preparation: PicturePreparation
}

interface Row {
  file: string
  label: number
  name: string
  confidence: number
  values: number[]
}

export async function predictPictures(
  environment: Environment,
  name: string,
  files: readonly string[],
  { workspace, json, epoch, reading, preparation }: PredictOptions,
): Promise<number> {
  return withLab(environment, workspace, async (lab) => {
    const facts = await findModel(lab, name, { reading, epoch })
    const { sets } = await lab.call('datasets:list')
    const set = sets.find((each) => each.name === facts.dataset)
    if (!set) throw new LabError('dataset/gone', facts.dataProblem ?? 'The data of this model is not here')
    const rows: Row[] = []
    for (const file of files) {
      const pixels = await readPictureFile(file, set, preparation)
      const { values } = await lab.call('inspect:drawn', facts.source, pixels)
      rows.push(rowOf(file, f32Of(values), set))
    }
    const { output } = environment
    output.write(json ? `${JSON.stringify(rows)}\n` : tableOf(rows, facts.outputActivation !== 'linear'))
    return EXIT.ok
  })
}

function rowOf(file: string, values: Float32Array, { classes }: DatasetFacts): Row {
  const { label, confidence } = predictionAt({ outputs: values.length, values }, 0)
  return { file, label, name: classes[label] ?? `output ${label}`, confidence, values: Array.from(values) }
}

function tableOf(rows: readonly Row[], isShare: boolean): string {
  return formatTable(rows, [
    { title: 'picture', text: ({ file }) => printable(basename(file)) },
    { title: 'class', text: ({ name }) => printable(name) },
    {
      title: isShare ? 'probability' : 'output',
      align: 'right',
      text: ({ confidence }) => (isShare ? `${(100 * confidence).toFixed(2)} %` : confidence.toFixed(4)),
    },
  ])
}
