/**
 * How wide a text is in Inter, near enough to lay out a figure where nothing can be measured.
 */

/** Advances of the characters from space to ~ in thousandths of the font size. Source: hmtx of Inter Regular. */
const ADVANCES = [
  281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360, 631, 407, 610, 618, 646, 593, 620,
  566, 619, 620, 288, 302, 662, 662, 662, 511, 966, 690, 654, 730, 722, 601, 590, 746, 743, 269, 571, 672, 565, 903,
  753, 765, 639, 765, 644, 642, 646, 744, 690, 985, 682, 679, 629, 365, 360, 365, 471, 456, 323, 562, 612, 571, 612,
  583, 370, 613, 591, 242, 242, 549, 242, 876, 591, 600, 612, 612, 376, 528, 327, 591, 562, 818, 546, 562, 552, 426,
  333, 426, 662,
]

/** Beyond ASCII: most Latin letters are narrower than this, full-width signs are 1000. */
const OTHER = 620
const FULL_WIDTH = 1000

/** In the unit of `fontSize`. Bold text is about 4 % wider. */
export function textWidth(text: string, fontSize: number, weight: 400 | 500 | 600 = 400): number {
  let thousandths = 0
  for (const sign of text) {
    const code = sign.codePointAt(0) ?? 0
    thousandths += ADVANCES[code - 32] ?? (code >= 0x1100 ? fullOrOther(code) : OTHER)
  }
  return (thousandths / 1000) * fontSize * (1 + (weight - 400) / 5000)
}

/** From the first East Asian block on signs are as wide as high, but for punctuation, arrows and mathematics. */
function fullOrOther(code: number): number {
  return code >= 0x2000 && code < 0x2e80 ? OTHER : FULL_WIDTH
}

/** Breaks at spaces; a word that is wider than a line stays whole and gets a line of its own. */
export function wrapText(text: string, width: number, fontSize: number, weight?: 400 | 500 | 600): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && textWidth(longer, fontSize, weight) > width) {
      lines.push(line)
      line = word
    } else {
      line = longer
    }
  }
  return [...lines, line]
}

/** Cut in the middle, as sizes and seeds at the end of a name tell runs apart as well as its start. */
export function shortenText(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text
  const signs = Array.from(text)
  for (let keep = signs.length - 1; keep > 2; keep--) {
    const head = Math.ceil(keep / 2)
    const shorter = `${signs.slice(0, head).join('')}…${signs.slice(signs.length - (keep - head)).join('')}`
    if (textWidth(shorter, fontSize) <= width) return shorter
  }
  return `${signs[0] ?? ''}…`
}
