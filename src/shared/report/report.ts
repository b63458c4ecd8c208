/**
 * A report: an outline of blocks, with the runs that its numbers come from. Plain data, one JSON file each.
 *
 * Figures and tables keep in `made` the SHA-256 of what they were made from: the spec and every number that is shown.
 * Runs that change afterwards make another hash, and the block says that it is stale until somebody refreshes it.
 */
import { z } from 'zod'
import { METRICS, X_AXES, type FigureSpec } from '../figure'
import { isRunId, type RunId } from '../run'

export const REPORT_VERSION = 1

/** A page of prose has 3,000 signs; what is far above is no report. */
export const REPORT_LIMITS = {
  blocks: 1000,
  aliases: 40,
  runs: 500,
  textSigns: 40_000,
  titleSigns: 300,
  columns: 16,
  fileBytes: 8 * 1024 * 1024,
} as const

declare const brand: unique symbol
export type ReportId = string & { readonly [brand]: 'ReportId' }
const REPORT_ID_PATTERN = /^report-[a-z0-9][a-z0-9-]{5,60}$/

export function isReportId(text: unknown): text is ReportId {
  return typeof text === 'string' && REPORT_ID_PATTERN.test(text)
}

/** As it stands in a live field: a letter, then letters and digits. `run` and `runs` mean all that is chosen. */
export const ALIAS_PATTERN = /^[a-z][A-Za-z0-9]{0,23}$/
const RESERVED_ALIASES = ['run', 'runs', 'verdict', 'difference']

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'small letters, digits and hyphens, at most 40')
const text = z.string().max(REPORT_LIMITS.textSigns)
const line = z.string().max(REPORT_LIMITS.titleSigns)
const sizeCm = z.number().min(1).max(60)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const runId = z.custom<RunId>(isRunId, 'the id of a run')
const runIds = z.array(runId).max(REPORT_LIMITS.runs)
/** Null: not made yet; saving makes it. */
const made = z.strictObject({ sha256, at: z.string().max(40) }).nullable()

/**
 * What a figure shows. Its own fields are checked when it is drawn; what is not known here is kept, so that a report
 * of a lab with more kinds of figures loses nothing.
 */
export const figureSpecSchema = z.looseObject({
  runs: z.array(runId).max(REPORT_LIMITS.runs),
  panels: z
    .array(z.array(z.enum(METRICS)).min(1))
    .min(1)
    .max(24),
  x: z.enum(X_AXES),
  logY: z.boolean(),
  title: line.nullable(),
  widthCm: sizeCm,
  heightCm: sizeCm,
}) as unknown as z.ZodType<FigureSpec>

const heading = z.strictObject({ id, kind: z.literal('heading'), level: z.int().min(1).max(3), text: line })
const textBlock = z.strictObject({ id, kind: z.literal('text'), markdown: text })
const question = z.strictObject({
  id,
  kind: z.literal('question'),
  /** "a", "b"; empty for none. */
  label: z.string().max(12),
  prompt: text,
  answer: text,
})
const figure = z.strictObject({
  id,
  kind: z.literal('figure'),
  spec: figureSpecSchema,
  caption: text,
  /** For people who cannot see it; empty: what the figure says of itself. */
  alt: text,
  made,
})
const table = z.strictObject({
  id,
  kind: z.literal('table'),
  /** Configurations, by their aliases: a row each; empty: all of the report's. */
  of: z.array(z.string().regex(ALIAS_PATTERN)).max(REPORT_LIMITS.aliases),
  /** Fields without their alias: "testError.mean ± sd". */
  columns: z.array(z.string().max(120)).max(REPORT_LIMITS.columns),
  caption: text,
  made,
})
const equation = z.strictObject({ id, kind: z.literal('equation'), latex: text })
const runCard = z.strictObject({ id, kind: z.literal('run'), of: z.string().regex(ALIAS_PATTERN) })

export const blockSchema = z.discriminatedUnion('kind', [
  heading,
  textBlock,
  question,
  figure,
  table,
  equation,
  runCard,
])

const alias = z.strictObject({
  name: z
    .string()
    .regex(ALIAS_PATTERN, 'a small letter, then letters and digits')
    .refine((name) => !RESERVED_ALIASES.includes(name), `not one of ${RESERVED_ALIASES.join(', ')}`),
  /** What tables and verdicts call it; empty: the label of its runs. */
  title: line,
  /** One run, or the seeds of one configuration. */
  runs: runIds,
})

export const reportSchema = z
  .strictObject({
    version: z.literal(REPORT_VERSION),
    id: z.custom<ReportId>(isReportId, 'the id of a report'),
    /** Counts the saves: a save on top of an older one is refused. */
    revision: z.int().min(0),
    title: line,
    author: line,
    presetId: z.string().max(100).nullable(),
    createdAt: z.string().max(40),
    changedAt: z.string().max(40),
    aliases: z.array(alias).max(REPORT_LIMITS.aliases),
    blocks: z.array(blockSchema).max(REPORT_LIMITS.blocks),
  })
  .superRefine(({ aliases, blocks }, context) => {
    for (const name of repeated(aliases.map((each) => each.name)))
      context.addIssue({ code: 'custom', message: `two choices of runs are called ${name}` })
    for (const each of repeated(blocks.map((block) => block.id)))
      context.addIssue({ code: 'custom', message: `two blocks have the id ${each}` })
  })

export type Report = z.infer<typeof reportSchema>
export type Block = Report['blocks'][number]
export type BlockKind = Block['kind']
export type BlockOf<K extends BlockKind> = Extract<Block, { kind: K }>
/** A block before it has an id. */
export type Draft = { [K in BlockKind]: Omit<BlockOf<K>, 'id'> }[BlockKind]
export type Alias = Report['aliases'][number]
export type Made = NonNullable<BlockOf<'figure'>['made']>

/** For lists: all but the blocks. */
export interface ReportSummary {
  id: ReportId
  title: string
  presetId: string | null
  createdAt: string
  changedAt: string
  blocks: number
  runs: readonly RunId[]
}

/** A file among the reports that cannot be read: kept as it is, and said. */
export interface ReportProblem {
  file: string
  message: string
}

export interface ReportListing {
  /** The latest change first. */
  reports: readonly ReportSummary[]
  problems: readonly ReportProblem[]
}

export function summaryOf({ id: own, title, presetId, createdAt, changedAt, blocks, aliases }: Report): ReportSummary {
  const runs = [...new Set(aliases.flatMap((each) => each.runs))]
  return { id: own, title, presetId, createdAt, changedAt, blocks: blocks.length, runs }
}

/** An id that no other block of the report has. */
export function freeBlockId(blocks: readonly Pick<Block, 'id'>[], kind: BlockKind): string {
  const taken = new Set(blocks.map((block) => block.id))
  for (let n = blocks.length + 1; ; n++) if (!taken.has(`${kind}-${n}`)) return `${kind}-${n}`
}

/** "a", "b" … "z", then "a1", "b1" …: names for choices of runs. */
export function freeAlias(taken: readonly Pick<Alias, 'name'>[]): string {
  const names = new Set(taken.map((each) => each.name))
  for (let n = 0; ; n++) {
    const name = `${String.fromCharCode(97 + (n % 26))}${n < 26 ? '' : Math.floor(n / 26)}`
    if (!names.has(name)) return name
  }
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, i) => values.indexOf(value) !== i))]
}
