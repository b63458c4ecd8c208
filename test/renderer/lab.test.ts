import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { reactive } from 'vue'
import { LabError } from '#shared/errors'
import { decodeWire, encodeWire } from '#shared/wire'
import { lab, openServedDoor, servedDoorAddress, useTransport } from '../../src/renderer/lab'
import { fakeLab } from './fake-lab'

/** A WebSocket whose other end is the test. */
class FakeSocket {
  static all: FakeSocket[] = []
  sent: string[] = []
  onopen?: () => void
  onmessage?: (message: { data: string }) => void
  onclose?: () => void
  constructor(readonly address: string) {
    FakeSocket.all.push(this)
  }
  frames: Uint8Array[] = []
  send(message: string | Uint8Array): void {
    if (typeof message === 'string') this.sent.push(message)
    else this.frames.push(message)
  }
  asked(at = 0) {
    return decodeWire(this.sent[at] ?? 'null') as { id: number; call: string; args: unknown[] }
  }
  tell(message: unknown): void {
    this.onmessage?.({ data: encodeWire(message) })
  }
}

function openDoor(retryDelayMs?: (attempt: number) => number) {
  const door = openServedDoor('ws://127.0.0.1:4000/lab', {
    connect: (address) => new FakeSocket(address) as unknown as WebSocket,
    ...(retryDelayMs && { retryDelayMs }),
  })
  function socket(): FakeSocket {
    const newest = FakeSocket.all.at(-1)
    if (!newest) throw new Error('No connection was opened')
    return newest
  }
  return { door, socket }
}

beforeEach(() => {
  FakeSocket.all = []
})
afterEach(() => {
  vi.useRealTimers()
})

describe('lab.call', () => {
  test('answers with the value of the reply', async () => {
    fakeLab({ 'workspace:open': (directory) => `/real${directory}` })
    expect(await lab.call('workspace:open', '/runs')).toBe('/real/runs')
  })

  test('turns a failure back into a LabError with its code and details', async () => {
    fakeLab({
      'runs:enqueue': () => {
        throw new LabError('experiment/invalid', 'no layers', { details: ['network.layers: a list'] })
      },
    })
    const failure = await lab.call('runs:enqueue', {} as never, null).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(LabError)
    expect(failure).toMatchObject({
      code: 'experiment/invalid',
      message: 'no layers',
      details: ['network.layers: a list'],
    })
  })

  test('sends plain data where it is given Vue proxies', async () => {
    const fake = fakeLab({ 'draft:set': () => undefined })
    await lab.call('draft:set', reactive({ layers: [{ units: 64 }] }))
    expect(fake.asked('draft:set')).toEqual([[{ layers: [{ units: 64 }] }]])
  })
})

describe('lab.saveFile', () => {
  const file = { name: 'loss.csv', mediaType: 'text/csv', bytes: new Uint8Array([49, 10]) }

  test('asks the desktop in the window', async () => {
    const fake = fakeLab({ 'shell:save': (asked) => `/home/${asked.name}` })
    expect(await lab.saveFile(file)).toBe('/home/loss.csv')
    expect(fake.asked('shell:save')[0]?.[0].bytes).toEqual(file.bytes)
  })

  test('downloads under the file’s name in a browser', async () => {
    fakeLab({}, { door: 'served' })
    const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      expect(this.download).toBe('loss.csv')
      expect(this.href).toMatch(/^blob:/)
    })
    expect(await lab.saveFile(file)).toBe('loss.csv')
    expect(clicked).toHaveBeenCalledOnce()
    clicked.mockRestore()
  })
})

describe('the served door', () => {
  test('is on the page’s own host, encrypted when the page is', () => {
    expect(servedDoorAddress({ protocol: 'http:', host: '127.0.0.1:4000' })).toBe('ws://127.0.0.1:4000/lab')
    expect(servedDoorAddress({ protocol: 'https:', host: 'lab.example' })).toBe('wss://lab.example/lab')
  })

  test('keeps calls until the connection is open and gives each its own answer', async () => {
    const { door, socket } = openDoor()
    const first = door.call('workspace:open', '/a')
    const second = door.call('workspace:open', '/b')
    expect(socket().sent).toEqual([])
    socket().onopen?.()
    expect(socket().asked(0)).toMatchObject({ call: 'workspace:open', args: ['/a'] })
    socket().tell({ id: socket().asked(1).id, reply: { ok: true, value: 'b' } })
    socket().tell({ id: socket().asked(0).id, reply: { ok: true, value: 'a' } })
    expect(await first).toEqual({ ok: true, value: 'a' })
    expect(await second).toEqual({ ok: true, value: 'b' })
  })

  test('carries bytes', async () => {
    const { door, socket } = openDoor()
    socket().onopen?.()
    const answer = door.call('figures:render', {} as never)
    const bytes = new Uint8Array([0, 137, 255])
    socket().tell({
      id: socket().asked().id,
      reply: { ok: true, value: { name: 'a.png', mediaType: 'image/png', bytes } },
    })
    expect(await answer).toMatchObject({ ok: true, value: { bytes } })
  })

  test('passes events on until the listener is taken away', () => {
    const { door, socket } = openDoor()
    const heard = vi.fn()
    const stop = door.on('settings:changed', heard)
    socket().tell({ event: 'settings:changed', payload: { threads: 2, theme: 'dark' } })
    stop()
    socket().tell({ event: 'settings:changed', payload: { threads: 4, theme: 'dark' } })
    expect(heard.mock.calls).toEqual([[{ threads: 2, theme: 'dark' }]])
  })

  test('refuses calls while the connection is lost, and those that were under way', async () => {
    vi.useFakeTimers()
    const { door, socket } = openDoor()
    socket().onopen?.()
    const underWay = door.call('runs:list')
    socket().onclose?.()
    expect(door.connection?.value).toBe('lost')
    expect(await underWay).toMatchObject({ ok: false, failure: { code: 'lab/disconnected' } })
    expect(await door.call('runs:list')).toMatchObject({ ok: false, failure: { code: 'lab/disconnected' } })
  })

  test('connects again after growing waits, and starts over once it was open', () => {
    vi.useFakeTimers()
    const attempts: number[] = []
    const { door, socket } = openDoor((attempt) => {
      attempts.push(attempt)
      return 100
    })
    socket().onclose?.()
    vi.advanceTimersByTime(100)
    socket().onclose?.()
    vi.advanceTimersByTime(100)
    expect(FakeSocket.all).toHaveLength(3)
    socket().onopen?.()
    expect(door.connection?.value).toBe('open')
    socket().onclose?.()
    expect(attempts).toEqual([0, 1, 0])
  })

  test('listeners outlive a lost connection', () => {
    vi.useFakeTimers()
    const { door, socket } = openDoor(() => 100)
    const heard = vi.fn()
    door.on('settings:changed', heard)
    socket().onclose?.()
    vi.advanceTimersByTime(100)
    socket().tell({ event: 'settings:changed', payload: { threads: 1, theme: 'light' } })
    expect(heard).toHaveBeenCalledOnce()
  })
})

test('a transport taken out leaves the one that was put in after it', () => {
  const takeOutFirst = useTransport({ ...fakeLab(), door: 'electron' })
  const takeOutSecond = useTransport({ ...fakeLab(), door: 'served' })
  takeOutFirst()
  expect(lab.door).toBe('served')
  takeOutSecond()
})
