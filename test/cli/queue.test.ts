import { describe, expect, test } from 'vitest'
import { queueOf } from '../../src/cli/commands/queue'
import { tableLines, tableView, type TableRow } from '../../src/cli/progress-table'
import type { Evaluation, RunId, RunSummary } from '#shared/run'
import { evaluationAt, fakeLab } from './fake-lab'
import { experimentSchema } from '#shared/experiment'
import { goOnWithSame } from '../../src/cli/same-experiment'
import { BUILT_IN_DATASETS } from '#shared/dataset'

const experiment = experimentSchema.parse({
  version: 1,
  title: 'Rates',
  dataset: { name: 'mnist' },
  network: { layers: [] },
  training: { optimizer: { kind: 'sgd' }, epochs: 10 },
  factors: [
    {
      name: 'Rate',
      levels: [0.1, 0.2, 0.3].map((rate) => ({
        label: `rate ${rate}`,
        set: { 'training.optimizer.learningRate': rate },
      })),
    },
  ],
})

/** A lab with the three runs of the experiment, as the test wants them. */
async function labWith(...changes: Partial<RunSummary>[]) {
  const lab = fakeLab()
  await lab.call('runs:enqueue', experiment, null)
  changes.forEach((change, i) => Object.assign(lab.runs[i], change))
  const call = lab.call.bind(lab) as (name: string, ...args: unknown[]) => Promise<unknown>
  const withInfo = (name: string, ...args: unknown[]) =>
    name === 'app:info' ? Promise.resolve({ datasets: BUILT_IN_DATASETS }) : call(name, ...args)
  lab.call = withInfo as typeof lab.call
  return lab
}

describe('run --resume', () => {
  test('goes on with what has not finished, and answers with all runs in their order', async () => {
    const lab = await labWith({ status: 'finished' }, { status: 'interrupted' }, { status: 'cancelled' })
    const ids = lab.runs.map((run) => run.id)
    expect(await goOnWithSame(lab, experiment)).toEqual(ids)
    expect(lab.asked.filter((each) => each.name === 'runs:resume')).toEqual([
      { name: 'runs:resume', args: [ids.slice(1)] },
    ])
  })

  test('asks for nothing where all have finished', async () => {
    const lab = await labWith({ status: 'finished' }, { status: 'finished' }, { status: 'finished' })
    expect(await goOnWithSame(lab, experiment)).toHaveLength(3)
    expect(lab.asked.some((each) => each.name === 'runs:resume')).toBe(false)
  })

  test('does not take another experiment for the same one, whatever it is called', async () => {
    const lab = await labWith({ status: 'interrupted' })
    expect(await goOnWithSame(lab, { ...experiment, seeds: { ...experiment.seeds, init: 9 } })).toBeNull()
    expect(await goOnWithSame(fakeLab(), { ...experiment, title: 'Other' }).catch(() => null)).toBeNull()
  })

  test('says that another program is at it', async () => {
    const lab = await labWith({ status: 'running' })
    await expect(goOnWithSame(lab, experiment)).rejects.toMatchObject({ code: 'run/not-ours' })
  })
})

describe('the queue', () => {
  test('lists what trains, then what waits by its place, then what was cut short', async () => {
    const { runs } = await labWith(
      { status: 'waiting', place: 5 },
      { status: 'waiting', place: 2 },
      { status: 'running' },
    )
    const [late, early, running] = runs as [RunSummary, RunSummary, RunSummary]
    const cut: RunSummary = { ...late, id: 'cut-000001' as RunId, status: 'stopped', cutShort: true }
    const stopped: RunSummary = { ...late, id: 'stopped-01' as RunId, status: 'stopped' }
    expect(queueOf([cut, stopped, late, early, running])).toEqual([running, early, late, cut])
  })
})

describe('the table of many runs', () => {
  const row = (run: Partial<RunSummary>, epoch?: number): TableRow => ({
    run: { id: 'r' as RunId, label: 'rate 0.1', status: 'running', epochs: 10, last: null, ...run } as RunSummary,
    progress:
      epoch === undefined
        ? undefined
        : {
            id: 'r' as RunId,
            ...{ step: epoch * 10, steps: 100, epoch, epochs: 10, samplesPerSecond: 1, learningRate: 0.1 },
            running: { loss: 0.5, accuracy: 0.9 },
            secondsLeft: 65,
          },
  })
  const validated: Evaluation = { ...evaluationAt(3), validation: { loss: 0.25, correct: 450, count: 500 } }

  test('has a line for each: epochs, losses, the part that may be seen, and the time left', () => {
    const { test: _, ...locked } = validated
    const lines = tableLines(
      [row({}, 4.2), row({ status: 'waiting' }), row({ status: 'finished', testPolicy: 'final', last: locked })],
      120,
      20,
    )
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      ['run', 'epoch', 'train loss', 'loss', 'accuracy', 'left'],
      ['rate 0.1', '4/10', '0.5000', '–', '–', '1:05'],
      ['rate 0.1', '0/10', '–', '–', '–', 'waiting'],
      ['rate 0.1', '3/10', '0.1000', '0.2500', 'validation 90.00 %', 'finished'],
    ])
  })

  test('keeps those that train where there are more runs than lines, and counts the others', () => {
    const rows = [
      ...Array<TableRow>(30)
        .fill(row({ status: 'waiting' }))
        .map((each) => ({ ...each })),
      row({ label: 'now' }, 1),
    ]
    const lines = tableLines(rows, 120, 3)
    expect(lines).toHaveLength(5)
    expect(lines.join('\n')).toContain('now')
    expect(lines.at(-1)).toBe('and 28 runs more: 28 waiting')
    for (const width of [5, 20, 60])
      for (const line of tableLines(rows, width, 3)) expect(line.length).toBeLessThanOrEqual(width)
  })

  test('is drawn over itself', () => {
    let told = ''
    const view = tableView({
      write: () => undefined,
      tell: (text) => (told += text),
      isTerminal: true,
      width: 80,
      height: 24,
    })
    const { run, progress } = row({}, 1)
    view.begun?.([run, { ...run, id: 's' as RunId }])
    if (progress) view.progressed(run, progress)
    expect(told).not.toContain('\u001b[3A')
    if (progress) view.progressed(run, { ...progress, epoch: 2 })
    expect(told).toContain('\u001b[3A') // header and two runs
  })
})
