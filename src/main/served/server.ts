/**
 * The served door: the same lab in a browser on this machine, for where no window can open. Listens on 127.0.0.1
 * alone and lets in whoever opened the address it was started with. It writes no log, so no token ends up in one.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, STATUS_CODES, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { LabError } from '#shared/errors'
import type { Lab } from '#lab/lab'
import { converse } from './conversation'
import { Doorkeeper, type Verdict } from './doorkeeper'
import { PAGE_HEADERS, readPageFile } from './page-files'

export interface ServedOptions {
  /** 0 or left out: any free port. */
  port?: number
  /** The built page. */
  rendererFolder: string
}

export interface ServedLab {
  /** With the launch token: for the person at this machine, not for a log. */
  url: string
  close(): Promise<void>
}

/** The largest message from a page: names of tens of thousands of files; their bytes come in frames of 1 MiB. */
const MESSAGE_LIMIT_BYTES = 16 << 20
const CONNECTION_LIMIT = 128
/** RFC 6455: the server goes away. */
const GOING_AWAY = 1001

export async function startServer(lab: Lab, { port = 0, rendererFolder }: ServedOptions): Promise<ServedLab> {
  const server = createServer()
  server.maxConnections = CONNECTION_LIMIT
  await listen(server, port)
  const doorkeeper = new Doorkeeper((server.address() as AddressInfo).port)
  const url = doorkeeper.launchUrl()
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMIT_BYTES })
  sockets.on('connection', (socket: WebSocket) => converse(socket, lab))

  server.on('request', (request, response) => {
    answerRequest(request, response, doorkeeper, rendererFolder).catch((error: unknown) => {
      console.error('Could not answer a request of the page:', error)
      if (!response.headersSent) refuse(response, 500, 'Something went wrong inside the lab.')
      else response.destroy()
    })
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy()) // the other side left in the middle
    const verdict = judgeUpgrade(request, doorkeeper)
    if (verdict) refuseUpgrade(socket, verdict)
    else sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request))
  })

  return {
    url,
    async close() {
      for (const socket of sockets.clients) socket.close(GOING_AWAY, 'the lab has closed')
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      for (const socket of sockets.clients) socket.terminate()
      await closed
    },
  }
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  try {
    server.listen({ host: '127.0.0.1', port, exclusive: true })
    await once(server, 'listening')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const advice = 'Choose another port, or none for a free one.'
    throw new LabError('served/no-port', `Could not listen on 127.0.0.1, port ${port}: ${reason}. ${advice}`, { cause })
  }
}

async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  doorkeeper: Doorkeeper,
  folder: string,
): Promise<void> {
  const url = readUrl(request)
  if (!url) return refuse(response, 400, 'The address cannot be read.')
  const verdict = doorkeeper.judgeRequest(request)
  if (verdict.kind === 'refuse') return refuse(response, verdict.status, verdict.reason)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(response, 405, 'Only GET and HEAD are answered here.', { allow: 'GET, HEAD' })
  }
  if (verdict.kind === 'launch') return redirect(response, { 'set-cookie': verdict.cookie })
  if (url.searchParams.has('token')) return redirect(response, {}) // opened again: the cookie is there already
  const file = await readPageFile(folder, url.pathname)
  if (!file) return refuse(response, 404, 'There is nothing here.')
  response.writeHead(200, {
    ...PAGE_HEADERS,
    'content-type': file.mediaType,
    'content-length': file.bytes.length,
    'cache-control': 'no-store',
  })
  response.end(request.method === 'HEAD' ? undefined : file.bytes)
}

function redirect(response: ServerResponse, headers: Record<string, string>): void {
  response.writeHead(303, { ...PAGE_HEADERS, ...headers, location: '/', 'cache-control': 'no-store' }).end()
}

function refuse(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response
    .writeHead(status, {
      ...PAGE_HEADERS,
      ...headers,
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
    })
    .end(`${text}\n`)
}

type Refusal = { status: number; reason: string }

/** Null for a page of ours that wants to talk to the lab. */
function judgeUpgrade(request: IncomingMessage, doorkeeper: Doorkeeper): Refusal | null {
  const url = readUrl(request)
  if (!url) return { status: 400, reason: 'The address cannot be read.' }
  const verdict: Verdict = doorkeeper.judgeUpgrade(request)
  if (verdict.kind === 'refuse') return verdict
  return url.pathname === '/lab' ? null : { status: 404, reason: 'The lab listens at /lab.' }
}

function refuseUpgrade(socket: Duplex, { status, reason }: Refusal): void {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(reason)}`,
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${reason}`)
}

/** Null for what is no path of a server: `*`, `//`, control characters. */
function readUrl({ url }: IncomingMessage): URL | null {
  if (!url?.startsWith('/') || !URL.canParse(url, 'http://127.0.0.1')) return null
  return new URL(url, 'http://127.0.0.1')
}
