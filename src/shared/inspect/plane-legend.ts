/**
 * What colors, lines, shapes and rims of a boundary mean, under it: a figure leaves the lab without the words beside it.
 */
import { seriesColor, type Palette } from '../figures/chart-look'
import { circle, line, rect, text, type Mark } from '../figures/marks'
import { textWidth } from '../figures/text-width'

/** What a drawing has of all that it could have. */
export interface PlaneLegend {
  classNames: readonly string[]
  /** Of which class there are level lines; null: none. */
  levelsOf: number | null
  /** Training and test points are told apart only where there are both. */
  hasBothParts: boolean
  hasWrong: boolean
  hasVeil: boolean
}

/** Seen on light and on dark fields, beside the white rim. */
const WRONG = '#d0342c'

/** Training points are discs, test points squares; a white rim, and a red one outside of it where the model is wrong. */
export function pointShape(x: number, y: number, isTest: boolean, isWrong: boolean, fill: string): Mark[] {
  const shape = (r: number, attributes: Mark['attributes']) =>
    isTest ? rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8, attributes) : circle(x, y, r, attributes)
  return [...(isWrong ? [shape(5.8, { fill: WRONG })] : []), shape(4.4, { fill: '#ffffff' }), shape(3.3, { fill })]
}

interface Entry {
  name: string
  /** Around (x, y), as wide as 10 pixels. */
  marks: (x: number, y: number) => Mark[]
}

function entriesOf(has: PlaneLegend, palette: Palette): Entry[] {
  const { classNames, levelsOf } = has
  const some = (isThere: boolean, name: string, marks: Entry['marks']) => (isThere ? [{ name, marks }] : [])
  const stroke = (width: number) => (x: number, y: number) => [
    line(x - 6, y, x + 6, y, { stroke: palette.text, 'stroke-width': width }),
  ]
  return [
    ...classNames.map((name, label) => ({
      name,
      marks: (x: number, y: number) => pointShape(x, y, false, false, seriesColor(palette, label)),
    })),
    ...some(has.hasBothParts, 'test points', (x, y) => pointShape(x, y, true, false, palette.quiet)),
    ...some(has.hasWrong, 'wrong', (x, y) => pointShape(x, y, false, true, palette.quiet)),
    ...some(true, classNames.length === 2 ? 'p = 0.5' : 'likeliest class changes', stroke(2)),
    ...some(levelsOf !== null, `p(${classNames[levelsOf ?? 0] ?? levelsOf})`, stroke(0.9)),
    ...some(has.hasVeil, 'outside of the training points', (x, y) => [
      rect(x - 6, y - 4.5, 12, 9, { fill: palette.paper, stroke: palette.quiet, 'stroke-dasharray': '3 3' }),
    ]),
  ]
}

/** In rows from `y` on, between `left` and `width`. */
export function legendMarks(
  has: PlaneLegend,
  { left, width, y, fontSize, palette }: { left: number; width: number; y: number; fontSize: number; palette: Palette },
): { marks: Mark[]; height: number } {
  const entries = entriesOf(has, palette)
  let [x, row] = [left, 0]
  const marks = entries.flatMap((entry) => {
    const needed = fontSize * 1.5 + textWidth(entry.name, fontSize)
    if (x + needed > width && x > left) [x, row] = [left, row + 1]
    const at = y + row * fontSize * 1.6
    const made = [
      ...entry.marks(x + 6, at - fontSize * 0.36),
      text(x + fontSize * 1.4, at, entry.name, { fill: palette.text }),
    ]
    x += needed + fontSize
    return made
  })
  return { marks, height: (row + 1) * fontSize * 1.6 }
}
