/**
 * `compare`: a figure over runs, rendered as the app renders it.
 */
import { extname, resolve } from 'node:path'
import { LabError } from '#shared/errors'
import { FIGURE_FORMATS, type FigureFormat, type Metric, type XAxis } from '#shared/figure'
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { saveFile } from '../files'
import { findRun } from '../find-runs'
import { withLab } from './runs'

export interface CompareOptions {
  workspace: string
  /** One panel for each entry. */
  metric: readonly (readonly Metric[])[]
  x: XAxis
  out: string
  title: string | null
  logY: boolean
  width: number
  height: number
  dpi: number
}

export async function compareRuns(
  environment: Environment,
  names: readonly string[],
  options: CompareOptions,
): Promise<number> {
  const format = formatOf(options.out)
  const path = resolve(options.out)
  await withLab(environment, options.workspace, async (lab) => {
    const { runs } = await lab.call('runs:list')
    const figure = await lab.call('figures:render', {
      format,
      dpi: options.dpi,
      spec: {
        runs: names.map((name) => findRun(name, runs).id),
        panels: options.metric,
        x: options.x,
        logY: options.logY,
        title: options.title,
        widthCm: options.width,
        heightCm: options.height,
      },
    })
    await saveFile(path, figure.bytes)
  })
  environment.output.tell(`Wrote ${path}\n`)
  return EXIT.ok
}

function formatOf(path: string): FigureFormat {
  const ending = extname(path).slice(1).toLowerCase()
  const format = FIGURE_FORMATS.find((each) => each === ending)
  if (format) return format
  const endings = FIGURE_FORMATS.map((each) => `.${each}`).join(', ')
  throw new LabError('cli/usage', `--out must end in ${endings}; got "${path}"`)
}
