// Where Electron, Chromium and a display are on this machine, if anywhere. Nothing here downloads.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'

const PROBE_LIMIT_MS = 20_000
const CHROMIUMS = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/snap/bin/chromium',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
}
const ELECTRON_NAMES = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
}

/** The folder of the electron package; undefined when it is not installed. */
export function electronPackage() {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    return undefined // left out by `npm ci --omit=dev`
  }
}

/** Electron's binary: a file that was named, a folder that was named, or the package's own download. */
export function findElectron(env = process.env, platform = process.platform) {
  const name = ELECTRON_NAMES[platform] ?? 'electron'
  if (env.ELECTRON_EXEC_PATH) return existing(env.ELECTRON_EXEC_PATH)
  if (env.ELECTRON_OVERRIDE_DIST_PATH) return existing(join(env.ELECTRON_OVERRIDE_DIST_PATH, name))
  const home = electronPackage()
  return home && existing(join(home, 'dist', name))
}

/** True if the binary runs at all: on a bare server its libraries may be missing. */
export function canRunElectron(file) {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  const probe = spawnSync(file, ['-e', '0'], { env, timeout: PROBE_LIMIT_MS, stdio: 'ignore' })
  return probe.status === 0
}

export function findChromium(env = process.env, platform = process.platform) {
  if (env.CHROMIUM_PATH) return existing(env.CHROMIUM_PATH)
  return (CHROMIUMS[platform] ?? []).find((file) => existsSync(file))
}

/** True where a window can open. Of a display on this machine the socket is looked at: the variable may be stale. */
export function hasDisplay(env = process.env, platform = process.platform) {
  if (platform !== 'linux') return true
  if (env.WAYLAND_DISPLAY && existsSync(join(env.XDG_RUNTIME_DIR ?? '', env.WAYLAND_DISPLAY))) return true
  const local = /^(?:unix)?:(\d+)(?:\.\d+)?$/.exec(env.DISPLAY ?? '')
  return local ? hasLocalX(local[1]) : Boolean(env.DISPLAY)
}

/** An X server listens on a file, or on a name of the same spelling that only Linux has: an abstract socket. */
function hasLocalX(number) {
  const socket = `/tmp/.X11-unix/X${number}`
  return existsSync(socket) || readFileSync('/proc/net/unix', 'utf8').includes(`@${socket}\n`)
}

/** A program on the PATH. */
export function findProgram(name, env = process.env) {
  return (env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file))
}

function existing(file) {
  return existsSync(file) ? file : undefined
}
