/**
 * `app://lab/`: the built page under a real origin, with the headers a server would send. No `file://` anywhere.
 */
import { protocol } from 'electron'
import { PAGE_HEADERS, readPageFile } from '#served/page-files'
import { isOwnPage, SCHEME } from './origin'

/** Once, before Electron is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

export function serveRenderer(folder: string): void {
  protocol.handle(SCHEME, async (request) => {
    if (request.method !== 'GET' || !isOwnPage(request.url)) return refusal(403, 'forbidden')
    const file = await readPageFile(folder, new URL(request.url).pathname)
    if (!file) return refusal(404, 'not found')
    return new Response(file.bytes, { headers: { ...PAGE_HEADERS, 'content-type': file.mediaType } })
  })
}

function refusal(status: number, text: string): Response {
  return new Response(text, { status, headers: { ...PAGE_HEADERS, 'content-type': 'text/plain; charset=utf-8' } })
}
