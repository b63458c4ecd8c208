import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { renderPicture } from '#lab/figures/picture'
import { drawGraph } from '#shared/graph/drawing'
import { evaluateGraph } from '#shared/graph/evaluate'
import { parseGraph } from '#shared/graph/graph'
import { drawingSizeCm, graphSvg } from '#shared/graph/svg'
import type { Plot } from '#shared/paper/plot'
import { plotSvg } from '#shared/paper/plot-files'
import { pdfParts } from './pdf-parts'

const resources = resolve('resources')

function pictureOfGraph(text: string, at: Record<string, number>) {
  const drawing = drawGraph(evaluateGraph(parseGraph(text), at))
  const svg = graphSvg(drawing, { title: text, description: 'd' })
  return { name: 'graph.pdf', svg, ...drawingSizeCm(drawing), format: 'pdf' } as const
}

const graph = pictureOfGraph('sigmoid(x*w + max(x, 2))', { x: 1, w: -4 })

const plot: Plot = {
  title: 'σ & its slope ∂σ/∂z',
  x: { label: 'z', from: -6, to: 6 },
  y: { label: 'σ(z) × 2 − 1', from: -1, to: 1 },
  curves: [
    {
      key: 'a',
      name: 'above',
      color: 0,
      style: 'solid',
      points: [
        [-6, -1],
        [0, 0],
        [6, 1],
      ],
    },
    {
      key: 'b',
      name: 'below',
      color: 1,
      style: 'dashed',
      points: [
        [-6, 1],
        [9, 9],
      ],
    },
    { key: 'n', name: 'numeric', color: 2, style: 'dots', points: [[0, 0]] },
  ],
  bands: [{ from: 4, to: 6 }],
  bandName: 'saturated',
  marks: [{ x: 0, y: 0, label: '∂σ/∂z', color: 2 }],
}

/** A drawing of 100 × 100 pixels in 2.54 cm, so 0.72 points for each pixel. */
function drawn(inside: string, attributes = '') {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" ${attributes}>${inside}</svg>`
  return renderPicture({ name: 'a.pdf', svg, widthCm: 2.54, heightCm: 2.54, format: 'pdf' }, resources)
}

async function operators(inside: string): Promise<string> {
  return pdfParts((await drawn(inside)).bytes).content
}

/** The operators that paint a path. */
const shapesIn = (content: string) => content.match(/(?<=^|\n)(?:f|S|B)(?=\n|$)/g) ?? []
const tagsIn = (svg: string, name: string) => svg.match(new RegExp(`<${name} `, 'g')) ?? []

describe('a PDF of a graph', () => {
  test('is one page of the size of the drawing', async () => {
    const { bytes, mediaType } = await renderPicture(graph, resources)
    expect(mediaType).toBe('application/pdf')
    expect(Buffer.from(bytes.slice(0, 5)).toString()).toBe('%PDF-')
    const { objects } = pdfParts(bytes)
    expect(objects.match(/\/Type \/Page\n/g)).toHaveLength(1)
    const [width = 0, height = 0] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(objects)?.slice(1).map(Number) ?? []
    expect(width).toBeCloseTo((graph.widthCm / 2.54) * 72, 2)
    expect(height).toBeCloseTo((graph.heightCm / 2.54) * 72, 2)
  })

  test('has each text of the SVG as text, signs of mathematics too', async () => {
    const { texts } = pdfParts((await renderPicture(graph, resources)).bytes)
    const expected = [...graph.svg.matchAll(/>([^<>\n]+)<\/(?:text|tspan)>/g)].map((match) => match[1])
    expect(texts).toEqual(expected)
    for (const sign of ['σ', '×', '−2', 'below: gradient']) expect(texts).toContain(sign)
    expect(texts.some((text) => text.startsWith('Σ '))).toBe(true)
  })

  test('has each line, node and arrow as a path, and no bitmap', async () => {
    const { content, objects } = pdfParts((await renderPicture(graph, resources)).bytes)
    const arrows = graph.svg.match(/marker-end/g) ?? []
    const paths = tagsIn(graph.svg, 'path').length - 1 // the one in the marker
    expect(shapesIn(content)).toHaveLength(paths + arrows.length + tagsIn(graph.svg, 'rect').length)
    expect(arrows.length).toBeGreaterThan(5)
    expect(objects).not.toContain('/Subtype /Image')
  })

  test('carries its fonts and needs none of the reader', async () => {
    const { objects } = pdfParts((await renderPicture(graph, resources)).bytes)
    expect(objects.match(/\/FontFile2 /g)).toHaveLength(2) // regular and semibold
    expect(objects).toMatch(/\+Inter-Regular/)
    expect(objects).not.toContain('Helvetica')
  })

  test('is the same to the byte when it is made again', async () => {
    const [first, second] = [await renderPicture(graph, resources), await renderPicture(graph, resources)]
    expect(Buffer.from(first.bytes).equals(second.bytes)).toBe(true)
    const other = await renderPicture(pictureOfGraph('x*w', { x: 1, w: -4 }), resources)
    expect(Buffer.from(first.bytes).equals(other.bytes)).toBe(false)
  })
})

describe('a PDF of a plot', () => {
  test('has its axes, curves and legend', async () => {
    const svg = plotSvg(plot, { widthCm: 12, heightCm: 8 })
    const picture = { name: 'plot.pdf', svg, widthCm: 12, heightCm: 8, format: 'pdf' } as const
    const { texts, content } = pdfParts((await renderPicture(picture, resources)).bytes)
    const expected = [...svg.matchAll(/<text [^>]*>([^<]+)<\/text>/g)].map((match) => match[1])
    expect(texts).toEqual(expected)
    expect(texts).toEqual(expect.arrayContaining(['σ(z) × 2 − 1', '∂σ/∂z', 'saturated']))
    const shapes = ['path', 'rect', 'circle'].map((name) => tagsIn(svg, name).length)
    expect(shapesIn(content)).toHaveLength(shapes.reduce((sum, count) => sum + count, 0))
  })
})

describe('the painter', () => {
  test('puts a pixel of the view box where it belongs on the page', async () => {
    const content = await operators('<rect x="10" y="20" width="30" height="40" fill="#ff8000"/>')
    expect(content).toContain('0.72 0 0 0.72 0 0 cm')
    expect(content).toMatch(/\n1 0\.50196\d* 0 scn\n/)
    expect(content).toContain('10 20 30 40 re\nf')
  })

  test.each([
    ['translate(3 4)', '1 0 0 1 3 4 cm'],
    ['scale(2 3)', '2 0 0 3 0 0 cm'],
    ['rotate(90)', '0 1 -1 0 0 0 cm'],
    ['rotate(90 10 0)', '0 1 -1 0 10 -10 cm'],
    ['matrix(1 2 3 4 5 6)', '1 2 3 4 5 6 cm'],
  ])('turns the transform %s into %s', async (transform, operator) => {
    expect(await operators(`<g transform="${transform}"><rect width="1" height="1"/></g>`)).toContain(operator)
  })

  test.each([
    ['<line x1="1" y1="2" x2="3" y2="4" stroke="#000"/>', '1 2 m\n3 4 l\nS'],
    ['<polyline points="1,2 3,4 5,6" fill="none" stroke="#000"/>', '1 2 m\n3 4 l\n5 6 l\nS'],
    ['<polygon points="1,2 3,4 5,6"/>', '1 2 m\n3 4 l\n5 6 l\nh\nf'],
    ['<path d="M1 2h3" fill="none" stroke="#000" stroke-dasharray="3 2"/>', '[3 2] 0 d\n1 2 m\n4 2 l\nS'],
    ['<path d="M1 2h3" fill="none" stroke="#000" stroke-width="0"/>', '1 2 m\n4 2 l\nn'],
    ['<rect width="5" height="5" stroke="rgb(255,0,0)" opacity="0.5"/>', '0 0 5 5 re\nB'],
    ['<rect width="5" height="5" fill="#fff" fill-opacity="0"/>', '0 0 5 5 re\nn'],
  ])('draws %s', async (shape, expected) => {
    expect(await operators(shape)).toContain(`${expected}\n`)
  })

  test('cuts off what lies outside a clip path or an inner drawing', async () => {
    const clip = '<clipPath id="c"><path d="M1 2L3 4L5 6Z"/></clipPath>'
    const grouped = await operators(`<defs>${clip}</defs><g clip-path="url(#c)"><rect width="9" height="9"/></g>`)
    expect(grouped).toMatch(/1 2 m\n3 4 l\n5 6 l\nh\nW n\n[^]*0 0 9 9 re\nf/)
    const inner = '<svg x="10" y="20" width="30" height="40" viewBox="0 0 60 80"><circle r="9"/></svg>'
    expect(await operators(inner)).toMatch(/10 20 30 40 re\nW n\n1 0 0 1 10 20 cm\n0\.5 0 0 0\.5 0 0 cm/)
  })

  test('turns an arrow the way its line ends, also where a control point lies on the end', async () => {
    const marker =
      '<defs><marker id="a" viewBox="0 0 6 6" refX="0" refY="3" markerWidth="6" markerHeight="6" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L6 3L0 6Z"/></marker></defs>'
    const arrow = (path: string) =>
      operators(`${marker}<path d="${path}" fill="none" stroke="#000" marker-end="url(#a)"/>`)
    expect(await arrow('M0 0C10 0 20 10 20 30')).toContain('1 0 0 1 20 30 cm\n0 1 -1 0 0 0 cm')
    expect(await arrow('M0 0C0 10 20 0 20 0')).toMatch(/1 0 0 1 20 0 cm\n0\.894\d* -0\.447/)
    await expect(arrow('M0 0l5 5')).rejects.toMatchObject({ code: 'figure/bad-svg' })
  })

  test('sets a text by its anchor, its parts one behind the other', async () => {
    const xOf = async (anchor: string, inside = 'mean') => {
      const content = await operators(`<text x="50" y="50" font-size="10" text-anchor="${anchor}">${inside}</text>`)
      return [...content.matchAll(/1 0 0 1 ([\d.-]+) [\d.-]+ Tm/g)].map((match) => Number(match[1]))
    }
    const [[start = 0], [middle = 0], [end = 0]] = [await xOf('start'), await xOf('middle'), await xOf('end')]
    expect(start).toBe(50)
    expect(start - middle).toBeGreaterThan(10)
    expect(middle - end).toBeCloseTo(start - middle, 3)
    const [first = 0, second = 0] = await xOf('start', '<tspan>mean</tspan><tspan dx="5">mean</tspan>')
    expect(second - first).toBeCloseTo(start - end + 5, 3)
  })

  test.each([
    ['an element', '<image href="file:///a.png" width="1" height="1"/>', '<image>'],
    ['an attribute', '<rect width="1" height="1" filter="url(#f)"/>', 'filter of <rect>'],
    ['a color', '<rect width="1" height="1" fill="url(#gradient)"/>', 'expected a color'],
    ['a length', '<rect width="50%" height="1"/>', 'width of <rect>'],
    ['a transform', '<g transform="skewX(20)"/>', 'skewX'],
    ['a path', '<path d="10 10"/>', 'expected a path'],
    ['a reference', '<g clip-path="url(#none)"/>', 'clipPath'],
    ['an element within a text', '<text><a>x</a></text>', '<a>'],
    ['an outlined text', '<text stroke="#fff">x</text>', 'outline'],
    ['a comment', '<!-- x -->', 'expected a tag'],
    ['an entity', '<text>&nbsp;</text>', '&nbsp;'],
    ['a tag in the wrong order', '<g><text></g></text>', '</g>'],
    ['an open tag', '<g>', '</svg>'],
  ])('refuses %s that it does not know', async (_, inside, message) => {
    await expect(drawn(inside)).rejects.toMatchObject({
      code: 'figure/bad-svg',
      message: expect.stringContaining(message) as string,
    })
  })

  test('refuses a drawing that calls itself', async () => {
    const marker =
      '<marker id="a" viewBox="0 0 6 6" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L1 1" marker-end="url(#a)"/></marker>'
    await expect(drawn(`<defs>${marker}</defs><path d="M0 0L9 9" marker-end="url(#a)"/>`)).rejects.toMatchObject({
      code: 'figure/bad-svg',
    })
  })
})
