import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Desktop, isShellCall, makeShellCalls } from '../../../src/main/app/shell-calls'

const file = { name: 'test loss.svg', mediaType: 'image/svg+xml', bytes: new Uint8Array([60, 62]) }

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'shell-')))
  await mkdir(join(folder, 'workspace', 'runs'), { recursive: true })
  await mkdir(join(folder, 'workspace-other'))
  await writeFile(join(folder, 'outside.txt'), '')
})
afterEach(() => rm(folder, { recursive: true }))

function setUp(answers: { save?: string | null; folder?: string | null; sources?: string[] } = {}) {
  const desktop = {
    askWhereToSave: vi.fn<Desktop['askWhereToSave']>(() => Promise.resolve(answers.save ?? null)),
    copyPicture: vi.fn<Desktop['copyPicture']>((png) => Promise.resolve(png.length > 0)),
    askForFolder: vi.fn<Desktop['askForFolder']>(() => Promise.resolve(answers.folder ?? null)),
    askForSource: vi.fn<Desktop['askForSource']>(() => Promise.resolve(answers.sources ?? null)),
    showInFolder: vi.fn<Desktop['showInFolder']>(),
    documents: () => join(folder, 'documents'),
  }
  const writeAtomic = vi.fn((_path: string, _bytes: Uint8Array) => Promise.resolve())
  const answer = makeShellCalls({ desktop, writeAtomic, workspace: () => Promise.resolve(join(folder, 'workspace')) })
  return { answer, desktop, writeAtomic }
}

describe('saving a file', () => {
  test('writes its bytes to where the person says, and tells where', async () => {
    const target = join(folder, 'figures', 'loss.svg')
    const { answer, desktop, writeAtomic } = setUp({ save: target })
    expect(await answer('shell:save', [file])).toEqual({ ok: true, value: target })
    expect(writeAtomic).toHaveBeenCalledExactlyOnceWith(target, file.bytes)
    expect(desktop.askWhereToSave).toHaveBeenCalledExactlyOnceWith({
      defaultPath: join(folder, 'documents', 'test loss.svg'),
      filters: [{ name: 'SVG', extensions: ['svg'] }],
    })
  })

  test('offers the folder of the last save next time', async () => {
    const { answer, desktop } = setUp({ save: join(folder, 'figures', 'loss.svg') })
    await answer('shell:save', [file])
    await answer('shell:save', [{ ...file, name: 'accuracy.csv' }])
    expect(desktop.askWhereToSave.mock.lastCall?.[0].defaultPath).toBe(join(folder, 'figures', 'accuracy.csv'))
  })

  test('writes nothing when the person cancels', async () => {
    const { answer, writeAtomic } = setUp({ save: null })
    expect(await answer('shell:save', [file])).toEqual({ ok: true, value: null })
    expect(writeAtomic).not.toHaveBeenCalled()
  })

  test('puts a picture on the clipboard, and says so where it is none', async () => {
    const { answer, desktop } = setUp()
    expect(await answer('shell:copy-picture', [file.bytes])).toEqual({ ok: true, value: undefined })
    expect(desktop.copyPicture).toHaveBeenCalledExactlyOnceWith(file.bytes)
    expect(await answer('shell:copy-picture', [new Uint8Array()])).toMatchObject({
      ok: false,
      failure: { code: 'shell/no-picture' },
    })
    expect(await answer('shell:copy-picture', ['picture'])).toMatchObject({ ok: false })
  })

  test('offers the last part of a name that would lead elsewhere', async () => {
    const { answer, desktop } = setUp()
    await answer('shell:save', [{ ...file, name: '../../etc/passwd.svg' }])
    expect(desktop.askWhereToSave.mock.lastCall?.[0].defaultPath).toBe(join(folder, 'documents', 'passwd.svg'))
  })

  test('says why a file could not be written', async () => {
    const { answer, writeAtomic } = setUp({ save: join(folder, 'loss.svg') })
    writeAtomic.mockRejectedValueOnce(new Error('the disk is full'))
    expect(await answer('shell:save', [file])).toMatchObject({ ok: false, failure: { message: 'the disk is full' } })
  })
})

describe('showing a file in its folder', () => {
  test.each(['workspace', 'workspace/runs', 'workspace/runs/../runs'])('works for %s', async (path) => {
    const { answer, desktop } = setUp()
    expect(await answer('shell:show', [join(folder, path)])).toMatchObject({ ok: true })
    expect(desktop.showInFolder).toHaveBeenCalledOnce()
  })

  test.each(['outside.txt', 'workspace-other', 'workspace/../outside.txt', '.', 'workspace/link'])(
    'is refused for %s',
    async (path) => {
      await symlink(join(folder, 'outside.txt'), join(folder, 'workspace', 'link'))
      const { answer, desktop } = setUp()
      expect(await answer('shell:show', [`${folder}/${path}`])).toMatchObject({
        ok: false,
        failure: { code: 'shell/outside-workspace' },
      })
      expect(desktop.showInFolder).not.toHaveBeenCalled()
    },
  )

  test('says so when the file is gone', async () => {
    const { answer } = setUp()
    const reply = await answer('shell:show', [join(folder, 'workspace', 'gone')])
    expect(reply).toMatchObject({ ok: false, failure: { code: 'shell/not-found' } })
  })
})

test('a folder is chosen with the title that the page gives', async () => {
  const { answer, desktop } = setUp({ folder: '/somewhere' })
  expect(await answer('shell:choose-folder', ['Workspace folder'])).toEqual({ ok: true, value: '/somewhere' })
  expect(desktop.askForFolder).toHaveBeenCalledExactlyOnceWith('Workspace folder')
})

test.each([
  ['files', ['/a.csv', '/b.csv']],
  ['folder', ['/pictures']],
  ['model', ['/model.safetensors']],
  ['files', undefined],
] as const)('%s to read are picked by the person: %j', async (kind, sources) => {
  const { answer, desktop } = setUp(sources ? { sources: [...sources] } : {})
  expect(await answer('shell:choose-source', [kind, 'Import data'])).toEqual({ ok: true, value: sources ?? null })
  expect(desktop.askForSource).toHaveBeenCalledExactlyOnceWith(kind, 'Import data')
})

test.each([
  ['shell:save', []],
  ['shell:save', [{ ...file, bytes: 'text' }]],
  ['shell:save', [{ ...file, path: '/etc/passwd' }]],
  ['shell:save', [{ ...file, name: '' }]],
  ['shell:save', [file, file]],
  ['shell:show', [3]],
  ['shell:show', ['']],
  ['shell:choose-folder', [{ title: 'x' }]],
  ['shell:choose-source', ['disk', 'x']],
  ['shell:choose-source', ['files']],
] as const)('%s refuses arguments of another shape', async (name, args) => {
  const { answer, desktop } = setUp({ save: '/x', folder: '/x' })
  expect(await answer(name, args)).toMatchObject({ ok: false, failure: { code: 'ipc/bad-arguments' } })
  expect(desktop.askWhereToSave).not.toHaveBeenCalled()
  expect(desktop.askForFolder).not.toHaveBeenCalled()
})

test('only the calls of the contract are the shell’s', () => {
  expect(isShellCall('shell:save')).toBe(true)
  for (const name of ['shell:other', 'runs:list', 'toString', 'constructor']) expect(isShellCall(name)).toBe(false)
})
