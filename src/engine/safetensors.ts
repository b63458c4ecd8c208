/**
 * The safetensors format, read strictly and written plainly: u64 length of the header, header in JSON, then the
 * tensors' bytes end to end, all little-endian.
 *
 * Files come from anywhere. The header is read by a parser of its own that knows this one shape (an object of
 * objects, two levels deep): it sees duplicate keys, which JSON.parse drops in silence, cannot be sent deep, and
 * says at which byte it stopped.
 */
import { LabError } from '#shared/errors'

const BYTES_OF = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const

export type DType = keyof typeof BYTES_OF

export interface Tensor {
  dtype: DType
  shape: readonly number[]
  /** Row-major, little-endian, no padding. */
  bytes: Uint8Array
}

/** A tensor that is written straight to where it goes, so that no copy of it is made on the way. */
export interface PendingTensor {
  dtype: DType
  shape: readonly number[]
  /** Writes all of its bytes. They begin at a multiple of 4 in their buffer if all tensors have numbers of 4 bytes. */
  fill(bytes: Uint8Array<ArrayBuffer>): void
}

export interface Safetensors {
  /** In the order of their bytes. */
  tensors: Map<string, Tensor>
  metadata: Map<string, string>
}

export const MAX_HEADER_BYTES = 2 ** 20
const MAX_DIMENSIONS = 16
const LENGTH_BYTES = 8

/** The tensors in the order given; `metadata` holds strings only, as the format wants. */
export function writeSafetensors(
  tensors: Iterable<readonly [string, Tensor | PendingTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const entries = [...tensors].map(([name, tensor]) => ({ name, tensor, size: sizeOf(tensor) }))
  const header: [string, unknown][] = []
  if (Object.keys(metadata).length > 0) header.push(['__metadata__', metadata])
  let end = 0
  for (const { name, tensor, size } of entries) {
    header.push([name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [end, end + size] }])
    end += size
  }
  const json = `{${header.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`
  const text = new TextEncoder().encode(json)
  // spaces up to a multiple of 8, so that the numbers are aligned in a mapped file
  const length = Math.ceil(text.length / 8) * 8
  if (length > MAX_HEADER_BYTES) {
    throw new LabError(
      'safetensors/too-large',
      `A safetensors header has at most ${MAX_HEADER_BYTES} bytes, this one would have ${length}`,
    )
  }
  const file = new Uint8Array(LENGTH_BYTES + length + end)
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true)
  file.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + length)
  file.set(text, LENGTH_BYTES)
  let at = LENGTH_BYTES + length
  for (const { tensor, size } of entries) {
    if ('fill' in tensor) tensor.fill(file.subarray(at, at + size))
    else file.set(tensor.bytes, at)
    at += size
  }
  return file
}

/** Tensors are views into `file`. Throws `safetensors/invalid`, saying where and what was expected there. */
export function readSafetensors(file: Uint8Array): Safetensors {
  const headerBytes = readLength(file)
  const data = file.subarray(LENGTH_BYTES + headerBytes)
  const { entries, metadata } = new HeaderParser(file.subarray(LENGTH_BYTES, LENGTH_BYTES + headerBytes)).parse()
  const tensors = new Map<string, Tensor>()
  let end = 0
  for (const entry of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    const where = `tensor ${JSON.stringify(entry.name)}`
    if (entry.begin !== end)
      throw invalid(`${where}: its data must begin at ${end}, with no gap and no overlap, not at ${entry.begin}`)
    const expected = sizeOf(entry)
    if (entry.end - entry.begin !== expected) {
      throw invalid(
        `${where}: ${entry.dtype} [${entry.shape.join(', ')}] has ${expected} bytes, not ${entry.end - entry.begin}`,
      )
    }
    if (entry.end > data.length)
      throw invalid(`${where}: its data end at ${entry.end}, but the file holds ${data.length} bytes of data`)
    tensors.set(entry.name, { dtype: entry.dtype, shape: entry.shape, bytes: data.subarray(entry.begin, entry.end) })
    end = entry.end
  }
  if (end !== data.length) throw invalid(`the tensors' data end at ${end}, but ${data.length} bytes of data are there`)
  return { tensors, metadata }
}

function readLength(file: Uint8Array): number {
  if (file.length < LENGTH_BYTES) throw invalid(`expected at least ${LENGTH_BYTES} bytes, got ${file.length}`)
  const length = new DataView(file.buffer, file.byteOffset, LENGTH_BYTES).getBigUint64(0, true)
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw invalid(`byte 0: the header's length must be at most ${MAX_HEADER_BYTES}, got ${length}`)
  }
  if (Number(length) > file.length - LENGTH_BYTES) {
    throw invalid(`byte 0: the header's length is ${length}, but only ${file.length - LENGTH_BYTES} bytes follow`)
  }
  return Number(length)
}

interface Entry {
  name: string
  dtype: DType
  shape: number[]
  begin: number
  end: number
}

/** Infinity where the product is past what a number holds exactly: such a size fits no file. */
function sizeOf({ dtype, shape }: Pick<Tensor, 'dtype' | 'shape'>): number {
  if (shape.includes(0)) return 0
  const size = shape.reduce((product, each) => product * each, BYTES_OF[dtype])
  return Number.isSafeInteger(size) ? size : Infinity
}

function invalid(problem: string): LabError {
  return new LabError('safetensors/invalid', `Not a safetensors file: ${problem}`)
}

function isDType(text: string): text is DType {
  return Object.hasOwn(BYTES_OF, text)
}

class HeaderParser {
  private readonly text: string
  private at = 0

  constructor(header: Uint8Array) {
    try {
      this.text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header)
    } catch (cause) {
      throw new LabError('safetensors/invalid', 'Not a safetensors file: the header is not UTF-8', { cause })
    }
  }

  parse(): { entries: Entry[]; metadata: Map<string, string> } {
    if (this.text[0] !== '{') throw this.unexpected('"{"')
    const entries: Entry[] = []
    let metadata = new Map<string, string>()
    this.object((name) => {
      if (name === '__metadata__') metadata = this.metadata()
      else entries.push(this.entry(name))
    })
    this.skipSpace()
    if (this.at < this.text.length) throw this.unexpected('the end of the header')
    return { entries, metadata }
  }

  private metadata(): Map<string, string> {
    const metadata = new Map<string, string>()
    this.object((key) => metadata.set(key, this.string()))
    return metadata
  }

  private entry(name: string): Entry {
    let dtype: DType | undefined
    let shape: number[] | undefined
    let offsets: number[] | undefined
    const begin = this.at
    this.object((key) => {
      if (key === 'dtype') dtype = this.dtype()
      else if (key === 'shape') shape = this.numbers(MAX_DIMENSIONS)
      else if (key === 'data_offsets') offsets = this.numbers(2)
      else throw this.unexpected('dtype, shape or data_offsets as the key before it')
    })
    if (!dtype || !shape || offsets?.length !== 2) {
      this.at = begin
      throw this.unexpected('an object with dtype, shape and two data_offsets')
    }
    return { name, dtype, shape, begin: offsets[0], end: offsets[1] }
  }

  private dtype(): DType {
    const begin = this.at
    const text = this.string()
    if (isDType(text)) return text
    this.at = begin
    throw this.unexpected(`one of ${Object.keys(BYTES_OF).join(', ')}`)
  }

  /** `member` is called behind each colon and reads the value. */
  private object(member: (key: string) => void): void {
    const keys = new Set<string>()
    this.list('{', '}', () => {
      this.skipSpace()
      const begin = this.at
      const key = this.string()
      if (keys.has(key)) {
        this.at = begin
        throw this.unexpected('a key that has not been there before')
      }
      keys.add(key)
      this.expect(':')
      member(key)
    })
  }

  private numbers(most: number): number[] {
    const numbers: number[] = []
    this.list('[', ']', () => {
      if (numbers.length === most) throw this.unexpected(`at most ${most} numbers`)
      numbers.push(this.number())
    })
    return numbers
  }

  private list(open: string, close: string, item: () => void): void {
    this.expect(open)
    this.skipSpace()
    if (this.text[this.at] === close) {
      this.at++
      return
    }
    for (;;) {
      item()
      this.skipSpace()
      if (this.text[this.at] === close) break
      this.expect(',')
    }
    this.at++
  }

  private number(): number {
    this.skipSpace()
    const digits = this.match(/(?:0|[1-9][0-9]{0,15})(?![0-9.eE])/y)
    const value = Number(digits)
    if (digits === undefined || !Number.isSafeInteger(value)) throw this.unexpected('a whole number')
    this.at += digits.length
    return value
  }

  private string(): string {
    this.skipSpace()
    // JSON's own grammar of a string; JSON.parse then only undoes the escapes
    const literal = this.match(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y)
    if (literal === undefined) throw this.unexpected('a string')
    this.at += literal.length
    return JSON.parse(literal) as string
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    return pattern.exec(this.text)?.[0]
  }

  private expect(character: string): void {
    this.skipSpace()
    if (this.text[this.at] !== character) throw this.unexpected(`"${character}"`)
    this.at++
  }

  private skipSpace(): void {
    while (' \t\n\r'.includes(this.text[this.at] ?? 'x')) this.at++
  }

  private unexpected(expected: string): LabError {
    const byte = LENGTH_BYTES + new TextEncoder().encode(this.text.slice(0, this.at)).length
    const got =
      this.at < this.text.length ? JSON.stringify(this.text.slice(this.at, this.at + 20)) : 'the end of the header'
    return invalid(`byte ${byte}: expected ${expected}, got ${got}`)
  }
}
