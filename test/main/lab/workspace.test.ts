import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readFile, readdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { encodeHistoryLine } from '#lab/storage/history-file'
import { processBegan, type ProcessFacts } from '#lab/storage/processes'
import { encodeRunFile } from '#lab/storage/run-file'
import { Workspace } from '#lab/storage/workspace'
import { newRunIds } from '#lab/queue/run-id'
import { DEFAULT_SETTINGS } from '#shared/ipc'
import type { RunId } from '#shared/run'
import { FakeHost, trainsThrough } from './support/fake-host'
import { FaultyFileSystem } from './support/faulty-file-system'
import { openTestLab } from './support/open-test-lab'
import { evaluationAt, experimentOfRuns, sampleRecord } from './support/samples'
import { temporaryFolder } from './support/temporary-folder'

const TOKEN = 'feedfacecafebeef'

/** A workspace in which the process `TOKEN` has left a run in training, with so many evaluations. */
async function leftBehind(
  evaluations: number,
  status: 'running' | 'waiting' = 'running',
): Promise<{ folder: string; id: RunId }> {
  const folder = await temporaryFolder()
  await (await Workspace.open(folder)).close()
  const record = sampleRecord({ status, owner: TOKEN })
  const runFolder = join(folder, 'runs', record.id)
  await mkdir(runFolder)
  await writeFile(join(runFolder, 'run.json'), encodeRunFile(record))
  const lines = Array.from({ length: evaluations }, (_, i) => encodeHistoryLine('evaluation', evaluationAt(i + 1)))
  await writeFile(join(runFolder, 'history.jsonl'), encodeHistoryLine('history', { version: 1 }) + lines.join(''))
  return { folder, id: record.id }
}

async function writeProcess(folder: string, change: Partial<ProcessFacts>): Promise<string> {
  const facts = {
    version: 1,
    token: TOKEN,
    pid: 1,
    host: hostname(),
    began: null,
    openedAt: new Date().toISOString(),
    ...change,
  }
  const path = join(folder, 'processes', `${TOKEN}.json`)
  await writeFile(path, JSON.stringify(facts))
  return path
}

async function startProcess(): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log("up")'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  const { pid } = child
  if (pid === undefined) throw new Error('the process did not start')
  return Object.assign(child, { pid })
}

async function statusIn(folder: string) {
  const { lab } = await openTestLab(folder)
  const { runs } = await lab.call('runs:list')
  return runs.map((run) => run.status)
}

describe('a run that another process trains', () => {
  it('is listed as running while that process lives, and as interrupted from when it is gone', async () => {
    const { folder, id } = await leftBehind(2)
    const child = await startProcess()
    await writeProcess(folder, { pid: child.pid, began: await processBegan(child.pid) })
    const { lab, events } = await openTestLab(folder)
    expect((await lab.call('runs:list')).runs).toMatchObject([{ status: 'running', last: { epoch: 2 } }])

    child.kill('SIGKILL')
    await once(child, 'exit')
    expect((await lab.call('runs:list')).runs).toMatchObject([{ status: 'interrupted', last: { epoch: 2 } }])
    expect(events.at(-1)).toMatchObject({ name: 'runs:changed', payload: { changed: [{ id, status: 'interrupted' }] } })
  })

  it('is left alone: it can be neither stopped nor removed here', async () => {
    const { folder, id } = await leftBehind(1)
    const child = await startProcess()
    await writeProcess(folder, { pid: child.pid, began: await processBegan(child.pid) })
    const { lab } = await openTestLab(folder)
    await expect(lab.call('runs:stop', id)).rejects.toMatchObject({ code: 'run/not-ours' })
    await expect(lab.call('runs:remove', [id])).rejects.toMatchObject({ code: 'run/not-ended' })
  })

  it('shows its new evaluations at the next look', async () => {
    const { folder, id } = await leftBehind(2)
    const child = await startProcess()
    await writeProcess(folder, { pid: child.pid, began: await processBegan(child.pid) })
    const { lab } = await openTestLab(folder)
    await lab.call('runs:list')
    await writeFile(join(folder, 'runs', id, 'history.jsonl'), encodeHistoryLine('evaluation', evaluationAt(3)), {
      flag: 'a',
    })
    expect((await lab.call('runs:list')).runs).toMatchObject([{ last: { epoch: 3 } }])
    expect(await lab.call('runs:history', id)).toHaveLength(3)
  })
})

describe('a process counts as gone', () => {
  it('when it never was', async () => {
    expect(await statusIn((await leftBehind(1)).folder)).toEqual(['interrupted'])
  })

  it.runIf(process.platform === 'linux' || process.platform === 'darwin')(
    'when another one has its id by now',
    async () => {
      const { folder } = await leftBehind(1)
      const child = await startProcess()
      await writeProcess(folder, { pid: child.pid, began: 'some other time' })
      expect(await statusIn(folder)).toEqual(['interrupted'])
    },
  )

  it('when it is from before the last boot', async () => {
    const { folder } = await leftBehind(1)
    const child = await startProcess()
    await writeProcess(folder, { pid: child.pid, openedAt: '2001-01-01T00:00:00.000Z' })
    expect(await statusIn(folder)).toEqual(['interrupted'])
  })

  it('when its file says nothing sensible', async () => {
    const { folder } = await leftBehind(1)
    await writeFile(join(folder, 'processes', `${TOKEN}.json`), '{ torn')
    expect(await statusIn(folder)).toEqual(['interrupted'])
  })

  it('on another machine, only when it has not been heard of for minutes', async () => {
    const { folder } = await leftBehind(1)
    const path = await writeProcess(folder, { host: 'another-machine', pid: 2 ** 30 })
    expect(await statusIn(folder)).toEqual(['running'])
    const longAgo = new Date(Date.now() - 10 * 60_000)
    await utimes(path, longAgo, longAgo)
    expect(await statusIn(folder)).toEqual(['interrupted'])
  })
})

describe('an interrupted run', () => {
  it('keeps its history and says how far it came; its folder is not touched', async () => {
    const { folder, id } = await leftBehind(7)
    const before = await readFile(join(folder, 'runs', id, 'run.json'), 'utf8')
    const { lab } = await openTestLab(folder)
    const [run] = (await lab.call('runs:list')).runs
    expect(run).toMatchObject({ status: 'interrupted', last: { epoch: 7 }, lowestTestLoss: { epoch: 7 } })
    expect(run?.reason).toBe('the program ended while this run was training; kept up to epoch 7 of 50')
    expect(await lab.call('runs:history', id)).toHaveLength(7)
    expect(await readFile(join(folder, 'runs', id, 'run.json'), 'utf8')).toBe(before)
  })

  it('may have been waiting', async () => {
    const { folder } = await leftBehind(0, 'waiting')
    const { lab } = await openTestLab(folder)
    expect((await lab.call('runs:list')).runs).toMatchObject([
      { status: 'interrupted', reason: 'the program was closed before this run began' },
    ])
  })

  it('loses at most a line that was being written', async () => {
    const { folder, id } = await leftBehind(3)
    await writeFile(join(folder, 'runs', id, 'history.jsonl'), '{"crc32":"12', { flag: 'a' })
    const { lab } = await openTestLab(folder)
    expect((await lab.call('runs:list')).runs).toMatchObject([{ status: 'interrupted', last: { epoch: 3 } }])
  })
})

describe('a folder that cannot be read', () => {
  it('is told as a problem, kept as it is, and harms no other run', async () => {
    const folder = await temporaryFolder()
    const { lab, whenEnded } = await openTestLab(folder, new FakeHost(trainsThrough))
    const ids = await lab.call('runs:enqueue', experimentOfRuns(3), null)
    for (const id of ids) await whenEnded(id)
    const path = (name: string) => join(folder, 'runs', name)
    const [torn, newer] = newRunIds(2, new Date(0)) as [RunId, RunId]
    for (const id of [torn, newer]) await cp(path(ids[0]), path(id), { recursive: true })
    await writeFile(join(path(torn), 'run.json'), '{ "version": 1, "id')
    await writeFile(join(path(newer), 'run.json'), '{ "version": 2 }')
    await cp(path(ids[0]), path('a-copy-of-it'), { recursive: true })
    await mkdir(path('Holiday pictures'))
    await mkdir(path('an-empty-folder'))
    await writeFile(path('just-a-file'), 'hello')
    await symlink(path(ids[1]), path('a-link-to-a-run'))

    const { runs, problems } = await lab.call('runs:list')
    expect(runs.map((run) => run.id)).toEqual(ids)
    const messages = new Map(problems?.map((problem) => [problem.folder, problem.message]))
    expect(messages.get(torn)).toBe(`runs/${torn}/run.json is damaged: it is not JSON`)
    expect(messages.get(newer)).toContain('has format version 2; this lab reads up to 1. Open it with a newer lab')
    expect(messages.get('a-copy-of-it')).toContain(`is about run ${ids[0]}`)
    expect(messages.get('Holiday pictures')).toContain("is not a run's folder")
    expect(messages.get('an-empty-folder')).toBe('runs/an-empty-folder/run.json is missing')
    expect(messages.get('just-a-file')).toBe('runs/just-a-file is not a folder')
    expect(messages.get('a-link-to-a-run')).toBe('runs/a-link-to-a-run is not a folder')
    expect(messages.size).toBe(7)
    expect(await readFile(join(path(torn), 'run.json'), 'utf8')).toBe('{ "version": 1, "id')
  })

  it('names the file when the history of a finished run is damaged or cut, and still lists the run', async () => {
    const folder = await temporaryFolder()
    const { lab, whenEnded } = await openTestLab(folder, new FakeHost(trainsThrough))
    const ids = await lab.call('runs:enqueue', experimentOfRuns(2), null)
    for (const id of ids) await whenEnded(id)
    const history = (n: number) => join(folder, 'runs', ids[n], 'history.jsonl')
    await writeFile(history(0), (await readFile(history(0), 'utf8')).replace('50001', '60001'))
    await writeFile(history(1), (await readFile(history(1))).subarray(0, -1))

    expect((await lab.call('runs:list')).runs).toMatchObject([{ status: 'finished' }, { status: 'finished' }])
    await expect(lab.call('runs:history', ids[0])).rejects.toThrow(`runs/${ids[0]}/history.jsonl, line 2 is damaged`)
    await expect(lab.call('runs:history', ids[1])).rejects.toThrow('holds 2 evaluations of 3: its end is missing')
  })
})

describe('removing runs', () => {
  it('moves them to the trash, and restoring brings them back as they were', async () => {
    const folder = await temporaryFolder()
    const { lab, whenEnded, events } = await openTestLab(folder, new FakeHost(trainsThrough))
    const ids = await lab.call('runs:enqueue', experimentOfRuns(3), null)
    for (const id of ids) await whenEnded(id)
    const before = (await lab.call('runs:list')).runs

    await lab.call('runs:remove', ids.slice(0, 2))
    expect(events.at(-1)).toMatchObject({ payload: { removed: ids.slice(0, 2), changed: [] } })
    expect((await lab.call('runs:list')).runs.map((run) => run.id)).toEqual(ids.slice(2))
    expect(await readdir(join(folder, 'trash'))).toEqual(ids.slice(0, 2))
    await expect(lab.call('runs:details', ids[0])).rejects.toMatchObject({ code: 'run/not-found' })

    await lab.call('runs:restore', ids.slice(0, 2))
    expect((await lab.call('runs:list')).runs).toEqual(before)
    await expect(lab.call('runs:restore', [ids[0]])).rejects.toMatchObject({ code: 'run/not-found' })
  })

  it('tells of those that it removed when one of them cannot be', async () => {
    const faulty = new FaultyFileSystem((_, call, path) => {
      return call === 'rename' && path.includes('-0001-') && !path.endsWith('.tmp') ? 'EIO' : undefined
    })
    const host = new FakeHost(trainsThrough)
    const { lab, whenEnded, events } = await openTestLab(await temporaryFolder(), host, { fs: faulty.fs })
    const ids = await lab.call('runs:enqueue', experimentOfRuns(2), null)
    for (const id of ids) await whenEnded(id)
    await expect(lab.call('runs:remove', ids)).rejects.toMatchObject({ code: 'storage/failed' })
    expect(events.at(-1)).toMatchObject({ name: 'runs:changed', payload: { removed: [ids[0]] } })
  })

  it('removes none when one of them has not ended', async () => {
    const host = new FakeHost()
    const { lab, whenEnded } = await openTestLab(await temporaryFolder(), host)
    await lab.call('settings:set', { sideBySide: false })
    const ids = await lab.call('runs:enqueue', experimentOfRuns(2), null)
    const first = await host.started(0)
    trainsThrough(first)
    await whenEnded(ids[0])
    await expect(lab.call('runs:remove', ids)).rejects.toMatchObject({ code: 'run/not-ended' })
    expect((await lab.call('runs:list')).runs).toHaveLength(2)
  })
})

describe('the workspace folder', () => {
  it('is made when it is missing, and every file of it has a version', async () => {
    const folder = join(await temporaryFolder(), 'a', 'new', 'place')
    const { lab, whenEnded } = await openTestLab(folder, new FakeHost(trainsThrough))
    await lab.call('settings:set', { theme: 'dark' })
    await lab.call('draft:set', { title: 'half a' })
    const [id] = await lab.call('runs:enqueue', experimentOfRuns(1), null)
    await whenEnded(id)
    const files = ['workspace.json', 'settings.json', 'draft.json', `runs/${id}/run.json`]
    for (const file of files)
      expect(JSON.parse(await readFile(join(folder, file), 'utf8'))).toMatchObject({ version: 1 })
    expect((await readFile(join(folder, 'runs', id, 'history.jsonl'), 'utf8')).split('\n')[0]).toContain(
      '"history":{"version":1}',
    )
  })

  it('of a newer format is refused, and of a damaged one as well', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'workspace.json'), '{ "format": "perceptron-lab workspace", "version": 9 }')
    await expect(Workspace.open(folder)).rejects.toMatchObject({ code: 'workspace/newer-format' })
    await writeFile(join(folder, 'workspace.json'), '{ "for')
    await expect(Workspace.open(folder)).rejects.toMatchObject({ code: 'workspace/damaged' })
    expect(await readdir(folder)).toEqual(['workspace.json'])
  })

  it('that is a file is refused with its name', async () => {
    const path = join(await temporaryFolder(), 'file')
    await writeFile(path, '')
    for (const directory of [path, join(path, 'within')]) {
      await expect(Workspace.open(directory)).rejects.toMatchObject({
        code: 'workspace/bad-path',
        message: expect.stringContaining(`Could not open the workspace ${directory}: something`) as string,
      })
    }
  })

  it('at the end of a link that leads nowhere is refused with what to do', async () => {
    const path = join(await temporaryFolder(), 'link')
    await symlink(`${path}-gone/away`, path)
    await expect(Workspace.open(path)).rejects.toThrow('Choose another folder')
  })

  it('where the system takes no folders is refused at once', async () => {
    if (process.platform !== 'linux') return // no other system has a folder in which Node would try for ever
    await expect(Workspace.open('/proc/perceptron-lab')).rejects.toMatchObject({ code: 'workspace/bad-path' })
  })

  it('that cannot be written says so of the folder, not of one of its files', async () => {
    const folder = await temporaryFolder()
    const full = new FaultyFileSystem((_, call) => (call === 'file.writeFile' ? 'ENOSPC' : undefined))
    await expect(Workspace.open(folder, full.fs)).rejects.toMatchObject({
      code: 'storage/disk-full',
      message: `Could not open the workspace ${folder}: the disk is full. Free some space and try again`,
    })
  })

  it('loses the temporary files of processes that are gone, and keeps those of the living', async () => {
    const { folder, id } = await leftBehind(1)
    const child = await startProcess()
    await writeProcess(folder, { pid: child.pid, began: await processBegan(child.pid) })
    const dead = 'deadbeefdeadbeef'
    await mkdir(join(folder, 'runs', id, 'checkpoints'))
    const places = [
      'settings.json',
      `runs/${id}/run.json`,
      `runs/${id}/checkpoints/last.safetensors`,
      'runs/another-run',
    ]
    for (const place of places) {
      await writeFile(join(folder, `${place}.${dead}-1.tmp`), 'left')
      await writeFile(join(folder, `${place}.${TOKEN}-1.tmp`), 'in use')
    }
    await openTestLab(folder)
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.tmp'))
    expect(names.sort()).toEqual(places.map((place) => `${place}.${TOKEN}-1.tmp`).sort())
  })

  it('can be open in two processes at once', async () => {
    const folder = await temporaryFolder()
    const first = await openTestLab(folder, new FakeHost())
    const second = await openTestLab(folder, new FakeHost())
    await first.lab.call('runs:enqueue', experimentOfRuns(1), null)
    await first.host.started(0)
    expect((await second.lab.call('runs:list')).runs).toMatchObject([{ status: 'running' }])
    expect(await readdir(join(folder, 'processes'))).toHaveLength(2)
    await first.lab.close()
    expect(await readdir(join(folder, 'processes'))).toHaveLength(1)
  })
})

describe('settings and draft', () => {
  it('start with what the lab thinks best, and are kept', async () => {
    const folder = await temporaryFolder()
    const first = await openTestLab(folder)
    expect(await first.lab.call('settings:get')).toEqual(DEFAULT_SETTINGS)
    expect(await first.lab.call('draft:get')).toBe(null)
    await first.lab.call('settings:set', { threads: 2 })
    expect(await first.lab.call('settings:set', { theme: 'dark' })).toEqual({
      ...DEFAULT_SETTINGS,
      threads: 2,
      theme: 'dark',
    })
    await first.lab.call('draft:set', { layers: [1, { deep: [null] }] })
    expect(first.events.at(-1)).toEqual({
      name: 'settings:changed',
      payload: { ...DEFAULT_SETTINGS, threads: 2, theme: 'dark' },
    })
    await first.lab.close()
    const second = await openTestLab(folder)
    expect(await second.lab.call('settings:get')).toEqual({ ...DEFAULT_SETTINGS, threads: 2, theme: 'dark' })
    expect(await second.lab.call('draft:get')).toEqual({ layers: [1, { deep: [null] }] })
  })

  it('end as the last of many calls says, when none waits for the one before', async () => {
    const { lab } = await openTestLab(await temporaryFolder())
    const drafts = Array.from({ length: 30 }, (_, n) => lab.call('draft:set', { n }))
    await Promise.all([
      ...drafts,
      lab.call('settings:set', { threads: 3 }),
      lab.call('settings:set', { theme: 'light' }),
    ])
    expect(await lab.call('draft:get')).toEqual({ n: 29 })
    expect(await lab.call('settings:get')).toEqual({ ...DEFAULT_SETTINGS, threads: 3, theme: 'light' })
  })

  it('that cannot be read are set aside and forgotten', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'settings.json'), 'not json')
    await writeFile(join(folder, 'draft.json'), '{ "version": 7, "draft": 1 }')
    const { lab } = await openTestLab(folder)
    expect(await lab.call('settings:get')).toEqual(DEFAULT_SETTINGS)
    expect(await lab.call('draft:get')).toBe(null)
    expect(await readFile(join(folder, 'settings.json.unreadable'), 'utf8')).toBe('not json')
    expect(await readdir(folder)).toContain('draft.json.unreadable')
  })

  it('refuses a draft that is far too large', async () => {
    const { lab } = await openTestLab(await temporaryFolder())
    await expect(lab.call('draft:set', 'x'.repeat(2 ** 21))).rejects.toMatchObject({ code: 'draft/too-large' })
  })
})

describe('opening another workspace', () => {
  it('shows its runs in place of the old ones', async () => {
    const [here, there] = [await temporaryFolder(), await temporaryFolder()]
    const other = await openTestLab(there, new FakeHost(trainsThrough))
    const [theirs] = await other.lab.call('runs:enqueue', experimentOfRuns(1), null)
    await other.whenEnded(theirs)
    await other.lab.call('settings:set', { theme: 'dark' })

    const { lab, whenEnded, events } = await openTestLab(here, new FakeHost(trainsThrough))
    const [ours] = await lab.call('runs:enqueue', experimentOfRuns(1), null)
    await whenEnded(ours)
    expect(await lab.call('workspace:open', there)).toBe(there)
    expect((await lab.call('runs:list')).runs.map((run) => run.id)).toEqual([theirs])
    expect((await lab.call('app:info')).workspace).toBe(there)
    expect(events.slice(-3)).toMatchObject([
      { name: 'runs:changed', payload: { changed: [{ id: theirs }] } },
      { name: 'runs:changed', payload: { removed: [ours] } },
      { name: 'settings:changed', payload: { theme: 'dark' } },
    ])
    expect(await readdir(join(here, 'processes'))).toEqual([])
  })

  it('is refused while a run trains, with what to do', async () => {
    const host = new FakeHost()
    const { lab, whenEnded } = await openTestLab(await temporaryFolder(), host)
    const other = await temporaryFolder()
    const [id] = await lab.call('runs:enqueue', experimentOfRuns(1), null)
    await expect(lab.call('workspace:open', other)).rejects.toThrow('wait for them or stop them')
    trainsThrough(await host.started(0))
    await whenEnded(id)
  })

  it('keeps the old one when the new one cannot be opened', async () => {
    const folder = await temporaryFolder()
    const { lab } = await openTestLab(folder)
    await writeFile(join(folder, 'file'), '')
    await expect(lab.call('workspace:open', join(folder, 'file'))).rejects.toMatchObject({ code: 'workspace/bad-path' })
    await expect(lab.call('workspace:open', 'a/relative/path')).rejects.toMatchObject({ code: 'workspace/bad-path' })
    expect((await lab.call('app:info')).workspace).toBe(folder)
  })
})
