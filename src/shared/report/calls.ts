/**
 * What the `reports:*` calls of the contract take and answer with; see ../ipc.ts.
 */
import { z } from 'zod'
import { isRunId, type RunId } from '../run'
import { REPORT_LIMITS, figureSpecSchema } from './report'
import { TEMPLATES } from './templates'

export const REPORT_FORMATS = ['html', 'pdf', 'md', 'latex'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]

export const newReportSchema = z.strictObject({
  template: z.enum(TEMPLATES),
  runs: z.array(z.custom<RunId>(isRunId, 'the id of a run')).max(REPORT_LIMITS.runs),
  presetId: z.string().max(100).nullable(),
  /** Null: the template's. */
  title: z.string().max(REPORT_LIMITS.titleSigns).nullable(),
})
/** A figure with its runs, or runs alone: with a card each configuration, or only among the choices. */
export const additionSchema = z.union(
  [
    z.strictObject({ figure: figureSpecSchema, caption: z.string().max(2000) }),
    z.strictObject({
      runs: z.array(z.custom<RunId>(isRunId, 'the id of a run')).min(1).max(REPORT_LIMITS.runs),
      cards: z.boolean(),
    }),
  ],
  { error: 'a figure, or runs' },
)
export type Addition = z.output<typeof additionSchema>

export type NewReport = z.output<typeof newReportSchema>
