import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { onTestFinished, describe, expect, it } from 'vitest'
import { DeskThread } from '#lab/datasets/desk/desk-thread'
import { newProcessToken } from '#lab/storage/disk'
import type { BroughtFile } from '#shared/datasets'
import { testDeskFile } from '../../setup/build-worker'
import { makeIdx, somePictures } from './import/support/make-files'
import { temporaryFolder } from './support/temporary-folder'

async function openThread(file = testDeskFile) {
  const workspace = await temporaryFolder()
  for (const name of ['datasets', 'trash']) await mkdir(join(workspace, name))
  const desk = new DeskThread(file, { workspace, resources: resolve('resources'), token: newProcessToken() })
  onTestFinished(() => desk.close())
  return desk
}

function files(): BroughtFile[] {
  const { values, labels } = somePictures(30, 5, 4, 3)
  return [
    { path: 'my-images-idx3-ubyte', bytes: new Uint8Array(makeIdx(8, [30, 5, 4], values)) },
    { path: 'my-labels-idx1-ubyte', bytes: new Uint8Array(makeIdx(8, [30], labels)) },
  ]
}

describe('the desk in its thread', () => {
  it('reads, stores and answers as it does in this one', async () => {
    const desk = await openThread()
    const { token, preview } = await desk.ask('openImport', { files: files() }, {})
    expect(preview).toMatchObject({ train: 24, test: 6 })
    const { id, sha256 } = await desk.ask('storeImport', token, 'My digits', null)
    expect(id).toMatch(/^data-/)
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    const moons = { name: 'two-moons', own: null }
    const [labels, { counts }] = await Promise.all([desk.ask('labels', moons), desk.ask('statistics', moons)])
    expect(labels).toHaveLength(200)
    expect(counts.train).toEqual([50, 50])
  })

  it('answers with the errors that happen there', async () => {
    const desk = await openThread()
    const broken = [{ path: 'x-images-idx3-ubyte', bytes: Uint8Array.of(0, 0, 8, 3) }]
    await expect(desk.ask('openImport', { files: broken }, {})).rejects.toMatchObject({
      name: 'LabError',
      code: 'import/bad-file',
    })
  })

  it('takes over the memory of files that are brought, however many share it', async () => {
    const desk = await openThread()
    const [images, labels] = files()
    const parcel = new Uint8Array(images.bytes.length + labels.bytes.length)
    parcel.set(images.bytes)
    parcel.set(labels.bytes, images.bytes.length)
    const shared = [
      { path: images.path, bytes: parcel.subarray(0, images.bytes.length) },
      { path: labels.path, bytes: parcel.subarray(images.bytes.length) },
    ]
    const asked = desk.ask('openImport', { files: shared }, {})
    expect(parcel.byteLength).toBe(0)
    expect((await asked).preview.train).toBe(24)
  })

  it('says so when it ends before it has answered, and starts anew for the next question', async () => {
    const file = join(await temporaryFolder(), 'ends.mjs')
    const code = [
      `import { parentPort } from 'node:worker_threads'`,
      `parentPort.on('message', ({ number }) => {`,
      `  if (number === 1) throw new Error('out of memory')`,
      `  parentPort.postMessage({ number, reply: { ok: true, value: number } })`,
      `})`,
    ]
    await writeFile(file, code.join('\n'))
    const desk = await openThread(file)
    const ask = () => desk.ask('labels', { name: 'two-moons', own: null })
    await expect(ask()).rejects.toMatchObject({
      code: 'data/thread-died',
      message: expect.stringContaining('has ended (out of memory). Nothing was stored') as string,
    })
    expect(await ask()).toBe(2)
  })

  it('rejects what is under way when it is closed, and whatever comes after', async () => {
    const desk = await openThread()
    const asked = desk.ask('statistics', { name: 'mnist', own: null })
    const outcome = expect(asked).rejects.toMatchObject({ code: 'lab/closed' })
    await desk.close()
    await outcome
    await expect(desk.ask('labels', { name: 'two-moons', own: null })).rejects.toMatchObject({ code: 'lab/closed' })
  })

  it('says so when its file is not there', async () => {
    const desk = await openThread(resolve('out/test/no-such-file.js'))
    await expect(desk.ask('labels', { name: 'two-moons', own: null })).rejects.toMatchObject({
      code: 'data/thread-died',
      message: expect.stringContaining('Nothing was stored') as string,
    })
  })
})
