/**
 * The one window: made, remembered, brought back when its page dies.
 */
import { writeFileSync } from 'node:fs'
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { guardContents } from './guards'
import { PAGE_URL } from './origin'
import { fitBounds, readWindowState } from './window-bounds'
import { windowOptions } from './window-options'

export interface WindowPlaces {
  preload: string
  /** Where size and place are kept between two starts. */
  stateFile: string
  devServer: string | undefined
}

/** `--page` of the renderer's tokens.css: the window has no flash of another colour before the page paints it. */
const BACKGROUND = { light: '#f7f6f3', dark: '#15171a' } as const
/** A page that dies again so soon after it was brought back would die for ever. */
const REVIVE_AFTER_MS = 30_000

export function makeWindow({ preload, stateFile, devServer }: WindowPlaces): BrowserWindow {
  const kept = readWindowState(stateFile)
  const screens = screen.getAllDisplays().map((display) => display.workArea)
  const background = nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light
  const window = new BrowserWindow(windowOptions(preload, fitBounds(kept?.bounds ?? null, screens), background))
  if (kept?.maximized) window.maximize()
  guardContents(window.webContents, devServer)
  window.once('ready-to-show', () => window.show())
  window.on('page-title-updated', (event) => event.preventDefault())
  window.on('close', () => rememberWindow(window, stateFile))
  reviveDeadPage(window)
  void window.loadURL(devServer ?? PAGE_URL).catch(reportLoad)
  return window
}

/** At once, as the process may end with the window; a torn file only means the usual size next time. */
function rememberWindow(window: BrowserWindow, stateFile: string): void {
  const state = { bounds: window.getNormalBounds(), maximized: window.isMaximized() }
  try {
    writeFileSync(stateFile, JSON.stringify(state))
  } catch (error) {
    console.error('Could not remember the place of the window:', error)
  }
}

/** The runs live in main: a page that crashes is loaded again and finds them as they are. */
function reviveDeadPage(window: BrowserWindow): void {
  let revivedAt = Number.NEGATIVE_INFINITY
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    console.error(`The page ended: ${reason}`)
    if (performance.now() - revivedAt < REVIVE_AFTER_MS) return
    revivedAt = performance.now()
    window.webContents.reload()
  })
}

function reportLoad(error: unknown): void {
  console.error('Could not load the page:', error)
}
