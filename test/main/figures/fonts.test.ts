import { readFileSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { textWidth } from '#shared/figures/text-width'

const folder = resolve('resources/fonts')

/** Advance of each ASCII character in thousandths of the font size, read from the font itself. */
function advances(file: string): Map<string, number> {
  const font = readFileSync(resolve(folder, file))
  const table = (tag: string) => {
    for (let i = 0; i < font.readUInt16BE(4); i++) {
      const at = 12 + 16 * i
      if (font.toString('latin1', at, at + 4) === tag) return font.readUInt32BE(at + 8)
    }
    throw new Error(`${file} has no ${tag} table`)
  }
  const [head, hhea, hmtx, cmap] = ['head', 'hhea', 'hmtx', 'cmap'].map(table) as [number, number, number, number]
  const unitsPerEm = font.readUInt16BE(head + 18)
  const metrics = font.readUInt16BE(hhea + 34)
  const glyphs = glyphsOf(font, cmap)
  const ascii = Array.from({ length: 95 }, (_, i) => 32 + i)
  return new Map(
    ascii.map((code) => {
      const glyph = Math.min(glyphs(code), metrics - 1)
      return [String.fromCodePoint(code), (font.readUInt16BE(hmtx + 4 * glyph) / unitsPerEm) * 1000]
    }),
  )
}

/** From a character to its glyph, by a cmap of format 4. */
function glyphsOf(font: Buffer, cmap: number): (code: number) => number {
  const count = font.readUInt16BE(cmap + 2)
  const offsets = Array.from({ length: count }, (_, i) => cmap + font.readUInt32BE(cmap + 8 + 8 * i))
  const at = offsets.find((offset) => font.readUInt16BE(offset) === 4) ?? expect.fail('no cmap of format 4')
  const segments = font.readUInt16BE(at + 6) / 2
  const [ends, starts] = [at + 14, at + 16 + 2 * segments]
  const [deltas, ranges] = [starts + 2 * segments, starts + 4 * segments]
  return (code) => {
    for (let s = 0; s < segments; s++) {
      if (font.readUInt16BE(ends + 2 * s) < code) continue
      const start = font.readUInt16BE(starts + 2 * s)
      if (start > code) return 0
      const range = font.readUInt16BE(ranges + 2 * s)
      if (range !== 0) return font.readUInt16BE(ranges + 2 * s + range + 2 * (code - start))
      return (code + font.readInt16BE(deltas + 2 * s)) & 0xffff
    }
    return 0
  }
}

test('texts are laid out with the widths of the font that is shipped', () => {
  for (const [sign, width] of advances('Inter_400Regular.ttf')) {
    expect(textWidth(sign, 1000), `width of "${sign}"`).toBeCloseTo(width, -0.5)
  }
})

test.each([
  ['Inter_500Medium.ttf', 500],
  ['Inter_600SemiBold.ttf', 600],
] as const)('the estimate for %s is not too narrow by more than a hundredth', (file, weight) => {
  const bold = advances(file)
  for (const text of ['Test loss (nats, mean per sample)', 'Two networks on MNIST', 'Training time (s per epoch)']) {
    const real = Array.from(text).reduce((sum, sign) => sum + (bold.get(sign) ?? 0), 0)
    expect(textWidth(text, 1000, weight)).toBeGreaterThan(real * 0.99)
    expect(textWidth(text, 1000, weight)).toBeLessThan(real * 1.05)
  }
})

test('a text in the serif is hardly wider than in Inter, which figures are laid out with', () => {
  const serif = advances('NotoSerif_400Regular.ttf')
  for (const text of ['Test loss (nats, mean per sample)', '784-500-250-100-10', 'Optimizer step', '1,000', '99.98']) {
    const real = Array.from(text).reduce((sum, sign) => sum + (serif.get(sign) ?? 0), 0)
    expect(real, text).toBeLessThanOrEqual(textWidth(text, 1000) * 1.02) // between two texts there is more room
  }
})

test('each font ships with its licence', () => {
  const fonts = readdirSync(folder).filter((name) => name.endsWith('.ttf'))
  expect(new Set(fonts.map((name) => name.split('_')[0]))).toEqual(new Set(['Inter', 'NotoSerif']))
  for (const [file, owner] of [
    ['OFL.txt', 'The Inter Project Authors'],
    ['OFL-NotoSerif.txt', 'The Noto Project Authors'],
  ] as const) {
    const text = readFileSync(resolve(folder, file), 'utf8')
    expect(text).toContain('SIL Open Font License, Version 1.1')
    expect(text).toContain(owner)
  }
})
