/**
 * One field of the experiment in the form: its value, its problem, and the factor that varies it.
 */
import { computed, inject, provide, type InjectionKey } from 'vue'
import { formatPath, parsePath, type PathKey } from '#shared/experiment-path'
import type { Problem } from '#shared/experiment-check'
import { useDraftStore } from '../../stores/draft'

export interface VaryingFactor {
  index: number
  name: string
  levels: number
}

/** Factors of a document that may be wrong in any way: what can be read of them. */
export function looseFactors(factors: unknown): { name: string; levels: { label: string; set: object }[] }[] {
  if (!Array.isArray(factors)) return []
  return factors.map((factor: unknown) => {
    const { name, levels } = asRecord(factor)
    return {
      name: typeof name === 'string' ? name : '',
      levels: (Array.isArray(levels) ? levels : []).map((level: unknown) => {
        const { label, set } = asRecord(level)
        return { label: typeof label === 'string' ? label : '', set: asRecord(set) }
      }),
    }
  })
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** The first factor with a level that sets `path`, or something inside it or around it. */
export function factorVarying(factors: unknown, path: string): VaryingFactor | undefined {
  const all = looseFactors(factors)
  const index = all.findIndex((factor) =>
    factor.levels.some((level) => Object.keys(level.set).some((set) => overlaps(set, path))),
  )
  const factor = all[index]
  return factor && { index, name: factor.name, levels: factor.levels.length }
}

function overlaps(a: string, b: string): boolean {
  return a === b || isWithin(a, b) || isWithin(b, a)
}

function isWithin(inner: string, outer: string): boolean {
  return inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`)
}

/** The problem to show beside the field at `path`: its own, or else the first one of a field inside it. */
export function problemAt(problems: readonly Problem[], path: string, includeInner = false): string | undefined {
  const own = problems.find((problem) => problem.path === path)
  const found = own ?? (includeInner ? problems.find((problem) => isWithin(problem.path, path)) : undefined)
  return found && sentence(found.message)
}

/** Messages are made to follow "path: "; alone they begin with a capital letter. An empty field holds nothing. */
export function sentence(message: string): string {
  return (message.charAt(0).toUpperCase() + message.slice(1)).replace(/, got ""$/, ', got nothing')
}

export function useDesignField(path: () => string) {
  const draft = useDraftStore()
  const keys = computed<PathKey[]>(() => parsePath(path()))
  return {
    value: computed({ get: () => draft.read(keys.value), set: (next) => draft.write(keys.value, next) }),
    problem: computed(() => problemAt(draft.problems, formatPath(keys.value))),
    varying: computed(() => factorVarying(draft.read(['factors']), path())),
  }
}

const ANNOUNCE: InjectionKey<(message: string) => void> = Symbol('announce')

/** Speaks through the Design screen's live region. */
export function provideAnnouncer(announce: (message: string) => void): void {
  provide(ANNOUNCE, announce)
}
export function useAnnouncer(): (message: string) => void {
  return inject(ANNOUNCE, () => undefined)
}
