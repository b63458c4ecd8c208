/**
 * Python as text: literals, and blocks put together the way PEP 8 wants them.
 */

/** Of a line, as PEP 8 has it. */
export const PYTHON_WIDTH = 79

/** A piece that may be left out: what is not there leaves nothing behind, not even an empty line. */
export type Piece = string | false | null | undefined | readonly Piece[]

/** Lines of one block, as they come. */
export function block(...pieces: Piece[]): string {
  return flat(pieces).join('\n')
}

/** Functions and classes of a file, two empty lines apart. */
export function topLevel(...pieces: Piece[]): string {
  return `${flat(pieces).join('\n\n\n')}\n`
}

/** So many spaces before each line that is not empty. */
export function indented(text: string, spaces: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(spaces))
}

/** JavaScript's shortest form is Python's too, but for the exponent's missing dot, which both read. */
export function number(value: number): string {
  return String(value)
}

/** A float, also where the value is whole: Keras asks for one. */
export function decimal(value: number): string {
  return Number.isInteger(value) && !/[e.]/.test(number(value)) ? `${number(value)}.0` : number(value)
}

/** JSON's escapes are Python's too. Characters beyond ASCII stay as they are: the files are UTF-8. */
export function text(value: string): string {
  return JSON.stringify(value)
}

/** Paragraphs of a comment or docstring, broken at spaces; `hanging` goes before every line but the first. */
export function wrapped(paragraph: string, first = '', hanging = first): string {
  const lines: string[] = []
  let line = first
  let isEmpty = true
  for (const word of paragraph.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > PYTHON_WIDTH) {
      lines.push(line)
      line = hanging
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line].join('\n')
}

function flat(pieces: readonly Piece[]): string[] {
  return pieces.flatMap((piece) => {
    if (piece === false || piece === null || piece === undefined) return []
    return typeof piece === 'string' ? [piece] : flat(piece)
  })
}
