/**
 * Where the page may come from: `app://lab` in every build, and Vite's server on loopback while developing.
 */
export const SCHEME = 'app'
export const HOST = 'lab'
export const PAGE_URL = `${SCHEME}://${HOST}/`

/** True for the page itself. `URL.origin` is no help: it is "null" for a scheme that the standard does not list. */
export function isOwnPage(address: string, devServer?: string): boolean {
  const url = parse(address)
  if (!url) return false
  if (url.protocol === `${SCHEME}:`) return url.host === HOST
  return devServer !== undefined && url.origin === parse(devServer)?.origin
}

/**
 * True for what the page may load. `data:` and `blob:` hold their bytes themselves and ask nobody; everything else
 * that is not ours would leave the machine.
 */
export function mayLoad(address: string, devServer?: string): boolean {
  const url = parse(address)
  if (!url) return false
  if (url.protocol === 'data:') return true
  if (url.protocol === 'blob:') return isOwnPage(url.pathname, devServer)
  if (isOwnPage(address, devServer)) return true
  if (devServer === undefined) return false
  return url.protocol === 'devtools:' || isOwnPage(address.replace(/^ws:/, 'http:'), devServer)
}

/** The dev server's address, if it is one on this machine: nothing else may take the page's place. */
export function loopbackOnly(address: string | undefined): string | undefined {
  const url = address === undefined ? null : parse(address)
  return url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname) ? address : undefined
}

function parse(address: string): URL | null {
  return URL.canParse(address) ? new URL(address) : null
}
