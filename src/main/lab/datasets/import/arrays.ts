/**
 * Arrays out of IDX, NPY and NPZ files: which of them are the values and which the labels, of which part.
 */
import type { NumberArray, NumberValues } from '#engine/formats/number-array'
import { LabError } from '#shared/errors'
import { cannotImport } from './limits'
import { partOf, roleOf, type PartName } from './names'
import type { ImportOptions } from '#shared/import-options'
import type { ImportNote, RawLabels, RawPart } from './samples'

export interface NamedArray extends NumberArray {
  /** The file's path; in an archive with its own name behind: "mnist.npz/x_train". */
  name: string
}

export interface RawParts {
  train: RawPart
  test?: RawPart
  notes: ImportNote[]
}

type Role = 'values' | 'labels'
type Pair = Record<Role, NamedArray>

export function partsOfArrays(arrays: readonly NamedArray[], options: ImportOptions): RawParts {
  const notes: ImportNote[] = []
  const pairs = options.arrays ? chosenPairs(arrays, options.arrays) : guessedPairs(arrays, notes)
  const train = partOfPair(pairs.train, notes)
  return pairs.test ? { train, test: partOfPair(pairs.test, notes), notes } : { train, notes }
}

function chosenPairs(
  arrays: readonly NamedArray[],
  chosen: NonNullable<ImportOptions['arrays']>,
): { train: Pair; test?: Pair } {
  const find = (wanted: string) => {
    const found = arrays.filter(({ name }) => name === wanted || name.endsWith(`/${wanted}`))
    if (found.length === 1) return found[0]
    const problem = found.length === 0 ? 'none of that name' : `${found.length} of that name`
    throw new LabError(
      'import/bad-option',
      `arrays: expected one called ${JSON.stringify(wanted)}, got ${problem}. ${listed(arrays)}`,
    )
  }
  const pair = ({ values, labels }: Record<Role, string>) => ({ values: find(values), labels: find(labels) })
  return chosen.test ? { train: pair(chosen.train), test: pair(chosen.test) } : { train: pair(chosen.train) }
}

function guessedPairs(arrays: readonly NamedArray[], notes: ImportNote[]): { train: Pair; test?: Pair } {
  const of = (part: PartName | undefined) => arrays.filter(({ name }) => partOf(name) === part)
  const unnamed = of(undefined)
  const [train, test] = [of('train'), of('test')]
  const validation = of('validation')
  const first = [train, unnamed, test].find((part) => part.length > 0) ?? []
  const left = [...validation, ...(train.length > 0 ? unnamed : [])]
  if (first.length === 0)
    throw cannotImport(`Expected an array of values and one of labels to train with. ${listed(arrays)}`)
  if (left.length > 0) {
    notes.push({ code: 'ignored', text: `Not used: ${left.map(({ name }) => name).join(', ')}` })
  }
  const pair = pairOf(first, arrays)
  return test.length > 0 && test !== first ? { train: pair, test: pairOf(test, arrays) } : { train: pair }
}

/** By their names, and where those say nothing by their shapes: labels are whole numbers, one a sample. */
function pairOf(candidates: readonly NamedArray[], all: readonly NamedArray[]): Pair {
  const labels = only(candidates, 'labels', all)
  const values = only(candidates, 'values', all)
  return { values, labels }
}

function only(candidates: readonly NamedArray[], role: Role, all: readonly NamedArray[]): NamedArray {
  const named = candidates.filter(({ name }) => roleOf(name) === role)
  if (named.length === 1) return named[0]
  const alike = (named.length > 0 ? named : candidates.filter(({ name }) => roleOf(name) === undefined)).filter(
    (array) => {
      return looksLikeLabels(array) === (role === 'labels')
    },
  )
  if (alike.length === 1) return alike[0]
  const got = alike.length === 0 ? 'none' : alike.map(({ name }) => name).join(', ')
  throw cannotImport(`Expected one array of ${role}, got ${got}. ${listed(all)} Choose them with the option "arrays"`)
}

function looksLikeLabels({ shape, values }: NamedArray): boolean {
  const isFloat = values instanceof Float32Array || values instanceof Float64Array
  return shape.length === 1 || (shape.length === 2 && shape[1] === 1 && !isFloat)
}

function listed(arrays: readonly NamedArray[]): string {
  return `There are: ${arrays
    .slice(0, 20)
    .map(({ name, shape }) => `${name} [${shape.join(', ')}]`)
    .join(', ')}.`
}

function partOfPair({ values, labels }: Pair, notes: ImportNote[]): RawPart {
  const [count, ...shape] = values.shape
  return { name: values.name, count, shape, values: values.values, labels: rawLabels(labels, notes) }
}

/** One a row, or the first of several fields (QMNIST), or the place of the 1 in a row of zeros (one-hot). */
function rawLabels({ name, shape, values }: NamedArray, notes: ImportNote[]): RawLabels {
  const [count, fields = 1, ...more] = shape
  if (more.length > 0) throw cannotImport(`${name}: expected labels in one row or one table, got [${shape.join(', ')}]`)
  if (fields === 1) return { name, values }
  if (fields === 0) throw cannotImport(`${name}: expected labels, got [${shape.join(', ')}]`)
  const places = oneHotPlaces(values, fields)
  if (places) {
    note(notes, 'one-hot', `Each label is a row of ${fields} values, of which one is 1: its place is the class`)
    return { name, values: places }
  }
  note(notes, 'label-field', `Each label has ${fields} fields: the first one is the class`)
  return { name, values: Float64Array.from({ length: count }, (_, i) => values[i * fields]) }
}

function note(notes: ImportNote[], code: ImportNote['code'], text: string): void {
  if (!notes.some((each) => each.code === code)) notes.push({ code, text })
}

function oneHotPlaces(values: NumberValues, fields: number): Uint32Array | undefined {
  const places = new Uint32Array(values.length / fields)
  for (let i = 0; i < places.length; i++) {
    let ones = 0
    for (let f = 0; f < fields; f++) {
      const value = values[i * fields + f]
      if (value !== 0 && value !== 1) return undefined
      if (value === 1) {
        places[i] = f
        ones += 1
      }
    }
    if (ones !== 1) return undefined
  }
  return places
}
