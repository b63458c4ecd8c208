/**
 * Reads the SVG that the lab writes: tags, quoted attributes, texts. No comments, declarations or CDATA: the lab writes
 * none, and what is not understood is refused, as a drawing must not lose a part on its way to a file.
 */
import { LabError } from '#shared/errors'

export interface SvgElement {
  name: string
  attributes: ReadonlyMap<string, string>
  children: readonly SvgNode[]
}

/** Texts are strings, with their entities resolved. */
export type SvgNode = SvgElement | string

interface OpenElement extends SvgElement {
  children: SvgNode[]
}

const TAG = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y
const ATTRIBUTE = /([\w:-]+)="([^"<]*)"/g

export function readSvg(svg: string): SvgElement {
  const document: OpenElement = { name: '', attributes: new Map(), children: [] }
  const open = [document]
  let at = 0
  while (at < svg.length) {
    const parent = open.at(-1) ?? document
    const next = svg.indexOf('<', at)
    const text = svg.slice(at, next === -1 ? undefined : next)
    if (text !== '') parent.children.push(plain(text))
    if (next === -1) break
    TAG.lastIndex = next
    const match = TAG.exec(svg)
    if (!match) throw badSvg(`expected a tag, got ${svg.slice(next, next + 40)}`)
    const [whole, closing, name = '', attributes = '', alone] = match
    if (closing) {
      if (parent.name !== name || open.length === 1) throw badSvg(`</${name}> closes nothing that is open`)
      open.pop()
    } else {
      const element: OpenElement = { name, attributes: attributesOf(attributes), children: [] }
      parent.children.push(element)
      if (!alone) open.push(element)
    }
    at = next + whole.length
  }
  return rootOf(document, open.length)
}

function rootOf({ children }: SvgElement, open: number): SvgElement {
  if (open > 1) throw badSvg('the text ends before the drawing does')
  const [root, ...others] = children.filter((child) => typeof child !== 'string' || child.trim() !== '')
  if (root === undefined || typeof root === 'string' || root.name !== 'svg' || others.length > 0) {
    throw badSvg('expected one <svg> and nothing beside it')
  }
  return root
}

function attributesOf(text: string): Map<string, string> {
  return new Map([...text.matchAll(ATTRIBUTE)].map(([, name = '', value = '']) => [name, plain(value)]))
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function plain(text: string): string {
  return text.replace(/&([^;&]*);?/g, (entity, name: string) => {
    const sign = NAMED[name] ?? numbered(name)
    if (sign === undefined || !entity.endsWith(';')) throw badSvg(`expected &amp;, &lt;, &gt; or &quot;, got ${entity}`)
    return sign
  })
}

/** `#39`, as ECharts writes an apostrophe. */
function numbered(name: string): string | undefined {
  const code = /^#(\d{1,7})$/.exec(name)?.[1]
  return code === undefined || Number(code) > 0x10ffff ? undefined : String.fromCodePoint(Number(code))
}

/** Of an element that holds nothing but text. */
export function textOf({ name, children }: SvgElement): string {
  const texts = children.filter((child) => typeof child === 'string')
  if (texts.length < children.length) throw badSvg(`expected nothing but text in <${name}>`)
  return texts.join('')
}

export function badSvg(what: string): LabError {
  return new LabError('figure/bad-svg', `This drawing cannot be read: ${what}`)
}
