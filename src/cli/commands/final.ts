/**
 * `evaluate-test` and `retrain`: the end of a study that chose by validation.
 */
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { findRun } from '../find-runs'
import { formatAccuracy, formatCount, formatLoss, formatTable } from '../format'
import { timesText } from '#shared/run'
import { trainRuns, type TrainOptions } from './run'
import { withLab, type ListOptions } from './runs'

/** The one look at a test part that was locked while the runs trained. */
export async function evaluateTest(
  environment: Environment,
  names: readonly string[],
  { workspace, json }: ListOptions,
): Promise<number> {
  return withLab(environment, workspace, async (lab) => {
    const { runs } = await lab.call('runs:list')
    const chosen = [...new Map(names.map((name) => [findRun(name, runs).id, findRun(name, runs)])).values()]
    const evaluations = await lab.call(
      'runs:evaluate-test',
      chosen.map((run) => run.id),
    )
    const rows = chosen.flatMap((run, i) => {
      const evaluation = evaluations[i]
      return evaluation ? [{ run, ...evaluation }] : []
    })
    const { output } = environment
    if (json) output.write(`${JSON.stringify(rows.map(({ run, ...rest }) => ({ id: run.id, ...rest })))}\n`)
    else
      output.write(
        formatTable(rows, [
          { title: 'run', text: ({ run }) => run.label },
          { title: 'epoch', align: 'right', text: ({ epoch }) => String(Number(epoch.toFixed(2))) },
          { title: 'test loss', align: 'right', text: ({ score }) => formatLoss(score.loss) },
          {
            title: 'test accuracy',
            align: 'right',
            text: ({ score }) =>
              `${formatAccuracy(score)} (${formatCount(score.correct)} of ${formatCount(score.count)})`,
          },
          { title: 'test part looked at', text: ({ looks }) => timesText(looks) },
        ]),
      )
    return EXIT.ok
  })
}

/** Trains the design that a validated run chose on train and validation together. */
export async function retrainRun(environment: Environment, name: string, options: TrainOptions): Promise<number> {
  return trainRuns(environment, options, async (lab) => {
    const { runs } = await lab.call('runs:list')
    return [await lab.call('runs:retrain', findRun(name, runs).id)]
  })
}
