import { EventEmitter } from 'node:events'
import type { Session, WebContents } from 'electron'
import { expect, test, vi } from 'vitest'
import { guardContents, guardSession, keepOffline } from '../../../src/main/app/guards'
import { windowOptions } from '../../../src/main/app/window-options'

interface Handlers {
  request?: (contents: null, permission: string, answer: (granted: boolean) => void) => void
  check?: () => boolean
  device?: () => boolean
  beforeRequest?: (details: { url: string }, answer: (response: { cancel: boolean }) => void) => void
  open?: (details: { url: string }) => { action: string }
}

function guardedSession(devServer?: string) {
  const handlers: Handlers = {}
  const session = Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: (handler: NonNullable<Handlers['request']>) => (handlers.request = handler),
    setPermissionCheckHandler: (handler: NonNullable<Handlers['check']>) => (handlers.check = handler),
    setDevicePermissionHandler: (handler: NonNullable<Handlers['device']>) => (handlers.device = handler),
    setSpellCheckerEnabled: vi.fn(),
    webRequest: {
      onBeforeRequest: (handler: NonNullable<Handlers['beforeRequest']>) => (handlers.beforeRequest = handler),
    },
  })
  guardSession(session as unknown as Session, devServer)
  return { session, handlers }
}

function guardedContents() {
  const handlers: Handlers = {}
  const contents = Object.assign(new EventEmitter(), {
    setWindowOpenHandler: (handler: NonNullable<Handlers['open']>) => (handlers.open = handler),
  })
  guardContents(contents as unknown as WebContents, undefined)
  return { contents, handlers }
}

/** True if a listener stopped the event. */
function isPrevented(emitter: EventEmitter, name: string, url = ''): boolean {
  const event = { url, preventDefault: vi.fn() }
  emitter.emit(name, event)
  return event.preventDefault.mock.calls.length > 0
}

test.each(['media', 'geolocation', 'notifications', 'clipboard-read', 'fileSystem'])(
  'no page gets %s',
  (permission) => {
    const { handlers } = guardedSession()
    const answer = vi.fn()
    handlers.request?.(null, permission, answer)
    expect(answer).toHaveBeenCalledExactlyOnceWith(false)
    expect(handlers.check?.()).toBe(false)
    expect(handlers.device?.()).toBe(false)
  },
)

test('requests for anything but the page are cancelled', () => {
  const { handlers } = guardedSession()
  const isCancelled = (url: string): boolean => {
    const answer = vi.fn<(response: { cancel: boolean }) => void>()
    handlers.beforeRequest?.({ url }, answer)
    return answer.mock.calls[0]?.[0].cancel ?? false
  }
  expect(isCancelled('app://lab/index.html')).toBe(false)
  expect(isCancelled('https://example.com/')).toBe(true)
  expect(isCancelled('file:///etc/passwd')).toBe(true)
})

test('nothing is downloaded, and no dictionary fetched', () => {
  const { session } = guardedSession()
  expect(isPrevented(session, 'will-download')).toBe(true)
  expect(session.setSpellCheckerEnabled).toHaveBeenCalledWith(false)
})

test('the page can reload and cannot go anywhere else', () => {
  const { contents } = guardedContents()
  for (const name of ['will-navigate', 'will-frame-navigate']) {
    expect(isPrevented(contents, name, 'app://lab/')).toBe(false)
    expect(isPrevented(contents, name, 'https://example.com/')).toBe(true)
    expect(isPrevented(contents, name, 'file:///etc/passwd')).toBe(true)
  }
  expect(isPrevented(contents, 'will-redirect', 'app://lab/')).toBe(true)
})

test('no window and no webview opens from the page', () => {
  const { contents, handlers } = guardedContents()
  expect(handlers.open?.({ url: 'app://lab/' })).toEqual({ action: 'deny' })
  expect(isPrevented(contents, 'will-attach-webview')).toBe(true)
})

test('the browser inside does not reach out by itself', () => {
  const appendSwitch = vi.fn<(name: string, value?: string) => void>()
  keepOffline({ commandLine: { appendSwitch } as never })
  const names = appendSwitch.mock.calls.map(([name]) => name)
  expect(names).toEqual(expect.arrayContaining(['disable-background-networking', 'host-resolver-rules']))
})

test('the window keeps the page in its sandbox', () => {
  const { webPreferences, minWidth, minHeight } = windowOptions('/preload.cjs', {}, '#fff')
  expect({ minWidth, minHeight }).toEqual({ minWidth: 1100, minHeight: 700 })
  expect(webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
  })
  expect(webPreferences).not.toHaveProperty('experimentalFeatures')
  expect(webPreferences).not.toHaveProperty('enableBlinkFeatures')
})
