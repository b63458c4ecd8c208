/**
 * `models:export`, answered by the room of the workspace that is open.
 */
import { z } from 'zod'
import { MODEL_FORMATS } from '#shared/inspect/model-export'
import type { LabCalls } from '#shared/ipc'
import type { Handlers } from '../../calls'
import { modelSource } from '../handlers'
import type { ExportRoom } from './export-room'

export const EXPORT_CALL_ARGUMENTS = {
  'models:export': z.tuple([modelSource, z.enum(MODEL_FORMATS)]),
} satisfies Partial<Record<keyof LabCalls, z.ZodType<readonly unknown[]>>>

/** `room` is asked anew each time: another workspace may have been opened. */
export function exportHandlers(room: () => ExportRoom) {
  return { 'models:export': (source, format) => room().export(source, format) } satisfies Partial<Handlers>
}
