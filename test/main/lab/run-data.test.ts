import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Lab } from '#lab/lab'
import type { RunRecord } from '#lab/storage/run-file'
import { BUILT_IN_DATASETS } from '#shared/dataset'
import type { DatasetEntry } from '#shared/datasets'
import type { RunId } from '#shared/run'
import { makeIdx, somePictures } from './import/support/make-files'
import { FakeHost, trainsThrough } from './support/fake-host'
import { openTestLab } from './support/open-test-lab'
import { sampleExperiment } from './support/samples'
import { temporaryFolder } from './support/temporary-folder'

/** Pictures of 5 × 4 in three classes; another `shade`, another content. */
async function bringDigits(lab: Lab, name: string, shade = 0): Promise<DatasetEntry & { id: string }> {
  const { values, labels } = somePictures(30, 5, 4, 3)
  const files = [
    {
      path: 'my-images-idx3-ubyte',
      bytes: new Uint8Array(
        makeIdx(
          8,
          [30, 5, 4],
          values.map((v) => v ^ shade),
        ),
      ),
    },
    { path: 'my-labels-idx1-ubyte', bytes: new Uint8Array(makeIdx(8, [30], labels)) },
  ]
  const { token } = await lab.call('datasets:open-import', { files }, {})
  const entry = await lab.call('datasets:store-import', token, 'My digits', name)
  if (entry.id === null) throw new Error('an own set has an id')
  return { ...entry, id: entry.id }
}

const onDigits = sampleExperiment({
  dataset: { name: 'digits', split: { kind: 'stratified', train: 12, validation: 6 } },
  training: { optimizer: { kind: 'adam' }, epochs: 2 },
})

async function runFile(directory: string, id: RunId): Promise<RunRecord> {
  return JSON.parse(await readFile(join(directory, 'runs', id, 'run.json'), 'utf8')) as RunRecord
}

describe('a run on a set that somebody brought', () => {
  it('keeps what its data was, by content, and which samples were in which part', async () => {
    const directory = await temporaryFolder()
    const { lab, host, whenEnded } = await openTestLab(directory, new FakeHost(trainsThrough))
    const { id: own, sha256 } = await bringDigits(lab, 'digits')
    const [id] = await lab.call('runs:enqueue', onDigits, null)
    const run = await whenEnded(id)
    expect(run).toMatchObject({
      status: 'finished',
      dataset: 'digits',
      label: '20-32-3',
      sizes: [20, 32, 3],
      reducedData: true,
    })
    expect(host.trainings[0].job.own).toEqual({ folder: join(directory, 'datasets'), id: own, sha256 })
    const { data, split } = await runFile(directory, id)
    expect(data).toEqual({
      ...{ name: 'digits', title: 'My digits', sha256, kind: 'bytes', height: 5, width: 4, channels: 1 },
      ...{ classes: ['0', '1', '2'], train: 24, test: 6 },
    })
    const facts = await lab.call('datasets:split', { dataset: onDigits.dataset, seed: onDigits.seeds.split })
    expect(split).toEqual(facts)
    expect(facts.classCounts).toEqual({ train: [4, 4, 4], validation: [2, 2, 2], test: [2, 2, 2] })
    const details = await lab.call('runs:details', id)
    expect(details).toMatchObject({ data, split })
    expect(details.dataProblem).toBeUndefined()
    const spec = {
      runs: [id],
      panels: [['test-loss']],
      x: 'epoch',
      logY: false,
      title: null,
      widthCm: 12,
      heightCm: 8,
    } as const
    const { bytes } = await lab.call('figures:render', { spec, format: 'svg' })
    expect(new TextDecoder().decode(bytes)).toContain('Reduced data')
  })

  it('knows its data under another name, and is listed after it has gone', async () => {
    const directory = await temporaryFolder()
    const { lab, host, whenEnded } = await openTestLab(directory, new FakeHost(trainsThrough))
    const { id: own } = await bringDigits(lab, 'digits')
    const [id] = await lab.call('runs:enqueue', onDigits, null)
    await whenEnded(id)
    await lab.call('datasets:rename', own, { name: 'numbers' })
    expect((await lab.call('runs:details', id)).dataProblem).toBeUndefined()
    const [again] = await lab.call('runs:repeat', [id])
    expect((await whenEnded(again)).dataset).toBe('numbers')
    expect(host.trainings[1].job.own?.id).toBe(own)

    await lab.call('datasets:remove', own)
    const { dataProblem, summary } = await lab.call('runs:details', id)
    expect(dataProblem).toMatch(/^The data set "My digits" \(digits\) has gone: no data set of this workspace has its/)
    expect(summary.sizes).toEqual([20, 32, 3])
    await lab.call('datasets:restore', own)
    expect((await lab.call('runs:details', id)).dataProblem).toBeUndefined()
  })

  it('does not go on with other content under the same name', async () => {
    const directory = await temporaryFolder()
    const { lab, host, whenEnded } = await openTestLab(directory)
    const { id: own } = await bringDigits(lab, 'digits')
    const [id] = await lab.call('runs:enqueue', onDigits, null)
    ;(await host.started(0)).train(1)
    await lab.call('runs:stop', id)
    await whenEnded(id)
    await lab.call('datasets:remove', own)
    await bringDigits(lab, 'digits', 0xff)
    await expect(lab.call('runs:resume', [id])).rejects.toMatchObject({
      code: 'dataset/gone',
      message: expect.stringContaining('the data set that is called "digits" now has other content') as string,
    })
    expect((await lab.call('runs:details', id)).summary.status).toBe('stopped')
    await lab.call('datasets:restore', own)
    await lab.call('runs:resume', [id])
    expect((await host.started(1)).job.own?.id).toBe(own)
  })

  it('fails with the reason when the set goes while it waits', async () => {
    const directory = await temporaryFolder()
    const { lab, whenEnded } = await openTestLab(directory)
    const { id: own } = await bringDigits(lab, 'digits')
    await lab.call('queue:pause')
    const [id] = await lab.call('runs:enqueue', onDigits, null)
    await lab.call('datasets:remove', own)
    await lab.call('queue:proceed')
    expect(await whenEnded(id)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('The data set "My digits" (digits) has gone') as string,
    })
  })

  it('is refused before it is queued when there is no such set', async () => {
    const { lab } = await openTestLab(await temporaryFolder())
    await expect(lab.call('runs:enqueue', onDigits, null)).rejects.toMatchObject({
      code: 'experiment/invalid',
      message: expect.stringContaining('There is no data set "digits"') as string,
    })
  })
})

describe('a run on a set that ships with the lab', () => {
  it('keeps the same of it', async () => {
    const directory = await temporaryFolder()
    const { lab, host } = await openTestLab(directory)
    const [id] = await lab.call('runs:enqueue', sampleExperiment(), null)
    expect((await host.started(0)).job.own).toBeNull()
    const { data, split } = await runFile(directory, id)
    expect([data?.name, data?.sha256]).toEqual(['mnist', BUILT_IN_DATASETS[0].sha256])
    expect(split?.classCounts.train.reduce((a, b) => a + b, 0)).toBe(60_000)
  })

  it('is read as before where its file is older', async () => {
    const directory = await temporaryFolder()
    const { lab, host, whenEnded } = await openTestLab(directory, new FakeHost(trainsThrough))
    const [id] = await lab.call('runs:enqueue', sampleExperiment(), null)
    await whenEnded(id)
    await lab.close()
    const { data: _, split: __, ...older } = await runFile(directory, id)
    await writeFile(join(directory, 'runs', id, 'run.json'), JSON.stringify(older))
    const { lab: next } = await openTestLab(directory, host)
    const details = await next.call('runs:details', id)
    expect(details.summary.sizes).toEqual([784, 32, 10])
    expect([details.data, details.split, details.dataProblem]).toEqual([undefined, undefined, undefined])
  })
})

describe('a set whose name is given to other content', () => {
  it('is the one that a dry run takes; a model is not asked about it that was trained on the old one', async () => {
    const directory = await temporaryFolder()
    const { lab, host, whenEnded } = await openTestLab(directory, new FakeHost(trainsThrough))
    const before = await bringDigits(lab, 'digits')
    const [id] = await lab.call('runs:enqueue', onDigits, null)
    await whenEnded(id)
    await lab.call('datasets:remove', before.id)
    const after = await bringDigits(lab, 'digits', 1)
    expect(after.sha256).not.toBe(before.sha256)
    await lab.call('design:dry-run', onDigits, 0)
    expect(host.trainings.map(({ job }) => job.own?.sha256)).toEqual([before.sha256, after.sha256])
    const asked = lab.call('runs:predict', id, { of: 'part', part: 'validation', count: 3 })
    await expect(asked).rejects.toMatchObject({ code: 'dataset/gone' })
  })
})
