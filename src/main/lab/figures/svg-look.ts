/**
 * How a part of an SVG looks: what it inherits and what its own attributes say.
 */
import { badSvg, type SvgElement } from './svg-reader'

export type Color = readonly [red: number, green: number, blue: number]

export interface Look {
  fill: Color | null
  stroke: Color | null
  fillOpacity: number
  strokeOpacity: number
  strokeWidth: number
  dash: readonly number[]
  lineCap: Keyword<typeof CAPS>
  lineJoin: Keyword<typeof JOINS>
  miterLimit: number
  fontSize: number
  fontWeight: number
  anchor: Keyword<typeof ANCHORS>
}

type Keyword<T extends readonly string[]> = T[number]
const CAPS = ['butt', 'round', 'square'] as const
const JOINS = ['miter', 'round', 'bevel'] as const
const ANCHORS = ['start', 'middle', 'end'] as const

/** As SVG has it for what says nothing. */
export const INITIAL_LOOK: Look = {
  fill: [0, 0, 0],
  stroke: null,
  fillOpacity: 1,
  strokeOpacity: 1,
  strokeWidth: 1,
  dash: [],
  lineCap: 'butt',
  lineJoin: 'miter',
  miterLimit: 4,
  fontSize: 16,
  fontWeight: 400,
  anchor: 'start',
}

/** Attributes that change a look; on a group they are inherited. */
export const LOOK_ATTRIBUTES = [
  'fill',
  'stroke',
  'fill-opacity',
  'stroke-opacity',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'stroke-miterlimit',
  'font-family', // all that is drawn is set in the lab's font
  'font-size',
  'font-weight',
  'text-anchor',
] as const

export function lookOf(element: SvgElement, from: Look): Look {
  const own = (name: string) => element.attributes.get(name)
  const dash = own('stroke-dasharray')
  const weight = own('font-weight')
  return {
    fill: colorOf(own('fill'), from.fill),
    stroke: colorOf(own('stroke'), from.stroke),
    fillOpacity: numberOf(element, 'fill-opacity', from.fillOpacity),
    strokeOpacity: numberOf(element, 'stroke-opacity', from.strokeOpacity),
    strokeWidth: numberOf(element, 'stroke-width', from.strokeWidth),
    dash: dash === undefined ? from.dash : dash === 'none' ? [] : numbersIn(dash),
    lineCap: keywordOf(own('stroke-linecap'), CAPS, from.lineCap),
    lineJoin: keywordOf(own('stroke-linejoin'), JOINS, from.lineJoin),
    miterLimit: numberOf(element, 'stroke-miterlimit', from.miterLimit),
    fontSize: numberOf(element, 'font-size', from.fontSize),
    fontWeight: weight === 'bold' ? 700 : weight === 'normal' ? 400 : numberOf(element, 'font-weight', from.fontWeight),
    anchor: keywordOf(own('text-anchor'), ANCHORS, from.anchor),
  }
}

/** Units are pixels, as everywhere within a drawing. */
export function numberOf({ name, attributes }: SvgElement, attribute: string, otherwise = 0): number {
  const text = attributes.get(attribute)
  if (text === undefined) return otherwise
  const value = text.trim() === '' ? NaN : Number(text)
  if (!Number.isFinite(value)) throw badSvg(`${attribute} of <${name}>: expected a number, got "${text}"`)
  return value
}

export function numbersIn(text: string): number[] {
  const values = text
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  if (text.trim() === '' || values.some((value) => !Number.isFinite(value))) {
    throw badSvg(`expected numbers, got "${text}"`)
  }
  return values
}

function colorOf(text: string | undefined, inherited: Color | null): Color | null {
  if (text === undefined) return inherited
  if (text === 'none' || text === 'transparent') return null
  const hex = /^#(?:([\da-f]{3})|([\da-f]{6}))$/i.exec(text)
  if (hex) {
    const [, three, six] = hex
    const digits = six ?? Array.from(three ?? '', (digit) => digit + digit).join('')
    return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16)) as unknown as Color
  }
  const [, inside] = /^rgb\(([\d\s,]+)\)$/.exec(text) ?? []
  const parts = inside === undefined ? [] : numbersIn(inside)
  if (parts.length !== 3) throw badSvg(`expected a color such as #005fa8, got "${text}"`)
  return parts as unknown as Color
}

function keywordOf<T extends readonly string[]>(text: string | undefined, words: T, otherwise: T[number]): T[number] {
  if (text === undefined) return otherwise
  if (!words.includes(text)) throw badSvg(`expected one of ${words.join(', ')}, got "${text}"`)
  return text
}
