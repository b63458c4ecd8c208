/**
 * `compare`: a figure over runs, rendered as the app renders it.
 */
import { extname, resolve } from 'node:path'
import { LabError } from '#shared/errors'
import { FIGURE_FORMATS, type FigureFormat, type FigureSpec } from '#shared/figure'
import { factorsOf } from '#shared/figures/run-factors'
import type { RunSummary } from '#shared/run'
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { saveFile } from '../files'
import { findRuns } from '../find-run-groups'
import { withLab } from './runs'

export interface CompareOptions {
  workspace: string
  out: string
  dpi: number
  /** For CSV: every evaluation, not only what is drawn. */
  allPoints: boolean
  /** All of it but the runs, which have names here. */
  figure: Omit<FigureSpec, 'runs'>
}

export async function compareRuns(
  environment: Environment,
  names: readonly string[],
  { workspace, out, dpi, allPoints, figure }: CompareOptions,
): Promise<number> {
  const format = formatOf(out, allPoints)
  const path = resolve(out)
  await withLab(environment, workspace, async (lab) => {
    const { runs } = await lab.call('runs:list')
    const chosen = findRuns(names, runs)
    const summaries = chosen.flatMap((id) => runs.find((run) => run.id === id) ?? [])
    const spec = withKnownFactors({ ...figure, runs: chosen }, summaries)
    const file = await lab.call('figures:render', { format, dpi, spec })
    await saveFile(path, file.bytes)
  })
  environment.output.tell(`Wrote ${path}\n`)
  return EXIT.ok
}

/** Factors as the runs have them, whatever the case of their letters. */
function withKnownFactors(spec: FigureSpec, runs: readonly RunSummary[]): FigureSpec {
  const known = factorsOf(runs.map((summary) => ({ summary }))).map(({ name }) => name)
  const find = (asked: string) => {
    const name = known.find((each) => each.toLowerCase() === asked.toLowerCase())
    if (name !== undefined) return name
    const expected = known.length > 0 ? `they differ in ${known.join(', ')}` : 'they do not differ in any'
    throw new LabError('cli/usage', `These runs do not differ in a factor "${asked}": ${expected}`)
  }
  const { facets, factors, ...rest } = spec
  return { ...rest, ...(facets && { facets: facets.map(find) }), ...(factors && { factors: factors.map(find) }) }
}

const ENDINGS = FIGURE_FORMATS.filter((format) => format !== 'csv-all')

function formatOf(path: string, allPoints: boolean): FigureFormat {
  const ending = extname(path).slice(1).toLowerCase()
  const format = ENDINGS.find((each) => each === ending)
  if (!format) {
    throw new LabError('cli/usage', `--out must end in ${ENDINGS.map((each) => `.${each}`).join(', ')}; got "${path}"`)
  }
  if (allPoints && format !== 'csv') throw new LabError('cli/usage', `--all-points is for .csv; --out is "${path}"`)
  return allPoints ? 'csv-all' : format
}
