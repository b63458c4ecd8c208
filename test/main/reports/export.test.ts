import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'
import { beforeAll, describe, expect, test } from 'vitest'
import type { RenderedReport } from '#shared/report/document'
import type { Report } from '#shared/report/report'
import type { ReportFormat } from '#shared/report/calls'
import { pdfParts } from '../figures/pdf-parts'
import { openRoom } from './room'

const HARD = String.raw`A <b>bold</b> <script>alert(1)</script> claim & 100 % of _it_, a#b, c^d ~ {x} \frac 日本 ελ "q" [i] |p|.

- one
  1. nested with ${'`'}code_x${'`'} and **strong *both* words**
- [page](https://example.org/a_b?c=1&d=2%20e#f), [bad](javascript:alert(1)), ![picture](http://x/y.png)

> A quote with $\sigma(z) = \frac{1}{1 + e^{-z}}$ and {{a.testError}}, {{a.nothing}}.

| part | error |
|:--|--:|
| [test] | {{a.testError.interval}} |

$$ f(z) = \begin{cases} z & z > 0 \\ 0 & z \le 0 \end{cases}, \quad A = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}, \quad \hat{y} \odot \bar{x} \ne \sqrt{x_1^2} $$

    \end{verbatim} and ünïcode

A sentence with $\sum_{n=1}^{N} 5 % #$ inside.`

let opened: ReturnType<typeof openRoom>
let report: Report
let rendered: RenderedReport
const files = new Map<ReportFormat, Uint8Array>()
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)

beforeAll(async () => {
  opened = openRoom()
  const { room, ids } = opened
  const draft = await room.create({
    template: 'compare-networks',
    runs: ids,
    presetId: null,
    title: 'Two & “three” <networks> 50 %_#',
  })
  const blocks: Report['blocks'] = [
    ...draft.blocks,
    { id: 'text-90', kind: 'text', markdown: HARD },
    { id: 'equation-91', kind: 'equation', latex: '\\frac{\\partial L}{\\partial w_{ij}} = \\delta_j x_i' },
    { id: 'equation-92', kind: 'equation', latex: '\\unknown{x}' },
    { id: 'run-93', kind: 'run', of: 'z' },
  ]
  report = await room.save({ ...draft, author: 'Zoë O’Neil', blocks })
  rendered = await room.render(report)
  for (const format of ['html', 'pdf', 'md', 'latex'] as const)
    files.set(format, (await room.export(report.id, format)).bytes)
}, 180_000)

/** "Figure 1: <hash>" as it stands in an export. */
function hashesIn(exported: string): string[] {
  return [
    ...exported
      .replace(/[`{}\\]|footnotesize|texttt|<\/?code>/g, '')
      .matchAll(/(Figure|Table) (\d+): ([0-9a-f]{64})(?![0-9a-f])/g),
  ].map(([, kind, number, sha256]) => `${kind} ${number} ${sha256}`)
}

function pdfText(): string {
  return pdfParts(files.get('pdf') ?? new Uint8Array())
    .pages.map(({ texts }) => texts.join(''))
    .join('\n')
}

describe('the four exports', () => {
  test('have the same figures and tables, with the same data', () => {
    const expected = rendered.blocks.flatMap((block) =>
      block.kind === 'figure'
        ? [`Figure ${block.number} ${block.sha256}`]
        : block.kind === 'table'
          ? [`Table ${block.number} ${block.sha256}`]
          : [],
    )
    expect(expected).toHaveLength(4)
    expect(hashesIn(text(files.get('html')))).toEqual(expected)
    expect(hashesIn(text(unzipSync(files.get('md') ?? new Uint8Array())['report.md']))).toEqual(expected)
    expect(hashesIn(text(unzipSync(files.get('latex') ?? new Uint8Array())['report.tex']))).toEqual(expected)
    expect(hashesIn(pdfText())).toEqual(expected)
  })

  test('hold as many pictures as the report has figures', () => {
    const figures = rendered.blocks.filter(({ kind }) => kind === 'figure').length
    expect(figures).toBe(3)
    expect(text(files.get('html')).match(/<svg /g)).toHaveLength(figures)
    const endings = (format: ReportFormat, ending: string) =>
      Object.keys(unzipSync(files.get(format) ?? new Uint8Array())).filter((name) => name.endsWith(ending))
    expect(endings('md', '.svg')).toHaveLength(figures)
    expect(endings('md', '.png')).toHaveLength(figures)
    expect(endings('latex', '.pdf')).toHaveLength(figures)
    expect(endings('latex', '.csv')).toHaveLength(figures)
    expect(pdfText().match(/Test error \(%\)/g)?.length).toBeGreaterThanOrEqual(1)
  })

  test('all say the numbers of the runs, and the problems in place', () => {
    const verdict = '3.19 ± 0.12 (n = 2) vs 2.58 ± 0.11 (n = 2) % error'
    const squeezed = (from: string) => from.replace(/\s+/g, '')
    for (const shown of [
      text(files.get('html')),
      text(unzipSync(files.get('md') ?? new Uint8Array())['report.md']),
      pdfText(),
    ]) {
      expect(squeezed(shown)).toContain(squeezed(verdict))
      expect(squeezed(shown)).toContain('Thereisno"nothing"'.replace(/"/g, shown.includes('&quot;') ? '"' : '"'))
    }
  })

  test('are the same bytes when made again', async () => {
    for (const format of ['html', 'pdf', 'md', 'latex'] as const) {
      const again = await opened.room.export(report.id, format)
      expect(Buffer.from(again.bytes).equals(files.get(format) ?? new Uint8Array()), format).toBe(true)
    }
  })
})

describe('HTML', () => {
  test('loads and runs nothing, whatever is written in the report', () => {
    const html = text(files.get('html'))
    expect(html).toContain("default-src 'none'")
    expect(html).not.toMatch(/<script|javascript:|<img|<link|<iframe|@import|\son\w+=/i)
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect([...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, url]) => url)).toEqual([
      'https://example.org/a_b?c=1&amp;d=2%20e#f',
    ])
  })

  test('has a language, a heading order, names for its figures and ids that occur once', () => {
    const html = text(files.get('html'))
    expect(html).toContain('<html lang="en">')
    expect(html.match(/<h1>/g)).toHaveLength(1)
    expect(html.match(/role="img" aria-label="[^"]{20,}"/g)).toHaveLength(3)
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, id] of html.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id)
    expect(html).toContain('<math display="block"')
  })

  test('takes no drawing that holds more than the lab draws', async () => {
    const { safeSvg } = await import('#lab/reports/export/parts')
    expect(() => safeSvg('<svg viewBox="0 0 1 1"><script>alert(1)</script></svg>', 'a-')).toThrow(/not one of/)
    expect(() => safeSvg('<svg viewBox="0 0 1 1" onload="x"></svg>', 'a-')).toThrow(/not drawn/)
    expect(
      safeSvg('<svg viewBox="0 0 1 1"><g clip-path="url(#p0)"><text x="0">a &lt; b</text></g></svg>', 'f1-'),
    ).toContain('url(#f1-p0)')
  })
})

const pdflatex = spawnSync('pdflatex', ['--version']).status === 0
describe('LaTeX', () => {
  // where there is no LaTeX it cannot be compiled; wherever there is, it is
  test.skipIf(!pdflatex)(
    `compiles without an error${pdflatex ? '' : ' (skipped: pdflatex is not installed here)'}`,
    { timeout: 120_000 },
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'lab-latex-'))
      for (const [name, bytes] of Object.entries(unzipSync(files.get('latex') ?? new Uint8Array()))) {
        mkdirSync(dirname(join(folder, name)), { recursive: true })
        writeFileSync(join(folder, name), bytes)
      }
      const run = spawnSync(
        'pdflatex',
        ['-interaction=nonstopmode', '-halt-on-error', '-no-shell-escape', 'report.tex'],
        { cwd: folder, encoding: 'utf8' },
      )
      expect(run.stdout.split('\n').filter((line) => line.startsWith('!'))).toEqual([])
      expect(run.status).toBe(0)
      expect(readFileSync(join(folder, 'report.pdf')).length).toBeGreaterThan(20_000)
    },
  )

  test('comes from the tree of a formula, so that no sign of it breaks the document', async () => {
    const { latexMath, latexOf } = await import('#lab/reports/export/latex-text')
    expect(latexMath('5 % # x_i^2')).toBe('5 \\% \\# {x}_{i}^{2}')
    expect(latexMath('\\begin{cases} z & z > 0 \\\\ 0 & z \\le 0 \\end{cases}')).toMatch(
      /^\\left\\\{ \\begin\{matrix\}.*\\right\.$/,
    )
    expect(latexOf('50 % & α ≤ 日 [x] \\end')).toBe('50 \\% \\& $\\alpha$ $\\le$ [U+65E5] {[}x] \\textbackslash{}end')
  })
})

describe('PDF', () => {
  test('sets its text in embedded fonts, with an outline and page numbers', () => {
    const { objects } = pdfParts(files.get('pdf') ?? new Uint8Array())
    expect(objects).toContain('/FontFile2')
    expect(objects).toContain('/Outlines')
    const pages = objects.match(/\/Type \/Page\b/g)?.length ?? 0
    expect(pages).toBeGreaterThan(3)
    expect(pdfText().replace(/\s/g, '')).toContain(`1of${pages}`)
    expect(objects).not.toMatch(/\/Subtype \/Image/)
  })
})
