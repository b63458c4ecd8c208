import { describe, expect, it } from 'vitest'
import type { RunId } from '#shared/run'
import { withoutSamples } from '#lab/queue/exclude'
import { FakeHost, trainsThrough } from './support/fake-host'
import { openTestLab } from './support/open-test-lab'
import { sampleExperiment } from './support/samples'
import { temporaryFolder } from './support/temporary-folder'

async function trained() {
  const test = await openTestLab(await temporaryFolder(), new FakeHost(trainsThrough))
  const definition = sampleExperiment({ training: { optimizer: { kind: 'adam' }, epochs: 2 } })
  const [id] = await test.lab.call('runs:enqueue', definition, null)
  await test.whenEnded(id)
  return { ...test, id }
}

describe('a run without some samples', () => {
  it('is a new run of the same experiment that says where it comes from and how many it leaves out', async () => {
    const { lab, id, whenEnded } = await trained()
    const before = (await lab.call('runs:details', id)).summary
    const made = await lab.call('runs:exclude', id, [60_012, 5, 5])
    const run = await whenEnded(made)
    expect(run).toMatchObject({
      label: `${before.label} · 2 samples excluded`,
      excluded: 2,
      experimentId: before.experimentId,
      origin: { kind: 'exclude', from: id, samples: 2 },
      configuration: { index: 1, levels: { Excluded: '2 samples excluded' } },
    })
    const { experiment, split } = await lab.call('runs:details', made)
    expect(experiment.dataset.exclude).toEqual([5, 60_012])
    const counts = (part: readonly number[] = []) => part.reduce((sum, count) => sum + count, 0)
    expect([counts(split?.classCounts.train), counts(split?.classCounts.test)]).toEqual([59_999, 9_999])
    expect(split?.sha256).not.toBe((await lab.call('runs:details', id)).split?.sha256)
    expect(before).not.toHaveProperty('excluded')
  })

  it('leaves out what the run before it did, too', async () => {
    const { lab, id, whenEnded } = await trained()
    const first = await lab.call('runs:exclude', id, [5])
    await whenEnded(first)
    const second = await whenEnded(await lab.call('runs:exclude', first, [3]))
    expect(second.label).toMatch(/^784-32-10 · 2 samples excluded$|[^·]+ · 2 samples excluded$/)
    expect(second.label.match(/excluded/g)).toHaveLength(1)
    await expect(lab.call('runs:exclude', first, [5])).rejects.toMatchObject({ code: 'experiment/invalid' })
  })

  it('is refused for a sample that there is not, and for a run that there is not', async () => {
    const { lab, id } = await trained()
    await expect(lab.call('runs:exclude', id, [70_000])).rejects.toThrow('0 … 69999, got 70000')
    await expect(lab.call('runs:exclude', id, [-1])).rejects.toThrow()
    await expect(lab.call('runs:exclude', id, [])).rejects.toThrow()
    await expect(lab.call('runs:exclude', '20261121-nothing' as RunId, [1])).rejects.toMatchObject({
      code: 'run/not-found',
    })
  })
})

describe('withoutSamples', () => {
  it('leaves a label alone that only looks as if samples were excluded', () => {
    const experiment = sampleExperiment()
    const { configuration } = withoutSamples(
      { experiment, configuration: { index: 0, label: 'wide', levels: {} } },
      [1],
    )
    expect(configuration.label).toBe('wide · sample 1 excluded')
  })
})
