/**
 * `report list`, `new`, `check` and `export`: reports without a window.
 */
import { resolve } from 'node:path'
import type { Lab } from '#lab/lab'
import { LabError } from '#shared/errors'
import type { ReportFormat } from '#shared/report/calls'
import type { ReportSummary } from '#shared/report/report'
import type { Template } from '#shared/report/templates'
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { saveFile } from '../files'
import { findRun } from '../find-runs'
import { formatNumberOf, formatTable, printable } from '../format'
import { withLab, type ListOptions } from './runs'

export async function listReports(environment: Environment, { workspace, json }: ListOptions): Promise<number> {
  const { output } = environment
  const listing = await withLab(environment, workspace, (lab) => lab.call('reports:list'))
  if (json) output.write(`${JSON.stringify(listing)}\n`)
  else if (listing.reports.length === 0)
    output.write(
      `No reports in ${workspace} yet. Try: perceptron-lab report new --template compare-networks --runs …\n`,
    )
  else output.write(reportTable(listing.reports))
  for (const { message } of listing.problems) output.tell(`Not listed, and kept as it is: ${printable(message)}\n`)
  return EXIT.ok
}

function reportTable(reports: readonly ReportSummary[]): string {
  return formatTable(reports, [
    { title: 'id', text: ({ id }) => id },
    { title: 'title', text: ({ title }) => title },
    { title: 'preset', text: ({ presetId }) => presetId ?? '–' },
    { title: 'blocks', align: 'right', text: ({ blocks }) => String(blocks) },
    { title: 'runs', align: 'right', text: ({ runs }) => String(runs.length) },
    { title: 'changed', text: ({ changedAt }) => changedAt.slice(0, 16).replace('T', ' ') },
  ])
}

export interface NewReportOptions extends ListOptions {
  template: Template
  preset: string | null
  /** As people name them; empty with a preset: the newest runs of it. */
  runs: readonly string[]
  title: string | null
}

export async function newReport(environment: Environment, options: NewReportOptions): Promise<number> {
  const { workspace, json, template, preset, title } = options
  const report = await withLab(environment, workspace, async (lab) =>
    lab.call('reports:create', { template, presetId: preset, title, runs: await chosenRuns(lab, options) }),
  )
  const { output } = environment
  if (json) output.write(`${JSON.stringify(report)}\n`)
  else output.write(`${report.id}\n`)
  output.tell(
    `"${printable(report.title)}": ${formatNumberOf(report.blocks.length, 'block')}, ${report.aliases.map(({ name, title: of }) => `${name} = ${printable(of)}`).join(', ') || 'no runs'}\n`,
  )
  return EXIT.ok
}

async function chosenRuns(lab: Lab, { preset, runs: names }: NewReportOptions) {
  const { runs } = await lab.call('runs:list')
  if (names.length > 0) return names.map((name) => findRun(name, runs).id)
  const newest = runs.find((run) => preset !== null && run.presetId === preset)
  const own = runs.filter((run) => newest && run.experimentId === newest.experimentId)
  return own.map((run) => run.id).sort() // ids sort by their place in the experiment
}

/** Ends with 1 if there is something to look at. */
export async function checkReport(
  environment: Environment,
  name: string,
  { workspace, json }: ListOptions,
): Promise<number> {
  const { output } = environment
  const findings = await withLab(environment, workspace, async (lab) =>
    lab.call('reports:check', (await findReport(lab, name)).id),
  )
  if (json) output.write(`${JSON.stringify(findings)}\n`)
  else if (findings.length === 0) output.write('Nothing to look at.\n')
  else {
    for (const { kind, blockId, message, advice } of findings)
      output.write(`${kind} (${blockId})\n  ${printable(message)}\n  ${printable(advice)}\n`)
  }
  return findings.length > 0 ? EXIT.failed : EXIT.ok
}

const ENDINGS: Record<ReportFormat, string> = { html: '.html', pdf: '.pdf', md: '.zip', latex: '.zip' }

export async function exportReport(
  environment: Environment,
  name: string,
  { workspace, format, out }: { workspace: string; format: ReportFormat; out: string },
): Promise<number> {
  const path = resolve(out)
  const ending = ENDINGS[format]
  if (!path.toLowerCase().endsWith(ending)) {
    const what = ending === '.zip' ? `is a zip with the figures beside the text` : `is one file`
    throw new LabError('cli/usage', `--format ${format} ${what}: expected --out to end in ${ending}, got "${out}"`)
  }
  await withLab(environment, workspace, async (lab) => {
    const { bytes } = await lab.call('reports:export', (await findReport(lab, name)).id, format)
    await saveFile(path, bytes)
  })
  environment.output.tell(`Wrote ${path}\n`)
  return EXIT.ok
}

/** By its id, the beginning of one, or its title; the latest of that title. */
async function findReport(lab: Lab, name: string): Promise<ReportSummary> {
  const { reports } = await lab.call('reports:list')
  const exact = reports.find(({ id, title }) => id === name || title === name)
  const begun = reports.filter(({ id }) => id.startsWith(name) || id.startsWith(`report-${name}`))
  const found = exact ?? (begun.length === 1 ? begun[0] : undefined)
  if (found) return found
  const what =
    begun.length > 1
      ? `"${name}" is the beginning of ${begun.length} reports; write more of it`
      : `There is no report "${name}"; \`perceptron-lab report list\` lists those that there are`
  throw new LabError('report/not-found', what)
}
