/**
 * run.json: one run's definition, frozen when it was queued, and what became of it.
 */
import { z } from 'zod'
import { LabError } from '#shared/errors'
import { experimentSchema } from '#shared/experiment'
import { isRunId, type RunId } from '#shared/run'
import { evaluationSchema, newerFormat, nonFiniteAsWord, scoreSchema } from './history-file'

/** Raised when an older file can no longer be read as it is; older files are then migrated step by step. */
export const RUN_FILE_VERSION = 1

const time = z.iso.datetime()
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const seconds = z.number().min(0)

const machineSchema = z.strictObject({
  cpu: z.string(),
  cores: z.int().positive(),
  memoryBytes: z.number().positive(),
  os: z.string(),
  node: z.string(),
  app: z.string(),
  kernels: z.string(),
  bitClass: z.string(),
  placement: z.enum(['in-process', 'child-process', 'utility-process']).exactOptional(),
  wideVectors: z.boolean().exactOptional(),
  alone: z.boolean().exactOptional(),
})

const dataSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  sha256,
  kind: z.enum(['bytes', 'floats']),
  height: z.int().positive(),
  width: z.int().positive(),
  channels: z.int().positive(),
  classes: z.array(z.string()).min(1).readonly(),
  train: z.int().positive(),
  test: z.int().positive(),
})

const counts = z.array(z.int().min(0)).readonly()

/** Of the sample numbers in each part, and how many samples of each class they are. */
const splitSchema = z.strictObject({
  sha256,
  classCounts: z.strictObject({ train: counts, validation: counts, test: counts }),
})

/** What the history says in short, so that a list need not read it. */
const measuredSchema = z.strictObject({
  evaluations: z.int().min(0),
  last: evaluationSchema.nullable(),
  lowestTestLoss: z.strictObject({ epoch: z.number().min(0), loss: z.number() }).nullable(),
  /** Files from before train and test were kept there have the first two only. */
  bestValidation: z
    .strictObject({
      epoch: z.number().min(0),
      score: scoreSchema,
      train: scoreSchema.exactOptional(),
      test: scoreSchema.exactOptional(),
    })
    .exactOptional(),
  secondsPerEpoch: z.strictObject({ median: seconds, min: seconds, max: seconds }).nullable(),
})

const runId = z.custom<RunId>(isRunId, 'the id of a run')

const originSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('repeat'), from: runId }),
  z.strictObject({ kind: z.literal('exclude'), from: runId, samples: z.int().positive() }),
  z.strictObject({
    kind: z.literal('retrain'),
    from: runId,
    epochs: z.int().positive(),
    chosenBy: z.literal('validation-loss'),
  }),
])

const finalEvaluationSchema = z.strictObject({
  at: time,
  score: scoreSchema,
  epoch: z.number().min(0),
  looks: z.int().positive(),
})

const runFileSchema = z.strictObject({
  version: z.literal(RUN_FILE_VERSION),
  id: runId,
  status: z.enum(['waiting', 'running', 'paused', 'finished', 'cancelled', 'stopped', 'failed']),
  reason: z.string().nullable(),
  /** Token of the process that queued it, or took it up again, and trains it; see processes.ts. */
  owner: z.string(),
  createdAt: time,
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  experimentId: z.string().min(1),
  presetId: z.string().nullable(),
  /** No factors, one replicate, seeds of its own. */
  experiment: experimentSchema,
  /** Left out in files of labs that did not keep it: then the set ships with the lab. */
  data: dataSchema.exactOptional(),
  split: splitSchema.exactOptional(),
  configuration: z.strictObject({
    index: z.int().min(0),
    label: z.string(),
    levels: z.record(z.string(), z.string()),
  }),
  replicate: z.int().min(0),
  tags: z.array(z.string()),
  /** Threads that it trained with; what the experiment asks for stands in the experiment. */
  threads: z.int().positive(),
  versions: z.record(z.string(), z.string()),
  machine: machineSchema.nullable(),
  /** Of initial.safetensors: there if training.initialWeights names a file. */
  initialWeightsSha256: sha256.exactOptional(),
  interventions: z.array(z.strictObject({ step: z.int().min(0), learningRate: z.number().positive() })).exactOptional(),
  resumes: z.array(z.strictObject({ at: time, step: z.int().min(0) })).exactOptional(),
  /** Among the runs that wait: lower ones begin earlier. Files from before there was an order have none. */
  place: z.number().exactOptional(),
  /** It was stopped because the lab was closed. */
  cutShort: z.literal(true).exactOptional(),
  /** Where it comes from, if not from a design. */
  origin: originSchema.exactOptional(),
  /** Of the test part, where that was locked while it trained. */
  finalEvaluation: finalEvaluationSchema.exactOptional(),
  /** Null until it has ended. */
  measured: measuredSchema.nullable(),
  /** What model.safetensors holds; null when there is none. */
  model: z
    .strictObject({
      epochs: z.int().min(0),
      /** Of its weights: an earlier one than the last if early stopping brought the best ones back. */
      step: z.int().min(0).exactOptional(),
      weightsSha256: sha256,
      fileSha256: sha256,
      sizeBytes: z.int().positive(),
    })
    .nullable(),
})

export type RunRecord = z.output<typeof runFileSchema>
export type Measured = z.output<typeof measuredSchema>

export function encodeRunFile(record: RunRecord): string {
  return JSON.stringify(record, nonFiniteAsWord, 2) + '\n'
}

/** Throws `run/damaged` or `run/newer-format`; `path` is for the message. */
export function decodeRunFile(bytes: Uint8Array, path: string): RunRecord {
  let data: unknown
  try {
    data = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
  } catch (error) {
    throw new LabError('run/damaged', `${path} is damaged: it is not JSON`, { cause: error })
  }
  const version = z.object({ version: z.int() }).safeParse(data)
  if (version.success && version.data.version > RUN_FILE_VERSION) {
    throw newerFormat(path, version.data.version, RUN_FILE_VERSION)
  }
  const parsed = runFileSchema.safeParse(data)
  if (!parsed.success) {
    const first = parsed.error.issues[0]
    const where = first?.path.join('.') ?? ''
    throw new LabError('run/damaged', `${path} is damaged: ${where === '' ? 'the file' : where}: ${first?.message}`, {
      details: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    })
  }
  return parsed.data
}
