/**
 * outside.json: a history that somebody brought, and where it came from. In place of a run.json: there is no experiment.
 */
import { z } from 'zod'
import { LabError } from '#shared/errors'
import { isRunId, type Evaluation, type RunId, type RunSummary, type Score } from '#shared/run'
import { OUTSIDE_EXPERIMENT, OUTSIDE_FIELDS, OUTSIDE_TITLE } from '#shared/runs/outside'
import type { OutsideRow } from '#shared/runs/outside-history'
import { measure } from '#lab/queue/measure'
import { newerFormat, nonFiniteAsWord } from './history-file'

export const OUTSIDE_VERSION = 1

/** As the person gave them: a share of right answers becomes a count only where it is known of how many. */
const samples = z.int().positive()
const real = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)])
const fieldValues = Object.fromEntries(OUTSIDE_FIELDS.map((field) => [field, real.exactOptional()]))
const columns = Object.fromEntries(OUTSIDE_FIELDS.map((field) => [field, z.string().exactOptional()]))

const fileSchema = z.strictObject({
  version: z.literal(OUTSIDE_VERSION),
  id: z.custom<RunId>(isRunId, 'the id of a run'),
  createdAt: z.iso.datetime(),
  label: z.string().min(1),
  dataset: z.string(),
  outside: z.strictObject({
    file: z.string(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    format: z.enum(['keras-json', 'json', 'csv']),
    columns: z.strictObject(columns),
    note: z.string().exactOptional(),
  }),
  samples: z.strictObject({
    train: samples.exactOptional(),
    validation: samples.exactOptional(),
    test: samples.exactOptional(),
  }),
  rows: z.array(z.strictObject({ ...fieldValues, epoch: z.number().min(0) })).min(1),
})

export type OutsideRecord = Omit<z.output<typeof fileSchema>, 'rows'> & { rows: readonly OutsideRow[] }

export function encodeOutside(record: OutsideRecord): string {
  return `${JSON.stringify(record, nonFiniteAsWord, 1)}\n`
}

/** Throws `run/damaged` or `run/newer-format`; `path` is for the message. */
export function decodeOutside(bytes: Uint8Array, path: string): OutsideRecord {
  let data: unknown
  try {
    data = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
  } catch (error) {
    throw new LabError('run/damaged', `${path} is damaged: it is not JSON`, { cause: error })
  }
  const version = z.object({ version: z.int() }).safeParse(data)
  if (version.success && version.data.version > OUTSIDE_VERSION) {
    throw newerFormat(path, version.data.version, OUTSIDE_VERSION)
  }
  const parsed = fileSchema.safeParse(data)
  if (parsed.success) return parsed.data // its rows are built from OUTSIDE_FIELDS, which types cannot see
  const first = parsed.error.issues[0]
  throw new LabError('run/damaged', `${path} is damaged: ${first?.path.join('.') ?? ''}: ${first?.message ?? ''}`)
}

export function outsideHistory({ rows, samples }: OutsideRecord): Evaluation[] {
  return rows.map((row) => {
    const validation = scoreOf(row['validation-loss'], row['validation-accuracy'], samples.validation)
    const test = scoreOf(row['test-loss'], row['test-accuracy'], samples.test)
    const rate = row['learning-rate']
    return {
      epoch: row.epoch,
      step: row.step ?? Number.NaN,
      seconds: row.seconds ?? Number.NaN,
      epochSeconds: null,
      train: scoreOf(row['train-loss'], row['train-accuracy'], samples.train) ?? UNKNOWN,
      ...(validation && { validation }),
      ...(test && { test }),
      ...(rate !== undefined && { learningRate: rate }),
    }
  })
}

/** Nothing was said: no loss, and no samples of which any could be right. */
const UNKNOWN: Score = { loss: Number.NaN, correct: 0, count: 0 }

/** Of a part whose size is not known, the share itself stands for the count of one sample. */
function scoreOf(loss: number | undefined, accuracy: number | undefined, count: number | undefined): Score | null {
  if (loss === undefined && accuracy === undefined) return null
  const right = accuracy === undefined ? { correct: 0, count: 0 } : { correct: accuracy, count: 1 }
  const counted = accuracy === undefined || !count ? right : { correct: Math.round(accuracy * count), count }
  return { loss: loss ?? Number.NaN, ...counted }
}

export function summarizeOutside(record: OutsideRecord): RunSummary {
  const { last, lowestTestLoss, bestValidation } = measure(outsideHistory(record))
  return {
    id: record.id,
    status: 'finished',
    reason: null,
    label: record.label,
    title: OUTSIDE_TITLE,
    experimentId: OUTSIDE_EXPERIMENT,
    presetId: null,
    configuration: { index: 0, levels: {} },
    replicate: 0,
    dataset: record.dataset,
    reducedData: false,
    sizes: [],
    parameters: 0,
    epochs: last?.epoch ?? 0,
    last,
    lowestTestLoss,
    ...(bestValidation && { bestValidation }),
    secondsPerEpoch: null,
    threads: 0,
    weightsSha256: null,
    createdAt: record.createdAt,
    startedAt: null,
    endedAt: null,
    tags: [],
    outside: record.outside,
  }
}
