/**
 * SVG text as an element that can stand in a page beside others: shapes and texts only, with ids of its own.
 */

const SHAPES = new Set(
  'svg g path rect circle ellipse line polyline polygon text tspan defs clipPath marker desc'.split(' '),
)

/** Null for what is no drawing. Read as XML, where nothing runs. `name` makes the ids unlike those of other drawings. */
export function drawingOf(svg: string, name: string): Element | null {
  const drawing = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement
  if (drawing.localName !== 'svg') return null
  for (const element of [...drawing.querySelectorAll('*')]) if (!SHAPES.has(element.localName)) element.remove()
  for (const element of [drawing, ...drawing.querySelectorAll('*')]) clean(element, name)
  drawing.removeAttribute('width')
  drawing.removeAttribute('height')
  drawing.setAttribute('aria-hidden', 'true')
  return drawing
}

function clean(element: Element, name: string): void {
  for (const { name: attribute, value } of [...element.attributes]) {
    if (/^on|href$|^style$/i.test(attribute)) element.removeAttribute(attribute)
    else if (attribute === 'id') element.setAttribute('id', `${name}-${value}`)
    else if (/url\s*\(/i.test(value)) pointInside(element, attribute, value, name)
  }
}

function pointInside(element: Element, attribute: string, value: string, name: string): void {
  const [, id] = /^url\(#([\w-]+)\)$/.exec(value) ?? []
  if (id === undefined) element.removeAttribute(attribute)
  else element.setAttribute(attribute, `url(#${name}-${id})`)
}
