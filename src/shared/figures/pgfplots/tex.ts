/**
 * Texts, numbers and lengths as LaTeX reads them. What comes out is ASCII and Latin letters: pdflatex needs no more.
 */
import { latexText } from '../../paper/latex'

/** One CSS pixel, in the centimeters of the picture. */
export const CM_PER_PIXEL = 2.54 / 96

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'
const SIGNS: Readonly<Record<string, string>> = {
  '½': '$\\frac{1}{2}$',
  '…': '\\ldots{}',
  '±': '$\\pm$',
  '→': '$\\to$',
  '≤': '$\\leq$',
  '≥': '$\\geq$',
  '–': '--',
  '—': '---',
  '’': "'",
  '“': '``',
  '”': "''",
  '∞': '$\\infty$',
  '√': '$\\surd$',
  '∂': '$\\partial$',
  '‖': '$\\|$',
  α: '$\\alpha$',
  β: '$\\beta$',
  γ: '$\\gamma$',
  δ: '$\\delta$',
  ε: '$\\varepsilon$',
  η: '$\\eta$',
  λ: '$\\lambda$',
  μ: '$\\mu$',
  π: '$\\pi$',
  σ: '$\\sigma$',
  τ: '$\\tau$',
  Δ: '$\\Delta$',
  Σ: '$\\Sigma$',
}

/** A sign that pdflatex has no letter for is named by its number. */
export function texText(text: string): string {
  const plain = latexText(text.replace(/\p{Cc}/gu, ' '))
  return plain
    .replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (power) => `$^{${Array.from(power, digitOf).join('')}}$`)
    .replace(/[^\x20-\u017F]/gu, (sign) => SIGNS[sign] ?? `[U+${sign.codePointAt(0)?.toString(16).toUpperCase()}]`)
    .replace(/[½±]/g, (sign) => SIGNS[sign] ?? sign)
}

function digitOf(sign: string): string {
  return sign === '⁻' ? '-' : String(SUPERSCRIPTS.indexOf(sign))
}

/** Texts of a list, each in braces, so that a comma within one ends nothing. */
export function texList(texts: readonly string[]): string {
  return texts.map((text) => `{${texText(text)}}`).join(',')
}

/** Four decimals of a centimeter are a micrometer. */
export function cm(pixels: number): string {
  return `${Number((pixels * CM_PER_PIXEL).toFixed(4))}cm`
}

export function pt(pixels: number): string {
  return `${Number((pixels * 0.75 * (72.27 / 72)).toFixed(3))}pt` // a point of TeX is a 72.27th of an inch
}

/** As JavaScript writes it, which pgfplots reads; a gap is a value that it leaves out. */
export function texNumber(value: number | null): string {
  return value === null || !Number.isFinite(value) ? 'nan' : String(value)
}

/** A color that the picture has defined. */
export function colorName(hex: string): string {
  return `lab${hex.replace('#', '').toLowerCase()}`
}

export function defineColors(hexes: Iterable<string>): string[] {
  return [...new Set(hexes)].map((hex) => `\\definecolor{${colorName(hex)}}{HTML}{${hex.slice(1).toUpperCase()}}`)
}
