/**
 * manifest.json of a data set that somebody brought: what it is, where it came from, and how to tell that it is whole.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { pointsSpecSchema } from '#shared/points'
import { findDataset } from '#shared/dataset'
import { LabError } from '#shared/errors'
import { IMPORT_LIMITS, importOptionsSchema } from '#shared/import-options'
import type { ImportedSamples } from './import/samples'

/** Raised when an older file can no longer be read as it is; older files are then migrated step by step. */
export const OWN_MANIFEST_VERSION = 1
/** Source files are listed one by one up to so many; a folder of pictures is only counted beyond. */
export const LISTED_FILES = 20

const DATASET_ID = /^data-\d{8}-\d{6}-\d{3}-[0-9a-f]{6}$/
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().min(0)
const packedFile = z.strictObject({ file: z.string().regex(/^[\w-]+\.bin\.gz$/), rawBytes: count, rawSha256: sha256 })

/** In an experiment file and on the command line: a word, so that it needs no quotes. */
export const datasetNameSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'a name of up to 64 small letters, digits and "-"')
export const datasetTitleSchema = z
  .string()
  .min(1, 'a title')
  .max(120, 'at most 120 characters')
  .regex(/^\P{Cc}*$/u, 'one line of text, without control characters')

const sourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('files'),
    /** The first of them. */
    files: z.array(z.strictObject({ path: z.string(), sizeBytes: count })).max(LISTED_FILES),
    fileCount: z.int().positive(),
    options: importOptionsSchema,
  }),
  z.strictObject({ kind: z.literal('points'), points: pointsSpecSchema }),
])

export const ownManifestSchema = z.strictObject({
  version: z.literal(OWN_MANIFEST_VERSION),
  id: z.string().regex(DATASET_ID),
  name: datasetNameSchema,
  title: datasetTitleSchema,
  importedAt: z.iso.datetime(),
  source: sourceSchema,
  kind: z.enum(['bytes', 'floats']),
  height: z.int().positive(),
  width: z.int().positive(),
  channels: z.int().positive(),
  classNames: z.array(z.string()).min(1).max(IMPORT_LIMITS.classes),
  train: z.int().positive(),
  test: z.int().positive(),
  /** Samples of each class, in the order of the class names. */
  classCounts: z.strictObject({ train: z.array(count), test: z.array(count) }),
  /** Of the content: equal for equal samples, whatever files they came in. See contentSha256. */
  sha256,
  values: packedFile,
  labels: packedFile,
})

export type OwnManifest = z.output<typeof ownManifestSchema>
export type DatasetSource = OwnManifest['source']

export function isDatasetId(text: unknown): text is string {
  return typeof text === 'string' && DATASET_ID.test(text)
}

/** Throws `dataset/damaged` or `dataset/newer-format`; `path` is for the message. */
export function decodeOwnManifest(bytes: Uint8Array, path: string): OwnManifest {
  let data: unknown
  try {
    data = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'))
  } catch (error) {
    throw ownDamaged(path, 'it is not JSON', error)
  }
  const version = z.object({ version: z.int() }).safeParse(data)
  if (version.success && version.data.version > OWN_MANIFEST_VERSION) {
    const message = `${path} has format version ${version.data.version}; this lab knows ${OWN_MANIFEST_VERSION}. Open it with a newer lab`
    throw new LabError('dataset/newer-format', message)
  }
  const parsed = ownManifestSchema.safeParse(data)
  if (parsed.success) return mustBeConsistent(parsed.data, path)
  const [issue] = parsed.error.issues
  throw ownDamaged(path, `${issue.path.join('.') || 'the file'}: ${issue.message}`)
}

/** The sizes are what loading relies on before it reads a byte. */
function mustBeConsistent(manifest: OwnManifest, path: string): OwnManifest {
  const { kind, height, width, channels, train, test, values, labels, name } = manifest
  const valueBytes = (train + test) * height * width * channels * (kind === 'bytes' ? 1 : 4)
  if (values.rawBytes !== valueBytes || valueBytes > IMPORT_LIMITS.valueBytes) {
    throw ownDamaged(path, `values.rawBytes should be ${valueBytes}, but is ${values.rawBytes}`)
  }
  if (labels.rawBytes !== train + test) {
    throw ownDamaged(path, `labels.rawBytes should be ${train + test}, but is ${labels.rawBytes}`)
  }
  if (findDataset(name))
    throw ownDamaged(path, `its name ${JSON.stringify(name)} is that of a set that ships with the lab`)
  return manifest
}

export function ownDamaged(path: string, what: string, cause?: unknown): LabError {
  const message = `${path} is damaged: ${what}. Import the data set again, or restore the file from a backup`
  return new LabError('dataset/damaged', message, { cause })
}

/**
 * What runs keep of the data that they saw. Over a line of JSON with all that gives the bytes their meaning, then
 * the values, sample by sample (little-endian for floats), then the labels.
 */
export function contentSha256(
  samples: Pick<ImportedSamples, 'kind' | 'height' | 'width' | 'channels' | 'classNames' | 'values' | 'labels'>,
  parts: { train: number; test: number },
): string {
  const { kind, height, width, channels, classNames, values, labels } = samples
  const meaning = { kind, height, width, channels, classes: classNames.length, train: parts.train, test: parts.test }
  const hash = createHash('sha256').update(JSON.stringify(meaning) + '\n')
  return hash.update(bytesOf(values)).update(labels).digest('hex')
}

/** A view. All machines that the lab runs on are little-endian. */
export function bytesOf(values: Uint8Array | Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
