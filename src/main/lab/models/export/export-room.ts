/**
 * Models on their way to other tools: which weights, which data, and what the file is called.
 */
import { decodeScaling, encodeDescription, readSafetensors, type InputScaling } from '#engine/index'
import type { Desk, SetAddress } from '#lab/datasets/desk/desk-calls'
import { slug } from '#lab/figures/file-name'
import type { RunList } from '#lab/queue/run-list'
import type { RunRecord } from '#lab/storage/run-file'
import type { RunFolders } from '#lab/storage/run-folders'
import { LabError } from '#shared/errors'
import type { RenderedFile } from '#shared/figure'
import type { ModelSource } from '#shared/inspect/inspected'
import { MODEL_FORMAT_WORDS, type ModelFormat } from '#shared/inspect/model-export'
import { mistakeOf } from '#shared/mistakes'
import type { RunId } from '#shared/run'
import type { CodeLanguage } from '../code/script-facts'
import type { Subject } from '../subject'
import { portableModel } from './portable'
import { writeWeights } from './weight-files'

export interface ExportSurroundings {
  subject: (source: ModelSource) => Promise<Subject>
  list: Pick<RunList, 'one'>
  folders: Pick<RunFolders, 'readInitialWeights'>
  /** Where the data of a run is now. Rejects with `dataset/gone`. */
  locate: (record: RunRecord) => Promise<SetAddress>
  desk: Pick<Desk, 'ask'>
  /** Of the lab. */
  version: string
}

export class ExportRoom {
  constructor(private readonly around: ExportSurroundings) {}

  async export(source: ModelSource, format: ModelFormat): Promise<RenderedFile> {
    if (format === 'pytorch' || format === 'keras' || format === 'numpy') return this.code(source, format)
    const { subject, list, version } = this.around
    const model = await subject(source)
    const { facts, experiment } = model
    const weights = await model.weights()
    const scaling = await this.scalingOf(model, weights)
    const origin = source.of === 'run' ? originOf((await list.one(source.run)).record) : {}
    const mistake = mistakeOf(experiment)
    const portable = portableModel(weights, {
      ...{ network: experiment.network, sizes: facts.sizes, classes: facts.classNames, scaling },
      metadata: {
        ...encodeDescription(experiment),
        ...origin,
        title: facts.title,
        'weights.file-sha256': model.key,
        step: String(facts.step),
        ...(facts.epoch !== null && { epoch: String(facts.epoch) }),
        ...(mistake !== null && { mistake }),
        'lab.version': version,
      },
    })
    const { extension } = MODEL_FORMAT_WORDS[format]
    const moment = source.of === 'run' && source.step !== null ? `-step-${facts.step}` : ''
    return {
      name: `${stemOf(facts.title)}${moment}.${extension}`,
      mediaType: format === 'npz' ? 'application/zip' : 'application/octet-stream',
      bytes: writeWeights(format, { model: portable, scaling, version }),
    }
  }

  /** As the file says it, or else as the training part of its data has it. */
  private async scalingOf(model: Subject, weights: Uint8Array): Promise<InputScaling> {
    const said = decodeScaling(readSafetensors(weights), model.facts.sizes[0] ?? 0)
    if (said) return said
    const { experiment, key } = model
    const { name, own } = await model.locate()
    return this.around.desk.ask('modelScaling', { name, own }, { key, weights, experiment })
  }

  private async code(source: ModelSource, language: CodeLanguage): Promise<RenderedFile> {
    if (source.of === 'file') {
      throw new LabError(
        'export/no-experiment',
        'A file of weights does not say how they were trained: export code from the run, or the weights as ONNX, safetensors or NPZ',
      )
    }
    const { locate, list, desk, version } = this.around
    const { record, summary } = await list.one(source.run)
    const { experiment } = record
    const { name, own } = await locate(record)
    const stem = `${stemOf(summary.label)}-${language}`
    const bytes = await desk.ask(
      'exportCode',
      { name, own },
      {
        ...{ language, experiment, version, run: record.id },
        interventions: record.interventions ?? [],
        isWhole: record.status === 'finished',
        initialWeights: await this.initialWeights(record.id, record.initialWeightsSha256),
      },
      stem,
    )
    return { name: `${stem}.zip`, mediaType: 'application/zip', bytes }
  }

  private async initialWeights(id: RunId, sha256: string | undefined): Promise<Uint8Array | null> {
    return sha256 === undefined ? null : this.around.folders.readInitialWeights(id, sha256)
  }
}

function originOf({ id, model, data }: RunRecord): Record<string, string> {
  return {
    run: id,
    ...(model && { 'weights.sha256': model.weightsSha256 }),
    ...(data && { 'dataset.sha256': data.sha256 }),
  }
}

function stemOf(title: string): string {
  return slug(title.replace(/\.(safetensors|npz)$/i, '')) || 'model'
}
