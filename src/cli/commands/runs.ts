/**
 * `runs` and `show`: what is in the workspace.
 */
import type { Lab } from '#lab/lab'
import { mistakeOf } from '#shared/mistakes'
import { isTestLocked, testScoreOf, timesText, type RunDetails, type RunSummary } from '#shared/run'
import { excludedText } from '#shared/split'
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { findRun } from '../find-runs'
import {
  formatAccuracy,
  formatCount,
  formatLoss,
  formatNumberOf,
  formatRate,
  formatTable,
  formatTestAccuracy,
  formatTestLoss,
  printable,
} from '../format'

export interface ListOptions {
  workspace: string
  json: boolean
}

/** Opens the lab for one question. */
export async function withLab<T>(
  environment: Environment,
  workspace: string,
  ask: (lab: Lab) => Promise<T>,
): Promise<T> {
  const lab = await environment.openLab(workspace)
  try {
    return await ask(lab)
  } finally {
    await lab.close()
  }
}

export async function listRuns(environment: Environment, { workspace, json }: ListOptions): Promise<number> {
  const { output } = environment
  const { runs, problems = [] } = await withLab(environment, workspace, (lab) => lab.call('runs:list'))
  output.write(json ? `${JSON.stringify(runs)}\n` : runsTable(runs, workspace))
  for (const { message } of problems) output.tell(`Not listed, and kept as it is: ${printable(message)}\n`)
  return EXIT.ok
}

export async function showRun(
  environment: Environment,
  name: string,
  { workspace, json }: ListOptions,
): Promise<number> {
  const { output } = environment
  return await withLab(environment, workspace, async (lab) => {
    const run = findRun(name, (await lab.call('runs:list')).runs)
    if (run.outside) return showOutside(environment, lab, run, json)
    const details = await lab.call('runs:details', run.id)
    const history = await lab.call('runs:history', run.id)
    output.write(json ? `${JSON.stringify({ ...details, history })}\n` : runText(details))
    return EXIT.ok
  })
}

/** Of a history from elsewhere there is no design to tell. */
async function showOutside({ output }: Environment, lab: Lab, run: RunSummary, json: boolean): Promise<number> {
  const history = await lab.call('runs:history', run.id)
  if (json) {
    output.write(`${JSON.stringify({ summary: run, history })}\n`)
    return EXIT.ok
  }
  const { file = '', sha256 = '', columns = {} } = run.outside ?? {}
  const lines: [string, string][] = [
    ['run', `${run.label} (${run.id})`],
    ['trained', 'outside the lab: no design, seeds or weights are known'],
    ['file', `${file}, SHA-256 ${sha256.slice(0, 16)}…`],
    ...Object.entries(columns).map(([field, name]) => line(field, `column ${name}`)),
    ['epochs', String(run.epochs)],
  ]
  const width = Math.max(...lines.map(([name]) => name.length))
  output.write(`${lines.map(([name, text]) => `${name.padEnd(width)}  ${printable(text)}`).join('\n')}\n`)
  return EXIT.ok
}

function runsTable(runs: readonly RunSummary[], workspace: string): string {
  if (runs.length === 0) return `No runs in ${workspace} yet. Try: perceptron-lab run two-networks-mnist --quick\n`
  return formatTable(runs, [
    { title: 'id', text: (run) => run.id },
    { title: 'run', text: (run) => run.label },
    { title: 'experiment', text: (run) => run.title },
    { title: 'data', text: (run) => (run.reducedData ? `${run.dataset} (reduced)` : run.dataset) },
    { title: 'status', text: (run) => run.status },
    { title: 'epochs', align: 'right', text: (run) => `${Math.floor(run.last?.epoch ?? 0)}/${run.epochs}` },
    { title: 'test loss', align: 'right', text: formatTestLoss },
    { title: 'test acc.', align: 'right', text: formatTestAccuracy },
  ])
}

/** The lineage of a run that did not come from a design. */
function originLines({ origin, last, finalEvaluation }: RunSummary): [string, string][] {
  if (!origin) return []
  if (origin.kind === 'exclude') return [['definition of', `run ${origin.from}, ${excludedText(origin.samples)}`]]
  if (origin.kind === 'repeat') return [['definition of', `run ${origin.from}, trained again from the start`]]
  const trainedOn = last ? `, trained on ${formatCount(last.train.count)}` : ''
  const tested = finalEvaluation ? ', tested once' : ', not tested yet'
  const epochs = formatNumberOf(origin.epochs, 'epoch')
  return [['chosen by', `validation run ${origin.from} (lowest validation loss: ${epochs})${trainedOn}${tested}`]]
}

/** Of the last evaluation; or of the final one, with how often the part was looked at. */
function testLines(summary: RunSummary): [string, string][] {
  const score = testScoreOf(summary)
  if (!score) return isTestLocked(summary) ? [['test', 'locked until the final evaluation']] : []
  const counts = `${formatCount(score.correct)} of ${formatCount(score.count)}`
  const text = `loss ${formatLoss(score.loss)}, accuracy ${formatAccuracy(score)} (${counts})`
  const final = summary.finalEvaluation
  const looks = final
    ? `final evaluation of epoch ${final.epoch}, ${final.at}; test part looked at ${timesText(final.looks)}`
    : 'watched at every evaluation'
  return [
    ['test', text],
    ['test part', looks],
  ]
}

function line(name: string, text: string): [string, string] {
  return [name, text]
}

/** How the samples were shared out, and what is wrong with the data if it has gone or changed. */
function splitLines({ experiment, split, dataProblem }: RunDetails): [string, string][] {
  const size = (counts: readonly number[]) => formatCount(counts.reduce((sum, count) => sum + count, 0))
  const counts = split?.classCounts
  const parts = counts
    ? `: ${size(counts.train)} train, ${size(counts.validation)} validation, ${size(counts.test)} test`
    : ''
  const hash = split ? `, SHA-256 ${split.sha256.slice(0, 16)}…` : ''
  return [
    line('split', `${experiment.dataset.split.kind}${parts}${hash}`),
    ...(dataProblem === undefined ? [] : [line('data problem', dataProblem)]),
  ]
}

/** Weights that Inspect and `predict --epoch` can ask besides the model. */
function keptLines({ training: { keepWeights } }: RunDetails['experiment']): [string, string][] {
  if (!keepWeights) return []
  const { epochs } = keepWeights.every
  return [['weights kept', epochs === 1 ? 'of every epoch' : `of every ${epochs} epochs`]]
}

function runText(details: RunDetails): string {
  const { summary, experiment, machine, directory, interventions, resumes } = details
  const { last, lowestTestLoss, bestValidation, secondsPerEpoch } = summary
  const { optimizer } = experiment.training
  const { init, shuffle, split, dropout } = experiment.seeds
  const mistake = mistakeOf(experiment)
  const lines: [string, string][] = [
    ['run', `${summary.label} (${summary.id})`],
    ['experiment', summary.title],
    ['status', summary.reason ? `${summary.status}: ${summary.reason}` : summary.status],
    ['network', `${summary.sizes.join('-')}, ${formatCount(summary.parameters)} parameters`],
    [
      'data',
      `${summary.dataset}${summary.reducedData ? ' (reduced data)' : ''}${summary.excluded ? `, ${excludedText(summary.excluded)}` : ''}, scaling ${experiment.dataset.scaling}`,
    ],
    ...splitLines(details),
    ['training', `${optimizer.kind}, learning rate ${optimizer.learningRate}, batch ${experiment.training.batchSize}`],
    ['loss', experiment.training.loss],
    ...keptLines(experiment),
    ...(mistake === null ? [] : [line('mistake', `${mistake}, on purpose`)]),
    ...(interventions ?? []).map((change) =>
      line('by hand', `learning rate ${formatRate(change.learningRate)} from step ${formatCount(change.step)}`),
    ),
    ...originLines(summary),
    ...(resumes ?? []).map(({ at, step }) => line('resumed', `${at}, from step ${formatCount(step)}`)),
    ['epochs', `${Math.floor(last?.epoch ?? 0)} of ${summary.epochs}`],
    ['seeds', `split ${split}, init ${init}, shuffle ${shuffle}, dropout ${dropout}`],
  ]
  if (last) {
    const { train, validation } = last
    lines.push(
      ['train', `loss ${formatLoss(train.loss)}, accuracy ${formatAccuracy(train)}`],
      ...(validation
        ? [line('validation', `loss ${formatLoss(validation.loss)}, accuracy ${formatAccuracy(validation)}`)]
        : []),
    )
  }
  lines.push(...testLines(summary))
  if (bestValidation) {
    const { epoch, score } = bestValidation
    lines.push(['best by validation', `epoch ${epoch}, loss ${formatLoss(score.loss)}`])
  }
  if (lowestTestLoss)
    lines.push(['lowest test loss', `${formatLoss(lowestTestLoss.loss)} at epoch ${lowestTestLoss.epoch}`])
  if (secondsPerEpoch) {
    const { median, min, max } = secondsPerEpoch
    lines.push([
      's/epoch',
      `${median.toFixed(2)} (${min.toFixed(2)} … ${max.toFixed(2)}), ${formatNumberOf(summary.threads, 'thread')}`,
    ])
  }
  if (machine) lines.push(['machine', `${machine.cpu}, ${machine.cores} cores, ${machine.kernels}`])
  if (summary.weightsSha256) lines.push(['weights SHA-256', summary.weightsSha256])
  lines.push(['folder', directory])
  const width = Math.max(...lines.map(([name]) => name.length))
  return `${lines.map(([name, text]) => `${name.padEnd(width)}  ${printable(text)}`).join('\n')}\n`
}
