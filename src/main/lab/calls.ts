/**
 * What each call of the contract may be given. Calls come from a page: everything is checked here, once.
 */
import { z } from 'zod'
import {
  BANDS,
  FIGURE_FORMATS,
  FIGURE_KINDS,
  GROUPINGS,
  METRICS,
  PICTURE_FORMATS,
  VALUE_PLACES,
  X_AXES,
} from '#shared/figure'
import { LIMITS } from '#shared/experiment'
import type { LabCalls } from '#shared/ipc'
import { ADVANCES, isRunId, type RunId } from '#shared/run'
import { DATASET_CALL_ARGUMENTS } from './datasets/call-arguments'
import { DESIGN_CALL_ARGUMENTS } from './estimate/handlers'
import { EXPORT_CALL_ARGUMENTS } from './models/export/handlers'
import { INSPECT_CALL_ARGUMENTS } from './models/handlers'
import { figureStyleSchema } from './figures/style-schema'
import { HISTORY_LIMITS } from '#shared/runs/history-table'
import { queueOrderSchema } from './queue/order-box'
import { OUTSIDE_FIELDS } from '#shared/runs/outside'
import { savedViewSchema } from '#shared/runs/saved-view'
import { ANNOTATION_LIMITS } from '#shared/runs/annotations'
import { annotationChangeSchema } from './storage/annotations-file'
import { REPORT_CALL_ARGUMENTS } from './reports/handlers'
import { settingsChangeSchema } from './storage/workspace'

const runId = z.custom<RunId>(isRunId, 'the id of a run')
const runIds = z.array(runId).max(10_000)
/** The same range as in an experiment. */
const learningRate = z.number().positive('a number above 0').max(1000, 'at most 1000')
const sizeCm = z.number().min(1).max(200)

const factorName = z.string().min(1).max(200)
const smoothing = z.union([
  z.strictObject({ kind: z.literal('ema'), amount: z.number().min(0).lt(1) }),
  z.strictObject({ kind: z.literal('mean'), amount: z.int().min(1).max(100_000) }),
])

const figureRequest = z.strictObject({
  spec: z.strictObject({
    runs: z.array(runId).min(1).max(1000),
    colors: z.array(z.int().min(0).max(10_000)).max(1000).exactOptional(),
    panels: z
      .array(z.array(z.enum(METRICS)).min(1))
      .min(1)
      .max(24),
    x: z.enum(X_AXES),
    logY: z.boolean(),
    title: z.string().max(300).nullable(),
    kind: z.enum(FIGURE_KINDS).exactOptional(),
    logX: z.boolean().exactOptional(),
    by: z.enum(GROUPINGS).exactOptional(),
    band: z.enum(BANDS).exactOptional(),
    smooth: smoothing.exactOptional(),
    facets: z.array(factorName).max(2).exactOptional(),
    at: z.enum(VALUE_PLACES).exactOptional(),
    factors: z.array(factorName).max(16).exactOptional(),
    marks: z.enum(['points', 'bars']).exactOptional(),
    widthCm: sizeCm,
    heightCm: sizeCm,
    style: figureStyleSchema.exactOptional(),
  }),
  format: z.enum(FIGURE_FORMATS),
  dpi: z.number().min(36).max(2400).optional(),
})

const columnName = z.string().max(HISTORY_LIMITS.name)
const sampleCount = z.int().positive('a whole number above 0').max(1e12)
const historyImport = z.strictObject({
  file: z.string().min(1).max(500),
  bytes: z.instanceof(Uint8Array),
  label: z.string().max(ANNOTATION_LIMITS.name),
  dataset: z.string().max(200),
  columns: z.partialRecord(z.enum(OUTSIDE_FIELDS), columnName).exactOptional(),
  samples: z
    .strictObject({
      train: sampleCount.exactOptional(),
      validation: sampleCount.exactOptional(),
      test: sampleCount.exactOptional(),
    })
    .exactOptional(),
  note: z.string().max(ANNOTATION_LIMITS.note).exactOptional(),
})

/** A large graph has some 100 kB. */
const svgDrawing = z.strictObject({
  name: z.string().min(1).max(200),
  svg: z.string().max(4_000_000),
  widthCm: z.number().min(0.1).max(500),
  heightCm: z.number().min(0.1).max(500),
  format: z.enum(PICTURE_FORMATS).optional(),
})

/** One tuple for each call; what an experiment must be is checked by parseExperiment, which says it better. */
export const CALL_ARGUMENTS = {
  'app:info': z.tuple([]),
  'settings:get': z.tuple([]),
  'settings:set': z.tuple([settingsChangeSchema]),
  'workspace:open': z.tuple([z.string().min(1).max(4096)]),
  'presets:list': z.tuple([]),
  'draft:get': z.tuple([]),
  'draft:set': z.tuple([z.unknown()]),
  'runs:list': z.tuple([]),
  'runs:details': z.tuple([runId]),
  'runs:enqueue': z.tuple([z.unknown(), z.string().max(100).nullable()]),
  'runs:stop': z.tuple([runId]),
  'runs:stop-after-epoch': z.tuple([runId, z.boolean()]),
  'runs:repeat': z.tuple([runIds]),
  'runs:evaluate-test': z.tuple([runIds]),
  'runs:retrain': z.tuple([runId]),
  'runs:exclude': z.tuple([runId, z.array(z.int().min(0)).min(1).max(LIMITS.excluded)]),
  'queue:state': z.tuple([]),
  'queue:pause': z.tuple([]),
  'queue:proceed': z.tuple([]),
  'queue:move': z.tuple([runIds, runId.nullable()]),
  'queue:resume-all': z.tuple([]),
  'queue:order': z.tuple([queueOrderSchema]),
  'runs:pause': z.tuple([runId]),
  'runs:proceed': z.tuple([runId]),
  'runs:advance': z.tuple([runId, z.enum(ADVANCES)]),
  'runs:set-learning-rate': z.tuple([runId, learningRate]),
  'runs:resume': z.tuple([runIds]),
  'runs:history': z.tuple([runId]),
  'runs:remove': z.tuple([runIds]),
  'runs:restore': z.tuple([runIds]),
  'runs:annotate': z.tuple([runIds, annotationChangeSchema]),
  'runs:import': z.tuple([historyImport]),
  'views:list': z.tuple([]),
  'views:save': z.tuple([savedViewSchema]),
  'views:remove': z.tuple([z.string().max(80)]),
  'figures:render': z.tuple([figureRequest]),
  ...DATASET_CALL_ARGUMENTS,
  ...DESIGN_CALL_ARGUMENTS,
  ...INSPECT_CALL_ARGUMENTS,
  ...EXPORT_CALL_ARGUMENTS,
  'figures:picture': z.tuple([svgDrawing]),
  ...REPORT_CALL_ARGUMENTS,
} as const satisfies Record<keyof LabCalls, z.ZodType<readonly unknown[]>>

/** What a handler gets: the arguments after their check. */
export type CheckedArguments<K extends keyof LabCalls> = z.output<(typeof CALL_ARGUMENTS)[K]>

export type Handlers = {
  [K in keyof LabCalls]: (...args: CheckedArguments<K>) => Promise<ReturnType<LabCalls[K]>>
}
