/**
 * What people say of runs: kept beside the run, never part of what was trained.
 */
export interface Annotations {
  /** In place of the configuration's label; null: that label. */
  name: string | null
  tags: readonly string[]
  note: string
  /** Out of sight, not gone: lists leave it out until somebody asks for it. */
  archived: boolean
  pinned: boolean
}

export const NO_ANNOTATIONS: Annotations = { name: null, tags: [], note: '', archived: false, pinned: false }

/** What is left out stays as it is, so that two people who change different things do not undo each other. */
export interface AnnotationChange {
  name?: string | null
  addTags?: readonly string[]
  removeTags?: readonly string[]
  note?: string
  archived?: boolean
  pinned?: boolean
}

export const ANNOTATION_LIMITS = { name: 120, tag: 40, tags: 32, note: 10_000 } as const

/** Tags keep the order in which they came; each is there once. */
export function annotated(before: Annotations, change: AnnotationChange): Annotations {
  const gone = new Set(change.removeTags)
  const tags = [...new Set([...before.tags, ...(change.addTags ?? [])])].filter((tag) => !gone.has(tag))
  return {
    name: change.name === undefined ? before.name : change.name,
    tags,
    note: change.note ?? before.note,
    archived: change.archived ?? before.archived,
    pinned: change.pinned ?? before.pinned,
  }
}

/** One tag as it is stored: no spaces around it, no commas, as those part tags where they are typed. Null if nothing is left. */
export function tagOf(text: string): string | null {
  const tag = text.replaceAll(',', ' ').replace(/\s+/g, ' ').trim().slice(0, ANNOTATION_LIMITS.tag)
  return tag === '' ? null : tag
}

/** "baseline, for the report" → both. */
export function tagsOf(text: string): string[] {
  return [...new Set(text.split(',').flatMap((part) => tagOf(part) ?? []))]
}
