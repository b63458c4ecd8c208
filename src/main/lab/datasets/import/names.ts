/**
 * What names of files and arrays say: which part they belong to, whether they hold values or labels, and which
 * well-known set they are of.
 */
export type PartName = 'train' | 'test' | 'validation'

const PARTS = new Map<string, PartName>([
  ['train', 'train'],
  ['training', 'train'],
  ['tr', 'train'],
  ['test', 'test'],
  ['testing', 'test'],
  ['t10k', 'test'],
  ['te', 'test'],
  ['valid', 'validation'],
  ['validation', 'validation'],
  ['val', 'validation'],
])
const LABELS = new Set(['y', 'label', 'labels', 'target', 'targets', 'class', 'classes'])
const VALUES = new Set(['x', 'image', 'images', 'img', 'imgs', 'data', 'features', 'inputs', 'points'])

/** "x_train" → x, train; "Xtest" → x, test; "train-images-idx3-ubyte" → train, images, idx3, ubyte. */
function words(text: string): string[] {
  const split = text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  return split.flatMap((word) => {
    const [, first, second] = /^(x|y)(train|test|tr|te|val)$/.exec(word) ?? /^(train|test|val)(x|y)$/.exec(word) ?? []
    return first && second ? [first, second] : [word]
  })
}

/** The nearest word counts: the file's own name before its folders'. */
export function partOf(path: string): PartName | undefined {
  for (const name of path.split('/').reverse()) {
    const found = words(name).find((word) => PARTS.has(word))
    if (found) return PARTS.get(found)
  }
  return undefined
}

/** What holds the labels is rarely called anything else; what holds the values may be called anything. */
export function roleOf(path: string): 'values' | 'labels' | undefined {
  const own = words(path.slice(path.lastIndexOf('/') + 1))
  if (own.some((word) => LABELS.has(word))) return 'labels'
  return own.some((word) => VALUES.has(word)) ? 'values' : undefined
}

const DIGITS = '0 1 2 3 4 5 6 7 8 9'.split(' ')
const LETTERS = 'A B C D E F G H I J K L M N O P Q R S T U V W X Y Z'.split(' ')
const SMALL_LETTERS = LETTERS.map((letter) => letter.toLowerCase())
/** Letters whose two forms differ; of the others EMNIST's balanced and merged sets know one. */
const TELLING_LETTERS = 'a b d e f g h n q r t'.split(' ')

/** EMNIST keeps its pictures with rows and columns exchanged, and its letters from 1 on. */
export function knownHabits(name: string): { transpose: boolean; classNames?: string[] } {
  const text = name.toLowerCase()
  if (!text.includes('emnist')) return { transpose: false }
  if (text.includes('letters')) return { transpose: true, classNames: LETTERS }
  if (text.includes('byclass')) return { transpose: true, classNames: [...DIGITS, ...LETTERS, ...SMALL_LETTERS] }
  if (/balanced|bymerge/.test(text)) return { transpose: true, classNames: [...DIGITS, ...LETTERS, ...TELLING_LETTERS] }
  return { transpose: true }
}

/** Names of columns that hold labels, the surest first. */
export const LABEL_COLUMNS = ['label', 'labels', 'class', 'target', 'category', 'digit', 'species', 'y']
