// `npm start`: builds what is missing and opens the lab's window; where no window can open, serves the same lab to a
// browser on this machine and says why in one line.
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './build-stamp.mjs'
import { ensureBuilt } from './ensure-built.mjs'
import { canRunElectron, electronPackage, findElectron, hasDisplay } from './runtimes.mjs'

const DOWNLOAD_LIMIT_MS = Number(process.env.ELECTRON_DOWNLOAD_LIMIT_MS ?? 300_000)
/** Electron that ends with an error so soon has not opened a window. */
const STILLBORN_MS = 10_000

if (ensureBuilt()) openLab(process.argv.slice(2))
else process.exitCode = 1

function openLab(args) {
  const { electron, reason } = chooseElectron()
  if (electron) openWindow(electron, args)
  else serve(reason, args)
}

/** The display comes first: without one there is no reason to fetch a hundred megabytes. */
function chooseElectron() {
  if (!hasDisplay()) return { reason: 'there is no display' }
  const named = ['ELECTRON_EXEC_PATH', 'ELECTRON_OVERRIDE_DIST_PATH'].find((name) => process.env[name])
  const electron = findElectron() ?? (named ? undefined : downloadElectron())
  if (!electron && named) return { reason: `${named} names no Electron` }
  if (!electron) return { reason: 'Electron is not installed and could not be downloaded' }
  if (!canRunElectron(electron)) return { reason: `Electron does not run here (${electron}); libraries may be missing` }
  return { electron }
}

/** Electron's own installer, once, with a limit: behind a wall that drops packets it would wait for ever. */
function downloadElectron() {
  const home = electronPackage()
  if (!home) return undefined
  console.error('Electron is not here yet; downloading it (once, about 120 MB) …')
  spawnSync(process.execPath, [join(home, 'install.js')], { timeout: DOWNLOAD_LIMIT_MS, stdio: 'ignore' })
  return findElectron()
}

function openWindow(electron, args) {
  const isRoot = process.platform === 'linux' && process.getuid() === 0
  const { ELECTRON_RUN_AS_NODE: _dropped, ...env } = process.env // set by editors that are Electron themselves
  const startedAt = performance.now()
  // --log-level=3: Chromium's complaints about buses and drivers say nothing to anybody here
  const flags = ['--log-level=3', ...(isRoot ? ['--no-sandbox'] : [])]
  const child = spawn(electron, [root, ...flags, ...args], { stdio: 'inherit', env })
  follow(child, (code) => {
    if (code !== 0 && performance.now() - startedAt < STILLBORN_MS) serve('Electron ended at once', args)
    else process.exitCode = code
  })
}

function serve(reason, args) {
  console.log(`The lab's window cannot open, as ${reason}: serving the lab to a browser on this machine instead.`)
  const workspace = args.flatMap((arg) => (arg.startsWith('--workspace=') ? [arg] : []))
  const child = spawn(process.execPath, [join(root, 'out/main/cli.js'), 'serve', ...workspace], { stdio: 'inherit' })
  follow(child, (code) => (process.exitCode = code))
}

/** Passes signals on; a Ctrl-C reaches the child by itself, and this process waits for it to end cleanly. */
function follow(child, ended) {
  const stop = (signal) => child.kill(signal)
  const wait = () => undefined
  process.on('SIGTERM', stop).on('SIGHUP', stop).on('SIGINT', wait)
  let isOver = false
  const end = (code) => {
    if (isOver) return
    isOver = true
    process.off('SIGTERM', stop).off('SIGHUP', stop).off('SIGINT', wait)
    ended(code)
  }
  child.on('error', () => end(1)) // no such file or not to be run: the caller says what that means
  child.on('exit', (code, signal) => end(signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : (code ?? 1)))
}
