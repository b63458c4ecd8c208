import { flushPromises, mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { experimentSchema, type Experiment } from '#shared/experiment'
import type { RunDetails, RunId, RunSummary } from '#shared/run'
import DifferenceTab from '../../../src/renderer/features/compare/DifferenceTab.vue'
import { configurationsOf, errorText, type Described } from '#shared/compare/configurations'
import { differencesOf, fairnessOf, remarksOnRuns, summaryOfDifferences } from '#shared/compare/difference'
import { fakeLab } from '../fake-lab'
import { aRun } from '../samples'

function design(units: number, { epochs = 20, seed = 1 } = {}): Experiment {
  return experimentSchema.parse({
    version: 1,
    title: 'Widths',
    dataset: { name: 'mnist' },
    network: { layers: [{ units, activation: 'relu' }] },
    training: { optimizer: { kind: 'adam' }, epochs },
    seeds: { init: seed, shuffle: seed },
  })
}

function score(wrong: number) {
  return { loss: 0.1, correct: 10_000 - wrong, count: 10_000 }
}

function described(id: string, experiment: Experiment, wrong: number | null, validation?: number): Described {
  const [layer] = experiment.network.layers
  const last: RunSummary['last'] =
    wrong === null
      ? null
      : {
          epoch: 20,
          step: 1,
          seconds: 1,
          epochSeconds: 1,
          train: score(1),
          test: score(wrong),
          ...(validation !== undefined && { validation: score(validation) }),
        }
  const summary = aRun({ id, label: `784-${layer?.units ?? 0}-10`, last, status: 'finished' })
  const details: RunDetails = { summary, experiment, machine: null, directory: '' }
  return { summary, details }
}

const NARROW = [270, 265, 239, 251, 260].map((wrong, seed) => described(`narrow-${seed}`, design(32, { seed }), wrong))
const WIDE = [200, 205, 198, 203, 201].map((wrong, seed) => described(`wide-00${seed}`, design(128, { seed }), wrong))

describe('configurations', () => {
  it('put runs together that differ in nothing but their seeds', () => {
    const configurations = configurationsOf([...NARROW, ...WIDE], 'test')
    expect(configurations.map(({ name, runs }) => [name, runs.length])).toEqual([
      ['784-32-10', 5],
      ['784-128-10', 5],
    ])
    expect(configurations.map(errorText)).toEqual(['2.57 % ± 0.12', '2.01 % ± 0.03'])
  })

  it('are named by what tells them apart where their labels are equal', () => {
    const runs = [described('run-000001', design(32), 270), described('run-000002', design(32, { epochs: 50 }), 240)]
    expect(configurationsOf(runs, 'test').map(({ name }) => name)).toEqual([
      '784-32-10 · epochs 20',
      '784-32-10 · epochs 50',
    ])
  })

  it('leave out runs whose design is not known yet, and count only those that were evaluated', () => {
    const unknown: Described = { summary: aRun({ id: 'unknown-1' }), details: undefined }
    const [configuration, ...others] = configurationsOf([unknown, described('waiting-1', design(32), null)], 'test')
    expect(others).toEqual([])
    expect([configuration?.errors, configuration && errorText(configuration)]).toEqual([[], null])
  })

  it('take the errors of the part that is asked for', () => {
    const [configuration] = configurationsOf([described('run-000001', design(32), 270, 300)], 'validation')
    expect(configuration && errorText(configuration)).toBe('3.00 %')
  })
})

describe('differences', () => {
  it('are judged against the baseline, which comes first', () => {
    const configurations = configurationsOf([...NARROW, ...WIDE], 'test')
    const wide = configurations[1]?.key ?? ''
    const rows = differencesOf(configurations, wide)
    expect(rows.map(({ configuration, verdict }) => [configuration.name, verdict?.better ?? null])).toEqual([
      ['784-128-10', null],
      ['784-32-10', '784-128-10'],
    ])
    expect(rows[1]?.verdict?.difference).toBeCloseTo(0.556, 3)
  })

  it('have no verdict while one side has no result', () => {
    const configurations = configurationsOf([described('run-000001', design(32), null), ...WIDE], 'test')
    expect(differencesOf(configurations, configurations[0]?.key ?? '').map(({ verdict }) => verdict)).toEqual([
      null,
      null,
    ])
    expect(differencesOf(configurations, 'gone')).toEqual([])
  })
})

describe('runs that are no further seed', () => {
  const change = (each: Described, summary: Partial<RunSummary>): Described => ({
    ...each,
    summary: { ...each.summary, ...summary },
  })

  it('count once if they repeat the seeds of another, and it is said', () => {
    const [first] = NARROW
    const again = described('narrow-again', design(32, { seed: 0 }), 270)
    const [configuration, ...others] = configurationsOf([...(first ? [first] : []), again], 'test')
    expect(others).toEqual([])
    expect(configuration?.runs).toHaveLength(2)
    expect(configuration?.errors).toEqual([{ count: 270, total: 10_000, seeds: '0/0/1' }])
    expect(remarksOnRuns(configuration ? [configuration] : [])).toEqual([
      '784-32-10: 1 run repeats seeds of another: counted once.',
    ])
  })

  it('do not count while they train, and count with a remark where they were stopped', () => {
    const [first, second] = NARROW
    if (!first?.summary.last || !second) expect.fail('no runs')
    const stopped = change(second, { status: 'stopped', epochs: 20, last: { ...first.summary.last, epoch: 7 } })
    const training = change(described('narrow-new', design(32, { seed: 9 }), 900), { status: 'running' })
    const [configuration] = configurationsOf([first, stopped, training], 'test')
    expect(configuration?.counted.map(({ id }) => id)).toEqual(['narrow-0', 'narrow-1'])
    expect(configuration?.remarks).toEqual([
      '1 run has not ended: not counted yet',
      '1 run was stopped before the last epoch (at 7 of 20)',
    ])
  })
})

describe('the sentence on all of them', () => {
  it('names both sides of the only comparison', () => {
    const configurations = configurationsOf([...NARROW, ...WIDE], 'test')
    const rows = differencesOf(configurations, configurations[0]?.key ?? '')
    expect(summaryOfDifferences(rows, null)).toMatch(/^784-128-10 against 784-32-10: 2\.01 ± 0\.03/)
  })

  it('says how many it cannot judge', () => {
    const runs = [...NARROW, ...WIDE, described('run-000001', design(64), 240), described('run-2', design(256), null)]
    const configurations = configurationsOf(runs, 'test')
    const rows = differencesOf(configurations, configurations[0]?.key ?? '')
    expect(summaryOfDifferences(rows, null)).toBe(
      'Better than 784-32-10: 784-128-10. 2 more cannot be judged: results are missing, or too few seeds.',
    )
  })
})

describe('the fair-comparison check', () => {
  const confounded = [
    described('run-000001', design(32), 270),
    described('run-000002', design(128, { epochs: 50 }), 200),
  ]

  it('names what confounds, and the designs that would help, with as many seeds', () => {
    const configurations = configurationsOf(
      [...confounded, described('run-000003', design(32, { seed: 2 }), 260)],
      'test',
    )
    const fairness = fairnessOf(configurations, configurations[0]?.key ?? '', ['hidden units'])
    expect(fairness.caption).toBe('confounded by epochs')
    const missing = fairness.missing.map(({ network, training, replicates }) => {
      return [network.layers[0]?.units, training.epochs, replicates]
    })
    expect(missing).toEqual([[128, 20, 2]])
    expect(fairness.fitting).toEqual([configurations[0]?.key])
  })

  it('gives the missing runs the seeds of the first replicate of the baseline', () => {
    const runs = [
      described('run-000002', design(32, { seed: 6 }), 260),
      described('run-000001', design(32, { seed: 5 }), 270),
      described('run-000003', design(128, { epochs: 50, seed: 1 }), 200),
    ]
    const configurations = configurationsOf(runs, 'test')
    const { missing } = fairnessOf(configurations, configurations[0]?.key ?? '', ['hidden units'])
    expect(missing.map(({ seeds: { init, shuffle }, replicates }) => [init, shuffle, replicates])).toEqual([[5, 5, 2]])
  })
})

function mountTab(runs: readonly Described[]) {
  return mount(DifferenceTab, { props: { runs }, attachTo: document.body })
}

describe('the Difference tab', () => {
  it('says each verdict as one sentence, with its interval in the table', () => {
    const tab = mountTab([...NARROW, ...WIDE])
    expect(tab.text()).toContain('2.01 ± 0.03 (n = 5) vs 2.57 ± 0.12 (n = 5) % error: −0.56 points')
    expect(tab.text()).toContain('784-128-10 is better')
    expect(tab.findAll('[aria-label=Differences] tbody tr')).toHaveLength(2)
    tab.unmount()
  })

  it('warns of a confounded comparison, and asks about another factor when it is marked', async () => {
    const tab = mountTab([
      described('run-000001', design(32), 270),
      described('run-000002', design(128, { epochs: 50 }), 200),
    ])
    expect(tab.text()).toContain('Confounded by epochs.')
    const boxes = tab.findAll<HTMLInputElement>('input[type=checkbox]')
    await boxes[0]?.setValue(false)
    await boxes[1]?.setValue(true)
    expect(tab.text()).toContain('Confounded by hidden units.')
    tab.unmount()
  })

  it('queues the runs that are missing, and leads to the comparison with them', async () => {
    const lab = fakeLab({ 'runs:enqueue': () => ['20261121-new-000001', '20261121-new-000002'] as RunId[] })
    const tab = mountTab([
      described('run-000001', design(32, { seed: 3 }), 270),
      described('run-000002', design(32, { seed: 4 }), 260),
      described('run-000003', design(128, { epochs: 50 }), 200),
    ])
    const queue = tab.findAll('button').find((each) => each.text().startsWith('Queue')) ?? expect.fail('no button')
    expect(queue.text()).toBe('Queue 1 matched configuration')
    expect(queue.attributes('title')).toBe('Hidden units 128, 2 seeds each, as the baseline in epochs')
    await queue.trigger('click')
    await flushPromises()
    const [experiment] = lab.asked('runs:enqueue')[0] ?? []
    expect(experiment).toMatchObject({
      title: 'Widths, matched to 784-32-10',
      network: { layers: [{ units: 128 }] },
      training: { epochs: 20 },
      seeds: { init: 3, shuffle: 3 },
      replicates: 2,
    })
    const link = tab.findAll('a').find((each) => each.text() === 'Compare with them')
    expect(decodeURIComponent(link?.attributes('href') ?? '')).toBe(
      '#/compare?runs=run-000001,run-000002,20261121-new-000001,20261121-new-000002',
    )
    tab.unmount()
  })

  it('says that a test part is locked', () => {
    const locked = [32, 64].map((units): Described => {
      const each = described(`run-00000${units}`, design(units), null)
      return { ...each, summary: { ...each.summary, testPolicy: 'final' } }
    })
    const tab = mountTab(locked)
    expect(tab.text()).toContain('The test part of these runs is locked')
    expect(tab.text()).toContain('Nothing can be said yet about 784-32-10')
    tab.unmount()
  })

  it('asks for more runs where there is one configuration only', () => {
    const tab = mountTab(NARROW)
    expect(tab.text()).toContain('A difference needs two configurations at least')
    tab.unmount()
  })

  it('is measured on the validation part where there is one, and says so', () => {
    const tab = mountTab([
      described('run-000001', design(32), 270, 300),
      described('run-000002', design(128), 200, 210),
    ])
    expect(tab.text()).toContain('3.00 %')
    expect(tab.find('[role=radiogroup], [aria-label="Measured on"]').exists()).toBe(true)
    tab.unmount()
  })
})
