/**
 * Paths into an experiment as people write them: `training.optimizer.learningRate`, `network.layers[0].units`.
 *
 * Names that reach an object's prototype are refused, as paths come from files and from the command line.
 */
import { LabError } from './errors'

export type PathKey = string | number

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

export function parsePath(text: string): PathKey[] {
  const keys: PathKey[] = []
  const part = /(?:^|\.)([A-Za-z_$][\w$-]*)|\[(\d{1,6})\]/y
  while (part.lastIndex < text.length) {
    const at = part.lastIndex
    const match = part.exec(text)
    if (!match || FORBIDDEN.has(match[1] ?? '')) {
      throw new LabError(
        'experiment/bad-path',
        `"${text}" is not a path into an experiment (character ${at + 1}); expected something like network.layers[0].units`,
      )
    }
    keys.push(match[1] ?? Number(match[2]))
  }
  if (keys.length === 0) throw new LabError('experiment/bad-path', 'An empty path names no field of the experiment')
  return keys
}

export function formatPath(keys: readonly PropertyKey[]): string {
  return keys.map((key, i) => (typeof key === 'number' ? `[${key}]` : (i === 0 ? '' : '.') + String(key))).join('')
}

export function valueAt(root: unknown, keys: readonly PropertyKey[]): unknown {
  let value = root
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<PropertyKey, unknown>)[key]
  }
  return value
}

/** A copy of `root` in which the field at `keys` is `value`; objects on the way that are missing are made. */
export function withValueAt<T>(root: T, keys: readonly PathKey[], value: unknown): T {
  const [key, ...rest] = keys
  if (key === undefined) return value as T
  const old = (typeof root === 'object' && root !== null ? root : typeof key === 'number' ? [] : {}) as object
  const copy = (Array.isArray(old) ? [...(old as unknown[])] : { ...old }) as Record<PathKey, unknown>
  copy[key] = withValueAt(Object.hasOwn(old, key) ? copy[key] : undefined, rest, value)
  return copy as T
}

/** A copy of `root` with these values in place, path → value, one after the other. */
export function withValues(root: unknown, values: Iterable<readonly [string, unknown]>): unknown {
  return [...values].reduce<unknown>((draft, [path, value]) => withValueAt(draft, parsePath(path), value), root)
}
