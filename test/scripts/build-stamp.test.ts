import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hashSources, isBuilt, writeStamp } from '../../scripts/build-stamp.mjs'

const OUTPUTS = ['main/index.js', 'main/cli.js', 'main/worker.js', 'preload/index.cjs', 'renderer/index.html']
let folder: string

async function write(path: string, text = ''): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), text)
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stamp-'))
  await write('package.json', '{}')
  await write('src/a.ts', 'one')
  await write('src/b/c.ts', 'two')
  for (const file of OUTPUTS) await write(`out/${file}`)
})
afterEach(() => rm(folder, { recursive: true }))

test('a build is current until something that it was made from changes', async () => {
  expect(isBuilt(folder)).toBe(false)
  writeStamp(hashSources(folder), folder)
  expect(isBuilt(folder)).toBe(true)
  await write('README.md', 'not a part of it')
  expect(isBuilt(folder)).toBe(true)
  await write('src/a.ts', 'One')
  expect(isBuilt(folder)).toBe(false)
})

test.each([
  ['a new file', () => write('src/d.ts')],
  ['a removed file', () => rm(join(folder, 'src/b/c.ts'))],
  ['another name', () => rename(join(folder, 'src/a.ts'), join(folder, 'src/z.ts'))],
  ['other packages', () => write('package-lock.json', '{}')],
  ['text that moves from one file to the next', () => Promise.all([write('src/a.ts', 'onetwo'), write('src/b/c.ts')])],
])('%s makes a build stale', async (_name, change: () => Promise<unknown>) => {
  writeStamp(hashSources(folder), folder)
  await change()
  expect(isBuilt(folder)).toBe(false)
})

test.each(OUTPUTS)('a build without %s is no build', async (file) => {
  writeStamp(hashSources(folder), folder)
  await rm(join(folder, 'out', file))
  expect(isBuilt(folder)).toBe(false)
})
