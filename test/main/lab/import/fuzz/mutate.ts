/**
 * Mutations of valid files. A file is made of pieces that a reader meets one after another, and of a way to join
 * them: what is changed in a piece arrives behind right lengths and checksums, where blind changes never come.
 */
import fc from 'fast-check'
import type { Random } from '#engine/random'

export interface Seed {
  name: string
  pieces: readonly Uint8Array[]
  join(pieces: readonly Uint8Array[]): Uint8Array
}

const KINDS = ['flip', 'byte', 'u16', 'u32', 'u64', 'cut', 'add', 'remove', 'repeat', 'text'] as const

export interface Mutation {
  /** Of a piece, or of the joined file. */
  where: 'piece' | 'file'
  kind: (typeof KINDS)[number]
  piece: number
  /** From 0 at the begin of the bytes to below 1 at their end. */
  place: number
  /** What is written, how much is cut: as the kind takes it. */
  value: number
}

const NUMBERS = [0, 1, 2, 3, 7, 8, 16, 27, 127, 128, 255, 256, 257, 4096, 32_767, 32_768, 65_535, 65_536]
const LARGE = [0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1_000_000_000, 50_000, 0x0100_0000]
const TEXTS = [
  ...[',', ';', '\t', '"', '""', '\n', '\r\n', '\0', '#', ' ', '-', '.', 'e', '1e999', '-1e-999', 'NaN', 'Infinity'],
  ...['0x10', '9999999999999999', '--1', '1,2,3', 'é', '\ufeff', '=1+1', 'label', 'O', '<f8', '>i8', '|b1', '|O'],
  ...['True', 'False', '(', ')', '()', '(1000000000,)', '{', '}', '[', "'", "'descr': ", "'shape': (3,)", 'PK', 'IDAT'],
  ...['IHDR', 'PLTE', 'tRNS', 'IEND', '\xff\xda', '\xff\xc0', '\xff\xd9', '__proto__', '../../x', '/', 'train', 'test'],
  ...['sin(', 'x', 'y', '^', '*', '+', '<', '&&', '?', ':', 'max(', '!', '((((((((', 'constructor', '1e308'],
]

export function mutated(seed: Seed, mutations: readonly Mutation[]): Uint8Array {
  const pieces = [...seed.pieces]
  for (const mutation of mutations) {
    const piece = mutation.piece % pieces.length
    if (mutation.where === 'piece') pieces[piece] = changed(pieces[piece], mutation)
  }
  return mutations.filter(({ where }) => where === 'file').reduce(changed, seed.join(pieces))
}

function changed(bytes: Uint8Array, { kind, place, value }: Mutation): Uint8Array {
  const at = Math.floor(place * bytes.length)
  const some = 1 + (value % Math.max(1, bytes.length - at))
  switch (kind) {
    case 'flip':
      return written(bytes, at, Uint8Array.of((bytes[at] ?? 0) ^ (1 << (value & 7))))
    case 'byte':
      return written(bytes, at, Uint8Array.of(value))
    case 'u16':
    case 'u32':
    case 'u64':
      return written(bytes, at, numberBytes(kind, value))
    case 'cut':
      return bytes.slice(0, at)
    case 'add':
      return spliced(bytes, at, 0, new Uint8Array(1 + (value % 64)).fill(value >>> 8))
    case 'remove':
      return spliced(bytes, at, some)
    case 'repeat':
      return spliced(bytes, at, 0, bytes.subarray(at, at + some))
    case 'text':
      return spliced(bytes, at, value & 1, Buffer.from(TEXTS[(value >>> 1) % TEXTS.length], 'latin1'))
    default:
      return kind satisfies never
  }
}

/** In either byte order: the lowest bit of the value tells. */
function numberBytes(kind: 'u16' | 'u32' | 'u64', value: number): Uint8Array {
  const all = [...NUMBERS, ...LARGE]
  const number = all[(value >>> 1) % all.length]
  const little = (value & 1) === 1
  const bytes = new Uint8Array(kind === 'u16' ? 2 : kind === 'u32' ? 4 : 8)
  const view = new DataView(bytes.buffer)
  if (kind === 'u16') view.setUint16(0, number, little)
  else if (kind === 'u32') view.setUint32(0, number, little)
  else view.setBigUint64(0, BigInt(number) << BigInt(value & 16), little)
  return bytes
}

function written(bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy.set(part.subarray(0, Math.max(0, bytes.length - at)), at)
  return copy
}

function spliced(bytes: Uint8Array, at: number, removed: number, added: Uint8Array = new Uint8Array(0)): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)])
}

export function randomMutations(random: Random): Mutation[] {
  return Array.from({ length: 1 + random.below(4) }, () => ({
    where: random.below(3) === 0 ? 'file' : 'piece',
    kind: KINDS[random.below(KINDS.length)],
    piece: random.below(64),
    place: random.uniform(),
    value: random.next(),
  }))
}

/** The same for fast-check, which makes the smallest example of what goes wrong. */
export const someMutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({
    where: fc.constantFrom('piece' as const, 'file' as const),
    kind: fc.constantFrom(...KINDS),
    piece: fc.nat(63),
    place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    value: fc.nat(0xffff_ffff),
  }),
  { minLength: 1, maxLength: 4 },
)
