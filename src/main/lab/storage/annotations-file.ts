/**
 * annotations.json: what people say of a run. Apart from run.json, as that belongs to the process that trains the run,
 * and a tag must neither wait for it nor be lost to it.
 */
import { z } from 'zod'
import { LabError } from '#shared/errors'
import { ANNOTATION_LIMITS, NO_ANNOTATIONS, type Annotations } from '#shared/runs/annotations'
import { newerFormat } from './history-file'

export const ANNOTATIONS_VERSION = 1

const tag = z.string().min(1).max(ANNOTATION_LIMITS.tag)
const name = z.string().trim().min(1, 'a name').max(ANNOTATION_LIMITS.name)
const tags = z.array(tag).max(ANNOTATION_LIMITS.tags)
const note = z.string().max(ANNOTATION_LIMITS.note)

/** What `runs:annotate` takes. */
export const annotationChangeSchema = z.strictObject({
  name: name.nullable().exactOptional(),
  addTags: tags.exactOptional(),
  removeTags: tags.exactOptional(),
  note: note.exactOptional(),
  archived: z.boolean().exactOptional(),
  pinned: z.boolean().exactOptional(),
})

const fileSchema = z.strictObject({
  version: z.literal(ANNOTATIONS_VERSION),
  name: name.nullable(),
  tags,
  note,
  archived: z.boolean(),
  pinned: z.boolean(),
})

export function encodeAnnotations({ name, tags, note, archived, pinned }: Annotations): string {
  const file = { version: ANNOTATIONS_VERSION, name, tags, note, archived, pinned }
  return `${JSON.stringify(file, null, 2)}\n`
}

/** Throws `run/annotations-damaged` or `run/newer-format`; `path` is for the message. */
export function decodeAnnotations(bytes: Uint8Array, path: string): Annotations {
  let data: unknown
  try {
    data = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
  } catch (error) {
    throw damaged(path, 'it is not JSON', error)
  }
  const version = z.object({ version: z.int() }).safeParse(data)
  if (version.success && version.data.version > ANNOTATIONS_VERSION) {
    throw newerFormat(path, version.data.version, ANNOTATIONS_VERSION)
  }
  const parsed = fileSchema.safeParse(data)
  if (!parsed.success) throw damaged(path, parsed.error.issues[0]?.message ?? 'it is not of this format')
  const { version: _, ...annotations } = parsed.data
  return annotations
}

/** A run is never hidden by what somebody wrote about it: unreadable words are no words until somebody changes them. */
export function readableAnnotations(bytes: Uint8Array | null, path: string): Annotations {
  if (!bytes) return NO_ANNOTATIONS
  try {
    return decodeAnnotations(bytes, path)
  } catch (error) {
    if (error instanceof LabError) return NO_ANNOTATIONS
    throw error
  }
}

function damaged(path: string, what: string, cause?: unknown): LabError {
  const message = `${path} is damaged: ${what}. Move it out of the folder, then tags and notes can be written again`
  return new LabError('run/annotations-damaged', message, { cause })
}
