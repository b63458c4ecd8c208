import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { NewReport } from '#shared/report/calls'
import { reportSchema, type Report, type ReportId } from '#shared/report/report'
import { openRoom } from './room'

const empty: NewReport = { template: 'empty', runs: [], presetId: null, title: 'Notes' }

function fileOf(workspace: string, { id }: Pick<Report, 'id'>): string {
  return join(workspace, 'reports', `${id}.json`)
}

describe('reports on disk', () => {
  test('a report is one file with its version, and comes back as it was saved', async () => {
    const { room, workspace, told } = openRoom()
    const made = await room.create(empty)
    const blocks: Report['blocks'] = [{ id: 'text-1', kind: 'text', markdown: 'Some **words**' }]
    const saved = await room.save({ ...made, title: 'Other notes', blocks })
    expect(saved).toMatchObject({ version: 1, revision: made.revision + 1, title: 'Other notes', blocks })
    expect(await room.get(made.id)).toEqual(saved)
    expect(reportSchema.parse(JSON.parse(readFileSync(fileOf(workspace, made), 'utf8')))).toEqual(saved)
    expect(told.at(-1)?.reports).toMatchObject([{ id: made.id, title: 'Other notes', blocks: 1 }])
  })

  test('a save on top of an older revision is refused, and loses nothing', async () => {
    const { room } = openRoom()
    const made = await room.create(empty)
    await room.save({ ...made, title: 'first' })
    await expect(room.save({ ...made, title: 'second' })).rejects.toMatchObject({ code: 'report/changed' })
    expect((await room.get(made.id)).title).toBe('first')
  })

  test.each([
    ['half a file', (text: string) => text.slice(0, text.length / 2), /cannot be read/],
    [
      'a block of no kind',
      (text: string) => text.replace('"kind": "text"', '"kind": "video"'),
      /cannot be read: blocks/,
    ],
    ['a newer version', (text: string) => text.replace('"version": 1', '"version": 7'), /format version 7/],
    [
      'another report',
      (text: string) => text.replace(/"id": "report-[^"]+"/, '"id": "report-zzzzzzzz"'),
      /it is about/,
    ],
  ])('%s is listed as a problem and left as it is', async (_, damage, message) => {
    const { room, workspace } = openRoom()
    const made = await room.create(empty)
    const good = await room.create({ ...empty, title: 'Good one' })
    const file = fileOf(workspace, made)
    const broken = damage(readFileSync(file, 'utf8'))
    writeFileSync(file, broken)
    const listing = await room.list()
    expect(listing.reports.map(({ id }) => id)).toEqual([good.id])
    expect(listing.problems).toMatchObject([
      { file: `reports/${made.id}.json`, message: expect.stringMatching(message) as string },
    ])
    expect(readFileSync(file, 'utf8')).toBe(broken)
    await expect(room.save(made)).rejects.toMatchObject({ code: expect.stringMatching(/^report\//) as string })
  })

  test('a removed report lies in the trash and comes back', async () => {
    const { room, workspace } = openRoom()
    const made = await room.create(empty)
    await room.remove(made.id)
    expect(existsSync(join(workspace, 'trash', `${made.id}.json`))).toBe(true)
    expect((await room.list()).reports).toEqual([])
    await expect(room.get(made.id)).rejects.toMatchObject({ code: 'report/not-found' })
    await room.restore(made.id)
    expect(await room.get(made.id)).toEqual(made)
    await expect(room.restore(made.id)).rejects.toMatchObject({ code: 'report/exists' })
  })

  test.each(['../settings', 'report-../../x', 'report-a%2fb-cdefg', '/etc/passwd', 'report-abc\0defgh', 'con', ''])(
    'no path leaves the folder: %j',
    async (id) => {
      const { room } = openRoom()
      await expect(room.get(id as ReportId)).rejects.toMatchObject({ code: 'report/not-found' })
      await expect(room.remove(id as ReportId)).rejects.toMatchObject({ code: 'report/not-found' })
    },
  )

  test('what is no report is not saved, and what is too large says so', async () => {
    const { room } = openRoom()
    const made = await room.create(empty)
    await expect(room.save({ ...made, blocks: [{ id: 'x', kind: 'html', html: '<script>' }] })).rejects.toMatchObject({
      code: 'report/invalid',
    })
    await expect(room.save(null)).rejects.toMatchObject({ code: 'report/invalid' })
    const twice = { id: 'text-1', kind: 'text', markdown: '' } as const
    await expect(room.save({ ...made, blocks: [twice, twice] })).rejects.toThrow(/two blocks have the id text-1/)
    const blocks = Array.from({ length: 300 }, (_, i) => ({
      id: `text-${i}`,
      kind: 'text',
      markdown: 'x'.repeat(39_000),
    }))
    await expect(room.save({ ...made, blocks })).rejects.toMatchObject({ code: 'report/too-large' })
    expect(await room.get(made.id)).toEqual(made)
  })

  test('drawings that no report names are cleared away, and kept while one may', async () => {
    const { room, workspace, ids } = openRoom()
    await room.create({ template: 'compare-networks', runs: ids, presetId: null, title: null })
    const folder = join(workspace, 'reports', 'drawings')
    const before = readdirSync(folder)
    expect(before.length).toBeGreaterThan(2)
    mkdirSync(folder, { recursive: true })
    const stray = join(folder, `${'0'.repeat(64)}.json`)
    writeFileSync(stray, '{}')
    const { utimesSync } = await import('node:fs')
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), new Date(0), new Date(0))
    await room.list()
    expect(readdirSync(folder).sort()).toEqual(before.sort())
    rmSync(folder, { recursive: true })
    await expect(room.list()).resolves.toBeDefined()
  })
})
