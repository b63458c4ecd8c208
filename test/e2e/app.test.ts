/** The story in a real Electron, and what only a window has. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canRunElectron, findElectron, hasDisplay } from '../../scripts/runtimes.mjs'
import { type Opened, WindowDoor } from './door'
import { readRuns } from './files'
import { chart, LARGE, lastEpoch, openPreset, run, shorten, SMALL, stopButton } from './pages'
import { tellStory } from './story'

const { ELECTRON_EXEC_PATH: _file, ...env } = process.env // Playwright takes a folder only
const electron = findElectron(env)
const canOpen = electron !== undefined && hasDisplay() && canRunElectron(electron)

describe.skipIf(!canOpen)('the lab in its window', () => {
  tellStory(new WindowDoor('window'))
})

describe.skipIf(!canOpen)('the window itself', () => {
  const door = new WindowDoor('window-itself')
  let opened: Opened
  beforeAll(async () => {
    opened = await door.open()
  })
  afterAll(() => door.dispose())

  test('runs its page in a sandbox, without Node', async () => {
    const preferences = await door.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>
      }
      return contents.getLastWebPreferences()
    })
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
    })
  })

  test('gives the page no permission, no second window and nothing from elsewhere', async () => {
    const tried = await opened.page.evaluate(async () => {
      const permission = await navigator.permissions.query({ name: 'geolocation' })
      const popup = window.open('https://example.com/')
      const outside = await fetch('app://lab/%2e%2e/%2e%2e/package.json').then((response) => response.status)
      const foreign = await fetch('https://example.com/').catch(() => 'refused')
      const other = await fetch('app://other/index.html').catch(() => 'refused')
      return { permission: permission.state, popup, outside, foreign, other }
    })
    expect(tried).toEqual({ permission: 'denied', popup: null, outside: 404, foreign: 'refused', other: 'refused' })
    expect(await door.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  })

  test('refuses names outside the contract at the bridge', async () => {
    const codes = await opened.page.evaluate(async () => {
      const { labBridge } = globalThis as unknown as {
        labBridge: { call(name: string, ...args: unknown[]): Promise<{ ok: boolean; failure?: { code: string } }> }
      }
      const names = ['runs:nothing', 'toString', 'lab:call', '__proto__']
      return Promise.all(names.map(async (name) => (await labBridge.call(name)).failure?.code))
    })
    expect(new Set(codes)).toEqual(new Set(['ipc/unknown-call']))
  })

  test.skipIf(process.platform === 'win32')('outlives the process of its engine, and the run goes on', async () => {
    const { page } = opened
    await openPreset(page, 'Two networks on MNIST')
    await shorten(page, { train: 10_000, test: 500, epochs: 400 })
    await run(page)
    const drawn = chart(page, 'Loss and accuracy')
    await expect.poll(() => lastEpoch(drawn), { timeout: 60_000 }).toBeGreaterThan(0)
    const engine = door.engineProcess() ?? expect.fail('the engine has no process of its own')
    process.kill(engine, 'SIGKILL')
    const shown = await lastEpoch(drawn)
    await expect.poll(() => lastEpoch(drawn), { timeout: 60_000 }).toBeGreaterThan(shown + 1)
    expect(door.engineProcess()).not.toBe(engine)
    expect(readRuns(door.workspace)[0]).toMatchObject({ status: 'running', endsWithNewline: true })
    for (const network of [SMALL, LARGE]) await stopButton(page, network).click()
    await expect.poll(() => readRuns(door.workspace).map(({ status }) => status)).toEqual(['stopped', 'stopped'])
  })

  test('asks before it stops what trains, and keeps what was trained', async () => {
    const { page } = opened
    await openPreset(page, 'Two networks on MNIST')
    await shorten(page, { train: 10_000, test: 500, epochs: 100 })
    await run(page)
    await expect.poll(() => lastEpoch(chart(page, 'Loss and accuracy')), { timeout: 60_000 }).toBeGreaterThan(0)

    const answer = (response: number): Promise<void> =>
      door.app.evaluate(({ app, dialog }, given) => {
        const asked = new Promise<void>((resolve) => {
          dialog.showMessageBox = () => {
            resolve()
            return Promise.resolve({ response: given, checkboxChecked: false })
          }
        })
        setImmediate(() => app.quit())
        return asked
      }, response)
    await answer(0)
    const shown = await lastEpoch(chart(page, 'Loss and accuracy'))
    await expect.poll(() => lastEpoch(chart(page, 'Loss and accuracy')), { timeout: 60_000 }).toBeGreaterThan(shown)

    const gone = door.app.waitForEvent('close')
    await answer(1)
    await gone
    door.forget()
    const asked = readRuns(door.workspace).at(-2) // the first of the two that were queued last
    expect(asked).toMatchObject({ status: 'stopped', endsWithNewline: true })
    expect(asked?.epochs.length).toBeGreaterThan(shown)
  })
  // The last one: Playwright waits for ever for a navigation that was prevented, so main looks in its place.
  test('stays where it is when the page wants to go elsewhere', async () => {
    await door.open()
    const after = await door.app.evaluate(async ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      const prevented = new Promise((resolve) =>
        contents?.once('will-frame-navigate', ({ defaultPrevented }) => resolve(defaultPrevented)),
      )
      await contents?.executeJavaScript('void (location.href = "https://example.com/")')
      return {
        prevented: await prevented,
        url: contents?.getURL(),
        isAlive: (await contents?.executeJavaScript('document.querySelector("h1") !== null')) as boolean,
      }
    })
    expect(after).toEqual({ prevented: true, url: expect.stringMatching(/^app:\/\/lab\//) as string, isAlive: true })
  })
})
