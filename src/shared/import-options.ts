/**
 * Where files differ in habit, what to take them for. All may be left out: then the import guesses, and says what.
 * The options that were used are kept in the data set's manifest.
 */
import { z } from 'zod'

/**
 * What an import takes at most. Far above any set that a multilayer perceptron is trained on here, and low enough
 * that a hostile file is refused before it costs memory.
 */
export const IMPORT_LIMITS = {
  /** Of one file, and of all that an archive unpacks to. */
  fileBytes: 2 ** 31 - 1,
  /** Pictures in a folder, entries in an archive. */
  files: 1_000_000,
  folderDepth: 8,
  /** Values of one sample: a picture of 1024 × 1024. */
  sampleValues: 2 ** 20,
  samples: 10_000_000,
  /** Bytes of all samples together once they are read. */
  valueBytes: 2 ** 31 - 1,
  /** Labels are bytes. */
  classes: 256,
  /** Tables and archives say so of themselves: a line, a row. */
  columns: 2 ** 20 + 1,
} as const

const size = z
  .int('a whole number')
  .min(1, 'at least 1')
  .max(IMPORT_LIMITS.sampleValues, `at most ${IMPORT_LIMITS.sampleValues}`)
const arrayPair = z.strictObject({
  values: z.string().describe('Name of an array: the key in an .npz, or the file'),
  labels: z.string(),
})

export const importOptionsSchema = z.strictObject({
  arrays: z.strictObject({ train: arrayPair, test: arrayPair.exactOptional() }).exactOptional(),
  labelColumn: z
    .union([z.literal('first'), z.literal('last'), z.strictObject({ name: z.string() })], {
      error: '"first", "last" or { "name": … }',
    })
    .exactOptional()
    .describe('Of a table'),
  header: z.boolean().exactOptional().describe('Whether a table’s first line names its columns'),
  delimiter: z.enum([',', ';', '\t', '|', ' ']).exactOptional(),
  labelOffset: z
    .int()
    .min(-1_000_000)
    .max(1_000_000)
    .exactOptional()
    .describe('The label of class 0: 1 for EMNIST letters'),
  classNames: z
    .array(z.string().min(1).max(100))
    .min(1)
    .max(IMPORT_LIMITS.classes)
    .exactOptional()
    .describe('In the order of the labels'),
  shape: z
    .strictObject({ height: size, width: size, channels: size.default(1) })
    .exactOptional()
    .describe('Of a sample whose values come in one row'),
  layout: z.enum(['channels-last', 'channels-first']).exactOptional(),
  transpose: z.boolean().exactOptional().describe('Rows become columns: EMNIST'),
  invert: z
    .boolean()
    .exactOptional()
    .describe('Largest + smallest value of the set − value: dark on light becomes light on dark'),
  colors: z.enum(['gray', 'rgb']).exactOptional().describe('Of pictures; left out: gray if all of them are'),
  unreadable: z.enum(['refuse', 'skip']).exactOptional().describe('What to do with a picture that cannot be read'),
  testShare: z
    .number()
    .gt(0, 'above 0')
    .max(0.9, 'at most 0.9')
    .exactOptional()
    .describe('Share of each class that is kept for the test where the files have no test part; 0.2 if left out'),
  testSeed: z.int().min(0).max(4_294_967_295).exactOptional().describe('Draws them; 1 if left out'),
})

export type ImportOptions = z.output<typeof importOptionsSchema>
