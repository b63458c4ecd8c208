/**
 * Figures and tables of a report: drawn from the runs as they are, named by the SHA-256 of what went in.
 */
import { createHash } from 'node:crypto'
import type { FigureRequest, FigureSpec, RenderedFile } from '#shared/figure'
import { LabError, toFailure } from '#shared/errors'
import type { Freshness, MadeTable } from '#shared/report/document'
import { makeTable } from '#shared/report/made-table'
import type { BlockOf, Made } from '#shared/report/report'
import type { Subject } from '#shared/report/subject'
import { safeSvg } from './export/parts'
import type { Drawing, ReportFiles } from './report-files'

export type RenderFigure = (request: FigureRequest) => Promise<RenderedFile>

export interface MadeThing<D extends Drawing['kind']> {
  drawing: Extract<Drawing, { kind: D }> | null
  sha256: string
  freshness: Freshness
}

/** Drawings of this process, so that a report that is typed in is not drawn anew with each letter. */
const MOST_KEPT = 128

export class Making {
  private readonly drawn = new Map<string, string>()
  private readonly points = new Map<string, { csv: string; sha256: string }>()

  constructor(
    private readonly render: RenderFigure,
    private readonly files: ReportFiles,
  ) {}

  /** What to show of a figure: what it was made from if that has changed since, else what the runs say. */
  async figure({ spec, made }: BlockOf<'figure'>, stamp: string | null = null): Promise<MadeThing<'figure'>> {
    return await this.settle('figure', made, () => this.drawFigure(spec, stamp))
  }

  async table(block: BlockOf<'table'>, subjects: readonly Subject[]): Promise<MadeThing<'table'>> {
    return await this.settle('table', block.made, () => {
      const gone = subjects.filter(
        ({ alias, missing }) => missing.length > 0 && (block.of.length === 0 || block.of.includes(alias)),
      )
      const reason = gone[0]?.missing[0]?.reason
      if (reason !== undefined && block.made) throw new LabError('report/run-gone', reason)
      return Promise.resolve(drawnTable(makeTable(block, subjects)))
    })
  }

  private async settle<D extends Drawing['kind']>(
    kind: D,
    made: Made | null,
    make: () => Promise<{ sha256: string; drawing: Drawing }>,
  ): Promise<MadeThing<D>> {
    let now: { sha256: string; drawing: Drawing } | null = null
    let reason = 'its runs have changed since it was made'
    try {
      now = await make()
    } catch (error) {
      reason = toFailure(error).message
    }
    if (now && (made === null || made.sha256 === now.sha256)) {
      return { drawing: ofKind(kind, now.drawing), sha256: now.sha256, freshness: { state: 'fresh' } }
    }
    const kept = made && (await this.files.readDrawing(made.sha256))
    const old = kept && isOurs(kept) ? ofKind(kind, kept) : null
    if (old && made) return { drawing: old, sha256: made.sha256, freshness: { state: 'stale', reason } }
    if (now) return { drawing: ofKind(kind, now.drawing), sha256: now.sha256, freshness: { state: 'stale', reason } }
    return { drawing: null, sha256: '', freshness: { state: 'missing', reason } }
  }

  /** The points decide, not the picture: another lab that draws them in other colors makes the same hash. */
  private async drawFigure(spec: FigureSpec, stamp: string | null): Promise<{ sha256: string; drawing: Drawing }> {
    if (spec.runs.length === 0) throw new LabError('report/no-runs', 'No runs are chosen for this figure yet')
    const { csv, sha256 } = await this.pointsOf(spec, stamp)
    const svg = this.drawn.get(sha256) ?? (await this.textOf(spec, 'svg'))
    keepIn(this.drawn, sha256, svg)
    return { sha256, drawing: { version: 1, kind: 'figure', svg, csv } }
  }

  /** `stamp`: equal for runs that have not changed; null where that is not known. */
  private async pointsOf(spec: FigureSpec, stamp: string | null): Promise<{ csv: string; sha256: string }> {
    const key = stamp === null ? null : hashOf([spec, stamp])
    const before = key === null ? undefined : this.points.get(key)
    if (before) return before
    const csv = await this.textOf(spec, 'csv')
    const found = { csv, sha256: hashOf({ kind: 'figure', spec, csv }) }
    if (key !== null) keepIn(this.points, key, found)
    return found
  }

  private async textOf(spec: FigureSpec, format: 'svg' | 'csv'): Promise<string> {
    const { bytes } = await this.render({ spec, format })
    return new TextDecoder().decode(bytes)
  }
}

/** The oldest one goes. */
function keepIn<V>(kept: Map<string, V>, key: string, value: V): void {
  kept.delete(key)
  kept.set(key, value)
  const [oldest] = kept.keys()
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
}

function drawnTable(table: MadeTable): { sha256: string; drawing: Drawing } {
  const plain = {
    header: [...table.header],
    align: [...table.align],
    rows: table.rows.map((row) => row.map((cell) => ({ ...cell }))),
    notes: [...table.notes],
  }
  return { sha256: hashOf({ kind: 'table', table: plain }), drawing: { version: 1, kind: 'table', table: plain } }
}

function ofKind<D extends Drawing['kind']>(kind: D, drawing: Drawing): Extract<Drawing, { kind: D }> | null {
  return drawing.kind === kind ? (drawing as Extract<Drawing, { kind: D }>) : null
}

/** A file among the drawings may have been written by somebody else: what the lab does not draw is not shown. */
function isOurs(drawing: Drawing): boolean {
  if (drawing.kind !== 'figure') return true
  try {
    safeSvg(drawing.svg, '')
    return true
  } catch {
    return false // it is made anew, or said to be missing
  }
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex')
}

/** JSON with sorted keys: equal values have equal texts, whoever wrote them. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`
}
