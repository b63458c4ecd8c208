/**
 * How the window is made: the security options in one place, free of Electron's code, for a test to read.
 */
import type { BrowserWindowConstructorOptions, Rectangle } from 'electron'

export const MINIMUM_SIZE = { width: 1100, height: 700 } as const

export function windowOptions(
  preload: string,
  bounds: Partial<Rectangle>,
  backgroundColor: string,
): BrowserWindowConstructorOptions {
  return {
    ...bounds,
    minWidth: MINIMUM_SIZE.width,
    minHeight: MINIMUM_SIZE.height,
    title: 'Perceptron Lab',
    show: false, // shown when painted: no white flash
    backgroundColor,
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  }
}
