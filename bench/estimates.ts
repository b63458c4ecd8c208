/**
 * `npm run bench:estimates`: what the designer says that a design will cost, beside what it did cost.
 *
 * Each design is queued in a workspace of its own, as a person would, by a lab that has measured the speed of this machine
 * once and knows nothing else. Time counts from the first run's start to the last one's end.
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Lab } from '#lab/lab'
import { openLab } from '#lab/open-lab'
import { costOf } from '#shared/cost/estimate'
import type { Speed } from '#shared/cost/speed'
import { expandExperiment } from '#shared/experiment-expand'
import { hasEnded, type Evaluation, type RunId } from '#shared/run'
import { HELD_OUT, KNOWN, type EstimatedDesign } from './estimate-designs'
import { busyRows, type BusyRow } from './estimates-busy'
import { processorSeconds, startWatchingOthers } from './hosts'
import { bundled } from './home'

const USAGE = `npm run bench:estimates -- [options]
  --known            the designs that were looked at while the model was made, in place of the others
  --only text        designs whose name has it
  --rounds n         times that each is trained; the fastest counts (default 1)
  --busy             other programs use the machine: processor seconds of one thread, in turns with a yardstick
  --json             a line of JSON for each design as well`

interface Cost {
  seconds: number
  processorSeconds: number
  /** Training of one epoch by the clock, its shortest; null where evaluations are not at the end of epochs. */
  epochSeconds: number | null
  bytes: number
  /** Cores that other programs kept busy. */
  otherCores: number
}

interface Row {
  name: string
  estimate: { seconds: number; epochSeconds: number; bytes: number; atOnce: number; threads: number }
  truth: Cost
}

await main()

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      known: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      rounds: { type: 'string', default: '1' },
      busy: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(USAGE)
  const designs = (values.known ? KNOWN : HELD_OUT).filter(({ name }) => name.includes(values.only))
  if (values.busy) {
    const busy = await inNewLab((lab) => busyRows(lab, designs, Number(values.rounds)))
    return console.log(describeBusy(busy))
  }
  const speed = await measuredSpeed()
  const rows: Row[] = []
  for (const design of designs) {
    const truths: Cost[] = []
    for (let round = 0; round < Number(values.rounds); round++) truths.push(await train(design))
    const truth = fastestOf(truths)
    const row = { name: design.name, estimate: estimateOf(design, speed), truth }
    rows.push(row)
    console.error(`${rows.length}/${designs.length} ${design.name}`)
    if (values.json) console.log(JSON.stringify(row))
  }
  console.log(describe(rows, speed))
}

function estimateOf({ experiment }: EstimatedDesign, speed: Speed): Row['estimate'] {
  const plans = expandExperiment(experiment)
  const cost = costOf(plans, speed)
  const alone = costOf(plans.slice(0, 1), speed)
  return {
    seconds: cost.seconds ?? NaN,
    epochSeconds: ((alone.seconds ?? NaN) * (1 - alone.evaluationShare)) / experiment.training.epochs,
    bytes: cost.bytes,
    atOnce: cost.atOnce,
    threads: cost.threads,
  }
}

async function measuredSpeed(): Promise<Speed> {
  return inNewLab((lab) => lab.call('design:measure-speed'))
}

async function train({ experiment }: EstimatedDesign): Promise<Cost> {
  return inNewLab(async (lab, workspace) => {
    const others = startWatchingOthers()
    const [began, processor] = [performance.now(), processorSeconds()]
    const evaluations = await trainAll(lab, () => lab.call('runs:enqueue', experiment, null))
    const seconds = (performance.now() - began) / 1000
    const epochs = evaluations.flatMap(({ epochSeconds }) => epochSeconds ?? [])
    return {
      seconds,
      processorSeconds: processorSeconds() - processor,
      epochSeconds: epochs.length > 0 ? Math.min(...epochs) : null,
      bytes: await sizeOf(join(workspace, 'runs')),
      otherCores: others(),
    }
  })
}

async function trainAll(lab: Lab, start: () => Promise<readonly RunId[]>): Promise<Evaluation[]> {
  const evaluations: Evaluation[] = []
  const ended = new Set<RunId>()
  let ids: readonly RunId[] | undefined
  await new Promise<void>((done, fail) => {
    const look = () => ids?.every((id) => ended.has(id)) === true && done()
    lab.on('runs:evaluated', ({ evaluation }) => evaluations.push(evaluation))
    lab.on('runs:changed', ({ changed }) => {
      for (const { id, status, reason } of changed) {
        if (status === 'failed') fail(new Error(reason ?? status))
        if (hasEnded(status)) ended.add(id)
      }
      look()
    })
    start().then((started) => {
      ids = started
      look()
    }, fail)
  })
  return evaluations
}

async function inNewLab<T>(work: (lab: Lab, workspace: string) => Promise<T>): Promise<T> {
  const workspace = await mkdtemp(join(tmpdir(), 'estimates-'))
  const resources = join(process.cwd(), 'resources')
  const lab = await openLab({
    workspace,
    resources,
    workerFile: bundled('worker'),
    version: '0.0.0-bench',
    door: 'cli',
  })
  try {
    return await work(lab, workspace)
  } finally {
    await lab.close()
    await rm(workspace, { recursive: true, force: true })
  }
}

async function sizeOf(path: string): Promise<number> {
  const facts = await stat(path)
  if (!facts.isDirectory()) return facts.size
  const names = await readdir(path)
  const sizes = await Promise.all(names.map((name) => sizeOf(join(path, name))))
  return sizes.reduce((sum, size) => sum + size, 0)
}

function fastestOf(truths: readonly Cost[]): Cost {
  const least = (of: (truth: Cost) => number) => Math.min(...truths.map(of))
  const epochs = truths.flatMap(({ epochSeconds }) => epochSeconds ?? [])
  return {
    seconds: least((truth) => truth.seconds),
    processorSeconds: least((truth) => truth.processorSeconds),
    epochSeconds: epochs.length > 0 ? Math.min(...epochs) : null,
    bytes: least((truth) => truth.bytes),
    otherCores: least((truth) => truth.otherCores),
  }
}

function describeBusy(rows: readonly BusyRow[]): string {
  const line = ({ name, estimate, truth }: BusyRow) =>
    `| ${name} | ${estimate.toPrecision(3)} | ${truth.toPrecision(3)} | ${(estimate / truth).toFixed(2)} |`
  const within = rows.filter(({ estimate, truth }) => Math.max(estimate / truth, truth / estimate) <= 1.5).length
  const head = ['| design | estimate s | processor s | ratio |', '|---|---|---|---|']
  return `${[...head, ...rows.map(line)].join('\n')}\n\nwithin a factor of 1.5: ${within} of ${rows.length}`
}

function describe(rows: readonly Row[], { oneThread, allThreads, threads }: Speed): string {
  const number = (value: number | null, digits = 3) => (value === null ? '' : value.toPrecision(digits))
  const head = [
    'design | estimate s | s | ratio | processor s | ratio | shortest epoch s | ratio | estimate kB | kB | ratio | busy elsewhere',
    '---|---|---|---|---|---|---|---|---|---|---|---',
  ]
  const lines = rows.map(({ name, estimate, truth }) => {
    const ratio = (a: number, b: number | null) => (b === null ? '' : (a / b).toFixed(2))
    return [
      name,
      number(estimate.seconds),
      number(truth.seconds),
      ratio(estimate.seconds, truth.seconds),
      number(truth.processorSeconds),
      ratio(estimate.seconds * estimate.threads, truth.processorSeconds),
      number(truth.epochSeconds),
      ratio(estimate.epochSeconds, truth.epochSeconds),
      Math.round(estimate.bytes / 1000),
      Math.round(truth.bytes / 1000),
      ratio(estimate.bytes, truth.bytes),
      truth.otherCores.toFixed(2),
    ].join(' | ')
  })
  const within = (of: (row: Row) => number) => rows.filter((row) => Math.max(of(row), 1 / of(row)) <= 1.5).length
  const summary = [
    `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores; this machine: ${number(oneThread)} × the reference with one thread, ${number(allThreads)} × with ${threads}`,
    `time within a factor of 1.5: ${within((row) => row.estimate.seconds / row.truth.seconds)} of ${rows.length} by the clock`,
    `disk within a factor of 1.5: ${within((row) => row.estimate.bytes / row.truth.bytes)} of ${rows.length}`,
  ]
  return [...head, ...lines].map((line) => `| ${line} |`).join('\n') + `\n\n${summary.join('\n')}`
}
