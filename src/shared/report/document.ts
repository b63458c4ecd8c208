/**
 * What a text is when it has been read and its fields have been filled in: a tree of plain data. Screen and exports are
 * all made from it, so that they say the same.
 */
import type { Block, ReportId } from './report'

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'strong' | 'emphasis' | 'struck'; children: readonly Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; href: string; children: readonly Inline[] }
  | { kind: 'math'; latex: string }
  /** A number or a sentence from runs; `source` is what stands between the braces. */
  | { kind: 'field'; source: string; text: string }
  /** What could not be filled in or drawn, as it was written, with the reason: shown in place. */
  | { kind: 'problem'; source: string; message: string }
  | { kind: 'break' }

export type TableAlign = 'left' | 'right' | 'center'

export type TextNode =
  | { kind: 'paragraph'; children: readonly Inline[] }
  | { kind: 'subheading'; children: readonly Inline[] }
  | { kind: 'list'; ordered: boolean; start: number; items: readonly (readonly TextNode[])[] }
  | { kind: 'quote'; children: readonly TextNode[] }
  | { kind: 'code'; text: string }
  | { kind: 'math'; latex: string }
  | {
      kind: 'table'
      align: readonly TableAlign[]
      header: readonly (readonly Inline[])[]
      rows: readonly (readonly (readonly Inline[])[])[]
    }
  | { kind: 'rule' }

/** A cell of a made table; problems are cells too. */
export interface Cell {
  text: string
  problem?: string
}

export interface MadeTable {
  /** With units: "Test error (%)". */
  header: readonly string[]
  align: readonly TableAlign[]
  rows: readonly (readonly Cell[])[]
  /** What a reader has to know: n, intervals, reduced data. */
  notes: readonly string[]
}

/** Whether what is shown is still what the runs say. */
export type Freshness =
  | { state: 'fresh' }
  /** `reason` in words: what has changed. */
  | { state: 'stale'; reason: string }
  /** It cannot be shown at all. */
  | { state: 'missing'; reason: string }

interface Numbered {
  /** From 1, in the order of the report. */
  number: number
  /** Of what is shown; empty if nothing can be. */
  sha256: string
  freshness: Freshness
  caption: readonly Inline[]
}

export type RenderedBlock =
  | { id: string; kind: 'heading'; level: number; text: string }
  | { id: string; kind: 'text'; nodes: readonly TextNode[] }
  | { id: string; kind: 'question'; label: string; prompt: readonly TextNode[]; answer: readonly TextNode[] }
  | ({
      id: string
      kind: 'figure'
      svg: string
      csv: string
      widthCm: number
      heightCm: number
      alt: string
    } & Numbered)
  | ({ id: string; kind: 'table'; table: MadeTable } & Numbered)
  | { id: string; kind: 'equation'; latex: string; problem: string | null }
  | { id: string; kind: 'run'; title: string; rows: readonly (readonly [string, string])[]; problem: string | null }

export type RenderedOf<K extends Block['kind']> = Extract<RenderedBlock, { kind: K }>

/** How the runs of a report were trained: so that somebody else can train them again. */
export interface Appendix {
  /** A row for each run that can be read. */
  runs: readonly AppendixRun[]
  /** Of each configuration, once: as the experiment file says it. */
  configurations: readonly { alias: string; title: string; json: string }[]
  missing: readonly string[]
  lab: string
}

export interface AppendixRun {
  alias: string
  id: string
  label: string
  status: string
  seeds: string
  data: string
  weightsSha256: string
  machine: string
  versions: string
}

export interface RenderedReport {
  id: ReportId
  title: string
  author: string
  changedAt: string
  blocks: readonly RenderedBlock[]
  appendix: Appendix
  findings: readonly Finding[]
}

export const FINDING_KINDS = [
  'unknown-field',
  'stale',
  'claim-without-run',
  'single-seed',
  'confounded',
  'test-looks',
  'missing-unit',
  'unanswered',
] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

/** Something that a careful reader would ask about. */
export interface Finding {
  kind: FindingKind
  blockId: string
  message: string
  /** What to do about it. */
  advice: string
}

/** Every inline of a text, at any depth. */
export function inlinesOf(nodes: readonly TextNode[]): Inline[] {
  return partsOf(nodes).flat()
}

/** The same, paragraph by paragraph, item by item, cell by cell. */
export function partsOf(nodes: readonly TextNode[]): Inline[][] {
  return nodes.flatMap((node): Inline[][] => {
    switch (node.kind) {
      case 'paragraph':
      case 'subheading':
        return [node.children.flatMap(withInner)]
      case 'list':
        return node.items.flatMap(partsOf)
      case 'quote':
        return partsOf(node.children)
      case 'table':
        return [...node.header, ...node.rows.flat()].map((cell) => cell.flatMap(withInner))
      case 'code':
      case 'math':
      case 'rule':
        return []
    }
    return node satisfies never
  })
}

function withInner(inline: Inline): Inline[] {
  return 'children' in inline ? [inline, ...inline.children.flatMap(withInner)] : [inline]
}

/** As a reader would say it aloud, fields filled in: for outlines, alternative texts and searching. */
export function plainText(inlines: readonly Inline[]): string {
  return inlines
    .map((inline): string => {
      switch (inline.kind) {
        case 'text':
        case 'code':
        case 'field':
          return inline.text
        case 'math':
          return inline.latex
        case 'problem':
          return inline.source
        case 'break':
          return '\n'
        case 'strong':
        case 'emphasis':
        case 'struck':
        case 'link':
          return plainText(inline.children)
      }
      return inline satisfies never
    })
    .join('')
}
