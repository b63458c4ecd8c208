/**
 * Answers the `reports:*` calls of one workspace.
 */
import { LabError } from '#shared/errors'
import type { RenderedFile } from '#shared/figure'
import type { Preset } from '#shared/preset'
import type { Finding, RenderedReport } from '#shared/report/document'
import { reportSchema, type Block, type Report, type ReportId, type ReportListing } from '#shared/report/report'
import type { Addition, NewReport, ReportFormat } from '#shared/report/calls'
import { withAddition } from '#shared/report/addition'
import { fillTemplate } from '#shared/report/templates'
import type { Disk } from '../storage/disk'
import { Making, type RenderFigure } from './making'
import { loadRun, renderReport, subjectsOf, type RunSource } from './render'
import { ReportFiles } from './report-files'

export interface ReportSurroundings {
  disk: Disk
  workspace: string
  /** Of the lab, for the appendix. */
  version: string
  resources: string
  runs: RunSource
  presets: () => Promise<readonly Preset[]>
  renderFigure: RenderFigure
  changed: (listing: ReportListing) => void
}

export class ReportRoom {
  private readonly files: ReportFiles
  private readonly making: Making
  private swept = false

  constructor(private readonly around: ReportSurroundings) {
    this.files = new ReportFiles(around.disk, around.workspace)
    this.making = new Making(around.renderFigure, this.files)
  }

  /** The first time, drawings that nobody needs are cleared away. */
  async list(): Promise<ReportListing> {
    if (!this.swept) {
      this.swept = true
      await this.files.sweep()
    }
    return await this.files.list()
  }

  get(id: ReportId): Promise<Report> {
    return this.files.read(id)
  }

  /** Makes what has not been made yet: figures and tables whose `made` is null. Answers with the report as stored. */
  async save(input: unknown): Promise<Report> {
    const report = checked(input)
    const stored = await this.files.save({ ...report, blocks: await this.madeBlocks(report) })
    await this.tell()
    return stored
  }

  async create({ template, runs, presetId, title }: NewReport): Promise<Report> {
    const preset = presetId === null ? undefined : await this.presetOf(presetId)
    if (template === 'preset' && !preset) {
      throw new LabError(
        'report/no-preset',
        'The template of a task needs a preset: name one, or choose another template',
      )
    }
    const loaded = await Promise.all(runs.map((id) => loadRun(id, this.around.runs)))
    const filled = fillTemplate({ template, runs: loaded, preset })
    const draft = { ...filled, title: title ?? filled.title, author: '', presetId: preset?.id ?? null }
    const created = await this.files.create({ ...draft, blocks: await this.madeBlocks(draft) })
    await this.tell()
    return created
  }

  async add(id: ReportId, addition: Addition): Promise<Report> {
    const report = await this.files.read(id)
    const ids = 'figure' in addition ? addition.figure.runs : addition.runs
    const { runs } = this.around
    const added = await Promise.all([...new Set(ids)].map((each) => loadRun(each, runs)))
    return await this.save(withAddition(report, addition, await subjectsOf(report, runs), added))
  }

  async remove(id: ReportId): Promise<void> {
    await this.files.remove(id)
    await this.tell()
  }

  async restore(id: ReportId): Promise<void> {
    await this.files.restore(id)
    await this.tell()
  }

  /** Of a report as it is being edited: nothing is stored. Without the points of its figures, which no page shows. */
  async render(input: unknown): Promise<RenderedReport> {
    const rendered = await renderReport(checked(input), this.surroundings)
    return {
      ...rendered,
      blocks: rendered.blocks.map((each) => (each.kind === 'figure' ? { ...each, csv: '' } : each)),
    }
  }

  async check(id: ReportId): Promise<readonly Finding[]> {
    return (await renderReport(await this.files.read(id), this.surroundings)).findings
  }

  async export(id: ReportId, format: ReportFormat): Promise<RenderedFile> {
    const rendered = await renderReport(await this.files.read(id), this.surroundings)
    const { exportReport } = await import('./export/export')
    return await exportReport(rendered, format, this.around.resources)
  }

  private get surroundings() {
    const { runs, version } = this.around
    return { runs, making: this.making, lab: `Perceptron Lab ${version}` }
  }

  private async madeBlocks({ blocks, aliases }: Pick<Report, 'blocks' | 'aliases'>): Promise<Block[]> {
    const subjects = await subjectsOf({ aliases }, this.around.runs)
    const at = new Date().toISOString()
    const made: Block[] = []
    for (const block of blocks) {
      if ((block.kind !== 'figure' && block.kind !== 'table') || block.made) {
        made.push(block)
        continue
      }
      const { drawing, sha256, freshness } =
        block.kind === 'figure' ? await this.making.figure(block) : await this.making.table(block, subjects)
      if (!drawing || freshness.state !== 'fresh') made.push(block)
      else {
        await this.files.keepDrawing(sha256, drawing)
        made.push({ ...block, made: { sha256, at } })
      }
    }
    return made
  }

  private async presetOf(id: string): Promise<Preset> {
    const presets = await this.around.presets()
    const preset = presets.find((each) => each.id === id)
    if (preset) return preset
    throw new LabError(
      'preset/not-found',
      `There is no preset "${id}"; there are ${presets.map((each) => each.id).join(', ')}`,
    )
  }

  private async tell(): Promise<void> {
    this.around.changed(await this.files.list())
  }
}

function checked(input: unknown): Report {
  const parsed = reportSchema.safeParse(input)
  if (parsed.success) return parsed.data
  const details = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'report'}: ${issue.message}`)
  throw new LabError('report/invalid', `This is not a report that can be kept: ${details[0]}`, { details })
}
