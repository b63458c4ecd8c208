import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { decode } from 'fast-png'
import { unzipSync } from 'fflate'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createFigureRenderer } from '#lab/figures/render'
import { figureStyleSchema } from '#lab/figures/style-schema'
import { readSvg, type SvgElement } from '#lab/figures/svg-reader'
import type { FigureFormat, FigureSpec } from '#shared/figure'
import { texText } from '#shared/figures/pgfplots/tex'
import type { FigureStyle } from '#shared/figures/style'
import type { RunDetails } from '#shared/run'
import { EVERY_FIGURE, type NamedFigure } from './every-figure'
import { pdfParts } from './pdf-parts'

const render = createFigureRenderer({ resources: resolve('resources'), version: '1.2.3' })
const [curves = expect.fail('no figure')] = EVERY_FIGURE

async function bytesOf({ spec, runs }: NamedFigure, format: FigureFormat, change: Partial<FigureSpec> = {}) {
  return (await render({ spec: { ...spec, ...change }, format }, runs)).bytes
}
const textOf = async (figure: NamedFigure, format: FigureFormat, change: Partial<FigureSpec> = {}) =>
  new TextDecoder().decode(await bytesOf(figure, format, change))
const styled = (style: FigureStyle) => ({ style })

function elementsOf(element: SvgElement): SvgElement[] {
  const inside = element.children.filter((child) => typeof child !== 'string')
  return [element, ...inside.flatMap(elementsOf)]
}

/** Share of the pixels that are not white, and whether all are gray. */
function inkOf(png: Uint8Array): { share: number; isGray: boolean } {
  const { data, channels } = decode(png)
  let dark = 0
  let isGray = true
  for (let at = 0; at < data.length; at += channels) {
    const [red, green, blue] = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0]
    if (red + green + blue < 3 * 250) dark++
    if (red !== green || green !== blue) isGray = false
  }
  return { share: dark / (data.length / channels), isGray }
}

describe.each(EVERY_FIGURE)('the figure $name', (figure) => {
  test('is SVG that can be read, PDF with the same texts and as many shapes, and a picture that is not blank', async () => {
    const svg = readSvg(await textOf(figure, 'svg'))
    const elements = elementsOf(svg)
    const texts = elements
      .filter(({ name }) => name === 'text')
      .map(({ children }) =>
        children
          .filter((child) => typeof child === 'string')
          .join('')
          .replace(/\s+/g, ' ')
          .trim(),
      )
    const shapes = elements.filter(({ name }) => ['path', 'rect', 'circle', 'polyline', 'line'].includes(name))
    expect(texts.length).toBeGreaterThan(5)
    expect(shapes.length).toBeGreaterThan(5)

    const pdf = pdfParts(await bytesOf(figure, 'pdf'))
    expect(pdf.texts).toEqual(texts)
    expect(pdf.objects).not.toContain('/Subtype /Image')
    const painted = pdf.content.match(/(?<=^|\n)(?:f|S|B)(?=\n|$)/g) ?? []
    expect(painted.length).toBeGreaterThan(shapes.length / 2)

    const { share } = inkOf((await render({ spec: figure.spec, format: 'png', dpi: 72 }, figure.runs)).bytes)
    expect(share).toBeGreaterThan(0.01)
    expect(share).toBeLessThan(0.9)
  })
})

describe('a style', () => {
  test('sets the font of SVG and PDF, and every text keeps its words', async () => {
    const serif = styled({ font: 'serif', fontSize: 10 })
    expect(await textOf(curves, 'svg', serif)).toContain("font-family=\"'Noto Serif',")
    const { objects, texts } = pdfParts(await bytesOf(curves, 'pdf', serif))
    expect(objects).toMatch(/\+NotoSerif-Regular/)
    expect(objects).not.toMatch(/\+Inter/)
    expect(texts).toEqual(pdfParts(await bytesOf(curves, 'pdf', styled({ fontSize: 10 }))).texts)
  })

  test('in grays leaves no colored pixel', async () => {
    const gray = (palette: FigureStyle['palette']) =>
      bytesOf(curves, 'png', styled({ palette: palette ?? 'safe' })).then((png) => inkOf(png).isGray)
    expect(await gray('gray')).toBe(true)
    expect(await gray('safe')).toBe(false)
  })

  test('that says what holds anyway changes no byte', async () => {
    const nothing = styled({ fontSize: 8.5, font: 'inter', legend: 'top', lineWidth: 1, grid: true, lines: 'parts' })
    expect(await textOf(curves, 'svg', nothing)).toBe(await textOf(curves, 'svg'))
  })

  test('cannot break the drawing with what somebody types', async () => {
    const typed = '<script>"&%$#_{}\\~^'
    const style = {
      labelX: typed,
      labelsY: [typed],
      names: { '784-150-120-10': typed },
      altText: typed,
      caption: typed,
    }
    const svg = await textOf(curves, 'svg', { style, title: typed })
    expect(elementsOf(readSvg(svg)).some(({ name }) => name === 'script')).toBe(false)
    expect(pdfParts(await bytesOf(curves, 'pdf', { style, title: typed })).texts).toContain(typed)
  })

  test.each<[string, object]>([
    ['a font size that nobody can read', { fontSize: 1 }],
    ['a font that does not ship', { font: 'Comic Sans' }],
    ['a range that begins behind its end', { rangeX: { min: 2, max: 1 } }],
    ['a field that there is not', { legned: 'top' }],
  ])('with %s is refused', (_, style) => {
    expect(figureStyleSchema.safeParse(style).success).toBe(false)
  })
})

describe('the source for pgfplots', () => {
  test('has all points, the names, and nothing that LaTeX would take for a command', async () => {
    const tex = await textOf(curves, 'tex')
    const plots = tex.match(/\\addplot/g) ?? []
    expect(plots).toHaveLength(2)
    expect(
      tex
        .match(/^ {2}(?:[\d.e-]+ [\d.e-]+\\\\ ?)+$/gm)
        ?.join('')
        .match(/\\\\/g),
    ).toHaveLength(100)
    expect(tex).toContain('784-500-250-100-10 \\& 50 \\%\\_\\{x\\}')
    expect(tex).toContain('Reduced data')
  })

  test.each([
    ['5×10⁻⁵', '5$\\times$10$^{-5}$'],
    ['½ Σ(y − t)²', '$\\frac{1}{2}$ $\\Sigma$(y -- t)$^{2}$'],
    ['a_b & {c} 100 %', 'a\\_b \\& \\{c\\} 100 \\%'],
    ['naïve → é', 'naïve $\\to$ é'],
    ['模型', '[U+6A21][U+578B]'],
    ['a\u0000b\nc', 'a b c'],
  ])('writes "%s" so that pdflatex can read it', (text, expected) => {
    expect(texText(text)).toBe(expected)
  })
})

describe('the configuration', () => {
  test('says what the figure was made from: spec, style, hashes of runs and of what is drawn', async () => {
    const [run = expect.fail('no run')] = curves.runs
    const details = { summary: run.summary, experiment: { title: 'e' }, machine: null } as unknown as RunDetails
    const style = { legend: 'right' } as const
    const spec = { ...curves.spec, style }
    const { bytes } = await render({ spec, format: 'json' }, curves.runs, () => Promise.resolve([details]))
    expect(JSON.parse(new TextDecoder().decode(bytes))).toMatchObject({
      lab: '1.2.3',
      spec,
      data: { sha256: expect.stringMatching(/^[\da-f]{64}$/) as string },
      runs: [{ id: 'run-small', experiment: { title: 'e' } }, { id: 'run-large' }],
    })
  })

  test('has another hash where other points are drawn, and the same where only the look differs', async () => {
    const hash = async (change: Partial<FigureSpec>) =>
      (JSON.parse(await textOf(curves, 'json', change)) as { data: { sha256: string } }).data.sha256
    const plain = await hash({})
    expect(await hash(styled({ palette: 'gray' }))).toBe(plain)
    expect(await hash({ panels: [['test-error']] })).not.toBe(plain)
  })
})

describe('the zip', () => {
  const NAMES = ['pdf', 'svg', 'png', 'csv', 'json'].map((ending) => `test-loss.${ending}`)

  test('holds each export under its own name, as it is by itself, and the same bytes each time', async () => {
    const untitled = { title: null }
    const zip = await bytesOf(curves, 'zip', untitled)
    const files = unzipSync(zip)
    expect(Object.keys(files).sort()).toEqual(
      [...NAMES, 'test-loss-all-points.csv', 'test-loss-pgfplots.tex', 'README.txt', 'figure.tex'].sort(),
    )
    expect(Buffer.from(files['test-loss.pdf'] ?? []).equals(await bytesOf(curves, 'pdf', untitled))).toBe(true)
    const readme = new TextDecoder().decode(files['README.txt'])
    for (const name of Object.keys(files).filter((each) => each !== 'README.txt')) expect(readme).toContain(name)
    expect(Buffer.from(zip).equals(await bytesOf(curves, 'zip', untitled))).toBe(true)
  })

  const noLatex = spawnSync('pdflatex', ['--version']).status !== 0
  test.skipIf(noLatex)(
    `has a figure.tex that compiles${noLatex ? ' (skipped: there is no pdflatex)' : ''}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'figure-zip-'))
      onTestFinished(() => rmSync(folder, { recursive: true }))
      const files = unzipSync(await bytesOf(curves, 'zip', { title: null }))
      for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
      const document = '\\documentclass{article}\\usepackage{graphicx}\\begin{document}\\input{figure}\\end{document}'
      writeFileSync(join(folder, 'document.tex'), document)
      execFileSync('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', 'document.tex'], {
        cwd: folder,
        stdio: 'ignore',
      })
      expect(readFileSync(join(folder, 'document.log'), 'utf8')).toMatch(/Output written on document.pdf \(1 page/)
    },
  )
})
