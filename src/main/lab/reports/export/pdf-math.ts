/**
 * Formulas on a PDF page: boxes with a baseline, laid out from the tree of MathML that the screen draws.
 *
 * Plain rules, after TeX's: scripts at 70 %, fractions on the axis of the operators, fences as tall as what they hold.
 */
import { mathTree, type MathNode } from '#shared/paper/math-tree'
import { numberSetting } from '#lab/figures/pdf-numbers'
import type { Page } from '#lab/figures/svg-painter'

/** Sizes in points; `draw` puts its baseline at y, its left end at x. */
export interface MathBox {
  width: number
  ascent: number
  descent: number
  draw: (x: number, y: number) => void
}

const SCRIPT = 0.7
/** Height of the axis above the baseline, where a minus stands, as a share of the font size. */
const AXIS = 0.27
const RULE = 0.05

/** Signs that the shipped font has not, and what stands for them. */
const STAND_INS: Readonly<Record<string, string>> = { '⋅': '·', '⊤': 'T', '∼': '~', '∈': 'in' }

export function mathBox(page: Page, latex: string, size: number): MathBox {
  return new Layout(page).of(mathTree(latex), size)
}

class Layout {
  constructor(private readonly page: Page) {}

  of(node: MathNode, size: number): MathBox {
    const { tag, text = '', attributes = {}, children = [] } = node
    const child = (i: number, of = size) => this.of(children[i] ?? { tag: 'mrow' }, of)
    switch (tag) {
      case 'mi':
        return this.text(text, size, {
          oblique: /^\p{Ll}|^[A-Z]$/u.test(text) && attributes['mathvariant'] !== 'normal',
        })
      case 'mn':
      case 'mtext':
        return this.text(text, size)
      case 'mo':
        return this.operator(text, size, attributes)
      case 'mfrac':
        return this.fraction(child(0), child(1), size)
      case 'msqrt':
        return this.root(child(0), size)
      case 'msub':
        return this.scripts(child(0), child(1, size * SCRIPT), null, size)
      case 'msup':
        return this.scripts(child(0), null, child(1, size * SCRIPT), size)
      case 'msubsup':
        return this.scripts(child(0), child(1, size * SCRIPT), child(2, size * SCRIPT), size)
      case 'munder':
        return this.stack(child(0), child(1, size * SCRIPT), null, size)
      case 'mover':
        return attributes['accent'] === 'true'
          ? this.accent(child(0), child(1), size)
          : this.stack(child(0), null, child(1, size * SCRIPT), size)
      case 'munderover':
        return this.stack(child(0), child(1, size * SCRIPT), child(2, size * SCRIPT), size)
      case 'mtable':
        return this.table(children, size)
      default:
        return this.row(children, size)
    }
  }

  private text(own: string, size: number, { oblique = false, space = 0 } = {}): MathBox {
    if (own === '⊙') return this.circled(size)
    const shown = Array.from(own, (sign) => STAND_INS[sign] ?? sign).join('')
    const { page } = this
    page.font('400').fontSize(size)
    return {
      width: page.widthOfString(shown, numberSetting(shown)) + 2 * space,
      ascent: size * 0.76,
      descent: size * 0.22,
      draw: (x, y) => {
        page.font('400').fontSize(size)
        page.text(shown, x + space, y, {
          lineBreak: false,
          baseline: 'alphabetic',
          ...numberSetting(shown),
          ...(oblique && { oblique: 12 }),
        })
      },
    }
  }

  private circled(size: number): MathBox {
    const radius = size * 0.3
    return {
      width: 2 * radius + size * 0.44,
      ascent: size * 0.76,
      descent: size * 0.22,
      draw: (x, y) => {
        const [cx, cy] = [x + size * 0.22 + radius, y - size * AXIS]
        this.page
          .lineWidth(size * RULE)
          .circle(cx, cy, radius)
          .stroke()
        this.page.circle(cx, cy, size * 0.07).fill()
      },
    }
  }

  private operator(text: string, size: number, attributes: NonNullable<MathNode['attributes']>): MathBox {
    if (text === '\u2003') return blank(size)
    if (text === '\u2009' || text === '\u2005') return blank(size * 0.2)
    if (text === '∑') return this.text(text, size * 1.35, { space: size * 0.08 })
    const isTight = /^[()[\]|{},;′!/]$/.test(text) || attributes['stretchy'] === 'true'
    return this.text(text, size, { space: isTight ? 0 : size * (/^[a-z]/.test(text) ? 0.1 : 0.22) })
  }

  private row(children: readonly MathNode[], size: number): MathBox {
    const isStretchy = ({ tag, attributes }: MathNode) => tag === 'mo' && attributes?.['stretchy'] === 'true'
    const plain = children.map((each) => (isStretchy(each) ? null : this.of(each, size)))
    const ascent = Math.max(size * 0.76, ...plain.map((box) => box?.ascent ?? 0))
    const descent = Math.max(size * 0.22, ...plain.map((box) => box?.descent ?? 0))
    const boxes = plain.map((box, i) => box ?? this.fence(children[i]?.text ?? '', ascent, descent, size))
    return {
      width: sum(boxes.map((box) => box.width)),
      ascent,
      descent,
      draw: (x, y) => {
        let at = x
        for (const box of boxes) {
          box.draw(at, y)
          at += box.width
        }
      },
    }
  }

  /** Drawn as a line of constant width, however tall. */
  private fence(sign: string, ascent: number, descent: number, size: number): MathBox {
    const width = size * 0.42
    const [left, right] = [width * 0.3, width * 0.75]
    const { page } = this
    return {
      width,
      ascent,
      descent,
      draw: (x, y) => {
        const [top, bottom] = [y - ascent, y + descent]
        const middle = (top + bottom) / 2
        page.lineWidth(size * RULE * 1.2)
        if (sign === '(')
          page
            .moveTo(x + right, top)
            .bezierCurveTo(
              x + left * 0.4,
              top + (middle - top) / 2,
              x + left * 0.4,
              bottom - (bottom - middle) / 2,
              x + right,
              bottom,
            )
        else if (sign === ')')
          page
            .moveTo(x + left * 0.5, top)
            .bezierCurveTo(
              x + right,
              top + (middle - top) / 2,
              x + right,
              bottom - (bottom - middle) / 2,
              x + left * 0.5,
              bottom,
            )
        else if (sign === '{') {
          const bend = size * 0.16
          page
            .moveTo(x + right, top)
            .quadraticCurveTo(x + left, top, x + left, top + bend)
            .lineTo(x + left, middle - bend)
          page.quadraticCurveTo(x + left, middle, x, middle).quadraticCurveTo(x + left, middle, x + left, middle + bend)
          page.lineTo(x + left, bottom - bend).quadraticCurveTo(x + left, bottom, x + right, bottom)
        } else if (sign === '[')
          page
            .moveTo(x + right, top)
            .lineTo(x + left, top)
            .lineTo(x + left, bottom)
            .lineTo(x + right, bottom)
        else if (sign === ']')
          page
            .moveTo(x, top)
            .lineTo(x + left, top)
            .lineTo(x + left, bottom)
            .lineTo(x, bottom)
        else page.moveTo(x + width / 2, top).lineTo(x + width / 2, bottom)
        page.stroke()
      },
    }
  }

  private fraction(above: MathBox, below: MathBox, size: number): MathBox {
    const gap = size * 0.14
    const width = Math.max(above.width, below.width) + size * 0.3
    const axis = size * AXIS
    return {
      width,
      ascent: axis + gap + above.ascent + above.descent,
      descent: gap - axis + below.ascent + below.descent,
      draw: (x, y) => {
        above.draw(x + (width - above.width) / 2, y - axis - gap - above.descent)
        below.draw(x + (width - below.width) / 2, y - axis + gap + below.ascent)
        this.page
          .lineWidth(size * RULE)
          .moveTo(x + size * 0.06, y - axis)
          .lineTo(x + width - size * 0.06, y - axis)
          .stroke()
      },
    }
  }

  private root(inner: MathBox, size: number): MathBox {
    const [hook, gap] = [size * 0.55, size * 0.12]
    const ascent = inner.ascent + gap
    return {
      width: hook + inner.width + size * 0.1,
      ascent: ascent + size * RULE,
      descent: inner.descent,
      draw: (x, y) => {
        inner.draw(x + hook, y)
        this.page
          .lineWidth(size * RULE)
          .moveTo(x + size * 0.06, y - ascent * 0.4)
          .lineTo(x + size * 0.2, y - ascent * 0.48)
        this.page
          .lineTo(x + size * 0.36, y + inner.descent * 0.8)
          .lineTo(x + hook * 0.95, y - ascent)
          .lineTo(x + hook + inner.width, y - ascent)
          .stroke()
      },
    }
  }

  private scripts(base: MathBox, sub: MathBox | null, sup: MathBox | null, size: number): MathBox {
    const up = Math.max(size * 0.36, base.ascent - size * 0.4)
    const down = Math.max(size * 0.16, base.descent - size * 0.06)
    return {
      width: base.width + Math.max(sub?.width ?? 0, sup?.width ?? 0) + size * 0.05,
      ascent: Math.max(base.ascent, sup ? up + sup.ascent : 0),
      descent: Math.max(base.descent, sub ? down + sub.descent : 0),
      draw: (x, y) => {
        base.draw(x, y)
        sup?.draw(x + base.width + size * 0.03, y - up)
        sub?.draw(x + base.width + size * 0.03, y + down)
      },
    }
  }

  /** Limits under and over a sum. */
  private stack(base: MathBox, below: MathBox | null, above: MathBox | null, size: number): MathBox {
    const width = Math.max(base.width, below?.width ?? 0, above?.width ?? 0)
    const gap = size * 0.06
    const middle = (box: MathBox, x: number) => x + (width - box.width) / 2
    return {
      width,
      ascent: base.ascent + (above ? gap + above.ascent + above.descent : 0),
      descent: base.descent + (below ? gap + below.ascent + below.descent : 0),
      draw: (x, y) => {
        base.draw(middle(base, x), y)
        above?.draw(middle(above, x), y - base.ascent - gap - above.descent)
        below?.draw(middle(below, x), y + base.descent + gap + below.ascent)
      },
    }
  }

  private accent(base: MathBox, mark: MathBox, size: number): MathBox {
    return {
      ...base,
      ascent: base.ascent + size * 0.18,
      draw: (x, y) => {
        base.draw(x, y)
        mark.draw(x + (base.width - mark.width) / 2, y - size * 0.18)
      },
    }
  }

  private table(rows: readonly MathNode[], size: number): MathBox {
    const cells = rows.map((row) => (row.children ?? []).map((cell) => this.row(cell.children ?? [], size)))
    const columns = Math.max(0, ...cells.map((row) => row.length))
    const widths = Array.from({ length: columns }, (_, c) => Math.max(0, ...cells.map((row) => row[c]?.width ?? 0)))
    const heights = cells.map((row) => ({
      ascent: Math.max(size * 0.76, ...row.map((box) => box.ascent)),
      descent: Math.max(size * 0.22, ...row.map((box) => box.descent)),
    }))
    const gap = size * 0.3
    const total = sum(heights.map(({ ascent, descent }) => ascent + descent)) + gap * Math.max(0, rows.length - 1)
    const ascent = total / 2 + size * AXIS
    return {
      width: sum(widths) + size * 0.8 * Math.max(0, columns - 1) + size * 0.3,
      ascent,
      descent: total - ascent,
      draw: (x, y) => {
        let top = y - ascent
        cells.forEach((row, r) => {
          const height = heights[r] ?? { ascent: 0, descent: 0 }
          let left = x + size * 0.15
          row.forEach((box, c) => {
            box.draw(left, top + height.ascent)
            left += (widths[c] ?? 0) + size * 0.8
          })
          top += height.ascent + height.descent + gap
        })
      },
    }
  }
}

function blank(width: number): MathBox {
  return { width, ascent: 0, descent: 0, draw: () => undefined }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
