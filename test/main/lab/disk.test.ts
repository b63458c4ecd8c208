import { readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Disk, newProcessToken, ownerOfTemporary } from '#lab/storage/disk'
import { nodeFileSystem } from '#lab/storage/file-system'
import { FaultyFileSystem } from './support/faulty-file-system'
import { temporaryFolder } from './support/temporary-folder'

describe('writeAtomic', () => {
  it('syncs the file before it takes the name, and the folder after', async () => {
    const folder = await temporaryFolder()
    const watched = new FaultyFileSystem(() => undefined)
    await new Disk(newProcessToken(), watched.fs, 'linux').writeAtomic(join(folder, 'run.json'), 'new')
    const order = ['open', 'file.writeFile', 'file.sync', 'file.close', 'rename', 'open', 'file.sync', 'file.close']
    expect(watched.log.map((entry) => entry.call)).toEqual(order)
    expect(watched.log.map((entry) => entry.path).slice(5)).toEqual([folder, folder, folder])
    expect(new Set(watched.log.slice(0, 5).map((entry) => entry.path)).size).toBe(1)
  })

  it('leaves the old file and no leftover when any step before the rename fails', async () => {
    for (let n = 1; n <= 5; n++) {
      const folder = await temporaryFolder()
      const path = join(folder, 'run.json')
      await writeFile(path, 'old')
      const disk = new Disk(newProcessToken(), FaultyFileSystem.failing(n, 'ENOSPC').fs)
      await expect(disk.writeAtomic(path, 'new')).rejects.toMatchObject({ code: 'storage/disk-full' })
      expect(await readFile(path, 'utf8')).toBe('old')
      expect(await readdir(folder)).toEqual(['run.json'])
    }
  })

  it('says which file could not be written, why, and what helps', async () => {
    const path = join(await temporaryFolder(), 'run.json')
    const messageFor = async (code: string) =>
      new Disk(newProcessToken(), FaultyFileSystem.failing(2, code).fs)
        .writeAtomic(path, '')
        .then(String, (error: unknown) => (error as Error).message)
    expect(await messageFor('ENOSPC')).toBe('Could not write run.json: the disk is full. Free some space and try again')
    expect(await messageFor('EACCES')).toContain('Could not write run.json: no permission (EACCES)')
    expect(await messageFor('EMFILE')).toContain('too many files are open')
    expect(await messageFor('EIO')).toBe('Could not write run.json: the disk reported EIO')
  })

  it('replaces a link and does not write through it', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'outside'), 'untouched')
    await symlink(join(folder, 'outside'), join(folder, 'run.json'))
    await new Disk(newProcessToken()).writeAtomic(join(folder, 'run.json'), 'new')
    expect(await readFile(join(folder, 'outside'), 'utf8')).toBe('untouched')
  })

  it('tries again on Windows when a scanner holds the file for a moment', async () => {
    const path = join(await temporaryFolder(), 'run.json')
    let refusals = 2
    const busy = new FaultyFileSystem((_, call) => (call === 'rename' && refusals-- > 0 ? 'EPERM' : undefined))
    await new Disk(newProcessToken(), busy.fs, 'win32').writeAtomic(path, 'new')
    expect(await readFile(path, 'utf8')).toBe('new')
  })

  it('does without the sync of a folder where the file system has none', async () => {
    const path = join(await temporaryFolder(), 'run.json')
    let syncs = 0
    const without = new FaultyFileSystem((_, call) => (call === 'file.sync' && ++syncs === 2 ? 'EINVAL' : undefined))
    await new Disk(newProcessToken(), without.fs, 'linux').writeAtomic(path, 'new')
    expect(await readFile(path, 'utf8')).toBe('new')
  })
})

describe('temporary names', () => {
  it('tell which process made them, and nothing else is one', () => {
    const token = newProcessToken()
    const disk = new Disk(token, nodeFileSystem)
    expect(ownerOfTemporary(basename(disk.temporary('/a/run.json')))).toBe(token)
    expect(disk.temporary('/a/run.json')).not.toBe(disk.temporary('/a/run.json'))
    for (const name of ['run.json', 'my.tmp', '20261121-042550-123-0001-4f9a2c'])
      expect(ownerOfTemporary(name)).toBeUndefined()
  })
})
