import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NO_FILTER } from '#shared/runs/filter'
import type { SavedView } from '#shared/runs/saved-view'
import type { LabEvents } from '#shared/ipc'
import type { RunId } from '#shared/run'
import { FakeHost, trainsThrough } from './support/fake-host'
import { openTestLab } from './support/open-test-lab'
import { experimentOfRuns } from './support/samples'
import { temporaryFolder } from './support/temporary-folder'

async function withRuns(count: number) {
  const folder = await temporaryFolder()
  const opened = await openTestLab(folder, new FakeHost(trainsThrough))
  const ids = await opened.lab.call('runs:enqueue', experimentOfRuns(count), null)
  for (const id of ids) await opened.whenEnded(id)
  const one = async (id: RunId, lab = opened.lab) => {
    const { runs } = await lab.call('runs:list')
    return runs.find((run) => run.id === id)
  }
  return { folder, ids, one, ...opened }
}

const VIEW: SavedView = {
  name: 'Good ones',
  filter: { ...NO_FILTER, conditions: [{ column: 'validation-accuracy', relation: '>', value: 97 }] },
  grouping: 'configuration',
  at: 'best',
  columns: null,
  sorting: null,
}

describe('what people say of a run', () => {
  it('is kept beside the run and is there after the lab has been opened again', async () => {
    const { lab, folder, ids } = await withRuns(1)
    const [id] = ids as [RunId]
    const change = {
      name: 'the small one',
      addTags: ['report', 'baseline'],
      note: 'Too slow.',
      archived: true,
      pinned: true,
    }
    await lab.call('runs:annotate', [id], change)
    await lab.close()
    const again = await openTestLab(folder)
    const { runs } = await again.lab.call('runs:list')
    expect(runs[0]).toMatchObject({
      label: 'the small one',
      tags: ['report', 'baseline'],
      note: 'Too slow.',
      archived: true,
      pinned: true,
    })
  })

  it('says nothing of a run that has no such file', async () => {
    const { one, ids } = await withRuns(1)
    const run = await one(ids[0])
    expect(run?.tags).toEqual([])
    expect(run).not.toHaveProperty('note')
    expect(run).not.toHaveProperty('archived')
    expect(run).not.toHaveProperty('pinned')
  })

  it('changes only what the change names, and gives the label back with a name of null', async () => {
    const { lab, one, ids } = await withRuns(1)
    const [id] = ids as [RunId]
    const label = (await one(id))?.label
    await lab.call('runs:annotate', [id], { name: 'x', addTags: ['a', 'b'], note: 'kept' })
    await lab.call('runs:annotate', [id], { name: null, removeTags: ['a'], addTags: ['c', 'b'] })
    expect(await one(id)).toMatchObject({ label, tags: ['b', 'c'], note: 'kept' })
  })

  it('tells every window of the change, with the next revision and nothing but the runs that changed', async () => {
    const { lab, events, ids } = await withRuns(3)
    const { revision } = await lab.call('runs:list')
    const before = events.length
    await lab.call('runs:annotate', [ids[1]], { pinned: true })
    const told = events.slice(before).filter(({ name }) => name === 'runs:changed')
    expect(told).toHaveLength(1)
    const change = told[0]?.payload as LabEvents['runs:changed']
    expect(change.revision).toBe(revision + 1)
    expect(change.changed.map(({ id }) => id)).toEqual([ids[1]])
  })

  it('reaches another program in the same workspace when that looks at its list', async () => {
    const { lab, folder, ids } = await withRuns(1)
    const other = await openTestLab(folder)
    await other.lab.call('runs:list')
    await lab.call('runs:annotate', ids, { addTags: ['seen'] })
    const { runs } = await other.lab.call('runs:list')
    expect(runs[0]?.tags).toEqual(['seen'])
    await other.lab.call('runs:annotate', ids, { addTags: ['there'] })
    const { runs: back } = await lab.call('runs:list')
    expect(back[0]?.tags).toEqual(['seen', 'there'])
  })

  it('never touches run.json', async () => {
    const { lab, folder, ids } = await withRuns(1)
    const path = join(folder, 'runs', String(ids[0]), 'run.json')
    const before = await readFile(path, 'utf8')
    await lab.call('runs:annotate', ids, { note: 'words', archived: true })
    expect(await readFile(path, 'utf8')).toBe(before)
  })

  it('lists a run whose words are damaged without them, and refuses to write over them', async () => {
    const { lab, folder, one, ids } = await withRuns(1)
    const path = join(folder, 'runs', String(ids[0]), 'annotations.json')
    await writeFile(path, '{"version":1,"tags":"oops"')
    expect((await one(ids[0]))?.tags).toEqual([])
    await expect(lab.call('runs:annotate', ids, { pinned: true })).rejects.toMatchObject({
      code: 'run/annotations-damaged',
    })
    expect(await readFile(path, 'utf8')).toContain('oops')
  })

  it('leaves words of a newer lab as they are', async () => {
    const { lab, folder, ids } = await withRuns(1)
    const path = join(folder, 'runs', String(ids[0]), 'annotations.json')
    await writeFile(path, '{"version":2,"stars":5}')
    await expect(lab.call('runs:annotate', ids, { pinned: true })).rejects.toMatchObject({ code: 'run/newer-format' })
    expect(await readFile(path, 'utf8')).toBe('{"version":2,"stars":5}')
  })

  it('refuses a 33rd tag, a tag without letters and a run that is not there', async () => {
    const { lab, one, ids } = await withRuns(1)
    const many = Array.from({ length: 32 }, (_, i) => `tag ${i}`)
    await lab.call('runs:annotate', ids, { addTags: many })
    await expect(lab.call('runs:annotate', ids, { addTags: ['more'] })).rejects.toMatchObject({
      code: 'run/too-many-tags',
    })
    expect((await one(ids[0]))?.tags).toHaveLength(32)
    await expect(lab.call('runs:annotate', ids, { addTags: [''] })).rejects.toMatchObject({
      code: 'call/bad-arguments',
    })
    const gone = '20260101-000000-000-0000-aaaaaa' as RunId
    await expect(lab.call('runs:annotate', [gone], { pinned: true })).rejects.toMatchObject({ code: 'run/not-found' })
  })
})

describe('saved views', () => {
  it('are kept in the workspace, told to every window, replaced by name and removed', async () => {
    const folder = await temporaryFolder()
    const { lab } = await openTestLab(folder)
    const told: LabEvents['views:changed'][] = []
    lab.on('views:changed', (views) => told.push(views))
    await lab.call('views:save', VIEW)
    await lab.call('views:save', { ...VIEW, at: 'last' })
    await lab.call('views:save', { ...VIEW, name: 'Others' })
    expect(await lab.call('views:list')).toEqual([
      { ...VIEW, at: 'last' },
      { ...VIEW, name: 'Others' },
    ])
    await lab.call('views:remove', 'Good ones')
    expect(told.at(-1)?.map(({ name }) => name)).toEqual(['Others'])
    expect(await readdir(folder)).toContain('views.json')
  })
})
