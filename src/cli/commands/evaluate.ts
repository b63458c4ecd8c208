/**
 * `evaluate`: what a model, of a run or from a file, says of a whole part: score, confusion matrix, wrong samples.
 */
import { answersOf, isRightAt, type PartAnswers } from '#shared/inspect/answers'
import { confusionOf, describeConfusion, scoresOf, type ConfusionMatrix } from '#shared/inspect/confusion'
import type { ModelFacts, ModelReading, SplitPart } from '#shared/inspect/inspected'
import { CONFIDENCE, wilsonInterval } from '#shared/statistics/proportions'
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { formatAccuracy, formatCount, formatLoss, formatTable, printable } from '../format'
import { findModel } from '../model-source'
import { withLab } from './runs'

export interface EvaluateOptions {
  workspace: string
  json: boolean
  part: SplitPart
  epoch: number | null
  reading: ModelReading
}

export async function evaluateModel(
  environment: Environment,
  name: string,
  { workspace, json, part, epoch, reading }: EvaluateOptions,
): Promise<number> {
  return withLab(environment, workspace, async (lab) => {
    const facts = await findModel(lab, name, { reading, epoch })
    const dataset = reading.dataset ?? facts.dataset ?? ''
    const said = await lab.call('inspect:predictions', { source: facts.source, part, dataset: reading.dataset })
    const sets = (await lab.call('datasets:list')).sets
    const classNames = sets.find((set) => set.name === dataset)?.classes ?? facts.classNames
    const answers = answersOf(said, classNames)
    const result = resultOf(facts, answers, { dataset, part })
    environment.output.write(json ? `${JSON.stringify(result)}\n` : textOf(result))
    return EXIT.ok
  })
}

type Result = ReturnType<typeof resultOf>

/** What --json prints; its shape is a promise (docs/command-line.md). */
function resultOf(facts: ModelFacts, answers: PartAnswers, { dataset, part }: { dataset: string; part: SplitPart }) {
  const { labels, predicted, losses, correct } = answers
  const count = labels.length
  const matrix: ConfusionMatrix = confusionOf(labels, predicted, answers.classes)
  const scores = scoresOf(matrix)
  return {
    model: {
      ...(facts.source.of === 'run' ? { run: facts.source.run } : { file: facts.title }),
      ...{ title: facts.title, sizes: facts.sizes, parameters: facts.parameters, step: facts.step, epoch: facts.epoch },
      ...{ scaling: facts.scaling, isSnapshot: facts.isSnapshot },
    },
    ...{ dataset, part, count, correct },
    loss: losses.reduce((sum, loss) => sum + loss, 0) / count,
    lossName: facts.loss,
    accuracy: correct / count,
    interval: { ...wilsonInterval({ count: correct, total: count }), confidence: CONFIDENCE },
    kappa: scores.kappa,
    confusion: matrix,
    classes: scores.classes,
    misclassified: misclassifiedIn(answers),
    seconds: answers.seconds,
  }
}

/** Sample numbers over the whole set: the official test part begins behind the training part. */
function misclassifiedIn(answers: PartAnswers) {
  const { samples, labels, predicted, confidence, losses } = answers
  return Array.from(samples, (sample, row) => ({ sample, row }))
    .filter(({ row }) => !isRightAt(answers, row))
    .map(({ sample, row }) => ({
      ...{ sample, label: labels[row], predicted: predicted[row] },
      ...{ confidence: confidence[row], loss: losses[row] },
    }))
}

function textOf({ model, dataset, part, count, correct, loss, lossName, interval, ...result }: Result): string {
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`
  const share = (value: number | null) => (value === null ? '–' : value.toFixed(4))
  const at = model.epoch === null ? '' : `, epoch ${Number(model.epoch.toFixed(2))}`
  const lines = [
    `${printable(model.title)}  ${model.sizes.join('-')}, ${formatCount(model.parameters)} parameters${at}`,
    `${part} part of ${printable(dataset)}: ${formatCount(count)} samples`,
    `loss      ${formatLoss(loss)} (${lossName}, mean per sample)`,
    `accuracy  ${formatAccuracy({ loss, correct, count })} (${formatCount(correct)} of ${formatCount(count)}; 95 % ${percent(interval.low)} – ${percent(interval.high)})`,
    `kappa     ${share(result.kappa)}`,
    '',
    matrixTable(result.confusion),
    formatTable(result.classes, [
      { title: 'class', text: ({ name }) => printable(name) },
      { title: 'precision', align: 'right', text: ({ precision }) => share(precision) },
      { title: 'recall', align: 'right', text: ({ recall }) => share(recall) },
      { title: 'F1', align: 'right', text: ({ f1 }) => share(f1) },
      { title: 'support', align: 'right', text: ({ support }) => formatCount(support) },
    ]),
    printable(describeConfusion(result.confusion)),
    '',
  ]
  return lines.join('\n')
}

/** Rows are true classes, columns predicted ones, which are numbered as the rows are. */
function matrixTable({ classes, counts }: ConfusionMatrix): string {
  const rows = classes.map((name, i) => ({ name, i, counts: counts[i] ?? [] }))
  return formatTable(rows, [
    { title: 'true \\ predicted', text: ({ name, i }) => `${i}  ${printable(name)}` },
    ...classes.map((_, column) => ({
      title: String(column),
      align: 'right' as const,
      text: (row: (typeof rows)[number]) => formatCount(row.counts[column] ?? 0),
    })),
  ])
}
