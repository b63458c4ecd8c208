/**
 * The options of an import as fields of a form show them: texts, where an empty one leaves the guess to the lab.
 */
import type { ImportView, OpenedImport } from '#shared/datasets'
import type { ImportOptions } from '#shared/import-options'

export type OptionName = keyof ImportOptions

/** Another value for one option; undefined leaves it to the lab. */
export function withOption<K extends OptionName>(
  options: ImportOptions,
  name: K,
  value: ImportOptions[K] | undefined,
): ImportOptions {
  const { [name]: _old, ...others } = options
  return value === undefined ? others : { ...others, [name]: value }
}

export const GUESS = { value: '', label: 'Guess' }

export const DELIMITERS = [
  GUESS,
  { value: ',', label: 'Comma' },
  { value: ';', label: 'Semicolon' },
  { value: '\t', label: 'Tab' },
  { value: '|', label: 'Bar' },
  { value: ' ', label: 'Space' },
] as const

export const YES_NO = [GUESS, { value: 'true', label: 'Yes' }, { value: 'false', label: 'No' }] as const

export function truthText(value: boolean | undefined): string {
  return value === undefined ? '' : String(value)
}
export function readTruth(text: string): boolean | undefined {
  return text === '' ? undefined : text === 'true'
}

const BY_NAME = 'name:'

/** Columns to choose from; those with names only where the table names them. */
export function labelColumnOptions(columns: readonly string[], areNamed: boolean) {
  const named = areNamed ? columns.map((name) => ({ value: BY_NAME + name, label: name, group: 'By name' })) : []
  return [GUESS, { value: 'first', label: 'The first' }, { value: 'last', label: 'The last' }, ...named]
}

export function labelColumnText(column: ImportOptions['labelColumn']): string {
  return typeof column === 'object' ? BY_NAME + column.name : (column ?? '')
}

export function readLabelColumn(text: string): ImportOptions['labelColumn'] | undefined {
  if (text === 'first' || text === 'last') return text
  return text.startsWith(BY_NAME) ? { name: text.slice(BY_NAME.length) } : undefined
}

/** "28 × 28" or "32 x 32 x 3"; undefined for what is neither, null for nothing. */
export function readShape(text: string): ImportOptions['shape'] | null | undefined {
  if (text.trim() === '') return null
  const sizes = text.split(/[x×*,]/i).map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN))
  const [height = NaN, width = NaN, channels = 1] = sizes
  if (sizes.length < 2 || sizes.length > 3 || [height, width, channels].some((size) => !(size >= 1))) return undefined
  return { height, width, channels }
}

export function shapeOptionText(shape: ImportOptions['shape']): string {
  if (!shape) return ''
  const { height, width, channels } = shape
  return channels === 1 ? `${height} × ${width}` : `${height} × ${width} × ${channels}`
}

/** One name a line. */
export function readClassNames(text: string): string[] | undefined {
  const names = text.split('\n').map((name) => name.trim())
  while (names.at(-1) === '') names.pop()
  return names.length === 0 ? undefined : names
}

type Pair = NonNullable<ImportOptions['arrays']>['train']

/** Arrays that are chosen one by one: complete pairs only, as half of one says nothing. */
export function readArrays(train: Pair, test: Pair): ImportOptions['arrays'] | undefined {
  if (train.values === '' || train.labels === '') return undefined
  return test.values !== '' && test.labels !== '' ? { train, test } : { train }
}

export function arrayOptions(arrays: OpenedImport['arrays']) {
  return [
    { value: '', label: 'None' },
    ...arrays.map(({ name, shape }) => ({ value: name, label: `${name} [${shape.join(', ')}]` })),
  ]
}

/** Whether the files bring their own test part; only where they do not is one drawn. */
export function drawsTest(view: ImportView): boolean {
  return view.options.testShare !== undefined
}

/** What names a part of a set and not the set. */
const PART_WORDS = new Set(['train', 'training', 'test', 'testing', 't10k', 'validation', 'valid', 'val'])

/** A title to begin with: the folder's name, or the first file's without its ending and without the part's name. */
export function titleOf(files: readonly { path: string }[]): string {
  const [first] = files
  if (!first) return ''
  const parts = first.path.split(/[/\\]/).filter((part) => part !== '')
  const top = parts[0] ?? ''
  const isRelative = !/^(?:[/\\]|[A-Za-z]:)/.test(first.path)
  const name = isRelative && parts.length > 1 ? top : (parts.at(-1) ?? top)
  const bare = name.replace(/\.(?:gz|zip)$/i, '').replace(/\.(?:csv|tsv|tab|txt|data|npy|npz|png|jpe?g)$/i, '')
  const words = bare.replace(/[-_.]idx\d?[-_.]ubyte$/i, '').replace(/[-_](?:images|labels)$/i, '')
  const telling = words.split(/[\s_-]+/).filter((word) => word !== '' && !PART_WORDS.has(word.toLowerCase()))
  return telling.join(' ') || 'My data'
}

type Format = OpenedImport['format']

const ENDINGS: readonly [RegExp, Format][] = [
  [/\.(?:csv|tsv|tab|txt|data)$/i, 'table'],
  [/\.(?:png|jpe?g)$/i, 'pictures'],
  [/\.np[yz]$|[.-]idx\d?(?:[.-]|$)/i, 'arrays'],
]

/** What files that could not be read most likely are; null where their names do not say. */
export function likelyFormat(paths: readonly string[]): Format | null {
  const names = paths.map((path) => path.replace(/\.gz$/i, ''))
  return ENDINGS.find(([ending]) => names.some((name) => ending.test(name)))?.[1] ?? null
}
