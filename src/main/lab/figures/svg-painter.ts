/**
 * Paints the SVG that the lab draws onto a PDF page: shapes as paths, texts as texts.
 * What is not in ./svg-known.ts it refuses.
 */
import { numberSetting } from './pdf-numbers'
import { mustKnow } from './svg-known'
import { INITIAL_LOOK, lookOf, numberOf, numbersIn, type Look } from './svg-look'
import { pathEnd } from './svg-path'
import { badSvg, textOf, type SvgElement, type SvgNode } from './svg-reader'

export type Page = PDFKit.PDFDocument

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** `fontFor` names a font that the page knows, by CSS weight. */
export function paintSvg(page: Page, root: SvgElement, onto: Box, fontFor: (weight: number) => string): void {
  new Painter(page, fontFor, elementsById(root)).paintRoot(root, onto)
}

interface TextRun {
  text: string
  dx: number
  look: Look
}

class Painter {
  constructor(
    private readonly page: Page,
    private readonly fontFor: (weight: number) => string,
    private readonly byId: ReadonlyMap<string, SvgElement>,
  ) {}

  paintRoot(root: SvgElement, onto: Box): void {
    mustKnow(root)
    this.paintInto(root, onto, INITIAL_LOOK)
  }

  private paintAll(children: readonly SvgNode[], look: Look): void {
    for (const child of children) {
      if (typeof child !== 'string') this.paint(child, look)
      else if (child.trim() !== '') throw badSvg(`expected text inside <text>, got "${child.trim().slice(0, 40)}"`)
    }
  }

  private paint(element: SvgElement, inherited: Look): void {
    mustKnow(element)
    if (['title', 'desc', 'defs'].includes(element.name)) return
    const look = lookOf(element, inherited)
    this.page.save()
    this.transform(element)
    if (element.name === 'svg') this.paintInto(element, boxOf(element), inherited)
    else if (element.name === 'g') this.paintGroup(element, look)
    else if (element.name === 'text') this.paintText(element, withOpacity(element, look))
    else this.paintShape(element, withOpacity(element, look))
    this.page.restore()
  }

  /** The view box in the middle of `onto`, as large as fits; what lies outside is cut off. */
  private paintInto(element: SvgElement, onto: Box, inherited: Look): void {
    const view = viewBoxOf(element)
    const scale = Math.min(onto.width / view.width, onto.height / view.height)
    this.page.rect(onto.x, onto.y, onto.width, onto.height).clip()
    this.page.translate(
      onto.x + (onto.width - view.width * scale) / 2,
      onto.y + (onto.height - view.height * scale) / 2,
    )
    this.page.scale(scale)
    this.page.translate(-view.x, -view.y)
    this.paintAll(element.children, lookOf(element, inherited))
  }

  private paintGroup(element: SvgElement, look: Look): void {
    const reference = element.attributes.get('clip-path')
    if (reference !== undefined) {
      const clip = this.referred(reference, 'clipPath')
      for (const child of elementsOf(clip)) {
        mustKnow(child)
        if (child.attributes.has('transform')) throw badSvg('transform of a clip path is not drawn')
        this.outline(child)
      }
      this.page.clip()
    }
    this.paintAll(element.children, look)
  }

  private paintShape(element: SvgElement, look: Look): void {
    const hasInside = element.name !== 'line'
    const fill = hasInside && look.fillOpacity > 0 ? look.fill : null
    const stroke = look.strokeOpacity > 0 && look.strokeWidth > 0 ? look.stroke : null
    // first the colors: in PDF nothing may stand between a path and its painting
    if (fill) this.page.fillColor([...fill], look.fillOpacity)
    if (stroke) this.useStroke(look, [...stroke])
    this.outline(element)
    if (fill && stroke) this.page.fillAndStroke()
    else if (fill) this.page.fill()
    else if (stroke) this.page.stroke()
    else this.page.addContent('n') // ends a path that nobody sees
    const marker = element.attributes.get('marker-end')
    if (marker !== undefined) this.paintMarker(this.referred(marker, 'marker'), element.attributes.get('d') ?? '')
  }

  private useStroke(look: Look, color: [number, number, number]): void {
    this.page.strokeColor(color, look.strokeOpacity).lineWidth(look.strokeWidth)
    this.page.lineCap(look.lineCap).lineJoin(look.lineJoin).miterLimit(look.miterLimit)
    // the types know pairs alone
    if (look.dash.length > 0) this.page.dash([...look.dash] as unknown as number, {})
  }

  /** Adds the shape to the current path. */
  private outline(element: SvgElement): void {
    const { page } = this
    const of = (attribute: string) => numberOf(element, attribute)
    switch (element.name) {
      case 'path':
        page.path(pathOf(element))
        return
      case 'rect':
        if (of('rx') > 0) page.roundedRect(of('x'), of('y'), of('width'), of('height'), of('rx'))
        else page.rect(of('x'), of('y'), of('width'), of('height'))
        return
      case 'circle':
        page.circle(of('cx'), of('cy'), of('r'))
        return
      case 'ellipse':
        page.ellipse(of('cx'), of('cy'), of('rx'), of('ry'))
        return
      case 'line':
        page.moveTo(of('x1'), of('y1')).lineTo(of('x2'), of('y2'))
        return
      case 'polyline':
      case 'polygon':
        page.path(
          pathThrough(numbersIn(element.attributes.get('points') ?? '')) + (element.name === 'polygon' ? 'Z' : ''),
        )
        return
      default:
        throw badSvg(`<${element.name}> cannot stand here`)
    }
  }

  private paintMarker(marker: SvgElement, path: string): void {
    const { at, degrees } = pathEnd(path)
    if (marker.attributes.get('markerUnits') !== 'userSpaceOnUse' || marker.attributes.get('orient') !== 'auto') {
      throw badSvg('expected a marker in user space that turns with its line')
    }
    const view = viewBoxOf(marker)
    const [width, height] = [numberOf(marker, 'markerWidth', 3), numberOf(marker, 'markerHeight', 3)]
    this.page.translate(...at)
    this.page.rotate(degrees)
    this.page.scale(Math.min(width / view.width, height / view.height))
    this.page.translate(-numberOf(marker, 'refX'), -numberOf(marker, 'refY'))
    this.paintAll(marker.children, INITIAL_LOOK)
  }

  private paintText(element: SvgElement, look: Look): void {
    const runs = runsOf(element, look)
    const widths = runs.map((run) => this.widthOf(run))
    const total = runs.reduce((sum, { dx }, i) => sum + dx + (widths[i] ?? 0), 0)
    const share = { start: 0, middle: 0.5, end: 1 }[look.anchor]
    let x = numberOf(element, 'x') - share * total
    const y = numberOf(element, 'y')
    runs.forEach((run, i) => {
      if (run.look.stroke) throw badSvg(`the text "${run.text}" has an outline, which is not drawn`)
      x += run.dx
      this.useFont(run.look)
      if (run.look.fill && run.look.fillOpacity > 0) {
        this.page.fillColor([...run.look.fill], run.look.fillOpacity)
        this.page.text(run.text, x, y, { lineBreak: false, baseline: 'alphabetic', ...numberSetting(run.text) })
      }
      x += widths[i] ?? 0
    })
  }

  private widthOf({ text, look }: TextRun): number {
    this.useFont(look)
    return this.page.widthOfString(text, numberSetting(text))
  }

  private useFont({ fontWeight, fontSize }: Look): void {
    this.page.font(this.fontFor(fontWeight)).fontSize(fontSize)
  }

  private transform(element: SvgElement): void {
    const text = element.attributes.get('transform') ?? ''
    if (!/^(\s*\w+\([^()]*\)\s*,?)*$/.test(text)) throw badSvg(`expected a transform, got "${text}"`)
    for (const [, name = '', inside = ''] of text.matchAll(/(\w+)\(([^()]*)\)/g))
      this.transformBy(name, numbersIn(inside))
  }

  private transformBy(name: string, values: readonly number[]): void {
    const [a = 0, b, c, d, e, f] = values
    if (name === 'translate') this.page.translate(a, b ?? 0)
    else if (name === 'scale') this.page.transform(a, 0, 0, b ?? a, 0, 0)
    else if (name === 'rotate') this.page.rotate(a, { origin: [b ?? 0, c ?? 0] })
    else if (name === 'matrix' && values.length === 6) this.page.transform(a, b ?? 0, c ?? 0, d ?? 0, e ?? 0, f ?? 0)
    else throw badSvg(`expected translate, scale, rotate or matrix, got ${name}(${values.join(' ')})`)
  }

  private referred(reference: string, name: string): SvgElement {
    const element = this.byId.get(/^url\(#(.+)\)$/.exec(reference)?.[1] ?? '')
    if (element?.name !== name) throw badSvg(`${reference}: expected the id of a <${name}>`)
    mustKnow(element)
    return element
  }
}

function elementsOf({ children }: SvgElement): SvgElement[] {
  return children.filter((child) => typeof child !== 'string')
}

function elementsById(element: SvgElement, found = new Map<string, SvgElement>()): Map<string, SvgElement> {
  const id = element.attributes.get('id')
  if (id !== undefined) found.set(id, element)
  for (const child of elementsOf(element)) elementsById(child, found)
  return found
}

function boxOf(element: SvgElement): Box {
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) => numberOf(element, name))
  return { x: x ?? 0, y: y ?? 0, width: width ?? 0, height: height ?? 0 }
}

function viewBoxOf({ name, attributes }: SvgElement): Box {
  const [x = 0, y = 0, width = 0, height = 0] = numbersIn(attributes.get('viewBox') ?? '')
  if (!(width > 0 && height > 0)) throw badSvg(`<${name}>: expected a view box with a width and a height`)
  return { x, y, width, height }
}

function pathOf({ attributes }: SvgElement): string {
  const path = attributes.get('d') ?? ''
  if (!/^\s*[Mm][MmLlHhVvCcSsQqTtAaZz\d\s,.eE+-]*$/.test(path))
    throw badSvg(`expected a path, got "${path.slice(0, 40)}"`)
  return path
}

function pathThrough([x = 0, y = 0, ...others]: readonly number[]): string {
  return `M${x} ${y}${others.length > 0 ? `L${others.join(' ')}` : ''}`
}

function withOpacity(element: SvgElement, look: Look): Look {
  const opacity = numberOf(element, 'opacity', 1)
  return { ...look, fillOpacity: look.fillOpacity * opacity, strokeOpacity: look.strokeOpacity * opacity }
}

/** The parts of a text with their looks. Runs of spaces count as one; none stand at the ends. */
function runsOf(element: SvgElement, look: Look): TextRun[] {
  const runs = element.children.map((child): TextRun => {
    if (typeof child === 'string') return { text: child.replace(/\s+/g, ' '), dx: 0, look }
    mustKnow(child)
    if (child.name !== 'tspan') throw badSvg(`expected texts inside <text>, got <${child.name}>`)
    return { text: textOf(child).replace(/\s+/g, ' '), dx: numberOf(child, 'dx'), look: lookOf(child, look) }
  })
  return runs.map((run, i) => ({ ...run, text: trimmed(run.text, i === 0, i === runs.length - 1) }))
}

function trimmed(text: string, first: boolean, last: boolean): string {
  const begun = first ? text.trimStart() : text
  return last ? begun.trimEnd() : begun
}
