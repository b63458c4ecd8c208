// Builds the lab when out/ is missing or older than the sources; silent when there is nothing to do.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { hashSources, isBuilt, root, writeStamp } from './build-stamp.mjs'

const LOCK = join(root, 'out', '.building')
const WAIT_MS = 200

/**
 * @param say gets the one line that says what happens; standard output stays free for whoever comes next
 * @returns true when out/ is there and current; false after it has said what went wrong
 */
export function ensureBuilt(say = (line) => console.error(line)) {
  if (!existsSync(join(root, 'src')) || isBuilt()) return true // a packaged lab has no sources, only out/
  takeLock()
  try {
    return isBuilt() || build(say) // somebody else may have built it while we waited
  } finally {
    rmSync(LOCK, { force: true })
  }
}

function build(say) {
  const tool = findTool()
  if (!tool) {
    say('The lab is not built, and the tools to build it are missing: run `npm ci` first.')
    return false
  }
  say('Building the lab (once after each change) …')
  const hash = hashSources() // before the build: a change in the middle of it makes the stamp stale, as it should
  const done = spawnSync(process.execPath, [tool, 'build'], { cwd: root, encoding: 'utf8', env: buildEnvironment() })
  if (done.status === 0) {
    writeStamp(hash)
    return true
  }
  say(`${done.stdout ?? ''}${done.stderr ?? ''}`.trim())
  say('The lab could not be built; what is wrong stands above.')
  return false
}

function findTool() {
  const require = createRequire(import.meta.url)
  try {
    return join(dirname(require.resolve('electron-vite/package.json')), 'bin', 'electron-vite.js')
  } catch {
    return undefined // not installed: said by the caller
  }
}

/** A test runner's NODE_ENV would build a page for development. */
function buildEnvironment() {
  const { NODE_ENV: _dropped, NODE_OPTIONS: _options, ...env } = process.env
  return env
}

/** One build at a time: two that write into out/ at once would mix. A lock whose owner is gone counts for nothing. */
function takeLock() {
  mkdirSync(dirname(LOCK), { recursive: true })
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (!isAlive(readOwner())) rmSync(LOCK, { force: true })
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS)
  }
}

function readOwner() {
  try {
    return Number(readFileSync(LOCK, 'utf8'))
  } catch {
    return Number.NaN // gone in the meantime
  }
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href && !ensureBuilt()) process.exitCode = 1
