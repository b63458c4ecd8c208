/**
 * What the check looks at for one block: what is written in it and around it, and the runs that it speaks of.
 */
import { inlinesOf, partsOf, plainText, type Inline, type RenderedBlock, type TextNode } from './document'
import { FieldError, parseField, type Field } from './field'
import { referencesIn } from './prose'
import type { Block } from './report'
import { everyRun, type Subject, type SubjectRun } from './subject'
import { aliasesOf } from './values'

export interface Context {
  block: Block
  shown: RenderedBlock
  /** The blocks around it, as far as no heading stands between, and those that its text names. */
  near: readonly Block[]
  /** What is written in it and right beside it. */
  nearText: string
  subjects: readonly Subject[]
  others: readonly SubjectRun[]
}

/** A paragraph speaks of the figure above it, and so does the one that follows. */
const NEAR = 2

export function neighbours(blocks: readonly Block[], at: number): Block[] {
  return placesAround(blocks, at).flatMap((i) => (i === at ? [] : (blocks[i] ?? [])))
}

/** No heading stands between. */
function placesAround(blocks: readonly Block[], at: number): number[] {
  const places = [at]
  for (const by of [-1, 1]) {
    for (let step = 1; step <= NEAR; step++) {
      const kind = blocks[at + by * step]?.kind
      if (kind === undefined || kind === 'heading') break
      places.push(at + by * step)
    }
  }
  return places
}

export function nearText(blocks: readonly Block[], rendered: readonly RenderedBlock[], at: number): string {
  return placesAround(blocks, at)
    .map((i) => saidIn(rendered[i]))
    .join('\n')
}

/** "see Figure 2": wherever it stands. */
export function referredTo(
  shown: RenderedBlock,
  blocks: readonly Block[],
  rendered: readonly RenderedBlock[],
): Block[] {
  return referencesIn(ownText(shown) ?? '').flatMap(({ kind, number }) =>
    blocks.filter((_, i) => {
      const other = rendered[i]
      return other?.kind === kind && other.number === number
    }),
  )
}

/** Runs of its own fields; of a text without any, those of the figures and tables beside it. */
export function runsBehind(context: Context): SubjectRun[] {
  const { shown, near, subjects } = context
  const own = fieldsOf(shown).flatMap((field) => aliasesOf(field, subjects))
  if (own.length > 0) return ofAliases(own, subjects)
  const behind = near.flatMap((block) => runsOf(block, context))
  return [...new Map(behind.map((run) => [run.summary.id, run])).values()]
}

export function ofAliases(aliases: readonly string[], subjects: readonly Subject[]): SubjectRun[] {
  return everyRun(subjects.filter(({ alias }) => aliases.includes(alias)))
}

/** Runs that a block shows. */
export function runsOf(block: Block, { subjects, others }: Pick<Context, 'subjects' | 'others'>): SubjectRun[] {
  switch (block.kind) {
    case 'figure':
      return [...everyRun(subjects), ...others].filter(({ summary }) => block.spec.runs.includes(summary.id))
    case 'table':
      return block.of.length === 0 ? everyRun(subjects) : ofAliases(block.of, subjects)
    case 'run':
      return ofAliases([block.of], subjects)
    case 'heading':
    case 'text':
    case 'question':
    case 'equation':
      return []
  }
  return block satisfies never
}

/** What a person wrote here as a statement; fields are left out, so that their numbers are no claims. */
export function ownText(shown: RenderedBlock): string | null {
  const nodes = statementsOf(shown)
  return nodes && textOf(nodes)
}

/** Paragraphs, items and cells stand apart, so that no sentence runs on from one into the next. */
export function textOf(nodes: readonly TextNode[]): string {
  return partsOf(nodes)
    .map((inlines) => plainText(inlines.filter(({ kind }) => kind === 'text' || kind === 'break')))
    .join('\n')
}

/** What its author says: texts, answers and captions, fields filled in. What a template asks is not said by anybody. */
export function saidIn(shown: RenderedBlock | undefined): string {
  if (!shown) return ''
  const inlines = isMade(shown) ? shown.caption : partsOf(statementsOf(shown) ?? []).flat()
  return plainText(inlines.filter((inline) => !('children' in inline)))
}

export function statementsOf(shown: RenderedBlock): readonly TextNode[] | null {
  if (shown.kind === 'text') return shown.nodes
  return shown.kind === 'question' ? shown.answer : null
}

export function inlinesIn(shown: RenderedBlock) {
  if (shown.kind === 'question') return inlinesOf([...shown.prompt, ...shown.answer])
  if (shown.kind === 'text') return inlinesOf(shown.nodes)
  return isMade(shown) ? shown.caption : []
}

export function hasField(shown: RenderedBlock): boolean {
  return inlinesIn(shown).some(isField)
}

export function isField({ kind }: Inline): boolean {
  return kind === 'field' || kind === 'problem'
}

export function fieldsOf(shown: RenderedBlock): Field[] {
  return inlinesIn(shown).flatMap((inline): Field[] => {
    if (inline.kind !== 'field') return []
    try {
      return [parseField(inline.source)]
    } catch (error) {
      if (error instanceof FieldError) return []
      throw error
    }
  })
}

export function isMade(shown: RenderedBlock): shown is Extract<RenderedBlock, { kind: 'figure' | 'table' }> {
  return shown.kind === 'figure' || shown.kind === 'table'
}
