/**
 * What blocks, findings and states are called on the screen.
 */
import { FileQuestion, FunctionSquare, Heading, ChartLine, IdCard, Table2, TextAlignStart } from '@lucide/vue'
import type { Component } from 'vue'
import type { FindingKind } from '#shared/report/document'
import type { Block, BlockKind, Draft } from '#shared/report/report'

export type InspectorTab = 'block' | 'runs' | 'check'

export const BLOCK_KINDS: Readonly<Record<BlockKind, { label: string; icon: Component }>> = {
  heading: { label: 'Heading', icon: Heading },
  text: { label: 'Text', icon: TextAlignStart },
  question: { label: 'Question', icon: FileQuestion },
  figure: { label: 'Figure', icon: ChartLine },
  table: { label: 'Table', icon: Table2 },
  equation: { label: 'Equation', icon: FunctionSquare },
  run: { label: 'Run card', icon: IdCard },
}

export const FINDING_WORDS: Readonly<Record<FindingKind, string>> = {
  'unknown-field': 'Cannot be filled in',
  'claim-without-run': 'Claim without a run',
  'single-seed': 'One seed only',
  confounded: 'Confounded comparison',
  'test-looks': 'Test part seen before',
  stale: 'Out of date',
  'missing-unit': 'No unit',
  unanswered: 'No answer',
}

/** One line for the outline; fields and marks as they are written. */
export function outlineText(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return block.text || 'Heading without words'
    case 'text':
      return firstLine(block.markdown) || 'Empty text'
    case 'question':
      return `${block.label === '' ? '' : `${block.label}) `}${firstLine(block.prompt) || 'Empty question'}`
    case 'figure':
      return firstLine(block.caption) || 'Figure without a caption'
    case 'table':
      return firstLine(block.caption) || 'Table without a caption'
    case 'equation':
      return block.latex.slice(0, 60) || 'Empty equation'
    case 'run':
      return `Run card of ${block.of}`
  }
  return block satisfies never
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0]?.slice(0, 90) ?? ''
}

/** What a new block begins with. */
export function emptyBlock(kind: BlockKind, alias: string): Draft {
  switch (kind) {
    case 'heading':
      return { kind, level: 1, text: '' }
    case 'text':
      return { kind, markdown: '' }
    case 'question':
      return { kind, label: '', prompt: '', answer: '' }
    case 'equation':
      return { kind, latex: 'y = f(x)' }
    case 'run':
      return { kind, of: alias }
    case 'table':
      return { kind, of: [], columns: ['size', 'n', 'testError', 'testError.interval'], caption: '', made: null }
    case 'figure':
      return {
        kind,
        spec: {
          runs: [],
          panels: [['test-error']],
          x: 'epoch',
          logY: false,
          title: null,
          by: 'configuration',
          widthCm: 15,
          heightCm: 7.5,
        },
        caption: '',
        alt: '',
        made: null,
      }
  }
  return kind satisfies never
}
