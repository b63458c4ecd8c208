import { decode } from 'fast-png'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { renderPicture } from '#lab/figures/picture'
import { drawGraph } from '#shared/graph/drawing'
import { evaluateGraph } from '#shared/graph/evaluate'
import { parseGraph } from '#shared/graph/graph'
import { drawingSizeCm, graphSvg } from '#shared/graph/svg'

const resources = resolve('resources')
const square = { name: 'a.png', widthCm: 2.54, heightCm: 2.54 }

function colorsOf(bytes: Uint8Array): Set<string> {
  const { data, channels } = decode(bytes)
  const pixels = Array.from({ length: data.length / channels }, (_, i) =>
    data.slice(channels * i, channels * i + 3).join(),
  )
  return new Set(pixels)
}

describe('renderPicture', () => {
  test('draws a graph at 300 dpi, with its letters in both colors', async () => {
    const drawing = drawGraph(evaluateGraph(parseGraph('sigmoid(x*w)'), { x: 1, w: -2 }))
    const size = drawingSizeCm(drawing)
    const svg = graphSvg(drawing, { title: 't', description: 'd' })
    const file = await renderPicture({ name: 'graph.png', svg, ...size }, resources)
    expect(file).toMatchObject({ name: 'graph.png', mediaType: 'image/png' })
    expect(decode(file.bytes).width).toBe(Math.round((size.widthCm / 2.54) * 300))
    const colors = colorsOf(file.bytes)
    for (const ink of ['10,61,117', '184,92,0', '255,255,255']) expect(colors).toContain(ink)
  })

  test('refuses what is no SVG', async () => {
    await expect(renderPicture({ ...square, svg: '<svg' }, resources)).rejects.toMatchObject({ code: 'figure/bad-svg' })
  })

  test('refuses what is too large for the memory', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"/>'
    const drawing = { name: 'a.png', svg, widthCm: 500, heightCm: 500 }
    await expect(renderPicture(drawing, resources)).rejects.toMatchObject({ code: 'figure/too-large' })
  })

  test('opens no file that the SVG points at', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lab-picture-'))
    const red =
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" fill="#ff0000"/></svg>'
    const path = join(folder, 'red.svg')
    writeFileSync(path, red)
    const image = `<image href="${pathToFileURL(path).href}" width="1" height="1"/><image href="${path}" width="1" height="1"/>`
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">${image}</svg>`
    const { bytes } = await renderPicture({ ...square, svg }, resources)
    expect([...colorsOf(bytes)]).toEqual(['255,255,255'])
  })
})
