/**
 * A run table as somebody set it up: what it shows, in which order, in which columns.
 */
import { z } from 'zod'
import { GROUPINGS_OF_RUNS, VALUES_AT } from './table'
import { filterSchema } from './filter'

export const savedViewSchema = z.strictObject({
  name: z.string().trim().min(1, 'a name').max(80, 'at most 80 characters'),
  filter: filterSchema,
  grouping: z.enum(GROUPINGS_OF_RUNS),
  at: z.enum(VALUES_AT),
  /** Ids of columns; null: those that the table chooses. */
  columns: z.array(z.string().min(1).max(200)).max(100).nullable(),
  sorting: z.strictObject({ column: z.string().min(1).max(200), descending: z.boolean() }).nullable(),
})
export type SavedView = z.output<typeof savedViewSchema>

export const SAVED_VIEWS_AT_MOST = 100
