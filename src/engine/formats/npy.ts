/**
 * Reader for NumPy's .npy files, versions 1 to 3: a magic, a header that is a Python dictionary, then the values.
 * Numbers and truth values only. Objects are pickles, which are programs, and are never read; nor are texts and
 * records. Strict: nothing may be missing and nothing may follow.
 */
import { badFile, countOf, readNumbers, type NumberArray, type NumberFormat, type NumberValues } from './number-array'

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] // "\x93NUMPY"
/** NumPy itself reads no longer ones from files that it does not trust. */
const MAX_HEADER_BYTES = 10_000
const MAX_DIMENSIONS = 8

interface Header {
  descr: string
  isFortran: boolean
  shape: readonly number[]
}

export function looksLikeNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte)
}

/** `file` is how messages call it. Throws `import/bad-file`, which names the byte where it went wrong. */
export function readNpy(bytes: Uint8Array, file = 'NPY file'): NumberArray {
  const { text, at } = headerText(bytes, file)
  const { descr, isFortran, shape } = new HeaderReader(text, at, file).read()
  const format = formatOf(descr, file, at)
  const start = at + text.length
  const count = countOf(shape)
  const expected = start + format.sizeBytes * count
  if (bytes.length !== expected) {
    const wanted = `${expected} bytes for "${descr}" [${shape.join(', ')}]`
    throw badFile(file, Math.min(bytes.length, expected), wanted, `a file of ${bytes.length}`)
  }
  const values = readNumbers(bytes, start, count, format, file)
  if (descr === '|b1') mustBeTruths(values, file, start)
  return { shape, values: isFortran && shape.length > 1 ? rowMajor(values, shape) : values }
}

/** The header as text, one character a byte, and the byte where it begins. */
function headerText(bytes: Uint8Array, file: string): { text: string; at: number } {
  if (!looksLikeNpy(bytes)) {
    const end = MAGIC.findIndex((byte, i) => bytes[i] !== byte)
    throw badFile(file, end, 'the "\\x93NUMPY" that starts an NPY file', 'something else')
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = bytes[6]
  if (version !== 1 && version !== 2 && version !== 3) {
    throw badFile(file, 6, 'version 1, 2 or 3', version === undefined ? 'the end of the file' : `${version}`)
  }
  const at = version === 1 ? 10 : 12
  if (bytes.length < at) throw badFile(file, bytes.length, `the ${at} bytes before the header`, 'the end of the file')
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > MAX_HEADER_BYTES) throw badFile(file, 8, `a header of at most ${MAX_HEADER_BYTES} bytes`, `${length}`)
  if (bytes.length < at + length) {
    throw badFile(file, bytes.length, `a header of ${length} bytes`, 'the end of the file')
  }
  let text = ''
  for (let i = at; i < at + length; i++) text += String.fromCharCode(bytes[i])
  return { text, at }
}

/** Reads {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), } and nothing more general. */
class HeaderReader {
  private position = 0

  constructor(
    private readonly text: string,
    private readonly start: number,
    private readonly file: string,
  ) {}

  read(): Header {
    const found = new Map<string, unknown>()
    this.expect(/\{/y, '{')
    while (!this.take(/\}/y)) {
      const key = this.quoted()
      if (found.has(key) || !['descr', 'fortran_order', 'shape'].includes(key)) {
        throw this.wrong('descr, fortran_order and shape, each once', key)
      }
      this.expect(/:/y, ':')
      found.set(key, key === 'descr' ? this.descr() : key === 'shape' ? this.shape() : this.truth())
      if (!this.take(/,/y)) {
        this.expect(/\}/y, '}')
        break
      }
    }
    this.take(/\s*/y)
    if (this.position !== this.text.length) throw this.wrong('the end of the header', this.here())
    return {
      descr: this.field(found, 'descr') as string,
      isFortran: this.field(found, 'fortran_order') as boolean,
      shape: this.field(found, 'shape') as number[],
    }
  }

  private field(found: ReadonlyMap<string, unknown>, key: string): unknown {
    if (!found.has(key)) throw this.wrong(`'${key}'`, 'a header without it')
    return found.get(key)
  }

  private descr(): string {
    if (this.take(/\[/y)) throw this.wrong('an array of plain numbers', 'records with several fields')
    return this.quoted()
  }

  private truth(): boolean {
    return this.expect(/True|False/y, 'True or False') === 'True'
  }

  private shape(): number[] {
    this.expect(/\(/y, '( of the shape')
    const shape: number[] = []
    while (!this.take(/\)/y)) {
      const size = Number(this.expect(/\d{1,15}(?!\d)/y, 'a whole number of at most 15 digits'))
      this.take(/L/y) // as Python 2 wrote long ones
      if (shape.push(size) > MAX_DIMENSIONS) throw this.wrong(`at most ${MAX_DIMENSIONS} dimensions`, 'more')
      if (!this.take(/,/y)) {
        this.expect(/\)/y, ')')
        break
      }
    }
    if (shape.length === 0) throw this.wrong(`1 … ${MAX_DIMENSIONS} dimensions`, '0')
    return shape
  }

  private quoted(): string {
    return this.expect(/'[^'\\]*'|"[^"\\]*"/y, 'a text in quotes').slice(1, -1)
  }

  /** What the pattern matches here, spaces before it left out. */
  private take(pattern: RegExp): string | undefined {
    for (; this.text[this.position] === ' ' || this.text[this.position] === '\n'; this.position++);
    pattern.lastIndex = this.position
    const [found] = pattern.exec(this.text) ?? []
    if (found !== undefined) this.position += found.length
    return found
  }

  private expect(pattern: RegExp, what: string): string {
    const found = this.take(pattern)
    if (found === undefined) throw this.wrong(what, this.here())
    return found
  }

  private here(): string {
    return JSON.stringify(this.text.slice(this.position, this.position + 12))
  }

  private wrong(expected: string, got: string) {
    return badFile(this.file, this.start + this.position, expected, got)
  }
}

function formatOf(descr: string, file: string, at: number): NumberFormat {
  const found = /^([<>|])([fiub])([1248])$/.exec(descr)
  const [, order, letter, digit] = found ?? []
  const sizeBytes = Number(digit) as NumberFormat['sizeBytes']
  const fits =
    letter === 'f' ? sizeBytes >= 4 : letter === 'b' ? sizeBytes === 1 : letter !== undefined && sizeBytes >= 1
  if (!fits || (order === '|') !== (sizeBytes === 1)) {
    throw badFile(file, at, 'f4, f8, i1 … i8, u1 … u8 or b1', `"${descr}"${hint(descr)}`)
  }
  const kind = letter === 'f' ? 'float' : letter === 'i' ? 'signed' : 'unsigned'
  return { kind, sizeBytes, littleEndian: order === '<' }
}

function hint(descr: string): string {
  switch (/[A-Za-z]/.exec(descr)?.[0] ?? '') {
    case 'O':
      return ': Python objects, which hold programs and are never read. Save it again with .astype("float32")'
    case 'U':
    case 'S':
      return ': texts. Save the labels as numbers'
    case 'V':
      return ': records. Save each field as an array of its own'
    case 'f':
    case 'c':
      return '. Save it again with .astype("float32")'
    default:
      return ''
  }
}

function mustBeTruths(values: NumberValues, file: string, start: number): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] > 1) throw badFile(file, start + i, '0 or 1 for a truth value', `${values[i]}`)
  }
}

/** From the order in which the first index runs fastest to the one in which the last does. */
function rowMajor(values: NumberValues, shape: readonly number[]): NumberValues {
  const strides = shape.map((_, d) => countOf(shape.slice(0, d)))
  const index = shape.map(() => 0)
  const turned = values.slice()
  let from = 0
  for (let to = 0; to < turned.length; to++) {
    turned[to] = values[from]
    for (let d = shape.length - 1; d >= 0; d--) {
      from += strides[d]
      if (++index[d] < shape[d]) break
      from -= strides[d] * shape[d]
      index[d] = 0
    }
  }
  return turned
}
