import type { DatasetEntry, DatasetOrigin } from '#shared/datasets'
import type { ImportOptions } from '#shared/import-options'
import { formatCount, formatMoment, formatShort, plural } from '../../ui/format'
import { shapeText } from '../../data/dataset-words'

export interface AboutRow {
  name: string
  text: string
  /** Something to copy or to type elsewhere. */
  mono?: boolean
  list?: readonly string[]
}

/** Facts about a set, in the order in which they are asked for; what does not apply is left out. */
export function aboutRows(set: DatasetEntry): AboutRow[] {
  const rows: AboutRow[] = [
    { name: 'Named', text: set.name, mono: true },
    { name: 'Samples', text: `${formatCount(set.train)} to train, ${formatCount(set.test)} to test` },
    {
      name: 'Each sample',
      text: `${shapeText(set)}, ${set.kind === 'floats' ? '32-bit floats' : 'whole numbers 0 to 255'}`,
    },
    { name: 'Classes', text: `${set.classes.length}: ${set.classes.join(', ')}` },
    ...originRows(set.source),
  ]
  if (set.importedAt) rows.push({ name: 'Brought', text: formatMoment(set.importedAt) })
  if (set.licence) rows.push({ name: 'Licence', text: set.licence })
  if (set.credit) rows.push({ name: 'Credit', text: set.credit })
  return rows
}

function originRows(source: DatasetOrigin): AboutRow[] {
  switch (source.kind) {
    case 'lab':
      return [{ name: 'Source', text: 'Ships with the lab' }]
    case 'points':
      return [{ name: 'Source', text: `Points made in the lab: ${source.points.shape}` }]
    case 'files': {
      const files = source.files.map(({ path, sizeBytes }) => `${path} (${formatShort(sizeBytes)}B)`)
      const more = source.fileCount - files.length
      const list = more > 0 ? [...files, `and ${plural(more, 'more file')}`] : files
      const used = optionTexts(source.options)
      const rows: AboutRow[] = [{ name: 'Source', text: plural(source.fileCount, 'file'), list }]
      if (used.length > 0) rows.push({ name: 'Read with', text: '', list: used })
      return rows
    }
  }
}

/** Options of an import as they are written on the command line and in the manifest. */
function optionTexts(options: ImportOptions): string[] {
  return Object.entries(options)
    .filter(([name, value]) => name !== 'classNames' && value !== false) // the names are shown as the classes
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
}
