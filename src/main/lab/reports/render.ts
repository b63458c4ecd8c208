/**
 * A report with everything filled in: texts read, fields resolved, figures and tables made, findings and appendix.
 * The screen and every export are made from what comes out of here.
 */
import { LabError, toFailure } from '#shared/errors'
import type { Evaluation, RunDetails, RunId } from '#shared/run'
import { checkReport } from '#shared/report/check'
import type { Appendix, AppendixRun, Inline, RenderedBlock, RenderedReport, TextNode } from '#shared/report/document'
import { FieldError, parseField } from '#shared/report/field'
import type { Block, BlockOf, Report } from '#shared/report/report'
import { runCardRows } from '#shared/report/run-card'
import { configurationsOf, type Subject, type SubjectRun } from '#shared/report/subject'
import { fieldText, subjectOf } from '#shared/report/values'
import { configurationJson } from './configuration-json'
import { formulaProblem, readLine, readMarkdown, type ResolveField } from './markdown'
import type { Making } from './making'

export interface RunSource {
  details(id: RunId): Promise<RunDetails>
  history(id: RunId): Promise<readonly Evaluation[]>
}

export interface RenderSurroundings {
  runs: RunSource
  making: Making
  /** "Perceptron Lab 0.1.0" */
  lab: string
}

export async function renderReport(report: Report, around: RenderSurroundings): Promise<RenderedReport> {
  const subjects = await subjectsOf(report, around.runs)
  const others = await otherRuns(report, around.runs)
  const resolve = resolverFor(subjects)
  const numbers = { figure: 0, table: 0 }
  const stamps = stampsOf([...subjects.flatMap(({ runs }) => runs), ...others])
  const blocks: RenderedBlock[] = []
  for (const block of report.blocks)
    blocks.push(await renderBlock(block, { subjects, resolve, numbers, stamps, making: around.making }))
  return {
    id: report.id,
    title: report.title,
    author: report.author,
    changedAt: report.changedAt,
    blocks,
    appendix: appendixOf(others.length > 0 ? [...subjects, figureRuns(others)] : subjects, around.lab),
    findings: checkReport({ blocks: report.blocks, rendered: blocks, subjects, others }),
  }
}

/** One alias after the other, and each run once: a report names some tens of them. */
export async function subjectsOf({ aliases }: Pick<Report, 'aliases'>, runs: RunSource): Promise<Subject[]> {
  const known = new Map<RunId, Promise<SubjectRun>>()
  const load = (id: RunId) => {
    const before = known.get(id) ?? loadRun(id, runs)
    known.set(id, before)
    return before
  }
  return await Promise.all(
    aliases.map(async ({ name, title, runs: ids }): Promise<Subject> => {
      const settled = await Promise.allSettled(ids.map(load))
      return {
        alias: name,
        title,
        runs: settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])),
        missing: settled.flatMap((each, i) => {
          const id = ids[i]
          return each.status === 'rejected' && id ? [{ id, reason: toFailure(each.reason).message }] : []
        }),
      }
    }),
  )
}

/** Shown by figures, and not among the choices any more. What cannot be read is said where the figure stands. */
async function otherRuns(
  { aliases, blocks }: Pick<Report, 'aliases' | 'blocks'>,
  runs: RunSource,
): Promise<SubjectRun[]> {
  const chosen = new Set(aliases.flatMap((each) => each.runs))
  const shown = new Set(blocks.flatMap((block) => (block.kind === 'figure' ? block.spec.runs : [])))
  const settled = await Promise.allSettled([...shown].filter((id) => !chosen.has(id)).map((id) => loadRun(id, runs)))
  return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
}

/** For the appendix alone: no field can name it. */
function figureRuns(runs: readonly SubjectRun[]): Subject {
  return { alias: '–', title: '', runs, missing: [] }
}

export async function loadRun(id: RunId, runs: RunSource): Promise<SubjectRun> {
  const [details, history] = await Promise.all([runs.details(id), runs.history(id)])
  return { summary: details.summary, experiment: details.experiment, history, details }
}

function resolverFor(subjects: readonly Subject[]): ResolveField {
  return (source): Inline => {
    try {
      return { kind: 'field', source, text: unbroken(fieldText(parseField(source), subjects)) }
    } catch (error) {
      if (!(error instanceof LabError) && !(error instanceof RangeError)) throw error
      return { kind: 'problem', source: `{{${source}}}`, message: error.message }
    }
  }
}

/** A number and its unit stay on one line. */
function unbroken(text: string): string {
  return text.replace(/(\d) (?=(?:%|nats|points|s)(?![\p{L}\d]))/gu, '$1\u00a0')
}

interface Context {
  subjects: readonly Subject[]
  resolve: ResolveField
  numbers: { figure: number; table: number }
  stamps: ReadonlyMap<RunId, string>
  making: Making
}

/** Of what figures are drawn from: a run that has another stamp has changed. */
function stampsOf(runs: readonly SubjectRun[]): Map<RunId, string> {
  return new Map(
    runs.map(({ summary, history, details }) => [
      summary.id,
      JSON.stringify([summary, history.length, history.at(-1), details.interventions, details.machine]),
    ]),
  )
}

/** Null if one of its runs is not to be had: why is said where the figure is made. */
function stampOf({ spec }: BlockOf<'figure'>, stamps: ReadonlyMap<RunId, string>): string | null {
  const found = spec.runs.map((run) => stamps.get(run))
  return found.every((stamp) => stamp !== undefined) ? found.join('\n') : null
}

async function renderBlock(
  block: Block,
  { subjects, resolve, numbers, stamps, making }: Context,
): Promise<RenderedBlock> {
  const { id } = block
  const read = (text: string): TextNode[] => readMarkdown(text, resolve)
  switch (block.kind) {
    case 'heading':
      return { id, kind: 'heading', level: block.level, text: block.text }
    case 'text':
      return { id, kind: 'text', nodes: read(block.markdown) }
    case 'question':
      return { id, kind: 'question', label: block.label, prompt: read(block.prompt), answer: read(block.answer) }
    case 'equation':
      return { id, kind: 'equation', latex: block.latex, problem: formulaProblem(block.latex) }
    case 'run':
      return runCard(block.id, block.of, subjects)
    case 'figure': {
      const { drawing, sha256, freshness } = await making.figure(block, stampOf(block, stamps))
      const { widthCm, heightCm } = block.spec
      const caption = readLine(block.caption, resolve)
      const { svg, csv } = drawing ?? { svg: '', csv: '' }
      const alt = block.alt || descriptionIn(svg)
      return {
        id,
        kind: 'figure',
        number: ++numbers.figure,
        svg,
        csv,
        widthCm,
        heightCm,
        alt,
        sha256,
        freshness,
        caption,
      }
    }
    case 'table': {
      const { drawing, sha256, freshness } = await making.table(block, subjects)
      const caption = readLine(block.caption, resolve)
      const table = drawing?.table ?? { header: [], align: [], rows: [], notes: [] }
      return { id, kind: 'table', number: ++numbers.table, table, sha256, freshness, caption }
    }
  }
  return block satisfies never
}

function runCard(id: string, of: string, subjects: readonly Subject[]): RenderedBlock {
  try {
    const subject = subjectOf(of, subjects)
    const title = subject.title || (subject.runs[0]?.summary.label ?? of)
    return { id, kind: 'run', title, rows: runCardRows(subject), problem: null }
  } catch (error) {
    if (!(error instanceof FieldError)) throw error
    return { id, kind: 'run', title: of, rows: [], problem: error.message }
  }
}

/** What the drawing says of itself. */
function descriptionIn(svg: string): string {
  const text = /<desc>([^<]*)<\/desc>/.exec(svg)?.[1] ?? ''
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&')
}

function appendixOf(subjects: readonly Subject[], lab: string): Appendix {
  const shown = subjects.filter(({ runs }) => runs.length > 0)
  return {
    lab,
    runs: shown.flatMap((subject) => subject.runs.map((run) => appendixRun(subject, run))),
    configurations: shown.flatMap(configurationTexts),
    missing: subjects.flatMap(({ alias, missing }) => missing.map(({ id, reason }) => `${alias}: ${id}. ${reason}`)),
  }
}

/** A choice may hold more than one. */
function configurationTexts({ alias, title, runs }: Subject): Appendix['configurations'][number][] {
  const groups = configurationsOf(runs)
  return groups.flatMap(({ name, runs: [first] }) =>
    first
      ? [{ alias, title: groups.length > 1 ? name : title || name, json: configurationJson(first.experiment) }]
      : [],
  )
}

function appendixRun({ alias }: Subject, { summary, experiment, details }: SubjectRun): AppendixRun {
  const { init, shuffle, split, dropout } = experiment.seeds
  const { machine, data, split: facts } = details
  const hashes = [
    ...(data ? [`data ${data.sha256.slice(0, 16)}`] : []),
    ...(facts ? [`split ${facts.sha256.slice(0, 16)}`] : []),
  ]
  return {
    alias,
    id: summary.id,
    label: summary.label,
    status: `${summary.status} at epoch ${Math.floor(summary.last?.epoch ?? 0)} of ${summary.epochs}`,
    seeds: `split ${split}, init ${init}, shuffle ${shuffle}, dropout ${dropout}`,
    data: [summary.dataset, experiment.dataset.split.kind, ...hashes].join(', '),
    weightsSha256: summary.weightsSha256 ?? '',
    machine: machine
      ? `${machine.cpu}, ${machine.cores} cores, ${machine.os}, ${machine.kernels}, ${summary.threads} threads`
      : '',
    versions: machine ? `Perceptron Lab ${machine.app}, Node ${machine.node}` : '',
  }
}
