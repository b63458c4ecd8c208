/**
 * The manifest beside a data set's files: how many bytes each one unpacks to, and their SHA-256.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { DatasetFacts } from '#shared/dataset'
import { LabError } from '#shared/errors'

const file = z.strictObject({
  file: z.string().regex(/^[\w.-]+\.gz$/),
  rawBytes: z.int().positive(),
  rawSha256: z.string().regex(/^[0-9a-f]{64}$/),
})

const manifestSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  source: z.string(),
  train: z.int().positive(),
  test: z.int().positive(),
  height: z.int().positive(),
  width: z.int().positive(),
  classes: z.int().positive(),
  files: z.strictObject({ trainImages: file, trainLabels: file, testImages: file, testLabels: file }),
})

export type Manifest = z.output<typeof manifestSchema>
export type ManifestFile = z.output<typeof file>

/** Reads a data set's manifest and checks that it describes the data set that the lab knows by that name. */
export async function readManifest(folder: string, facts: DatasetFacts): Promise<Manifest> {
  const path = join(folder, 'manifest.json')
  const manifest = parseManifest(path, await readText(path))
  const { train, test, height, width } = facts
  const expected = { name: facts.name, train, test, height, width, classes: facts.classes.length }
  for (const [field, value] of Object.entries(expected)) {
    const got = manifest[field as keyof typeof expected]
    if (got !== value) throw damaged(path, `${field} should be ${value}, but is ${got}`)
  }
  return manifest
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new LabError('dataset/missing', `Cannot read ${path}: the data set is not installed here`, { cause: error })
  }
}

function parseManifest(path: string, text: string): Manifest {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch (error) {
    throw damaged(path, 'it is not JSON', error)
  }
  const parsed = manifestSchema.safeParse(data)
  if (!parsed.success) throw damaged(path, z.prettifyError(parsed.error))
  return parsed.data
}

export function damaged(path: string, what: string, cause?: unknown): LabError {
  return new LabError('dataset/damaged', `${path} is damaged: ${what}. Install the lab again to repair it`, { cause })
}
