/**
 * What all exports share: names of the files of figures, the lines of the appendix, SVG that is safe to put in a page.
 */
import { escapeXml } from '#lab/figures/portable-svg'
import { mustKnow } from '#lab/figures/svg-known'
import { readSvg, type SvgNode } from '#lab/figures/svg-reader'
import type { Appendix, Freshness, RenderedOf, RenderedReport } from '#shared/report/document'

/** `figure-1`: without ending. */
export function figureStem({ number }: Pick<RenderedOf<'figure'>, 'number'>): string {
  return `figure-${number}`
}

export function figuresOf({ blocks }: Pick<RenderedReport, 'blocks'>): RenderedOf<'figure'>[] {
  return blocks.filter((block) => block.kind === 'figure')
}

/** A line for each figure and table, with the hash of its data: equal in all exports. */
export function hashLines({ blocks }: Pick<RenderedReport, 'blocks'>): { what: string; sha256: string }[] {
  return blocks.flatMap((block) => {
    if (block.kind === 'figure') return [{ what: `Figure ${block.number}`, sha256: block.sha256 || 'none' }]
    return block.kind === 'table' ? [{ what: `Table ${block.number}`, sha256: block.sha256 || 'none' }] : []
  })
}

/** Printed under what is out of date; null for what is not. */
export function freshnessNote(freshness: Freshness): string | null {
  switch (freshness.state) {
    case 'fresh':
      return null
    case 'stale':
      return `Out of date: ${freshness.reason}.`.replace(/\.\.$/, '.')
    case 'missing':
      return `Cannot be shown: ${freshness.reason}.`.replace(/\.\.$/, '.')
  }
  return freshness satisfies never
}

export const APPENDIX_TITLE = 'How to train these runs again'

export function appendixIntro({ lab }: Appendix): string {
  return `Made with ${lab}. Each run is fixed by its configuration and its seeds: trained again with the same lab it comes to the same weights, bit for bit, on any number of threads.`
}

export function runLines(appendix: Appendix): { title: string; rows: [string, string][] }[] {
  return appendix.runs.map((run) => ({
    title: `${run.alias}: ${run.label}`,
    rows: (
      [
        ['Run', run.id],
        ['Status', run.status],
        ['Seeds', run.seeds],
        ['Data', run.data],
        ['Weights, SHA-256', run.weightsSha256],
        ['Machine', run.machine],
        ['Versions', run.versions],
      ] as [string, string][]
    ).filter(([, text]) => text !== ''),
  }))
}

/** Written anew from what was read, so that nothing is in it that the lab does not draw. Ids get a prefix of their own. */
export function safeSvg(svg: string, prefix: string): string {
  return written(readSvg(svg), prefix)
}

function written(node: SvgNode, prefix: string): string {
  if (typeof node === 'string') return escapeXml(node)
  mustKnow(node)
  const attributes = [...node.attributes].map(([name, value]) => ` ${name}="${attribute(name, value, prefix)}"`)
  const children = node.children.map((child) => written(child, prefix)).join('')
  return `<${node.name}${attributes.join('')}>${children}</${node.name}>`
}

function attribute(name: string, value: string, prefix: string): string {
  const own = name === 'id' ? `${prefix}${value}` : value.replace(/^url\(#/, `url(#${prefix}`)
  return escapeXml(own).replace(/"/g, '&quot;')
}
