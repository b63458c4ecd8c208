/**
 * The `inspect:*` calls, answered by the room of the workspace that is open.
 */
import { z } from 'zod'
import { IMPORT_LIMITS } from '#shared/import-options'
import { PLAIN_ACTIVATIONS } from '#shared/experiment'
import type { ModelFile, ModelReading, ModelSource } from '#shared/inspect/inspected'
import type { LabCalls } from '#shared/ipc'
import { MOST_CELLS } from '#shared/predict'
import { isRunId, type RunId } from '#shared/run'
import type { Handlers } from '../calls'
import type { ModelRoom } from './model-room'

const token = z.string().min(1).max(100)
const dataset = z.string().min(1).max(100)
const sample = z
  .int()
  .min(0)
  .max(IMPORT_LIMITS.samples * 2)
const side = z.int().min(1).max(MOST_CELLS)
const range = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low < high, 'a range from low to high')
  .readonly()

export const modelSource = z.discriminatedUnion('of', [
  z.strictObject({
    of: z.literal('run'),
    run: z.custom<RunId>(isRunId, 'the id of a run'),
    step: z.int().min(0).nullable(),
  }),
  z.strictObject({ of: z.literal('file'), token }),
]) satisfies z.ZodType<ModelSource>

const reading = z.strictObject({
  activation: z.enum([...PLAIN_ACTIVATIONS, 'leaky-relu', 'elu']).optional(),
  output: z.enum(['softmax', 'sigmoid', 'linear']).optional(),
  scaling: z.enum(['none', 'unit', 'standardize', 'standardize-per-feature']).optional(),
  dataset: dataset.optional(),
}) satisfies z.ZodType<ModelReading>

const file = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('path'), path: z.string().min(1).max(4096) }),
  z.strictObject({ kind: z.literal('bytes'), name: z.string().min(1).max(300), bytes: z.instanceof(Uint8Array) }),
]) satisfies z.ZodType<ModelFile>

const partRequest = z.strictObject({
  source: modelSource,
  part: z.enum(['train', 'validation', 'test']),
  dataset: dataset.optional(),
})
const sampleRequest = z.strictObject({
  source: modelSource,
  sample,
  dataset: dataset.optional(),
  neighbors: z.int().min(0).max(100).optional(),
})
const planeRequest = z
  .strictObject({ source: modelSource, x: range, y: range, columns: side, rows: side })
  .refine(({ columns, rows }) => columns * rows <= MOST_CELLS, `at most ${MOST_CELLS} cells`)

export const INSPECT_CALL_ARGUMENTS = {
  'inspect:model': z.tuple([modelSource]),
  'inspect:open-file': z.tuple([file, reading]),
  'inspect:read-file': z.tuple([token, reading]),
  'inspect:predictions': z.tuple([partRequest]),
  'inspect:sample': z.tuple([sampleRequest]),
  'inspect:drawn': z.tuple([modelSource, z.instanceof(Uint8Array)]),
  'inspect:layers': z.tuple([modelSource, z.int().min(1).max(100_000)]),
  'inspect:plane': z.tuple([planeRequest]),
} satisfies Partial<Record<keyof LabCalls, z.ZodType<readonly unknown[]>>>

/** `room` is asked anew each time: another workspace may have been opened. */
export function inspectHandlers(room: () => ModelRoom) {
  return {
    'inspect:model': (of) => room().facts(of),
    'inspect:open-file': (from, as) => room().openFile(from, as),
    'inspect:read-file': (of, as) => room().readFile(of, as),
    'inspect:predictions': (request) => room().predictions(request),
    'inspect:sample': (request) => room().sample(request),
    'inspect:drawn': (of, pixels) => room().drawn(of, pixels),
    'inspect:layers': (of, samples) => room().layers(of, samples),
    'inspect:plane': (request) => room().plane(request),
  } satisfies Partial<Handlers>
}
