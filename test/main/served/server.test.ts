import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Lab } from '#lab/lab'
import { PAGE_HEADERS } from '#served/page-files'
import { type ServedLab, startServer } from '#served/server'
import { EVENT_NAMES } from '#shared/ipc'
import { decodeWire, encodeWire, packMessage } from '#shared/wire'

type Told = (payload: unknown) => void

/** Answers with what it was asked, so that a test sees what came through. */
function fakeLab() {
  const listeners = new Map<string, Set<Told>>()
  const asked: { name: string; args: readonly unknown[] }[] = []
  const lab = {
    answer: (name: string, args: readonly unknown[]) => {
      asked.push({ name, args })
      return Promise.resolve({ ok: true, value: { name, args } })
    },
    call: () => Promise.reject(new Error('not used here')),
    on: (name: string, listener: Told) => {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener))
      return () => set.delete(listener)
    },
    close: () => Promise.resolve(),
  } as unknown as Lab
  const tell = (name: string, payload: unknown): void => listeners.get(name)?.forEach((listener) => listener(payload))
  const listening = (): number => [...listeners.values()].reduce((sum, set) => sum + set.size, 0)
  return { lab, asked, tell, listening }
}

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

let folder: string
let served: ServedLab
let core: ReturnType<typeof fakeLab>

const port = (): number => Number(new URL(served.url).port)
const home = (): string => `http://127.0.0.1:${port()}`

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // the path goes out as it is written: `fetch` would tidy it first
    const asking = request({ host: '127.0.0.1', port: port(), path, method, headers, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (part: string) => (body += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    asking.on('error', reject).end()
  })
}

/** Resolves with the status of a refused upgrade, or with 101. */
function upgrade(path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const { origin, ...others } = headers
    const socket = new WebSocket(`ws://127.0.0.1:${port()}${path}`, {
      headers: others,
      ...(origin === undefined ? {} : { origin }),
    })
    socket.on('unexpected-response', (asking, response) => {
      resolve(response.statusCode ?? 0)
      asking.destroy()
    })
    socket.on('open', () => {
      resolve(101)
      socket.terminate()
    })
    socket.on('error', (error) => {
      if (socket.readyState === socket.CONNECTING) reject(error)
    })
  })
}

const launchPath = (): string => `/${new URL(served.url).search}`

async function enter(): Promise<string> {
  const { headers } = await ask(launchPath())
  return headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

async function talk(cookie: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port()}/lab`, { headers: { cookie }, origin: home() })
  await once(socket, 'open')
  return socket
}

async function nextMessage(socket: WebSocket): Promise<unknown> {
  const [data] = (await once(socket, 'message')) as [Buffer]
  return decodeWire(data.toString('utf8'))
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'served-'))
  await mkdir(join(folder, 'page', 'assets'), { recursive: true })
  await writeFile(join(folder, 'page', 'index.html'), '<!doctype html><title>lab</title>')
  await writeFile(join(folder, 'page', 'assets', 'main.js'), 'export {}')
  await writeFile(join(folder, 'page', 'notes.txt'), 'not a part of the page')
  await writeFile(join(folder, 'secret.js'), 'secret')
  core = fakeLab()
  served = await startServer(core.lab, { rendererFolder: join(folder, 'page') })
})

afterEach(async () => {
  await served.close()
  await rm(folder, { recursive: true })
})

describe('the launch token', () => {
  test('is 256 bits in the address of 127.0.0.1', () => {
    const token = new URL(served.url).searchParams.get('token') ?? ''
    expect(new URL(served.url).hostname).toBe('127.0.0.1')
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  })

  test('becomes a cookie that no script reads and no other site sends, and leaves the address', async () => {
    const { status, headers } = await ask(launchPath())
    expect(status).toBe(303)
    expect(headers.location).toBe('/')
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^perceptron-lab-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/),
    ])
    expect(headers['set-cookie']?.[0]).not.toContain(new URL(served.url).searchParams.get('token'))
  })

  test('is good once', async () => {
    const cookie = await enter()
    expect((await ask(launchPath())).status).toBe(401)
    expect((await ask(launchPath(), { cookie })).status).toBe(303)
  })

  test('is not used up by a HEAD, which link previews send', async () => {
    expect((await ask(launchPath(), {}, 'HEAD')).status).toBe(401)
    expect((await ask(launchPath())).status).toBe(303)
  })
})

const ROUTES = ['/', '/index.html', '/assets/main.js', '/no-such-file.js', '/lab', '/?token=', '//evil.example/']

describe.each(ROUTES)('%s', (path) => {
  test('is 401 without a cookie', async () => {
    expect((await ask(path)).status).toBe(401)
  })

  test.each(['x', 'x'.repeat(43), '%00'])('is 401 with the bad token %s', async (token) => {
    expect((await ask(`${path.split('?')[0]}?token=${token}`)).status).toBe(401)
  })

  test('is 401 with a bad cookie', async () => {
    const cookie = await enter()
    expect((await ask(path, { cookie: `${cookie.slice(0, -1)}~` })).status).toBe(401)
    expect((await ask(path, { cookie: `${cookie.split('=')[0]}=` })).status).toBe(401)
  })

  test.each(['evil.example', 'evil.example:PORT', '127.0.0.1', 'localhost:1', '127.0.0.1:PORT.evil.example'])(
    'is 403 for the host %s, cookie or not',
    async (name) => {
      const cookie = await enter()
      const host = name.replace('PORT', String(port()))
      expect((await ask(path, { host, cookie })).status).toBe(403)
      expect((await ask(path, { host })).status).toBe(403)
    },
  )

  test.each(['http://evil.example', 'null', 'https://127.0.0.1:PORT', 'http://127.0.0.1:1'])(
    'is 403 for the origin %s, cookie or not',
    async (name) => {
      const cookie = await enter()
      const origin = name.replace('PORT', String(port()))
      expect((await ask(path, { origin, cookie })).status).toBe(403)
      expect((await ask(path, { origin })).status).toBe(403)
    },
  )
})

describe('with the cookie', () => {
  test('the page and its files come with the headers that confine them', async () => {
    const cookie = await enter()
    const page = await ask('/', { cookie })
    expect(page.status).toBe(200)
    expect(page.body).toContain('<title>lab</title>')
    expect(page.headers).toMatchObject({ ...PAGE_HEADERS, 'content-type': 'text/html; charset=utf-8' })
    expect((await ask('/assets/main.js', { cookie, origin: home() })).body).toBe('export {}')
  })

  test('a refusal is confined too', async () => {
    expect((await ask('/')).headers).toMatchObject(PAGE_HEADERS)
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s is not answered', async (method) => {
    const cookie = await enter()
    const { status, headers } = await ask('/', { cookie }, method)
    expect(status).toBe(405)
    expect(headers.allow).toBe('GET, HEAD')
  })

  test.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/%2e%2e/secret.js',
    '/%2e%2e%2fsecret.js',
    '/..%2fsecret.js',
    '/assets/..%2f..%2fsecret.js',
    '/..%5csecret.js',
    '/..\\secret.js',
    '/%252e%252e%252fsecret.js',
    '/secret.js%00.js',
    '/index.html::$DATA',
    '/C:/Windows/win.ini',
    '//etc/passwd',
    '/etc/passwd',
    '/%',
    '/%ff',
    '/notes.txt',
    '/assets',
    '/assets/',
    `/${'a'.repeat(5000)}.js`,
  ])('%s leads nowhere', async (path) => {
    const cookie = await enter()
    const { status, body } = await ask(path, { cookie })
    // a path that is tidied to "/" is the page; nothing else may come out
    if (status === 200) expect(body).toContain('<title>lab</title>')
    else expect(status).toBe(404)
    expect(body).not.toContain('secret')
  })

  test('a link out of the folder is not followed, one within it is', async () => {
    await symlink(join(folder, 'secret.js'), join(folder, 'page', 'out.js'))
    await symlink(folder, join(folder, 'page', 'up'))
    await symlink(join(folder, 'page', 'assets'), join(folder, 'page', 'within'))
    const cookie = await enter()
    expect((await ask('/out.js', { cookie })).status).toBe(404)
    expect((await ask('/up/secret.js', { cookie })).status).toBe(404)
    expect((await ask('/within/main.js', { cookie })).status).toBe(200)
  })

  test.each(['*', 'http://evil.example/', 'x'])('the request target %s is refused', async (path) => {
    const cookie = await enter()
    const socket = connect(port(), '127.0.0.1')
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port()}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`)
    let text = ''
    socket.setEncoding('utf8').on('data', (part: string) => (text += part))
    await once(socket, 'close')
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
  })
})

describe('the WebSocket', () => {
  test.each([
    ['no cookie', '/lab', ''],
    ['a bad cookie', '/lab', 'perceptron-lab-PORT=x'],
    ['the token in the address alone', '/labTOKEN', ''],
  ])('refuses a page with %s', async (_name, path, cookie) => {
    const headers = { origin: home(), cookie: cookie.replace('PORT', String(port())) }
    expect(await upgrade(path.replace('TOKEN', new URL(served.url).search), headers)).toBe(401)
  })

  test.each([
    ['another origin', { origin: 'http://evil.example' }],
    ['the origin of another port', { origin: 'http://127.0.0.1:1' }],
    ['a null origin', { origin: 'null' }],
    ['no origin', {}],
    ['another host', { host: 'evil.example', origin: 'http://evil.example' }],
  ])('refuses %s even with the cookie', async (_name, headers: Record<string, string>) => {
    const cookie = await enter()
    expect(await upgrade('/lab', { ...headers, cookie })).toBe(403)
  })

  test('is nowhere but at /lab', async () => {
    const cookie = await enter()
    expect(await upgrade('/', { origin: home(), cookie })).toBe(404)
    expect(await upgrade('/lab', { origin: home(), cookie })).toBe(101)
  })

  test('carries a call with bytes to the lab, and its answer back under the same id', async () => {
    const socket = await talk(await enter())
    socket.send(encodeWire({ id: 7, call: 'draft:set', args: [{ bytes: new Uint8Array([1, 2]) }] }))
    expect(await nextMessage(socket)).toEqual({
      id: 7,
      reply: { ok: true, value: { name: 'draft:set', args: [{ bytes: new Uint8Array([1, 2]) }] } },
    })
  })

  const files = (megabytes: number) => ({
    id: 8,
    call: 'datasets:open-import',
    args: [
      {
        files: [
          { path: 'a', bytes: new Uint8Array(megabytes << 20).fill(7) },
          { path: 'b', bytes: Uint8Array.of(1) },
        ],
      },
    ],
  })

  test('carries files that are far larger than a message, in frames before their call', async () => {
    const socket = await talk(await enter())
    const { text, frames } = packMessage(files(20))
    expect(frames).toHaveLength(21)
    for (const frame of frames) socket.send(frame)
    socket.send(text)
    const { reply } = (await nextMessage(socket)) as { reply: { value: { args: ReturnType<typeof files>['args'] } } }
    const [{ files: got }] = reply.value.args
    expect(got.map(({ path, bytes }) => [path, bytes.length, bytes[0], bytes.at(-1)])).toEqual([
      ['a', 20 << 20, 7, 7],
      ['b', 1, 1, 1],
    ])
    socket.send(encodeWire({ id: 9, call: 'app:info', args: [] }))
    expect(await nextMessage(socket)).toMatchObject({ id: 9 })
  })

  test.each<[string, (packed: ReturnType<typeof packMessage>) => (string | Uint8Array)[]]>([
    ['frames of two calls', ({ frames }) => [frames[0], packMessage({ ...files(1), id: 5 }).frames[0]]],
    ['the call of another number', ({ frames, text }) => [...frames, text.replace('"id":8', '"id":9')]],
    ['a call whose frames did not all come', ({ frames, text }) => [frames[0], text]],
    ['a frame of nothing', () => [new Uint8Array(4)]],
    ['a frame that is too long', () => [new Uint8Array((1 << 20) + 5)]],
  ])('hangs up on %s', async (_, pieces) => {
    const socket = await talk(await enter())
    for (const piece of pieces(packMessage(files(2)))) socket.send(piece)
    const [code] = (await once(socket, 'close')) as [number]
    expect(code).toBe(1008)
    expect(core.asked).toEqual([])
  })

  test('tells the page of events until it leaves', async () => {
    const cookie = await enter()
    const socket = await talk(cookie)
    core.tell('settings:changed', { threads: 2, theme: 'dark' })
    expect(await nextMessage(socket)).toEqual({ event: 'settings:changed', payload: { threads: 2, theme: 'dark' } })
    expect(core.listening()).toBeGreaterThan(0)
    const other = await talk(cookie)
    socket.close()
    await once(socket, 'close')
    await vi.waitFor(() => expect(core.listening()).toBe(EVENT_NAMES.length))
    core.tell('settings:changed', { threads: 1, theme: 'dark' })
    expect(await nextMessage(other)).toMatchObject({ event: 'settings:changed' })
  })

  test.each(['shell:save', 'shell:choose-folder', 'shell:show', 'shell:other'])('refuses %s', async (call) => {
    const socket = await talk(await enter())
    socket.send(encodeWire({ id: 1, call, args: [] }))
    expect(await nextMessage(socket)).toMatchObject({
      id: 1,
      reply: { ok: false, failure: { code: 'shell/not-here' } },
    })
    expect(core.asked).toEqual([])
  })

  test.each([
    'not json',
    '[]',
    '{"id":1}',
    '{"id":-1,"call":"app:info","args":[]}',
    '{"id":1,"call":"app:info","args":[],"more":1}',
    '{"id":1,"call":3,"args":[]}',
    '['.repeat(100_000),
    Buffer.from('{}'),
  ])('hangs up on what is no call', async (text) => {
    const socket = await talk(await enter())
    socket.send(text)
    const [code] = (await once(socket, 'close')) as [number]
    expect(code).toBe(1008)
    expect(core.asked).toEqual([])
  })

  test('hangs up on a message that is larger than any call', async () => {
    const socket = await talk(await enter())
    socket.on('error', () => undefined) // the server cuts it off in the middle
    socket.send(encodeWire({ id: 1, call: 'draft:set', args: ['x'.repeat(17 << 20)] }))
    await once(socket, 'close')
    expect(core.asked).toEqual([])
  })

  test('closes with the server', async () => {
    const socket = await talk(await enter())
    const closed = once(socket, 'close')
    await served.close()
    await closed
    served = await startServer(core.lab, { rendererFolder: join(folder, 'page') })
  })
})

test('a port that is taken is named, with advice', async () => {
  await expect(startServer(core.lab, { port: port(), rendererFolder: folder })).rejects.toMatchObject({
    code: 'served/no-port',
    message: expect.stringContaining(`port ${port()}`) as string,
  })
})
