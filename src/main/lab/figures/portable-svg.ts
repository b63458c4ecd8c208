/**
 * What ECharts writes, turned into SVG that every program reads alike: browsers, Inkscape, LaTeX, word processors.
 *
 * Taken out: hover styles, marks for scripts, shapes that nobody sees, and ids that count up through the life of the
 * process. Texts are placed by their baseline, as `dominant-baseline` is ignored by many readers.
 */

export interface SvgFacts {
  widthCm: number
  heightCm: number
  title: string
  description: string
  fontFamily: string
}

/** Half the height of a capital, as a share of the font size: from the middle of a text down to its baseline. */
const HALF_CAPITAL = 0.364

/** XML has no way to say them, not even as entities; a name from a file may hold one. */
const CONTROL_SIGNS = /(?!\n)\p{Cc}/gu

export function portableSvg(svg: string, facts: SvgFacts): string {
  const viewBox = /viewBox="([\d. ]+)"/.exec(svg)?.[1] ?? ''
  const body = svg
    .replace(CONTROL_SIGNS, '')
    .replace(/^<svg [^>]*>/, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/<style[^>]*>[\s\S]*?<\/style>/g, '')
    .replace(/<(\w+)((?: [\w:-]+="[^"]*")*) ?>/g, (_, name: string, text: string) => tagOf(name, text))
    .replace(/<path[^>]*data-unseen=""[^>]*><\/path>\s*/g, '')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${facts.widthCm}cm" height="${facts.heightCm}cm" viewBox="${viewBox}" role="img" font-family="${facts.fontFamily}">`,
    `<title>${escapeXml(facts.title)}</title>`,
    `<desc>${escapeXml(facts.description)}</desc>`,
    renumberIds(body).trim(),
    '</svg>\n',
  ].join('\n')
}

type Attributes = Map<string, string>

function tagOf(name: string, text: string): string {
  const found = [...text.matchAll(/ ([\w:-]+)="([^"]*)"/g)].map((match) => [match[1] ?? '', match[2] ?? ''] as const)
  const attributes: Attributes = new Map(found.filter(([key]) => !isInternal(key)))
  if (name === 'text') placeText(attributes)
  if (name === 'path' && attributes.get('fill') === 'none' && !attributes.has('stroke'))
    attributes.set('data-unseen', '')
  return `<${name}${[...attributes].map(([key, value]) => ` ${key}="${value}"`).join('')}>`
}

function isInternal(attribute: string): boolean {
  return (
    attribute.startsWith('ecmeta_') ||
    attribute === 'class' ||
    attribute === 'pointer-events' ||
    attribute === 'xml:space'
  )
}

/** Fonts as attributes, which more programs know than styles; the family stands once, at the top. */
function placeText(attributes: Attributes): void {
  const style = attributes.get('style') ?? ''
  const size = Number(/font-size:\s*([\d.]+)px/.exec(style)?.[1] ?? 12)
  const weight = /font-weight:\s*(\w+)/.exec(style)?.[1]
  attributes.delete('style')
  if (attributes.get('dominant-baseline') === 'central') {
    attributes.delete('dominant-baseline')
    attributes.set('y', short(Number(attributes.get('y') ?? 0) + size * HALF_CAPITAL))
  }
  attributes.set('font-size', short(size))
  if (weight && weight !== 'normal' && weight !== '400') attributes.set('font-weight', weight)
}

function short(value: number): string {
  return String(Number(value.toFixed(3)))
}

/** In the order in which they occur. */
function renumberIds(svg: string): string {
  const names = new Map<string, string>()
  return svg.replace(/\bzr\d+-[\w-]+/g, (id) => {
    const name = names.get(id) ?? `p${names.size}`
    names.set(id, name)
    return name
  })
}

export function escapeXml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
  return text.replace(CONTROL_SIGNS, '').replace(/[&<>]/g, (sign) => entities[sign] ?? '')
}
