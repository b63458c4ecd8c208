/**
 * What the `datasets:*` calls may be given; see ../calls.ts.
 */
import { z } from 'zod'
import type { ImportSource } from '#shared/datasets'
import { LIMITS, datasetSchema } from '#shared/experiment'
import { IMPORT_LIMITS, importOptionsSchema } from '#shared/import-options'
import type { PointsSpecInput } from '#shared/points'
import { datasetNameSchema, datasetTitleSchema, isDatasetId } from './own-manifest'

const MAX_SAMPLES_AT_ONCE = 4096
const MAX_SAMPLES_IN_FIGURE = 1000

/** An own set may be called anything that its manifest allows, a set that ships with the lab as well. */
const name = z.string().min(1).max(100)
const id = z.custom<string>(isDatasetId, 'the id of a data set')
const token = z.string().min(1).max(100)
const path = z.string().min(1).max(4096)
const sampleNumber = z
  .int()
  .min(0)
  .max(IMPORT_LIMITS.samples * 2)
const newName = datasetNameSchema.nullable()

const splitRequest = z.strictObject({ dataset: datasetSchema, seed: z.int().min(0).max(LIMITS.seed) })

const importSource = z.union(
  [
    z.strictObject({
      files: z
        .array(z.strictObject({ path, bytes: z.instanceof(Uint8Array) }))
        .min(1)
        .max(IMPORT_LIMITS.files),
    }),
    z.strictObject({ paths: z.array(path).min(1).max(IMPORT_LIMITS.files) }),
  ],
  { error: 'files, or paths' },
) satisfies z.ZodType<ImportSource>

/** What points may be is checked where they are made, which says it better. */
const pointsSpec = z.custom<PointsSpecInput>(
  (value) => typeof value === 'object' && value !== null,
  'settings of points',
)

const gridRequest = z.strictObject({
  name,
  samples: z.array(sampleNumber).min(1).max(MAX_SAMPLES_IN_FIGURE),
  columns: z.int().min(1).max(100),
  captions: z.enum(['none', 'class', 'class-and-number']),
  texts: z
    .array(z.array(z.string().max(200)).max(4))
    .max(MAX_SAMPLES_IN_FIGURE)
    .exactOptional(),
  title: z.string().max(300).nullable(),
  widthCm: z.number().min(1).max(200),
  format: z.enum(['svg', 'png']),
  dpi: z.number().min(36).max(2400).exactOptional(),
})

export const DATASET_CALL_ARGUMENTS = {
  'datasets:list': z.tuple([]),
  'datasets:labels': z.tuple([name]),
  'datasets:samples': z.tuple([z.strictObject({ name, samples: z.array(sampleNumber).max(MAX_SAMPLES_AT_ONCE) })]),
  'datasets:statistics': z.tuple([name]),
  'datasets:split': z.tuple([splitRequest]),
  'datasets:scaling': z.tuple([splitRequest]),
  'datasets:render-grid': z.tuple([gridRequest]),
  'datasets:open-import': z.tuple([importSource, importOptionsSchema]),
  'datasets:preview-import': z.tuple([token, importOptionsSchema]),
  'datasets:store-import': z.tuple([token, datasetTitleSchema, newName]),
  'datasets:discard-import': z.tuple([token]),
  'datasets:preview-points': z.tuple([pointsSpec]),
  'datasets:store-points': z.tuple([pointsSpec, datasetTitleSchema, newName]),
  'datasets:rename': z.tuple([
    id,
    z.strictObject({ name: datasetNameSchema.exactOptional(), title: datasetTitleSchema.exactOptional() }),
  ]),
  'datasets:remove': z.tuple([id]),
  'datasets:restore': z.tuple([id]),
} as const
