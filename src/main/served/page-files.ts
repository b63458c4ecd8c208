/**
 * The page's files, for the window's `app://lab/` and for the served door alike: which file a path means, and the
 * headers that go with each.
 */
import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** On every answer, refusals included. The two cross-origin policies leave no other page a handle on this one. */
export const PAGE_HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** What the page is made of. A file of any other kind is not served, whatever lies in the folder. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
}

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP'])

export interface PageFile {
  mediaType: string
  bytes: Uint8Array<ArrayBuffer>
}

/**
 * The file that a URL's path names inside `folder`, or null: there is none, it is of no known kind, or it lies
 * elsewhere once links are followed. The real path decides, so neither `..` in any spelling nor a link leads out.
 *
 * @param pathname as `URL.pathname` gives it: still percent-encoded
 */
export async function readPageFile(folder: string, pathname: string): Promise<PageFile | null> {
  const path = decodePath(pathname)
  if (path === null) return null
  try {
    const root = await realpath(folder)
    const file = await realpath(join(root, path === '/' ? 'index.html' : path))
    const mediaType = MEDIA_TYPES[extname(file)]
    if (!file.startsWith(root + sep) || mediaType === undefined) return null
    return { mediaType, bytes: new Uint8Array(await readFile(file)) }
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

/** Null for what no path of ours holds: broken escapes, NUL, backslashes, drive letters and streams. */
function decodePath(pathname: string): string | null {
  try {
    const path = decodeURIComponent(pathname)
    return /[\0\\:]/.test(path) ? null : path
  } catch {
    return null // not an error of ours: the address does not decode, so it names nothing
  }
}
