/**
 * Which screen is shown, kept in the address's hash: `#/live/<run>`, `#/compare?runs=a,b`.
 *
 * Screens read `route`, and change it with `go` or with a link to `linkTo(…)`.
 */
import { readonly, shallowRef } from 'vue'

export const SCREENS = [
  'home',
  'data',
  'design',
  'live',
  'runs',
  'compare',
  'inspect',
  'report',
  'paper',
  'settings',
] as const
export type Screen = (typeof SCREENS)[number]

export interface Route {
  screen: Screen
  /** What follows the screen's name: the run of `#/live/<run>`. */
  id: string | null
  query: Readonly<Record<string, string>>
}

export interface Target {
  id?: string | null
  query?: Readonly<Record<string, string>>
}

/** An address that names no screen of ours leads home. */
export function parseHash(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const [name, id] = path.split('/')
  const screen = SCREENS.find((each) => each === name) ?? 'home'
  return { screen, id: id ? decode(id) : null, query: Object.fromEntries(new URLSearchParams(search)) }
}

export function linkTo(screen: Screen, { id, query = {} }: Target = {}): string {
  const search = new URLSearchParams(query).toString()
  return `#/${screen}${id ? `/${encodeURIComponent(id)}` : ''}${search ? `?${search}` : ''}`
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null // a hand-typed "%": no run has such a name
  }
}

const current = shallowRef<Route>(parseHash(''))
export const route = readonly(current)

export function go(screen: Screen, target: Target & { replace?: boolean } = {}): void {
  const hash = linkTo(screen, target)
  if (target.replace) window.history.replaceState(null, '', hash)
  else window.history.pushState(null, '', hash)
  follow()
}

function follow(): void {
  current.value = parseHash(window.location.hash)
}

/** Follows the address until the returned function is called. */
export function startRouter(): () => void {
  follow()
  window.addEventListener('hashchange', follow)
  window.addEventListener('popstate', follow)
  return () => {
    window.removeEventListener('hashchange', follow)
    window.removeEventListener('popstate', follow)
  }
}
