import { resolve } from 'node:path'
import { crc32, inflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { createFigureRenderer } from '#lab/figures/render'
import type { FigureFormat, FigureSpec } from '#shared/figure'
import { figureCsv } from '#shared/figures/figure-csv'
import { figureOf } from '#shared/figures/figure-data'
import { madeUpRun } from '../../shared/figures/made-up-runs'
import { pdfParts } from './pdf-parts'

const render = createFigureRenderer({ resources: resolve('resources') })
const small = madeUpRun({ id: 'run-small', label: '784-150-120-10', seed: 3 })
const large = madeUpRun({ id: 'run-large', label: '784-500-250-100-10', seed: 8, secondsPerEpoch: 9.4 })

function specOf(
  runs: readonly { summary: { id: typeof small.summary.id } }[],
  change: Partial<FigureSpec>,
): FigureSpec {
  const ids = runs.map((run) => run.summary.id)
  return {
    runs: ids,
    panels: [['test-loss']],
    x: 'epoch',
    logY: false,
    title: null,
    widthCm: 14,
    heightCm: 8,
    ...change,
  }
}

async function file(format: FigureFormat, change: Partial<FigureSpec> = {}, runs = [small, large], dpi?: number) {
  return await render({ spec: specOf(runs, change), format, ...(dpi !== undefined && { dpi }) }, runs)
}

async function svg(change: Partial<FigureSpec> = {}, runs = [small, large]): Promise<string> {
  return new TextDecoder().decode((await file('svg', change, runs)).bytes)
}

const textsOf = (markup: string) => [...markup.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1])

/** Throws unless every tag is closed in order, every attribute quoted and every & part of an entity. */
function wellFormed(markup: string): number {
  const open: string[] = []
  let tags = 0
  let at = 0
  const tag = /<(\/?)([A-Za-z][\w:]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y
  while (at < markup.length) {
    const next = markup.indexOf('<', at)
    const text = markup.slice(at, next === -1 ? undefined : next)
    if (/&(?!(amp|lt|gt|quot|apos|#\d+);)|>/.test(text)) throw new Error(`stray sign in "${text}"`)
    if (next === -1) break
    tag.lastIndex = next
    const match = tag.exec(markup)
    if (!match) throw new Error(`not a tag: ${markup.slice(next, next + 60)}`)
    const [whole, closing, name = '', , alone] = match
    if (closing && open.pop() !== name) throw new Error(`</${name}> closes something else`)
    if (!closing && !alone) open.push(name)
    tags++
    at = next + whole.length
  }
  if (open.length > 0) throw new Error(`still open: ${open.join()}`)
  return tags
}

describe('an SVG', () => {
  test.each<[string, Partial<FigureSpec>]>([
    ['one panel', {}],
    ['two panels and a title', { panels: [['test-loss'], ['test-accuracy']], title: 'Loss & accuracy <both>' }],
    ['bars', { panels: [['seconds-per-epoch']] }],
    ['a log axis', { panels: [['train-loss', 'test-loss']], logY: true }],
  ])('of %s is well-formed', async (_, change) => {
    expect(wellFormed(await svg(change))).toBeGreaterThan(10)
  })

  test('keeps axis names, legend, title and notes as text', async () => {
    const texts = textsOf(await svg({ title: 'Two networks', x: 'seconds' }))
    expect(texts).toEqual(
      expect.arrayContaining([
        'Two networks',
        'Test loss (nats, mean per sample)',
        'Training time (s)',
        '784-150-120-10',
        '784-500-250-100-10',
        'Times: Intel Core i7-1260P, 8 cores, 2 threads, reference kernels.',
      ]),
    )
  })

  test('has its real size, a title and a description', async () => {
    const markup = await svg({ widthCm: 16, heightCm: 7.5 })
    expect(markup).toMatch(/^<svg [^>]*width="16cm" height="7.5cm" viewBox="0 0 605 283"/)
    expect(markup).toContain('<title>Test loss by epoch of 784-150-120-10 and 784-500-250-100-10</title>')
  })

  test('prints letters of 8.5 points', async () => {
    const sizes = [...(await svg()).matchAll(/font-size="([\d.]+)"/g)].map((match) => Number(match[1]))
    expect(sizes).toContain(11.333) // CSS pixels: 96 an inch
    expect((11.333 / 96) * 72).toBeCloseTo(8.5, 2)
  })

  test('is the same bytes each time, whatever was drawn in between', async () => {
    const first = await svg({ panels: [['train-loss', 'test-loss']] })
    await svg({ panels: [['seconds-per-epoch'], ['test-error']] })
    expect(await svg({ panels: [['train-loss', 'test-loss']] })).toBe(first)
  })

  test('stays below 300 kB for six runs of 500 epochs', async () => {
    const runs = Array.from({ length: 6 }, (_, i) =>
      madeUpRun({ id: `run-many-${i}`, label: `${i}`, epochs: 500, seed: i + 1 }),
    )
    const { bytes } = await file('svg', { panels: [['test-loss'], ['test-accuracy']] }, runs)
    expect(bytes.length).toBeLessThan(300_000)
    expect(bytes.length).toBeGreaterThan(6 * 500 * 2 * 8) // all points are there
  })

  test('draws a line through all of its points', async () => {
    const markup = await svg({}, [small])
    const longest = [...markup.matchAll(/ d="(M[^"]*)"/g)].map((match) => (match[1]?.match(/L/g) ?? []).length)
    expect(Math.max(...longest)).toBe(small.history.length - 1)
  })

  test('holds nothing that only a browser or a script understands', async () => {
    const markup = await svg({ panels: [['test-loss'], ['seconds-per-epoch']] })
    for (const part of ['<style', '<script', 'class=', 'ecmeta', 'dominant-baseline', 'pointer-events', 'zr0', 'NaN']) {
      expect(markup).not.toContain(part)
    }
  })

  test('cannot be broken by a name', async () => {
    const odd = madeUpRun({ id: 'run-odd', label: '</text><script>"&\'\u0007' })
    const markup = await svg({ title: '<b>&amp;\u0000' }, [odd, large])
    expect(wellFormed(markup)).toBeGreaterThan(10)
    expect(markup).not.toContain('<script')
    expect(markup.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })
})

describe('a PNG', () => {
  /** Name → content of each chunk, with its checksum checked. */
  function chunksOf(png: Uint8Array): Map<string, Buffer> {
    const bytes = Buffer.from(png)
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n')
    const chunks = new Map<string, Buffer>()
    for (let at = 8; at < bytes.length;) {
      const length = bytes.readUInt32BE(at)
      const name = bytes.toString('latin1', at + 4, at + 8)
      expect(bytes.readUInt32BE(at + 8 + length)).toBe(crc32(bytes.subarray(at + 4, at + 8 + length)))
      const before = chunks.get(name) ?? Buffer.alloc(0)
      chunks.set(name, Buffer.concat([before, bytes.subarray(at + 8, at + 8 + length)]))
      at += 12 + length
    }
    return chunks
  }

  test.each([
    [300, 1654, 945],
    [96, 529, 302],
  ])('at %d dpi has the pixels and says the density that print it at its real size', async (dpi, width, height) => {
    const { bytes } = await file('png', {}, [small, large], dpi)
    const chunks = chunksOf(bytes)
    const header = chunks.get('IHDR')
    expect([header?.readUInt32BE(0), header?.readUInt32BE(4)]).toEqual([width, height])
    const density = chunks.get('pHYs')
    expect([density?.readUInt32BE(0), density?.readUInt32BE(4), density?.readUInt8(8)]).toEqual([
      Math.round(dpi / 0.0254),
      Math.round(dpi / 0.0254),
      1,
    ])
  })

  test('has 300 dpi unless it is told otherwise', async () => {
    const chunks = chunksOf((await file('png')).bytes)
    expect(chunks.get('pHYs')?.readUInt32BE(0)).toBe(11_811)
  })

  /** The darkness of each pixel, 0 for white. */
  function inkOf(png: Uint8Array): { width: number; height: number; ink: (x: number, y: number) => number } {
    const chunks = chunksOf(png)
    const header = chunks.get('IHDR') ?? expect.fail()
    const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
    const channels = header.readUInt8(9) === 6 ? 4 : 3
    const rows = inflateSync(chunks.get('IDAT') ?? expect.fail())
    const stride = width * channels
    const pixels = new Uint8Array(height * stride)
    for (let y = 0; y < height; y++) {
      const filter = rows[y * (stride + 1)] ?? 0
      for (let i = 0; i < stride; i++) {
        const left = i < channels ? 0 : (pixels[y * stride + i - channels] ?? 0)
        const up = y === 0 ? 0 : (pixels[(y - 1) * stride + i] ?? 0)
        const corner = i < channels || y === 0 ? 0 : (pixels[(y - 1) * stride + i - channels] ?? 0)
        const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0
        pixels[y * stride + i] = (rows[y * (stride + 1) + 1 + i] ?? 0) + guess
      }
    }
    return { width, height, ink: (x, y) => 255 - (pixels[y * stride + x * channels] ?? 0) }
  }

  function paeth(left: number, up: number, corner: number): number {
    const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)]
    return a <= b && a <= c ? left : b <= c ? up : corner
  }

  test('is white to its edges, with letters where the y axis has its name', async () => {
    const { width, height, ink } = inkOf((await file('png', {}, [small], 96)).bytes)
    for (let x = 0; x < width; x++) expect(ink(x, 0) + ink(x, height - 1)).toBe(0)
    let letters = 0
    for (let y = 4; y < 18; y++) for (let x = 4; x < 180; x++) if (ink(x, y) > 128) letters++
    expect(letters).toBeGreaterThan(150)
  })

  test('is white to its edges where the height is no whole number of pixels', async () => {
    const { bytes } = await file('png', { widthCm: 12, heightCm: 8 }, [small], 300) // 944.88 pixels high
    const { width, height, ink } = inkOf(bytes)
    for (let x = 0; x < width; x++) expect(ink(x, 0) + ink(x, height - 1)).toBe(0)
  })

  test('is the same bytes each time', async () => {
    const twice = [await file('png', {}, [small], 96), await file('png', {}, [small], 96)]
    expect(Buffer.compare(twice[0]?.bytes ?? expect.fail(), twice[1]?.bytes ?? expect.fail())).toBe(0)
  })

  test('that would not fit into memory is refused with what to do', async () => {
    await expect(file('png', { widthCm: 200, heightCm: 200 }, [small], 1200)).rejects.toMatchObject({
      code: 'figure/too-large',
      message: expect.stringContaining('fewer dots') as string,
    })
  })

  test('without its fonts is refused, not drawn without letters', async () => {
    const bare = createFigureRenderer({ resources: resolve('resources/no-such-folder') })
    await expect(bare({ spec: specOf([small], {}), format: 'png' }, [small])).rejects.toMatchObject({
      code: 'figure/no-fonts',
    })
  })
})

describe('a PDF', () => {
  test.each<[string, Partial<FigureSpec>]>([
    ['one panel', { x: 'seconds' }],
    ['two panels and a title', { panels: [['test-loss'], ['test-accuracy']], title: `Both "loss" & Anna's <own>` }],
    ['bars', { panels: [['seconds-per-epoch']] }],
    ['a log axis', { panels: [['train-loss', 'test-loss']], logY: true }],
  ])('of %s has each text of the SVG, and its curves as paths', async (_, change) => {
    const { bytes, mediaType } = await file('pdf', change)
    const { texts, content, objects } = pdfParts(bytes)
    const markup = await svg(change)
    expect(mediaType).toBe('application/pdf')
    expect(texts).toEqual(textsOf(markup).map((text) => plain(text ?? '')))
    const shapes = markup.match(/<(path|rect) /g) ?? []
    const clips = markup.match(/<clipPath /g) ?? []
    const unseen = content.match(/(?<=\n)n(?=\n)/g) ?? []
    expect(content.match(/(?<=\n)(f|S|B)(?=\n)/g)).toHaveLength(shapes.length - clips.length - unseen.length)
    expect(objects).not.toContain('/Subtype /Image')
  })
})

function plain(text: string): string {
  const signs: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }
  return text.replace(/&[^;]+;/g, (entity) => signs[entity] ?? entity)
}

describe('a file', () => {
  test('of CSV is the table of the same figure', async () => {
    const { bytes, mediaType } = await file('csv')
    expect(new TextDecoder().decode(bytes)).toBe(figureCsv(figureOf(specOf([small, large], {}), [small, large])))
    expect(mediaType).toBe('text/csv; charset=utf-8')
  })

  test.each([
    [null, 'test-loss.svg'],
    ['Two networks on MNIST: test loss', 'two-networks-on-mnist-test-loss.svg'],
    ['../../etc/passwd', 'etc-passwd.svg'],
    ['Größe — à gauche', 'gro-e-a-gauche.svg'],
    ['con', 'figure-con.svg'],
    ['一二三', 'test-loss.svg'],
    ['x'.repeat(300), `${'x'.repeat(80)}.svg`],
  ])('of a figure called %j has a name that every system takes', async (title, name) => {
    expect((await file('svg', { title })).name).toBe(name)
  })

  test('is refused while there is nothing to draw', async () => {
    const waiting = madeUpRun({ id: 'run-waiting', status: 'waiting', trained: 0 })
    await expect(file('svg', {}, [waiting])).rejects.toMatchObject({ code: 'figure/no-points' })
  })
})
