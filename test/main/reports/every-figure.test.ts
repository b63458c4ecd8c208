import { unzipSync } from 'fflate'
import { beforeAll, describe, expect, test } from 'vitest'
import type { RenderedReport } from '#shared/report/document'
import { FIGURE_KINDS } from '#shared/figure'
import type { ReportFormat } from '#shared/report/calls'
import { FIGURES, figureRoom } from './figure-room'

let rendered: RenderedReport
const files = new Map<ReportFormat, Uint8Array>()

beforeAll(async () => {
  const { room, blocks, ids } = figureRoom()
  const empty = await room.create({ template: 'empty', runs: ids, presetId: null, title: 'Every kind of figure' })
  const report = await room.save({ ...empty, blocks })
  rendered = await room.render(report)
  for (const format of ['html', 'pdf', 'md', 'latex'] as const)
    files.set(format, (await room.export(report.id, format)).bytes)
}, 120_000)

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)
const zipOf = (format: ReportFormat) => unzipSync(files.get(format) ?? new Uint8Array())

/** "Figure 3 <hash>" wherever an export says it. */
function hashesIn(exported: string): string[] {
  const plain = exported.replace(/[`{}\\]|footnotesize|texttt|<\/?code>/g, '')
  return [...plain.matchAll(/(Figure \d+): ([0-9a-f]{64})(?![0-9a-f])/g)].map(([, what, sha256]) => `${what} ${sha256}`)
}

describe('every kind of figure, in every style,', () => {
  test('is among those that are tried', () => {
    expect(new Set(FIGURES.map(({ spec }) => spec.kind ?? 'curves'))).toEqual(new Set(FIGURE_KINDS))
  })

  test('is drawn in a report', () => {
    const states = rendered.blocks.map((block, i) =>
      block.kind === 'figure' ? [FIGURES[i]?.name, block.freshness.state, block.svg.startsWith('<svg')] : null,
    )
    expect(states).toEqual(FIGURES.map(({ name }) => [name, 'fresh', true]))
    expect(new Set(rendered.blocks.map((block) => (block.kind === 'figure' ? block.sha256 : ''))).size).toBe(
      FIGURES.length,
    )
  })

  test('has the same data in all four exports, and a picture in each', () => {
    const expected = rendered.blocks.flatMap((block) =>
      block.kind === 'figure' ? [`Figure ${block.number} ${block.sha256}`] : [],
    )
    expect(hashesIn(text(files.get('html')))).toEqual(expected)
    expect(hashesIn(text(zipOf('md')['report.md']))).toEqual(expected)
    expect(hashesIn(text(zipOf('latex')['report.tex']))).toEqual(expected)
    const count = FIGURES.length
    const names = [...Object.keys(zipOf('md')), ...Object.keys(zipOf('latex'))]
    expect(text(files.get('html')).match(/<svg /g)).toHaveLength(count)
    expect(names.filter((name) => name.endsWith('.svg'))).toHaveLength(count)
    expect(names.filter((name) => name.endsWith('.png'))).toHaveLength(count)
    expect(names.filter((name) => name.endsWith('.pdf'))).toHaveLength(count)
    expect(text(zipOf('latex')['report.tex']).match(/\\includegraphics/g)).toHaveLength(count)
  })

  test('is set in its own font in the PDF, and the text of the report in that of the lab', () => {
    const pdf = Buffer.from(files.get('pdf') ?? new Uint8Array()).toString('latin1')
    const fonts = new Set([...pdf.matchAll(/\/BaseFont \/[A-Z]{6}\+([\w-]+)/g)].map(([, name]) => name))
    expect([...fonts].sort()).toEqual([
      expect.stringMatching(/^Inter/),
      expect.stringMatching(/^Inter/),
      expect.stringMatching(/^Inter/),
      expect.stringMatching(/^NotoSerif/),
    ])
  })
})
