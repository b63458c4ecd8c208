/**
 * The `design:*` calls and `runs:predict`, answered by the rooms of the workspace that is open.
 */
import { z } from 'zod'
import type { DatasetCatalog } from '#shared/dataset'
import { parseExperiment } from '#shared/experiment-check'
import type { LabCalls } from '#shared/ipc'
import { MOST_CELLS, MOST_PREDICTED } from '#shared/predict'
import { isRunId, type RunId } from '#shared/run'
import type { Handlers } from '../calls'
import type { ModelRoom } from '../models/model-room'
import type { DesignRoom } from './design-room'

const side = z.int().min(1).max(MOST_CELLS)
const range = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low < high, 'a range from low to high')
  .readonly()

const predictRequest = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('samples'), samples: z.array(z.int().min(0)).min(1).max(MOST_PREDICTED) }),
  z.strictObject({
    of: z.literal('part'),
    part: z.enum(['train', 'validation']),
    count: z.int().min(1).max(MOST_PREDICTED),
  }),
  z
    .strictObject({ of: z.literal('grid'), x: range, y: range, columns: side, rows: side })
    .refine(({ columns, rows }) => columns * rows <= MOST_CELLS, `at most ${MOST_CELLS} cells`),
])

export const DESIGN_CALL_ARGUMENTS = {
  'design:speed': z.tuple([]),
  'design:measure-speed': z.tuple([]),
  'design:dry-run': z.tuple([z.unknown(), z.int().min(0)]),
  'runs:predict': z.tuple([z.custom<RunId>(isRunId, 'the id of a run'), predictRequest]),
} satisfies Partial<Record<keyof LabCalls, z.ZodType<readonly unknown[]>>>

interface Rooms {
  design: DesignRoom
  models: ModelRoom
  catalog: () => Promise<DatasetCatalog>
}

/** `rooms` is asked anew each time: another workspace may have been opened. */
export function designHandlers(rooms: () => Rooms) {
  return {
    'design:speed': () => rooms().design.speed(),
    'design:measure-speed': () => rooms().design.measureSpeed(),
    'design:dry-run': async (experiment, configuration) => {
      const { design, catalog } = rooms()
      return design.dryRun(parseExperiment(experiment, await catalog()), configuration)
    },
    'runs:predict': (id, request) => rooms().models.predict(id, request),
  } satisfies Partial<Handlers>
}
