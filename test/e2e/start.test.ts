/** The commands that people type first: `npm start` where no window can open, and `npx perceptron-lab`. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { root } from './door'

const folder = join(root, 'test-results', 'start')
/** A display on another machine: that there is none behind it shows only when a window opens. */
const SOME_DISPLAY = 'elsewhere.invalid:1'

const children: ChildProcess[] = []

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

function environment(change: Record<string, string>): NodeJS.ProcessEnv {
  const {
    DISPLAY: _x,
    WAYLAND_DISPLAY: _w,
    ELECTRON_EXEC_PATH: _e,
    ELECTRON_OVERRIDE_DIST_PATH: _d,
    ...env
  } = process.env
  return { ...env, PERCEPTRON_LAB_WORKSPACE: join(folder, 'workspace'), ...change }
}

/** Starts the lab and waits for an address; answers with all lines up to it. */
async function start(change: Record<string, string>): Promise<{ child: ChildProcess; lines: string[] }> {
  const child = spawn(process.execPath, ['scripts/start.mjs'], { cwd: root, env: environment(change) })
  children.push(child)
  child.stderr.resume()
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (line.startsWith('http://')) return { child, lines }
  }
  throw new Error(`expected an address, got:\n${lines.join('\n')}`)
}

/** Electron as far as the start looks at it: runs as Node, and ends when it should open a window. */
function stillbornElectron(): string {
  const file = join(folder, 'electron')
  writeFileSync(file, '#!/bin/sh\n[ -n "$ELECTRON_RUN_AS_NODE" ] && exit 0\nexit 1\n')
  chmodSync(file, 0o755)
  return file
}

test.skipIf(process.platform !== 'linux').each([
  ['there is no display', {}],
  ['there is no display', { DISPLAY: ':4711' }],
  ['ELECTRON_EXEC_PATH names no Electron', { DISPLAY: SOME_DISPLAY, ELECTRON_EXEC_PATH: '/no/electron' }],
  ['ELECTRON_OVERRIDE_DIST_PATH names no Electron', { DISPLAY: SOME_DISPLAY, ELECTRON_OVERRIDE_DIST_PATH: '/no' }],
  ['Electron ended at once', { DISPLAY: SOME_DISPLAY, ELECTRON_EXEC_PATH: 'STILLBORN' }],
])('npm start says “%s” in one line and serves the lab until it is interrupted', async (reason, change) => {
  const stillborn = stillbornElectron()
  const filled = Object.entries(change).map(([name, value]) => [name, value.replace('STILLBORN', stillborn)])
  const { child, lines } = await start(Object.fromEntries(filled) as Record<string, string>)
  expect(lines).toEqual([
    `The lab's window cannot open, as ${reason}: serving the lab to a browser on this machine instead.`,
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/),
  ])
  const address = lines[1] ?? ''
  expect((await fetch(address, { redirect: 'manual' })).status).toBe(303)
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await gone).toEqual([0, null])
  await expect(fetch(address)).rejects.toThrow()
})

test('npx perceptron-lab works in the project without any network', async () => {
  const env = environment({ npm_config_cache: join(folder, 'npm-cache'), npm_config_offline: 'true' })
  const run = promisify(execFile)
  const { stdout } = await run('npx', ['perceptron-lab', 'presets'], {
    cwd: root,
    env,
    shell: process.platform === 'win32',
  })
  expect(stdout).toContain('two-networks-mnist')
})
