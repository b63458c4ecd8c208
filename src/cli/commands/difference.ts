/**
 * `difference`: configurations against the first one, in the words and numbers of the app's Difference tab.
 */
import type { Lab } from '#lab/lab'
import { agreementOn, pairOf } from '#shared/compare/agreement'
import { configurationsOf, errorText, type Configuration, type Part } from '#shared/compare/configurations'
import {
  differencesOf,
  fairnessOf,
  remarksOnRuns,
  summaryOfDifferences,
  type DifferenceRow,
} from '#shared/compare/difference'
import { pCell, pointsText } from '#shared/compare/verdict'
import { LabError } from '#shared/errors'
import type { RunSummary } from '#shared/run'
import type { Agreement } from '#shared/statistics/proportions'
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { findConfigurations } from '../find-runs'
import { formatTable, printable } from '../format'
import { withLab } from './runs'

export interface DifferenceOptions {
  workspace: string
  json: boolean
  /** @default validation where every run has one, else test */
  part: Part | null
}

export async function showDifference(
  environment: Environment,
  names: readonly string[],
  { workspace, json, part: asked }: DifferenceOptions,
): Promise<number> {
  const { output } = environment
  return await withLab(environment, workspace, async (lab) => {
    const { runs } = await lab.call('runs:list')
    const chosen = findConfigurations(names, runs)
    const part = asked ?? (chosen.every((run) => run.last?.validation) ? 'validation' : 'test')
    const described = []
    for (const summary of chosen) described.push({ summary, details: await lab.call('runs:details', summary.id) })
    const configurations = configurationsOf(described, part)
    const [baseline] = configurations
    if (!baseline || configurations.length < 2) throw nothingToCompare(chosen)
    const agreements = await agreementsOf(lab, configurations, part)
    const rows = differencesOf(configurations, baseline.key, { agreements })
    const { factors, caption } = fairnessOf(configurations, baseline.key, [])
    const headline = summaryOfDifferences(rows, caption)
    const told: Told = { part, headline, factors, caption, remarks: remarksOnRuns(configurations) }
    output.write(json ? `${JSON.stringify(jsonOf(rows, told))}\n` : textOf(rows, told))
    return EXIT.ok
  })
}

function nothingToCompare(runs: readonly RunSummary[]): LabError {
  const labels = [...new Set(runs.map((run) => run.label))].join(', ')
  return new LabError('cli/usage', `Expected runs of two configurations at least: ${labels} differ in their seeds only`)
}

/** Where there is one seed on both sides. A model that cannot be asked leaves its row to the test of two shares. */
async function agreementsOf(
  lab: Lab,
  [baseline, ...others]: readonly Configuration[],
  part: Part,
): Promise<Map<string, Agreement>> {
  const found = new Map<string, Agreement>()
  const base = only(baseline)
  if (!base) return found
  for (const configuration of others) {
    const run = only(configuration)
    if (!run) continue
    try {
      const pair = pairOf(await predictions(lab, run, part), await predictions(lab, base, part))
      const agreement = agreementOn(pair, configuration.errors, baseline?.errors ?? [])
      if (agreement) found.set(configuration.key, agreement)
    } catch (error) {
      if (!(error instanceof LabError)) throw error // the data or the model has gone: then nobody can say more
    }
  }
  return found
}

function only(configuration: Configuration | undefined): RunSummary | null {
  return configuration?.counted.length === 1 ? (configuration.counted[0] ?? null) : null
}

function predictions(lab: Lab, { id }: RunSummary, part: Part) {
  return lab.call('inspect:predictions', { source: { of: 'run', run: id, step: null }, part })
}

interface Told {
  part: Part
  headline: string
  factors: readonly string[]
  caption: string | null
  remarks: readonly string[]
}

function jsonOf(rows: readonly DifferenceRow[], { part, headline, factors, caption, remarks }: Told) {
  return {
    part,
    verdict: headline,
    differs: factors,
    confounded: caption,
    remarks,
    configurations: rows.map(({ configuration, verdict, adjusted }) => ({
      name: configuration.name,
      runs: configuration.runs.map(({ id }) => id),
      errors: configuration.errors,
      ...(verdict && { ...verdict, holm: adjusted }),
    })),
  }
}

function textOf(rows: readonly DifferenceRow[], { part, headline, factors, remarks }: Told): string {
  const table = formatTable(rows, [
    { title: 'configuration', text: ({ configuration }) => configuration.name },
    { title: 'seeds', align: 'right', text: ({ configuration }) => String(configuration.errors.length) },
    { title: `${part} error`, align: 'right', text: ({ configuration }) => errorText(configuration) ?? '–' },
    {
      title: 'difference',
      align: 'right',
      text: ({ verdict }) => (verdict ? pointsText(verdict.difference) : 'baseline'),
    },
    { title: '95 % interval', text: ({ verdict }) => intervalText(verdict?.interval ?? null) },
    { title: 'test', text: ({ verdict }) => verdict?.test ?? '' },
    { title: 'p', align: 'right', text: ({ verdict }) => pOrNothing(verdict?.p ?? null) },
    ...(rows.length > 2
      ? [{ title: 'p, Holm', align: 'right' as const, text: ({ adjusted }: DifferenceRow) => pOrNothing(adjusted) }]
      : []),
  ])
  const several = rows.length > 2
  const caveats = rows.flatMap(({ configuration, verdict }) => {
    const said = verdict?.caveats ?? []
    return several && said.length > 0 ? [`${configuration.name}: ${said.join(' ')}`] : said
  })
  const lines = [headline, `They differ in: ${factors.join(', ')}.`, ...remarks, ...caveats]
  return `${table}\n${lines.map(printable).join('\n')}\n`
}

function pOrNothing(p: number | null): string {
  return p === null ? '' : pCell(p)
}

function intervalText(interval: { low: number; high: number } | null): string {
  return interval ? `${pointsText(interval.low)} to ${pointsText(interval.high)}` : ''
}
