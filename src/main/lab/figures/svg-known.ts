/**
 * The elements and attributes of our drawings. All others are refused: a part that silently went missing would be a
 * wrong figure.
 */
import { LOOK_ATTRIBUTES } from './svg-look'
import { badSvg, type SvgElement } from './svg-reader'

const SHAPE = [...LOOK_ATTRIBUTES, 'opacity', 'transform']

/** Elements that are known, with their attributes. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  svg: ['xmlns', 'role', 'x', 'y', 'width', 'height', 'viewBox', 'overflow', ...LOOK_ATTRIBUTES],
  title: [],
  desc: [],
  defs: [],
  clipPath: ['id'],
  marker: ['id', 'viewBox', 'refX', 'refY', 'markerWidth', 'markerHeight', 'markerUnits', 'orient'],
  g: ['transform', 'clip-path', ...LOOK_ATTRIBUTES],
  path: ['d', 'marker-end', ...SHAPE],
  rect: ['x', 'y', 'width', 'height', 'rx', ...SHAPE],
  circle: ['cx', 'cy', 'r', ...SHAPE],
  ellipse: ['cx', 'cy', 'rx', 'ry', ...SHAPE],
  line: ['x1', 'y1', 'x2', 'y2', ...SHAPE],
  polyline: ['points', ...SHAPE],
  polygon: ['points', ...SHAPE],
  text: ['x', 'y', ...SHAPE],
  tspan: ['dx', ...LOOK_ATTRIBUTES],
}

export function mustKnow({ name, attributes }: SvgElement): void {
  const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined
  if (!known) throw badSvg(`<${name}> is not one of ${Object.keys(KNOWN).join(', ')}`)
  const stray = [...attributes.keys()].find((attribute) => !known.includes(attribute))
  if (stray !== undefined) throw badSvg(`${stray} of <${name}> is not drawn`)
}
