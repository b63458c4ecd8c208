/**
 * Puts the application together once Electron is ready: guards first, then the lab, then the window.
 */
import { join } from 'node:path'
import { app, type BrowserWindow, dialog, Menu, nativeTheme, session } from 'electron'
import type { Lab, LabOptions } from '#lab/lab'
import { openLab } from '#lab/open-lab'
import { Disk, newProcessToken } from '#lab/storage/disk'
import { findWorkspace, rememberWorkspace } from '#lab/workspace-location'
import { toFailure } from '#shared/errors'
import { electronDesktop } from './desktop'
import { guardSession } from './guards'
import { connectPage } from './ipc'
import { menuTemplate } from './menu'
import { type Exit, guardQuit } from './quit'
import { serveRenderer } from './scheme'
import { makeShellCalls } from './shell-calls'
import { launchUtilityProcess } from './utility-engine'
import { makeWindow } from './window'

export interface Places {
  /** The built page. */
  renderer: string
  preload: string
  workerFile: string
  resources: string
  /** Null: wherever the lab finds it. */
  workspace: string | null
  /** Vite's server while developing. */
  devServer: string | undefined
}

export async function startApp(places: Places): Promise<void> {
  const { devServer } = places
  let window: BrowserWindow | undefined
  const theWindow = (): BrowserWindow | undefined => window

  guardSession(session.defaultSession, devServer)
  serveRenderer(places.renderer)
  const menu = menuTemplate({ isMac: process.platform === 'darwin', isDeveloping: devServer !== undefined })
  Menu.setApplicationMenu(Menu.buildFromTemplate(menu))

  const lab = await openLabOrAsk(await labOptions(places))
  if (!lab) {
    app.exit(0)
    return
  }
  await followTheme(lab)
  const disk = new Disk(newProcessToken())
  const answerShell = makeShellCalls({
    desktop: electronDesktop(theWindow),
    writeAtomic: (path, bytes) => disk.writeAtomic(path, bytes),
    workspace: async () => (await lab.call('app:info')).workspace,
  })
  connectPage({ lab, page: () => window?.webContents, answerShell, devServer })
  const exit = guardQuit(lab, theWindow)

  function openWindow(): void {
    const stateFile = join(app.getPath('userData'), 'window.json')
    window = makeWindow({ preload: places.preload, stateFile, devServer })
    window.on('closed', () => (window = undefined))
    keepUntilQuit(window, exit)
  }
  app.on('window-all-closed', () => undefined) // on a Mac the lab goes on without a window
  app.on('second-instance', () => bringForward(window))
  app.on('activate', () => {
    if (!window) openWindow()
  })
  openWindow()
}

async function labOptions(places: Places): Promise<LabOptions> {
  return {
    workspace: places.workspace ?? (await findWorkspace()).directory,
    resources: places.resources,
    workerFile: places.workerFile,
    launchUtilityProcess,
    version: app.getVersion(),
    door: 'electron',
    rememberWorkspace,
    runtime: { electron: process.versions.electron, chromium: process.versions.chrome },
  }
}

/** A folder may be gone, full or read-only: another can be chosen. Null when the person gives up. */
async function openLabOrAsk(options: LabOptions): Promise<Lab | null> {
  try {
    return await openLab(options)
  } catch (error) {
    const { message } = toFailure(error)
    console.error(`Could not open the workspace ${options.workspace}: ${message}`)
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message: 'The workspace could not be opened.',
      detail: `${options.workspace}\n\n${message}`,
      buttons: ['Choose another folder…', 'Quit'],
      defaultId: 0,
      cancelId: 1,
    })
    const folder = response === 0 ? await electronDesktop(() => undefined).askForFolder('Workspace folder') : null
    if (folder === null) return null
    const lab = await openLabOrAsk({ ...options, workspace: folder })
    if (lab) await rememberWorkspace(folder)
    return lab
  }
}

async function followTheme(lab: Lab): Promise<void> {
  nativeTheme.themeSource = (await lab.call('settings:get')).theme
  lab.on('settings:changed', ({ theme }) => {
    nativeTheme.themeSource = theme
  })
}

/**
 * Closing the only window means to quit, except on a Mac. The window stays while the question whether to stop the
 * runs is open, and while they stop.
 */
function keepUntilQuit(window: BrowserWindow, exit: Exit): void {
  if (process.platform === 'darwin') return
  window.on('close', (event) => {
    if (exit.isOpen()) return
    event.preventDefault()
    app.quit()
  })
}

function bringForward(window: BrowserWindow | undefined): void {
  if (!window) return
  if (window.isMinimized()) window.restore()
  window.focus()
}
