import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import PDFDocument from 'pdfkit'
import { describe, expect, test } from 'vitest'
import { numberSetting } from '#lab/figures/pdf-numbers'

const page = new PDFDocument({ autoFirstPage: false })
page.registerFont('Inter', readFileSync(resolve('resources/fonts/Inter_400Regular.ttf')))
page.font('Inter').fontSize(1000)

const width = (text: string) => page.widthOfString(text, numberSetting(text))
const alone = (text: string) => Array.from(text).reduce((sum, sign) => sum + page.widthOfString(sign), 0)

describe('text of a PDF', () => {
  test.each(['7.32', '97.5', '1.11', '0.78 %', '7,5'])('"%s" keeps the room of its point', (text) => {
    expect(page.widthOfString(text)).toBeLessThan(alone(text)) // else the font has no such habit any more
    expect(width(text)).toBeCloseTo(alone(text), 6)
  })

  test.each(['AVA Test', '784-150-10', 'Fig. 7'])('"%s" is set as the font wants it', (text) => {
    expect(width(text)).toBe(page.widthOfString(text))
  })
})
