import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canRunElectron, findChromium, findElectron, findProgram, hasDisplay } from '../../scripts/runtimes.mjs'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtimes-'))
  for (const name of ['electron', 'electron.exe', 'chromium', 'wayland-0']) await writeFile(join(folder, name), '')
})
afterAll(() => rm(folder, { recursive: true }))

describe('Electron', () => {
  test('is the file that was named, before the folder that was named', () => {
    const env = { ELECTRON_EXEC_PATH: join(folder, 'chromium'), ELECTRON_OVERRIDE_DIST_PATH: folder }
    expect(findElectron(env, 'linux')).toBe(join(folder, 'chromium'))
  })

  test('has the name of the system in the folder that was named', () => {
    expect(findElectron({ ELECTRON_OVERRIDE_DIST_PATH: folder }, 'linux')).toBe(join(folder, 'electron'))
    expect(findElectron({ ELECTRON_OVERRIDE_DIST_PATH: folder }, 'win32')).toBe(join(folder, 'electron.exe'))
  })

  test('that was named and is not there is not replaced by another', () => {
    expect(findElectron({ ELECTRON_EXEC_PATH: join(folder, 'none') }, 'linux')).toBeUndefined()
    expect(findElectron({ ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'none') }, 'linux')).toBeUndefined()
  })

  test('that cannot be run counts as none', () => {
    expect(canRunElectron(join(folder, 'electron'))).toBe(false) // an empty file that nobody may execute
    expect(canRunElectron(process.execPath)).toBe(true)
  })
})

test('Chromium is the one that was named, and no other if that is missing', () => {
  expect(findChromium({ CHROMIUM_PATH: join(folder, 'chromium') }, 'linux')).toBe(join(folder, 'chromium'))
  expect(findChromium({ CHROMIUM_PATH: join(folder, 'none') }, 'linux')).toBeUndefined()
})

describe('a display', () => {
  test.each([
    ['linux', {}, false],
    ['linux', { DISPLAY: '' }, false],
    ['linux', { DISPLAY: ':4711' }, false],
    ['linux', { DISPLAY: 'unix:4711.0' }, false],
    ['linux', { DISPLAY: 'far.example:10.0' }, true],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0', XDG_RUNTIME_DIR: '/nowhere' }, false],
    ['darwin', {}, true],
    ['win32', {}, true],
  ] as const)('on %s with %j: %s', (platform, env, is) => {
    expect(hasDisplay(env, platform)).toBe(is)
  })

  test('is there when the socket of Wayland is', () => {
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0', XDG_RUNTIME_DIR: folder }, 'linux')).toBe(true)
  })
})

test('a program is found on the PATH', () => {
  expect(findProgram('chromium', { PATH: `/nowhere:${folder}` })).toBe(join(folder, 'chromium'))
  expect(findProgram('chromium', { PATH: '/nowhere' })).toBeUndefined()
  expect(findProgram('chromium', {})).toBeUndefined()
})
