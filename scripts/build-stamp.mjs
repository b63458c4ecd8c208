// Tells whether what lies in out/ was built from the sources as they are now.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'

export const root = resolve(import.meta.dirname, '..')

const STAMP = join('out', '.stamp')
/** All that a build depends on: the code, how it is built, and with which packages. */
const INPUTS = ['electron.vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.base.json', 'src']
/** What a build must have left; a half-removed out/ is stale whatever its stamp says. */
const OUTPUTS = ['main/index.js', 'main/cli.js', 'main/worker.js', 'preload/index.cjs', 'renderer/index.html']

/** SHA-256 over names and contents, in an order that does not depend on the machine. */
export function hashSources(folder = root) {
  const hash = createHash('sha256')
  for (const file of INPUTS.flatMap((input) => filesOf(join(folder, input)))) {
    const bytes = readFileSync(file)
    hash.update(`${relative(folder, file).split(sep).join('/')}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}

export function isBuilt(folder = root) {
  const stamp = join(folder, STAMP)
  if (!existsSync(stamp) || !OUTPUTS.every((file) => existsSync(join(folder, 'out', file)))) return false
  return readFileSync(stamp, 'utf8').trim() === hashSources(folder)
}

/** Said after a build: out/ stands for these sources. */
export function writeStamp(hash, folder = root) {
  mkdirSync(join(folder, 'out'), { recursive: true })
  writeFileSync(join(folder, STAMP), `${hash}\n`)
}

function filesOf(path) {
  if (!existsSync(path)) return []
  try {
    return readdirSync(path)
      .sort()
      .flatMap((name) => filesOf(join(path, name)))
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path]
    throw error
  }
}
