import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FigureRequest, FigureRun } from '#shared/figure'
import { accuracyOf } from '#shared/run'
import { openTestLab } from './support/open-test-lab'
import { temporaryFolder } from './support/temporary-folder'

async function imported(
  name = 'keras-history.json',
  more: { samples?: { validation: number } } = {},
  draw: (runs: readonly FigureRun[]) => void = () => undefined,
) {
  const folder = await temporaryFolder()
  const renderFigure = (_request: FigureRequest, runs: readonly FigureRun[]) => {
    draw(runs)
    return Promise.resolve({ name: 'figure.csv', mediaType: 'text/csv', bytes: new Uint8Array() })
  }
  const opened = await openTestLab(folder, undefined, { renderFigure })
  const bytes = new Uint8Array(await readFile(resolve('test/fixtures/histories', name)))
  const id = await opened.lab.call('runs:import', {
    file: name,
    bytes,
    label: 'Keras, my code',
    dataset: 'mnist',
    ...more,
  })
  return { folder, bytes, id, ...opened }
}

describe('a history from elsewhere', () => {
  it('is listed as a run from outside, with its last and its best values', async () => {
    const { lab, id, bytes } = await imported()
    const { runs, problems } = await lab.call('runs:list')
    expect(problems).toEqual([])
    expect(runs).toHaveLength(1)
    expect(runs[0]).toMatchObject({
      id,
      label: 'Keras, my code',
      status: 'finished',
      experimentId: 'outside',
      dataset: 'mnist',
      epochs: 4,
      weightsSha256: null,
      bestValidation: { epoch: 4 },
      outside: {
        file: 'keras-history.json',
        sha256: createHash('sha256').update(bytes).digest('hex'),
        format: 'keras-json',
      },
    })
    const validation = runs[0]?.last?.validation
    expect(validation && accuracyOf(validation)).toBeCloseTo(0.97111, 4)
  })

  it('has counts where the size of a part is told', async () => {
    const { lab } = await imported('keras-history.json', { samples: { validation: 10_000 } })
    const { runs } = await lab.call('runs:list')
    expect(runs[0]?.last?.validation).toMatchObject({ correct: 9711, count: 10_000 })
  })

  it('is drawn beside others, and says nothing of steps and seconds that nobody told', async () => {
    const drawn: FigureRun[] = []
    const { lab, id } = await imported('keras-history.json', {}, (runs) => drawn.push(...runs))
    const history = await lab.call('runs:history', id)
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4])
    expect(history[0]?.step).toBeNaN()
    expect(history[0]).not.toHaveProperty('test')
    const spec = {
      runs: [id],
      panels: [['validation-loss' as const]],
      x: 'epoch' as const,
      logY: false,
      title: null,
      widthCm: 12,
      heightCm: 8,
    }
    await lab.call('figures:render', { spec, format: 'csv' })
    expect(drawn[0]?.summary.id).toBe(id)
    expect(drawn[0]?.history).toEqual(history)
    expect(drawn[0]?.machine).toBeNull()
  })

  it('is there after the lab has been opened again, can be tagged, removed and brought back', async () => {
    const { lab, folder, id } = await imported()
    await lab.close()
    const { lab: again } = await openTestLab(folder)
    await again.call('runs:annotate', [id], { addTags: ['own code'], name: 'Mine' })
    expect((await again.call('runs:list')).runs[0]).toMatchObject({ label: 'Mine', tags: ['own code'] })
    await again.call('runs:remove', [id])
    expect((await again.call('runs:list')).runs).toEqual([])
    await again.call('runs:restore', [id])
    expect((await again.call('runs:list')).runs).toHaveLength(1)
  })

  it('has no design, and cannot be repeated, retrained, resumed or tested', async () => {
    const { lab, id } = await imported()
    const refused = { code: 'run/outside' }
    await expect(lab.call('runs:details', id)).rejects.toMatchObject(refused)
    await expect(lab.call('runs:repeat', [id])).rejects.toMatchObject(refused)
    await expect(lab.call('runs:retrain', id)).rejects.toMatchObject(refused)
    await expect(lab.call('runs:resume', [id])).rejects.toMatchObject(refused)
    await expect(lab.call('runs:evaluate-test', [id])).rejects.toMatchObject(refused)
  })

  it('is refused whole where the file is not what it is said to be; nothing is left behind', async () => {
    const { lab } = await openTestLab(await temporaryFolder())
    const bytes = new TextEncoder().encode('epoch,loss\n1,oops\n')
    const given = { file: 'h.csv', bytes, label: 'x', dataset: '', columns: { 'train-loss': 'loss' } }
    await expect(lab.call('runs:import', given)).rejects.toMatchObject({ code: 'history/not-a-number' })
    await expect(lab.call('runs:import', { ...given, label: '  ' })).rejects.toMatchObject({
      code: expect.stringMatching(/^history\//) as string,
    })
    expect(await lab.call('runs:list')).toMatchObject({ runs: [], problems: [] })
  })

  it('is told as a problem, and harms no other, when its file is damaged or of a newer lab', async () => {
    const { lab, folder, id } = await imported()
    await lab.close()
    const path = join(folder, 'runs', id, 'outside.json')
    const whole = await readFile(path, 'utf8')
    for (const text of [
      whole.slice(0, 80),
      whole.replace('"version": 1', '"version": 2'),
      whole.replace(/"rows": \[/, '"rows": [7,'),
    ]) {
      await writeFile(path, text)
      const { lab: again } = await openTestLab(folder)
      const { runs, problems } = await again.call('runs:list')
      expect(runs).toEqual([])
      expect(problems?.[0]?.folder).toBe(id)
      await again.close()
    }
  })
})
