/**
 * `dry-run`: the first minibatch of an experiment through the engine, before anything is trained. Nothing is stored.
 */
import { join } from 'node:path'
import { readPresets } from '#lab/presets/presets'
import { costOf } from '#shared/cost/estimate'
import { dryRunFindings, guessingLossText, type DryRun } from '#shared/dry-run'
import { expandExperiment } from '#shared/experiment-expand'
import { costLine } from '../cost-line'
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { readSource, type Changes } from '../experiment-source'
import { formatCount, formatNumberOf, formatTable } from '../format'

export interface DryRunOptions extends Changes {
  workspace: string
  json: boolean
  /** Counted from 1, in the order in which `validate` lists them. */
  configuration: number
}

export async function dryRunExperiment(
  environment: Environment,
  name: string,
  options: DryRunOptions,
): Promise<number> {
  const { output, resources } = environment
  const lab = await environment.openLab(options.workspace)
  try {
    const { datasets } = await lab.call('app:info')
    const presets = () => readPresets(join(resources, 'presets'))
    const { experiment } = await readSource(name, presets, options, datasets)
    const dry = await lab.call('design:dry-run', experiment, options.configuration - 1)
    const plans = expandExperiment(experiment, datasets)
    const plan = plans.find(({ configuration }) => configuration.index === options.configuration - 1)
    const of = plan?.experiment ?? experiment
    const findings = dryRunFindings(dry, of)
    const speed = await lab.call('design:speed')
    const cost = costOf(plans, speed, datasets)
    if (options.json) output.write(`${JSON.stringify({ ...dry, findings, cost: { ...cost, basis: speed.basis } })}\n`)
    else {
      const texts = findings.map(({ text }) => text)
      output.write(describe(dry, guessingLossText(of, dry.sizes.at(-1) ?? 0), texts))
      output.write(`All of it is ${formatNumberOf(cost.runs, 'run')}. ${costLine(cost, speed)}`)
    }
    return EXIT.ok
  } finally {
    await lab.close()
  }
}

function describe(dry: DryRun, expected: string, findings: readonly string[]): string {
  const guess = expected === '' ? '' : ` (guessing: ${expected})`
  return [
    `${dry.label}, ${dry.sizes.join('-')}: first minibatch of ${formatCount(dry.batch)}, loss ${dry.loss.toFixed(4)}${guess}, ` +
      `${formatCount(dry.correct)} right, ${(dry.memoryBytes / 1e6).toFixed(1)} MB in the engine\n`,
    formatTable(dry.layers, [
      { title: 'layer', text: (layer) => layer.name },
      { title: 'in', align: 'right', text: (layer) => `${formatCount(dry.batch)} × ${layer.inputs}` },
      { title: 'out', align: 'right', text: (layer) => `${formatCount(dry.batch)} × ${layer.outputs}` },
      { title: 'gradient', align: 'right', text: (layer) => layer.gradientNorm.toPrecision(3) },
      {
        title: 'update/weights',
        align: 'right',
        text: ({ updateNorm, weightNorm }) => (updateNorm / weightNorm).toPrecision(3),
      },
      { title: 'saturated', align: 'right', text: (layer) => share(layer.saturated) },
      { title: 'dead', align: 'right', text: (layer) => share(layer.dead) },
    ]),
    ...findings.map((text) => `${text}\n`),
    'Loss is the mean per sample.\n',
  ].join('')
}

function share(value: number | null): string {
  return value === null ? '' : `${Math.round(value * 100)} %`
}
