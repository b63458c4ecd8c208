import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { WORKSPACE_VARIABLE, defaultWorkspace, findWorkspace, rememberWorkspace } from '#lab/workspace-location'
import { temporaryFolder } from './support/temporary-folder'

const home = resolve('/home/ada')

describe('the usual place of the workspace', () => {
  it('is where each system keeps the data of programs', () => {
    expect(defaultWorkspace({ platform: 'linux', env: {}, home })).toBe(
      join(home, '.local/share/perceptron-lab/workspace'),
    )
    expect(defaultWorkspace({ platform: 'linux', env: { XDG_DATA_HOME: resolve('/data') }, home })).toBe(
      join(resolve('/data'), 'perceptron-lab/workspace'),
    )
    expect(defaultWorkspace({ platform: 'linux', env: { XDG_DATA_HOME: 'relative' }, home })).toContain('.local')
    expect(defaultWorkspace({ platform: 'darwin', env: {}, home })).toBe(
      join(home, 'Library/Application Support/Perceptron Lab/workspace'),
    )
    expect(defaultWorkspace({ platform: 'win32', env: { APPDATA: resolve('/roaming') }, home })).toBe(
      join(resolve('/roaming'), 'Perceptron Lab/workspace'),
    )
  })
})

describe('finding the workspace', () => {
  it('takes the usual place, then the one chosen last, and above all the one that the environment names', async () => {
    const folder = await temporaryFolder()
    const around = { platform: 'linux', env: { XDG_DATA_HOME: folder }, home } as const
    expect(await findWorkspace(around)).toEqual({ directory: defaultWorkspace(around), source: 'default' })
    await rememberWorkspace('/chosen', around)
    expect(await findWorkspace(around)).toEqual({ directory: resolve('/chosen'), source: 'chosen' })
    const named = { ...around, env: { ...around.env, [WORKSPACE_VARIABLE]: '/named' } }
    expect(await findWorkspace(named)).toEqual({ directory: resolve('/named'), source: 'environment' })
  })

  it('does not note a choice where the environment decides', async () => {
    const folder = await temporaryFolder()
    const env = { XDG_DATA_HOME: folder, [WORKSPACE_VARIABLE]: '/named' }
    await rememberWorkspace('/chosen', { platform: 'linux', env, home })
    expect(await readdir(folder)).toEqual([])
  })

  it('falls back to the usual place when the note cannot be read', async () => {
    const folder = await temporaryFolder()
    const around = { platform: 'linux', env: { XDG_DATA_HOME: folder }, home } as const
    await mkdir(join(folder, 'perceptron-lab'))
    for (const note of ['{ torn', '{ "version": 1, "workspace": "not/a/full/path" }', '{ "version": 2 }']) {
      await writeFile(join(folder, 'perceptron-lab', 'location.json'), note)
      expect((await findWorkspace(around)).source).toBe('default')
    }
  })
})
