/**
 * `data`: the data sets of a workspace, and files and points that become some.
 */
import { resolve } from 'node:path'
import type { Lab } from '#lab/lab'
import type { DatasetEntry, DatasetStatistics, ImportView, SampleGridRequest } from '#shared/datasets'
import { LabError } from '#shared/errors'
import type { ImportOptions } from '#shared/import-options'
import { isNamedPoints, NAMED_POINTS, pointsSpecSchema, type PointsSpecInput } from '#shared/points'
import type { Environment } from '../environment'
import { EXIT } from '../exit-codes'
import { parseAssignment } from '../experiment-source'
import { saveFile } from '../files'
import { formatCount, formatNumberOf, formatTable, printable } from '../format'
import { withLab } from './runs'

export interface DataOptions {
  workspace: string
  json: boolean
}

export async function listData(environment: Environment, { workspace, json }: DataOptions): Promise<number> {
  const { output } = environment
  const listing = await withLab(environment, workspace, (lab) => lab.call('datasets:list'))
  output.write(json ? `${JSON.stringify(listing)}\n` : dataTable(listing.sets))
  for (const { message } of listing.problems) output.tell(`Not listed, and kept as it is: ${printable(message)}\n`)
  return EXIT.ok
}

export interface ImportFlags extends DataOptions {
  title: string
  name: string | null
  options: ImportOptions
  /** Say what would be stored, and store nothing. */
  preview: boolean
}

export async function importData(environment: Environment, paths: readonly string[], flags: ImportFlags) {
  const { workspace, json, title, name, options, preview } = flags
  const { output } = environment
  return await withLab(environment, workspace, async (lab) => {
    const opened = await lab.call('datasets:open-import', { paths: paths.map((path) => resolve(path)) }, options)
    const { first: _, ...view } = opened.preview
    if (!json) output.tell(viewText(opened.preview))
    if (preview) {
      if (json) output.write(`${JSON.stringify({ ...view, files: opened.files, arrays: opened.arrays })}\n`)
      return EXIT.ok
    }
    const entry = await lab.call('datasets:store-import', opened.token, title, name)
    output.write(json ? `${JSON.stringify({ ...entry, notes: view.notes })}\n` : storedText(entry))
    return EXIT.ok
  })
}

export interface PointsFlags extends DataOptions {
  title: string | null
  name: string | null
  /** `setting=value` */
  set: readonly string[]
}

/** `shape`: a shape of points, or a name that has settings of its own. */
export async function makeData(environment: Environment, shape: string, flags: PointsFlags): Promise<number> {
  const { workspace, json, title, name, set } = flags
  const base = isNamedPoints(shape) ? NAMED_POINTS[shape] : { shape }
  const input = { ...base, ...Object.fromEntries(set.map(parseAssignment)) }
  const parsed = pointsSpecSchema.safeParse(input)
  if (!parsed.success) {
    const details = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'points'}: ${message}`)
    throw new LabError('cli/usage', `These settings make no points: ${details[0]}`, { details })
  }
  return await withLab(environment, workspace, async (lab) => {
    const spec: PointsSpecInput = parsed.data
    const entry = await lab.call('datasets:store-points', spec, title ?? `Points: ${parsed.data.shape}`, name)
    environment.output.write(json ? `${JSON.stringify(entry)}\n` : storedText(entry))
    return EXIT.ok
  })
}

export async function showData(environment: Environment, name: string, { workspace, json }: DataOptions) {
  const { output } = environment
  return await withLab(environment, workspace, async (lab) => {
    const entry = await findEntry(lab, name)
    const { meanImages: _, ...statistics } = await lab.call('datasets:statistics', name)
    output.write(json ? `${JSON.stringify({ ...entry, statistics })}\n` : entryText(entry, statistics))
    return EXIT.ok
  })
}

export interface GridFlags extends Omit<SampleGridRequest, 'name' | 'samples' | 'format'> {
  workspace: string
  out: string
  /** Numbers of samples; null: the first of each class. */
  samples: readonly number[] | null
  perClass: number
  part: 'train' | 'test'
}

export async function exportGrid(environment: Environment, name: string, flags: GridFlags): Promise<number> {
  const { workspace, out, samples, perClass, part, ...request } = flags
  const format = formatOf(out)
  const path = resolve(out)
  await withLab(environment, workspace, async (lab) => {
    const entry = await findEntry(lab, name)
    const chosen = samples ?? firstOfEachClass(entry, await lab.call('datasets:labels', name), perClass, part)
    const figure = await lab.call('datasets:render-grid', { ...request, name, samples: chosen, format })
    await saveFile(path, figure.bytes)
  })
  environment.output.tell(`Wrote ${path}\n`)
  return EXIT.ok
}

/** Class by class, so that as many columns as samples a class make a row of each. */
function firstOfEachClass(
  entry: DatasetEntry,
  labels: Uint8Array,
  perClass: number,
  part: GridFlags['part'],
): number[] {
  const [begin, end] = part === 'train' ? [0, entry.train] : [entry.train, labels.length]
  const byClass = entry.classes.map((): number[] => [])
  for (let sample = begin; sample < end; sample++) {
    const found = byClass[labels[sample]]
    if (found.length < perClass) found.push(sample)
  }
  return byClass.flat()
}

async function findEntry(lab: Lab, name: string): Promise<DatasetEntry> {
  const { sets } = await lab.call('datasets:list')
  const entry = sets.find((set) => set.name === name || set.id === name)
  if (entry) return entry
  const known = sets.map((set) => set.name).join(', ')
  throw new LabError('dataset/unknown', `There is no data set "${name}"; expected one of ${known}`)
}

function formatOf(path: string): SampleGridRequest['format'] {
  const ending = /\.(svg|png)$/i.exec(path)?.[1]?.toLowerCase()
  if (ending === 'svg' || ending === 'png') return ending
  throw new LabError('cli/usage', `--out must end in .svg or .png; got "${path}"`)
}

function dataTable(sets: readonly DatasetEntry[]): string {
  return formatTable(sets, [
    { title: 'name', text: (set) => set.name },
    { title: 'title', text: (set) => set.title },
    { title: 'samples', text: (set) => `${formatCount(set.train)} + ${formatCount(set.test)}` },
    { title: 'sample', text: (set) => shapeText(set) },
    { title: 'classes', align: 'right', text: (set) => String(set.classes.length) },
    { title: 'from', text: (set) => (set.id === null ? 'the lab' : set.source.kind) },
  ])
}

type SampleShape = { height: number; width: number; channels?: number; kind?: ImportView['kind'] }

function shapeText({ height, width, channels = 1, kind = 'bytes' }: SampleShape): string {
  const size = height === 1 ? `${width} values` : `${height} × ${width}`
  return `${size}${channels === 1 ? '' : ` × ${channels}`}, ${kind}`
}

function viewText(view: ImportView): string {
  const { train, test, classNames, notes } = view
  const lines = [
    `${formatNumberOf(train, 'sample')} to train with, ${formatCount(test)} to test: ${shapeText(view)}, ${classNames.length} classes`,
    ...notes.map(({ text }) => `  ${text}`),
  ]
  return `${lines.map(printable).join('\n')}\n`
}

function storedText({ name, title, sha256 }: DatasetEntry): string {
  return `Stored as ${name} (${printable(title)}), SHA-256 ${sha256 ?? 'unknown'}\nUse it in an experiment: --set dataset.name=${name}\n`
}

type Statistics = Omit<DatasetStatistics, 'meanImages'>

function entryText(entry: DatasetEntry, statistics: Statistics): string {
  const { counts, mean, deviation, zeros, duplicates, blank } = statistics
  const facts: [string, string][] = [
    ['name', entry.name],
    ['title', entry.title],
    ['from', sourceText(entry)],
    ['samples', `${formatCount(entry.train)} to train with, ${formatCount(entry.test)} to test`],
    ['sample', shapeText(entry)],
    ['mean, deviation', `${mean.toPrecision(5)}, ${deviation.toPrecision(5)} (training part)`],
    ['zeros', `${(100 * zeros).toFixed(1)} %`],
    ['equal samples', duplicatesText(duplicates)],
    ['blank samples', formatCount(blank.count)],
    ['licence', [entry.licence, entry.credit].filter((text) => text !== '').join(', ')],
    ['SHA-256', entry.sha256 ?? 'unknown'],
  ]
  const width = Math.max(...facts.map(([name]) => name.length))
  const lines = facts.map(([name, text]) => `${name.padEnd(width)}  ${printable(text)}`)
  const classes = entry.classes.map((title, label) => ({ title, train: counts.train[label], test: counts.test[label] }))
  const table = formatTable(classes, [
    { title: 'class', text: (each) => each.title },
    { title: 'train', align: 'right', text: (each) => formatCount(each.train) },
    { title: 'test', align: 'right', text: (each) => formatCount(each.test) },
  ])
  return `${lines.join('\n')}\n\n${table}`
}

function duplicatesText({ samples, groups }: Statistics['duplicates']): string {
  const across = groups.filter((group) => group.acrossParts).length
  const differ = groups.filter((group) => group.labelsDiffer).length
  const notes = [
    ...(across > 0 ? [`${formatNumberOf(across, 'group')} in both parts`] : []),
    ...(differ > 0 ? [`${formatNumberOf(differ, 'group')} with labels that differ`] : []),
  ]
  return `${formatCount(samples)}${notes.length > 0 ? `: ${notes.join(', ')}` : ''}`
}

function sourceText({ source, importedAt }: DatasetEntry): string {
  switch (source.kind) {
    case 'lab':
      return 'ships with the lab'
    case 'points':
      return `points (${source.points.shape}), ${importedAt ?? ''}`
    case 'files': {
      const [first] = source.files
      const rest = source.fileCount > 1 ? ` and ${source.fileCount - 1} more` : ''
      return `${first?.path ?? 'files'}${rest}, ${importedAt ?? ''}`
    }
    default:
      throw new Error(`no such source: ${String(source satisfies never)}`)
  }
}
