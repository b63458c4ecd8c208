/**
 * `run`: trains every run of an experiment and ends with a table, or, with --json, with a summary line.
 */
import { join } from 'node:path'
import type { Lab } from '#lab/lab'
import { readPresets } from '#lab/presets/presets'
import { distinctNames } from '#shared/figures/run-names'
import { accuracyOf, hasEnded, type Evaluation, type RunId, type RunSummary } from '#shared/run'
import type { Environment, Output } from '../environment'
import { deferred } from '../deferred'
import { EXIT } from '../exit-codes'
import { type Changes, readSource } from '../experiment-source'
import { formatAccuracy, formatCount, formatLoss, formatTable } from '../format'
import { progressView } from '../progress'

export interface RunOptions extends Changes {
  workspace: string
  json: boolean
}

export async function runExperiment(environment: Environment, name: string, options: RunOptions): Promise<number> {
  const { output, resources } = environment
  const { experiment, presetId } = await readSource(name, () => readPresets(join(resources, 'presets')), options)
  const lab = await environment.openLab(options.workspace)
  try {
    const { runs, wasInterrupted } = await trainAll(lab, environment, options.json, () =>
      lab.call('runs:enqueue', experiment, presetId),
    )
    output.write(options.json ? `${JSON.stringify(await summaryLine(lab, runs))}\n` : resultTable(runs))
    if (wasInterrupted) return EXIT.interrupted
    return runs.every((run) => run.status === 'finished') ? EXIT.ok : EXIT.failed
  } finally {
    await lab.close()
  }
}

interface Trained {
  /** In the order of the experiment's configurations. */
  runs: RunSummary[]
  wasInterrupted: boolean
}

/** Listens before it enqueues, and keeps what it hears until it knows which runs are its own. */
async function trainAll(
  lab: Lab,
  { output, onInterrupt }: Environment,
  json: boolean,
  enqueue: () => Promise<RunId[]>,
): Promise<Trained> {
  const latest = new Map<RunId, RunSummary>()
  const told = new Set<RunId>()
  const view = json ? jsonView(output) : progressView(output)
  const early: (() => void)[] = []
  const allEnded = deferred()
  let ids: readonly RunId[] | undefined
  let names: ReadonlyMap<RunId, string> = new Map()
  let isKnown = false
  let wasInterrupted = false

  const whenKnown = (tell: () => void) => (isKnown ? tell() : early.push(tell))
  /** One of ours, with the name that tells it from the others: replicates share a label. */
  const ours = (id: RunId): RunSummary | undefined => {
    const [run, label] = [latest.get(id), names.get(id)]
    return run && label !== undefined ? { ...run, label } : undefined
  }
  function tellEnds(): void {
    for (const id of ids ?? []) {
      const run = ours(id)
      if (!run || !hasEnded(run.status) || told.has(id)) continue
      told.add(id)
      view.ended(run)
    }
    if (told.size === ids?.length) allEnded.resolve()
  }
  function stopAll(): void {
    for (const id of ids ?? []) {
      const run = latest.get(id)
      if (!run || !hasEnded(run.status)) lab.call('runs:stop', id).catch(allEnded.reject)
    }
  }
  const off = [
    lab.on('runs:changed', ({ changed }) =>
      whenKnown(() => {
        for (const run of changed) latest.set(run.id, run)
        tellEnds()
      }),
    ),
    lab.on('runs:evaluated', ({ id, evaluation }) =>
      whenKnown(() => {
        const run = ours(id)
        if (run) view.evaluated(run, evaluation)
      }),
    ),
    lab.on('runs:progress', (progress) => {
      const run = ours(progress.id)
      if (run) view.progressed(run, progress)
    }),
    onInterrupt(() => {
      wasInterrupted = true
      output.tell('\nStopping; what was trained is kept (Ctrl-C again ends at once) …\n')
      whenKnown(stopAll)
    }),
  ]
  try {
    ids = await enqueue()
    for (const run of (await lab.call('runs:list')).runs) latest.set(run.id, run)
    names = namesOf(ids.flatMap((id) => latest.get(id) ?? []))
    isKnown = true
    for (const tell of early) tell()
    tellEnds()
    await allEnded.promise
    return { runs: ids.flatMap((id) => latest.get(id) ?? []), wasInterrupted }
  } finally {
    for (const stop of off) stop()
  }
}

function namesOf(runs: readonly RunSummary[]): ReadonlyMap<RunId, string> {
  const names = distinctNames(runs)
  return new Map(runs.map((run, i) => [run.id, names[i]]))
}

/** JSON lines: an object for each evaluation and each end; the summary follows as the last line. */
function jsonView(output: Output) {
  const line = (value: unknown) => output.write(`${JSON.stringify(value)}\n`)
  return {
    progressed: () => undefined,
    evaluated: (run: RunSummary, evaluation: Evaluation) => line({ type: 'evaluation', run: run.id, ...evaluation }),
    ended: (run: RunSummary) => line({ type: 'ended', run: run.id, status: run.status, reason: run.reason }),
  }
}

/** The last line of --json; its shape is a promise (docs/command-line.md). */
export async function summaryLine(lab: Lab, runs: readonly RunSummary[]) {
  const directories = await Promise.all(runs.map(async (run) => (await lab.call('runs:details', run.id)).directory))
  return {
    type: 'summary',
    runs: runs.map((run, i) => ({
      id: run.id,
      directory: directories[i],
      status: run.status,
      parameters: run.parameters,
      epochs: run.last ? Math.floor(run.last.epoch) : 0,
      final: run.last && {
        trainLoss: run.last.train.loss,
        trainAccuracy: accuracyOf(run.last.train),
        testLoss: run.last.test.loss,
        testAccuracy: accuracyOf(run.last.test),
      },
      secondsPerEpoch: run.secondsPerEpoch,
      threads: run.threads,
      weightsSha256: run.weightsSha256,
    })),
  }
}

function resultTable(runs: readonly RunSummary[]): string {
  const names = namesOf(runs)
  return `\n${formatTable(runs, [
    { title: 'run', text: (run) => names.get(run.id) ?? run.label },
    { title: 'parameters', align: 'right', text: (run) => formatCount(run.parameters) },
    { title: 'status', text: (run) => run.status },
    { title: 'epochs', align: 'right', text: (run) => `${Math.floor(run.last?.epoch ?? 0)}/${run.epochs}` },
    { title: 'test loss', align: 'right', text: (run) => (run.last ? formatLoss(run.last.test.loss) : '–') },
    {
      title: 'test accuracy',
      align: 'right',
      text: ({ last }) =>
        last
          ? `${formatAccuracy(last.test)} (${formatCount(last.test.correct)} of ${formatCount(last.test.count)})`
          : '–',
    },
    { title: 's/epoch', align: 'right', text: (run) => run.secondsPerEpoch?.median.toFixed(2) ?? '–' },
    { title: 'id', text: (run) => run.id },
  ])}\nLoss is the mean per sample, in nats.\n`
}
