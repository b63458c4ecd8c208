/**
 * Electron's main process. Everything that must happen before Electron is ready is here; the rest is in `app/`.
 */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app } from 'electron'
import { askedWorkspace } from './app/arguments'
import { keepOffline } from './app/guards'
import { loopbackOnly } from './app/origin'
import { EXIT_INTERNAL } from './app/quit'
import { ENGINE_MARK } from '#lab/engine/forked-process'
import { registerScheme } from './app/scheme'
import { startApp } from './app/start'

// Node mode was asked for, and a fuse of this Electron forbids it: the lab looks for another place for its engine.
if (process.env[ENGINE_MARK] !== undefined) process.exit(EXIT_INTERNAL)

const here = dirname(fileURLToPath(import.meta.url)) // out/main

/** Without this, Electron shows a dialog with a stack and goes on in an unknown state. */
function die(error: unknown): void {
  console.error('The lab ends, as something went wrong that it did not expect:', error)
  app.exit(EXIT_INTERNAL)
}

process.on('uncaughtException', die)
process.on('unhandledRejection', die)

// Root has no sandbox of the system, and says so with this switch; forcing one would end every helper process. The
// page keeps its own: `window-options.ts` asks for it once more.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
keepOffline(app)
registerScheme()

if (app.requestSingleInstanceLock()) {
  // Not awaited at the top level: Electron is ready only after this module has been evaluated.
  app
    .whenReady()
    .then(() =>
      startApp({
        renderer: join(here, '../renderer'),
        preload: join(here, '../preload/index.cjs'),
        workerFile: join(here, 'worker.js'),
        resources: join(here, '../../resources'),
        workspace: askedWorkspace(process.argv),
        devServer: app.isPackaged ? undefined : loopbackOnly(process.env['ELECTRON_RENDERER_URL']),
      }),
    )
    .catch(die)
} else {
  console.log('Perceptron Lab is already open; its window comes to the front.')
  app.quit()
}
