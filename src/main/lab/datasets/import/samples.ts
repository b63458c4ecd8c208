/**
 * From what the files hold to one form: values sample by sample, labels from 0 on, and names for the classes. What
 * is decided on the way is noted for the person who looks at the preview.
 */
import type { NumberValues } from '#engine/formats/number-array'
import { LabError } from '#shared/errors'
import { cannotImport, tooLarge } from './limits'
import { IMPORT_LIMITS } from '#shared/import-options'
import type { ImportOptions } from '#shared/import-options'

export interface ImportedSamples {
  /** bytes: all values are whole numbers, 0 … 255. */
  kind: 'bytes' | 'floats'
  count: number
  height: number
  width: number
  channels: number
  /** [count, height, width, channels], row-major; those of the training part first. */
  values: Uint8Array | Float32Array
  /** u8[count], each below classNames.length */
  labels: Uint8Array
  classNames: string[]
  /** Where the files have a test part: samples of each, the training part first. */
  parts?: { train: number; test: number }
}

/** One part as its files have it. */
export interface RawPart {
  /** How messages call it. */
  name: string
  count: number
  /** Of one sample: [], [features], [height, width], [height, width, channels] or [channels, height, width]. */
  shape: readonly number[]
  /** [count, …shape] */
  values: NumberValues
  labels: RawLabels
}

export interface RawLabels {
  name: string
  /** Numbers as they stand in the file, or texts. */
  values: ArrayLike<number> | readonly string[]
}

export interface ImportNote {
  code:
    | 'floats'
    | 'small-range'
    | 'shape-guessed'
    | 'channels-first'
    | 'transpose-guessed'
    | 'label-offset'
    | 'labels-ranked'
    | 'empty-classes'
    | 'label-field'
    | 'one-hot'
    | 'label-column'
    | 'header'
    | 'ignored'
    | 'skipped'
    | 'test-part'
  text: string
}

export interface Assembled {
  samples: ImportedSamples
  /** Over all values; inverting does not change it. */
  range: { min: number; max: number }
  notes: ImportNote[]
}

export function assembleSamples(
  train: RawPart,
  test: RawPart | undefined,
  options: ImportOptions,
  defaultNames?: readonly string[],
): Assembled {
  const parts = test ? [train, test] : [train]
  const notes: ImportNote[] = []
  const count = parts.reduce((sum, part) => sum + part.count, 0)
  mustFitTogether(parts)
  const range = rangeOf(parts)
  const kind = range.isBytes ? 'bytes' : 'floats'
  if (kind === 'floats') {
    notes.push({
      code: 'floats',
      text: `Values from ${short(range.min)} to ${short(range.max)}, kept as 32-bit floats`,
    })
  } else if (range.max < 128) {
    const text = `The largest value is ${range.max}, not 255: "standardize" fits better than dividing by 255`
    notes.push({ code: 'small-range', text })
  }
  const order = valueOrder(train, kind, options, notes)
  const values = arrange(parts, order, kind, options.invert ? range.min + range.max : undefined)
  const { labels, classNames } = labelsOf(parts, options, defaultNames, notes)
  const { height, width, channels } = order
  const samples: ImportedSamples = { kind, count, height, width, channels, values, labels, classNames }
  const whole = test ? { ...samples, parts: { train: train.count, test: test.count } } : samples
  return { samples: whole, range: { min: range.min, max: range.max }, notes }
}

function mustFitTogether(parts: readonly RawPart[]): void {
  const [train] = parts
  for (const part of parts) {
    const { name, count, shape, labels } = part
    if (count < 1) throw cannotImport(`${name}: expected at least one sample, got none`)
    if (labels.values.length !== count) {
      throw cannotImport(
        `${labels.name}: expected ${count} labels, one for each sample of ${name}, got ${labels.values.length}`,
      )
    }
    if (shape.join() !== train.shape.join()) {
      const wanted = `samples of [${train.shape.join(', ')}] as in ${train.name}`
      throw cannotImport(`${name}: expected ${wanted}, got [${shape.join(', ')}]`)
    }
  }
  const values = sizeOf(train.shape)
  const count = parts.reduce((sum, part) => sum + part.count, 0)
  if (values < 1) throw cannotImport(`${train.name}: expected samples with values, got [${train.shape.join(', ')}]`)
  if (values > IMPORT_LIMITS.sampleValues) {
    throw tooLarge(train.name, `has ${values} values a sample; at most ${IMPORT_LIMITS.sampleValues} are taken`)
  }
  if (count > IMPORT_LIMITS.samples) {
    throw tooLarge(train.name, `has ${count} samples; at most ${IMPORT_LIMITS.samples} are taken`)
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

interface Range {
  isBytes: boolean
  min: number
  max: number
}

/** Over all parts. Also finds values that no network can be given. */
function rangeOf(parts: readonly RawPart[]): Range {
  const range = { isBytes: true, min: Infinity, max: -Infinity }
  for (const part of parts) {
    const { values, shape } = part
    const isFloat = values instanceof Float32Array || values instanceof Float64Array
    const isByte = values instanceof Uint8Array
    let { isBytes, min, max } = range
    for (let i = 0; i < values.length; i++) {
      const value = values[i]
      if (value < min) min = value
      if (value > max) max = value
      if (isByte) continue
      if (isFloat && !Number.isFinite(Math.fround(value))) {
        const sample = Math.floor(i / sizeOf(shape))
        throw cannotImport(`${part.name}, sample ${sample}: expected finite numbers, got ${value}`)
      }
      isBytes &&= value >= 0 && value <= 255 && Number.isInteger(value)
    }
    Object.assign(range, { isBytes, min, max })
  }
  return range
}

interface ValueOrder {
  height: number
  width: number
  channels: number
  /** Where each value of a sample stands in the file's sample; undefined: where it is. */
  from?: Uint32Array
}

function valueOrder(part: RawPart, kind: 'bytes' | 'floats', options: ImportOptions, notes: ImportNote[]): ValueOrder {
  const { channelsFirst, ...file } = fileOrder(part, kind, options, notes)
  if (!channelsFirst && !options.transpose) return file
  const { channels } = file
  const height = options.transpose ? file.width : file.height
  const width = options.transpose ? file.height : file.width
  const from = new Uint32Array(height * width * channels)
  let to = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [fileY, fileX] = options.transpose ? [x, y] : [y, x]
      for (let c = 0; c < channels; c++) {
        from[to++] = channelsFirst
          ? (c * file.height + fileY) * file.width + fileX
          : (fileY * file.width + fileX) * channels + c
      }
    }
  }
  return { height, width, channels, from }
}

function fileOrder(
  { name, shape }: RawPart,
  kind: 'bytes' | 'floats',
  options: ImportOptions,
  notes: ImportNote[],
): { height: number; width: number; channels: number; channelsFirst: boolean } {
  const [first = 1, second = 1, third = 1] = shape
  switch (shape.length) {
    case 0:
    case 1:
      return { ...flatOrder(name, first, kind, options, notes), channelsFirst: options.layout === 'channels-first' }
    case 2:
      return { height: first, width: second, channels: 1, channelsFirst: false }
    case 3: {
      const few = (size: number) => size === 1 || size === 3 || size === 4
      const channelsFirst = options.layout ? options.layout === 'channels-first' : few(first) && !few(third)
      if (!channelsFirst) return { height: first, width: second, channels: third, channelsFirst }
      const text = `Samples of [${shape.join(', ')}] are taken as ${first} channels of ${second} × ${third}`
      notes.push({ code: 'channels-first', text })
      return { height: second, width: third, channels: first, channelsFirst }
    }
    default:
      throw cannotImport(`${name}: expected samples of up to 3 dimensions, got [${shape.join(', ')}]`)
  }
}

/** A row of values: the shape that the options give, a square picture of bytes, or features. */
function flatOrder(
  name: string,
  values: number,
  kind: 'bytes' | 'floats',
  { shape }: ImportOptions,
  notes: ImportNote[],
): { height: number; width: number; channels: number } {
  if (shape) {
    const { height, width, channels } = shape
    if (height * width * channels === values) return { height, width, channels }
    const message = `shape: expected height × width × channels of ${values}, the values of a sample of ${name}, got ${height} × ${width} × ${channels}`
    throw new LabError('import/bad-option', message)
  }
  const side = Math.sqrt(values)
  if (kind === 'floats' || side < 8 || !Number.isInteger(side)) return { height: 1, width: values, channels: 1 }
  notes.push({ code: 'shape-guessed', text: `${values} values a sample are taken as pictures of ${side} × ${side}` })
  return { height: side, width: side, channels: 1 }
}

/** `mirror`: each value is taken from it. */
function arrange(
  parts: readonly RawPart[],
  { from, height, width, channels }: ValueOrder,
  kind: 'bytes' | 'floats',
  mirror: number | undefined,
): Uint8Array | Float32Array {
  const length = parts.reduce((sum, { values }) => sum + values.length, 0)
  const sizeBytes = length * (kind === 'bytes' ? 1 : 4)
  if (sizeBytes > IMPORT_LIMITS.valueBytes) {
    throw tooLarge(parts[0].name, `has ${sizeBytes} bytes of values; at most ${IMPORT_LIMITS.valueBytes} are taken`)
  }
  const arranged = kind === 'bytes' ? new Uint8Array(length) : new Float32Array(length)
  const size = height * width * channels
  let begin = 0
  for (const { values, count } of parts) {
    if (from) {
      for (let s = 0; s < count; s++) {
        for (let p = 0; p < size; p++) arranged[begin + s * size + p] = values[s * size + from[p]]
      }
    } else {
      arranged.set(values, begin)
    }
    begin += values.length
  }
  if (mirror !== undefined) for (let i = 0; i < length; i++) arranged[i] = mirror - arranged[i]
  return arranged
}

function labelsOf(
  parts: readonly RawPart[],
  options: ImportOptions,
  defaultNames: readonly string[] | undefined,
  notes: ImportNote[],
): { labels: Uint8Array; classNames: string[] } {
  const { labels, names } = areTexts(parts) ? textLabels(parts, options) : numberLabels(parts, options, notes)
  const given = options.classNames ?? (defaultNames?.length === names.length ? defaultNames : undefined)
  if (given && given.length < names.length) {
    const message = `classNames: expected ${names.length} names, one for each class in the files, got ${given.length}`
    throw new LabError('import/bad-option', message)
  }
  const classNames = [...(given ?? names)]
  if (new Set(classNames).size !== classNames.length) {
    throw new LabError('import/bad-option', 'classNames: expected names that differ, got one twice')
  }
  const present = new Set(labels)
  const empty = classNames.filter((_, label) => !present.has(label))
  if (empty.length > 0) {
    notes.push({ code: 'empty-classes', text: `${empty.length} of ${classNames.length} classes have no samples` })
  }
  return { labels, classNames }
}

function areTexts(parts: readonly RawPart[]): boolean {
  return parts.some(({ labels }) => typeof labels.values[0] === 'string')
}

/** In the order of the given names, or else of the alphabet. */
function textLabels(parts: readonly RawPart[], { classNames }: ImportOptions): { labels: Uint8Array; names: string[] } {
  const texts = parts.flatMap(({ labels }) => Array.from<number | string, string>(labels.values, String))
  const names = classNames ?? sortedNames(new Set(texts))
  mustBeFew(names.length, parts[0].labels.name)
  const places = new Map(names.map((name, label) => [name, label]))
  const labels = Uint8Array.from(texts, (text) => {
    const label = places.get(text)
    if (label !== undefined) return label
    throw new LabError(
      'import/bad-option',
      `classNames: expected all that are in the files, got none for ${JSON.stringify(text)}`,
    )
  })
  return { labels, names }
}

/** "img2" before "img10"; the same order on every machine, whatever its language. */
export function sortedNames(names: Iterable<string>): string[] {
  return [...names].sort(byNumberInName.compare)
}
export const byNumberInName = new Intl.Collator('en', { numeric: true })

function mustBeFew(classes: number, file: string): void {
  if (classes <= IMPORT_LIMITS.classes) return
  throw cannotImport(
    `${file}: expected at most ${IMPORT_LIMITS.classes} classes, got ${classes}; are these the labels?`,
  )
}

function numberLabels(
  parts: readonly RawPart[],
  { labelOffset }: ImportOptions,
  notes: ImportNote[],
): { labels: Uint8Array; names: string[] } {
  const numbers = new Float64Array(parts.reduce((sum, { count }) => sum + count, 0))
  const distinct = new Set<number>()
  let at = 0
  for (const { labels, count } of parts) {
    for (let i = 0; i < count; i++) {
      const label = Number(labels.values[i])
      if (!Number.isSafeInteger(label))
        throw cannotImport(`${labels.name}, sample ${i}: expected a whole number as label, got ${label}`)
      numbers[at++] = label
      distinct.add(label)
      if (distinct.size > IMPORT_LIMITS.classes) mustBeFew(distinct.size, labels.name)
    }
  }
  const sorted = [...distinct].sort((a, b) => a - b)
  const [min, max] = [sorted[0], sorted[sorted.length - 1]]
  const offset = labelOffset ?? (min === 1 ? 1 : 0)
  if (labelOffset === undefined && (min < 0 || max - offset >= IMPORT_LIMITS.classes))
    return ranked(numbers, sorted, notes)
  if (min < offset || max - offset >= IMPORT_LIMITS.classes) {
    const expected = `labels ${offset} … ${offset + IMPORT_LIMITS.classes - 1}`
    throw cannotImport(`${parts[0].labels.name}: expected ${expected}, got ${min} … ${max}; give another label offset`)
  }
  if (offset !== 0)
    notes.push({ code: 'label-offset', text: `Labels begin at ${offset}: label ${offset} is the first class` })
  return {
    labels: Uint8Array.from(numbers, (label) => label - offset),
    names: Array.from({ length: max - offset + 1 }, (_, label) => String(label + offset)),
  }
}

/** Labels such as −1 and 1, or 1000 and 2000: the smallest is the first class. */
function ranked(
  numbers: Float64Array,
  sorted: readonly number[],
  notes: ImportNote[],
): { labels: Uint8Array; names: string[] } {
  const places = new Map(sorted.map((label, place) => [label, place]))
  const text = `Labels from ${sorted[0]} to ${sorted[sorted.length - 1]} are numbered in their order: ${sorted.length} classes`
  notes.push({ code: 'labels-ranked', text })
  return { labels: Uint8Array.from(numbers, (label) => places.get(label) ?? 0), names: sorted.map(String) }
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}
