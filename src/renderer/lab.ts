/**
 * The lab, as the renderer sees it. The only file that knows how it is reached: through the preload's bridge in
 * the Electron window, through a WebSocket on the page's own host when the page is served.
 *
 * Stores call `lab.call('runs:list')` and get the value or a LabError; components talk to stores.
 */
import { readonly, shallowRef, toRaw, type Ref } from 'vue'
import { LabError, fromFailure, type Reply } from '#shared/errors'
import type { RenderedFile } from '#shared/figure'
import type { CallName, Calls, EventName, LabBridge, LabEvents } from '#shared/ipc'
import { decodeWire, packMessage } from '#shared/wire'

/** `lost`: the served door does not answer and is being tried again. The Electron window is always `open`. */
export type Connection = 'connecting' | 'open' | 'lost'

/** A bridge that can say how it is. The preload's has no `connection`, as it cannot be lost. */
export interface Transport extends LabBridge {
  connection?: Readonly<Ref<Connection>>
}

type Answer<K extends CallName> = ReturnType<Calls[K]>

const connected = readonly(shallowRef<Connection>('open'))
let transport: Transport | undefined

/** The transport is opened by the first call, so that importing this file does nothing by itself. */
function current(): Transport {
  transport ??= window.labBridge ?? openServedDoor(servedDoorAddress(window.location))
  return transport
}

/** Puts another transport in place: a fake in tests. Answers with a function that takes it out again. */
export function useTransport(next: Transport): () => void {
  transport = next
  return () => {
    if (transport === next) transport = undefined
  }
}

export const lab = {
  get door(): LabBridge['door'] {
    return current().door
  },

  get connection(): Readonly<Ref<Connection>> {
    return current().connection ?? connected
  },

  async call<K extends CallName>(name: K, ...args: Parameters<Calls[K]>): Promise<Answer<K>> {
    const reply = await current().call(name, ...(plain(args) as Parameters<Calls[K]>))
    if (!reply.ok) throw fromFailure(reply.failure)
    return reply.value
  },

  on<K extends EventName>(name: K, listener: (payload: LabEvents[K]) => void): () => void {
    return current().on(name, listener)
  },

  /** Save dialog in the window, download in a browser. Answers with the name or path; null if cancelled. */
  async saveFile(file: RenderedFile): Promise<string | null> {
    if (current().door === 'electron') return lab.call('shell:save', file)
    downloadInBrowser(file)
    return file.name
  },

  /** PNG to the clipboard. Takes the bytes as a promise: a browser wants to be asked within the click or key press. */
  async copyPicture(png: Promise<Uint8Array>): Promise<void> {
    if (current().door === 'electron') return lab.call('shell:copy-picture', await png)
    await copyInBrowser(png)
  },
}
export type Lab = typeof lab

async function copyInBrowser(png: Promise<Uint8Array>): Promise<void> {
  const picture = png.then((bytes) => new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/png' }))
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })])
  } catch (cause) {
    await picture // what went wrong with the picture itself says more
    const message = 'This browser does not give its clipboard to the page; export the figure as PNG instead.'
    throw new LabError('clipboard/refused', message, { cause })
  }
}

/** Without Vue's proxies, which neither structured clone nor the context bridge can take. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  const raw: object = toRaw(value)
  if (Array.isArray(raw)) return raw.map(plain)
  return Object.fromEntries(Object.entries(raw).map(([key, item]) => [key, plain(item)]))
}

function downloadInBrowser(file: RenderedFile): void {
  const url = URL.createObjectURL(new Blob([file.bytes as Uint8Array<ArrayBuffer>], { type: file.mediaType }))
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = file.name
  anchor.click()
  // The browser has taken its own hold of the blob once the click is handled.
  setTimeout(() => URL.revokeObjectURL(url))
}

export function servedDoorAddress(location: Pick<Location, 'protocol' | 'host'>): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/lab`
}

export interface ServedDoorOptions {
  /** @default the browser's WebSocket */
  connect?: (address: string) => WebSocket
  /** Wait before try n to reconnect, in milliseconds. @default 0.5 s, doubling up to 8 s */
  retryDelayMs?: (attempt: number) => number
}

type Packed = ReturnType<typeof packMessage>

/** A message of the served door: an answer to call `id`, or an event. */
type Incoming = { id: number; reply: Reply<unknown> } | { event: EventName; payload: never }

/**
 * The served door's transport: one WebSocket, opened again with growing waits when it is lost.
 *
 * A call made while the first connection is being opened waits for it. A call that is under way when the
 * connection goes is refused, as nobody can say whether the lab has carried it out.
 */
export function openServedDoor(address: string, options: ServedDoorOptions = {}): Transport {
  const connect = options.connect ?? ((to) => new WebSocket(to))
  const retryDelayMs = options.retryDelayMs ?? ((attempt) => Math.min(8000, 500 * 2 ** attempt))
  const connection = shallowRef<Connection>('connecting')
  const waiting = new Map<number, Packed & { settle: (reply: Reply<never>) => void }>()
  const listeners = new Map<EventName, Set<(payload: never) => void>>()
  let socket: WebSocket | undefined
  let nextId = 1
  let attempt = 0

  function open(): void {
    socket = connect(address)
    socket.onopen = () => {
      attempt = 0
      connection.value = 'open'
      for (const packed of waiting.values()) send(packed)
    }
    socket.onmessage = (message) => receive(decodeWire(String(message.data)) as Incoming)
    // A failed connection also fires `close`; one handler for both.
    socket.onclose = () => {
      connection.value = 'lost'
      refuseAll()
      setTimeout(open, retryDelayMs(attempt++))
    }
  }

  function send({ text, frames }: Packed): void {
    for (const frame of frames) socket?.send(frame)
    socket?.send(text)
  }

  function receive(message: Incoming): void {
    if ('event' in message) {
      listeners.get(message.event)?.forEach((listener) => listener(message.payload))
      return
    }
    const call = waiting.get(message.id)
    waiting.delete(message.id)
    call?.settle(message.reply as Reply<never>)
  }

  function refuseAll(): void {
    const calls = [...waiting.values()]
    waiting.clear()
    for (const { settle } of calls) settle({ ok: false, failure: disconnected() })
  }

  open()
  return {
    door: 'served',
    connection: readonly(connection),
    call(name, ...args) {
      return new Promise((resolve) => {
        if (connection.value === 'lost') {
          resolve({ ok: false, failure: disconnected() })
          return
        }
        const id = nextId++
        const packed = packMessage({ id, call: name, args } as { id: number })
        waiting.set(id, { ...packed, settle: resolve })
        if (connection.value === 'open') send(packed)
      })
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener))
      return () => set.delete(listener)
    },
  }
}

function disconnected(): LabError {
  return new LabError(
    'lab/disconnected',
    'The lab does not answer. Training goes on if its process is alive; check the terminal it was started from. The connection is tried again.',
  )
}
