import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RenderedReport } from '#shared/report/document'
import type { Report } from '#shared/report/report'
import { TEMPLATES } from '#shared/report/templates'
import { subjectRun } from '../../shared/report/subjects'
import { fourRuns, openRoom, trainOn } from './room'

const compare = { template: 'compare-networks', presetId: null, title: null } as const

function made(report: Report) {
  return report.blocks.flatMap((block) => ('made' in block ? [block] : []))
}

function states(rendered: RenderedReport) {
  return rendered.blocks.flatMap((block) => ('freshness' in block ? [block.freshness.state] : []))
}

describe('a new report', () => {
  test('groups the seeds of a configuration under one name', async () => {
    const { room, ids } = openRoom()
    const report = await room.create({ ...compare, runs: ids })
    expect(report.aliases).toEqual([
      { name: 'a', title: '784-64-10', runs: ids.slice(0, 2) },
      { name: 'b', title: '784-128-10', runs: ids.slice(2) },
    ])
    expect(made(report)).toHaveLength(4)
    expect(made(report).every((block) => block.made !== null)).toBe(true)
  })

  test.each(TEMPLATES.filter((name) => name !== 'preset'))(
    '%s can be drawn with runs and without, and has no finished answer',
    async (template) => {
      const { room, ids } = openRoom()
      for (const runs of [ids, []]) {
        const report = await room.create({ template, runs, presetId: null, title: null })
        const rendered = await room.render(report)
        expect(rendered.blocks).toHaveLength(report.blocks.length)
        expect(states(rendered).every((state) => state === 'fresh')).toBe(true)
        const answers = report.blocks.flatMap((block) => (block.kind === 'question' ? [block.answer] : []))
        expect(answers.every((answer) => /^(\{\{.*\}\})?$/.test(answer))).toBe(true)
      }
    },
  )

  test('of a task needs its preset', async () => {
    const { room } = openRoom()
    await expect(room.create({ template: 'preset', runs: [], presetId: null, title: null })).rejects.toMatchObject({
      code: 'report/no-preset',
    })
    await expect(room.create({ template: 'preset', runs: [], presetId: 'no-such', title: null })).rejects.toMatchObject(
      { code: 'preset/not-found' },
    )
  })
})

describe('figures and tables', () => {
  test('are stale when a run has been trained on, still show what was made, and are fresh when made again', async () => {
    const { room, known, ids } = openRoom()
    const report = await room.create({ ...compare, runs: ids })
    const before = await room.render(report)
    trainOn(known, ids[0] ?? ('' as never), 111)
    const after = await room.render(report)
    // losses and times came out the same: what shows nothing else is still right
    expect(states(after)).toEqual(['fresh', 'stale', 'stale', 'fresh'])
    expect(after.blocks.filter(({ kind }) => kind === 'figure')).toMatchObject(
      before.blocks.flatMap((block) => (block.kind === 'figure' ? [{ svg: block.svg, sha256: block.sha256 }] : [])),
    )
    expect(after.findings.filter(({ kind }) => kind === 'stale')).toHaveLength(2)
    const saved = await room.save({
      ...report,
      blocks: report.blocks.map((block) => ('made' in block ? { ...block, made: null } : block)),
    })
    const again = await room.render(saved)
    expect(states(again)).toEqual(['fresh', 'fresh', 'fresh', 'fresh'])
    expect(made(saved).map((block) => block.made?.sha256)).not.toEqual(made(report).map((block) => block.made?.sha256))
  })

  test('outlive their runs: they say that those have gone', async () => {
    const { room, known, ids } = openRoom()
    const report = await room.create({ ...compare, runs: ids })
    known.clear()
    const rendered = await room.render(report)
    expect(states(rendered)).toEqual(['stale', 'stale', 'stale', 'stale'])
    expect(rendered.blocks.find(({ kind }) => kind === 'figure')).toMatchObject({
      svg: expect.stringContaining('<svg') as string,
      freshness: { reason: expect.stringContaining('There is no run') as string },
    })
    expect(rendered.appendix.missing).toHaveLength(4)
  })

  test('are not shown from a drawing that somebody else has put in place of the lab’s', async () => {
    const { room, known, ids, workspace } = openRoom()
    const report = await room.create({ ...compare, runs: ids })
    const [first] = made(report)
    const path = join(workspace, 'reports', 'drawings', `${first?.made?.sha256}.json`)
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>alert(1)</script></svg>'
    writeFileSync(path, JSON.stringify({ version: 1, kind: 'figure', svg, csv: '' }))
    known.clear()
    const rendered = await room.render(report)
    expect(rendered.blocks.find(({ kind }) => kind === 'figure')).toMatchObject({
      svg: '',
      freshness: { state: 'missing' },
    })
    expect(JSON.stringify(rendered)).not.toContain('<script')
  })

  test('that nobody has made yet and nobody can make say why', async () => {
    const { room, ids } = openRoom([subjectRun({ id: 'run-a00001', change: { last: null } })])
    const report = await room.create({ template: 'empty', runs: ids, presetId: null, title: null })
    const figure = {
      id: 'figure-1',
      kind: 'figure',
      caption: '',
      alt: '',
      made: null,
      spec: { runs: [], panels: [['test-error']], x: 'epoch', logY: false, title: null, widthCm: 15, heightCm: 7 },
    } as const
    const saved = await room.save({ ...report, blocks: [figure] })
    expect(saved.blocks[0]).toMatchObject({ made: null })
    expect((await room.render(saved)).blocks[0]).toMatchObject({
      freshness: { state: 'missing', reason: expect.stringContaining('No runs') as string },
    })
  })

  test('from another screen bring their runs along, and a seed joins its configuration', async () => {
    const { room, ids } = openRoom()
    const [a1, a2, b1] = ids
    if (!a1 || !a2 || !b1) throw new Error('three runs')
    const report = await room.create({ template: 'empty', runs: [a1], presetId: null, title: null })
    const spec = {
      runs: [a1, a2, b1],
      panels: [['test-error']],
      x: 'epoch',
      logY: false,
      title: null,
      widthCm: 15,
      heightCm: 7,
    } as const
    const added = await room.add(report.id, { figure: spec, caption: 'Errors' })
    expect(added.aliases).toMatchObject([
      { name: 'a', runs: [a1, a2] },
      { name: 'b', runs: [b1] },
    ])
    expect(added.blocks.at(-1)).toMatchObject({
      kind: 'figure',
      caption: 'Errors',
      made: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    })
    const carded = await room.add(report.id, { runs: [b1], cards: true })
    expect(carded.blocks.at(-1)).toMatchObject({ kind: 'run', of: 'b' })
  })
})

describe('the check', () => {
  async function findings(markdown: string, runs = fourRuns(), template: 'empty' | 'compare-networks' = 'empty') {
    const { room, ids } = openRoom(runs)
    const report = await room.create({ template, runs: ids, presetId: null, title: null })
    const text = { id: 'text-99', kind: 'text', markdown } as const
    const blocks =
      template === 'empty'
        ? [text]
        : [...report.blocks, { id: 'heading-98', kind: 'heading', level: 1, text: 'x' } as const, text]
    const { findings: found } = await room.render({ ...report, blocks })
    return found.filter(({ blockId }) => blockId === 'text-99').map(({ kind }) => kind)
  }

  test('asks for a run behind a number and behind a comparison', async () => {
    expect(await findings('The error was 3.3 % at the end.')).toEqual(['claim-without-run'])
    expect(await findings('The larger one is better.')).toEqual(['claim-without-run'])
    expect(await findings('The larger one has {{b.testError}}.')).not.toContain('claim-without-run')
  })

  test('leaves years, sizes, rows and formulas alone', async () => {
    expect(await findings('See Figure 2, the network 784-64-10 of row S1-9 in 2021, and $x = 3$.')).toEqual([])
  })

  test('sees a comparison that rests on one seed', async () => {
    expect(
      await findings(
        '{{verdict(a, b)}}',
        fourRuns().filter((_, i) => i !== 1),
      ),
    ).toContain('single-seed')
    expect(await findings('{{verdict(a, b)}}')).not.toContain('single-seed')
  })

  test('sees pairs that differ in more than one thing', async () => {
    const [a, , b] = fourRuns()
    if (!a || !b) throw new Error('two runs')
    const longer = subjectRun({ id: 'run-c00001', units: 128, epochs: 50, label: 'c' })
    expect(await findings('{{a.testError}} against {{b.testError}}', [a, longer])).toContain('confounded')
    expect(await findings('{{a.testError}} against {{b.testError}}', [a, b])).not.toContain('confounded')
  })

  test('counts looks at the test part', async () => {
    const looked = (looks: number) =>
      subjectRun({
        change: {
          testPolicy: 'final',
          finalEvaluation: { at: '2026-01-01', score: { loss: 0.1, correct: 9700, count: 10_000 }, epoch: 2, looks },
        },
      })
    expect(await findings('Test error {{a.testError}}.', [looked(1)])).toEqual([])
    expect(await findings('Test error {{a.testError}}.', [looked(3)])).toEqual(['test-looks'])
    expect(await findings('Test error {{a.testError}}.')).toEqual(['test-looks']) // watched at each of two evaluations
  })

  test('misses units, and names fields that cannot be filled in', async () => {
    expect(await findings('It reaches a loss of 0.35, see {{a.size}}.')).toEqual(['missing-unit'])
    expect(await findings('It reaches a loss of 0.35 nats, see {{a.size}}.')).toEqual([])
    expect(await findings('{{a.tesError}} and $\\unknown$')).toEqual(['unknown-field', 'unknown-field'])
  })
})
