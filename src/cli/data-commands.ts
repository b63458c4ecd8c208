/**
 * The flags of `data`, checked, and the commands that they go to.
 */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { LabError } from '#shared/errors'
import { importOptionsSchema, type ImportOptions } from '#shared/import-options'
import { exportGrid, importData, listData, makeData, showData } from './commands/data'
import type { Environment } from './environment'
import { folder } from './folder-flag'

interface Common {
  workspace: string
  json?: boolean
}

interface ImportCommand extends Common {
  title?: string
  name?: string
  preview?: boolean
  labelColumn?: string
  header?: boolean
  delimiter?: string
  labelOffset?: string
  classes?: string
  shape?: string
  layout?: string
  transpose?: boolean
  invert?: boolean
  colors?: string
  skipUnreadable?: boolean
  testShare?: string
  testSeed?: string
}

interface GridCommand extends Common {
  out: string
  samples?: number[]
  perClass: number
  part: 'train' | 'test'
  columns?: number
  captions: 'none' | 'class' | 'class-and-number'
  title?: string
  width: number
  dpi: number
}

/** `wholeNumber` and `number` make checked flags. */
export interface FlagKinds {
  wholeNumber: (min: number, max: number) => (text: string) => number
  number: (min: number, max: number) => (text: string) => number
  collect: (text: string, earlier: readonly string[]) => string[]
}

export function addDataCommands(
  program: Command,
  environment: Environment,
  done: (exitCode: number) => void,
  { wholeNumber, number, collect }: FlagKinds,
): void {
  const data = program.command('data').description('data sets: those that ship with the lab, and your own')
  const command = (usage: string, description: string) =>
    data
      .command(usage)
      .description(description)
      .allowExcessArguments(false)
      .option('--workspace <dir>', 'folder that holds them', folder, environment.workspace)
  const json = ['--json', 'machine-readable output'] as const
  const common = ({ workspace, json: wanted = false }: Common) => ({ workspace, json: wanted })

  command('list', 'list the data sets that an experiment may name')
    .option(...json)
    .action(async (flags: Common) => done(await listData(environment, common(flags))))

  command('import', 'store files as a data set: IDX, NPY, NPZ, CSV, TSV, folders of PNG or JPEG, plain or packed')
    .argument('<paths...>', 'files, or folders of pictures')
    .option('--title <text>', 'what it is called on the screen; the first file’s name if left out')
    .option('--name <word>', 'what experiments call it; made from the title if left out')
    .option('--preview', 'say what it would be, and store nothing')
    .option('--label-column <column>', 'of a table: first, last, or its name')
    .option('--header', 'the first line of a table names its columns')
    .option('--no-header', 'it does not')
    .option('--delimiter <sign>', 'between the cells of a table; "tab" for a tab')
    .option('--label-offset <n>', 'the label of the first class')
    .option('--classes <names>', 'names of the classes in the order of their labels, with commas between them')
    .option('--shape <HxW[xC]>', 'of a sample whose values come in one row, such as 28x28')
    .addOption(new Option('--layout <order>', 'of colors').choices(['channels-last', 'channels-first']))
    .option('--transpose', 'rows become columns, as EMNIST needs it')
    .option('--no-transpose', 'even if it looks like EMNIST')
    .option('--invert', 'dark on light becomes light on dark')
    .addOption(new Option('--colors <kind>', 'of pictures').choices(['gray', 'rgb']))
    .option('--skip-unreadable', 'leave out pictures that cannot be read')
    .option('--test-share <share>', 'kept for the test where the files have no test part')
    .option('--test-seed <n>', 'draws them')
    .option(...json)
    .action(async (paths: string[], flags: ImportCommand) =>
      done(
        await importData(environment, paths, {
          ...common(flags),
          title: flags.title ?? titleOf(paths[0]),
          name: flags.name ?? null,
          preview: flags.preview === true,
          options: importOptions(flags),
        }),
      ),
    )

  command('points', 'make points in the plane and store them')
    .argument('<shape>', 'moons, circles, spirals, xor, blobs, gaussians, formula, or two-moons')
    .option('--set <setting=value>', 'such as noise=0.2, size=500 or formula="y > sin(3*x)"', collect, [])
    .option('--title <text>', 'what it is called on the screen')
    .option('--name <word>', 'what experiments call it')
    .option(...json)
    .action(async (shape: string, flags: Common & { set: string[]; title?: string; name?: string }) => {
      const { set, title = null, name = null } = flags
      done(await makeData(environment, shape, { ...common(flags), set, title, name }))
    })

  command('show', 'say everything about a data set')
    .argument('<name>', 'name or id')
    .option(...json)
    .action(async (name: string, flags: Common) => done(await showData(environment, name, common(flags))))

  command('export-grid', 'draw samples of a set into one figure')
    .argument('<name>', 'name or id')
    .requiredOption('--out <file>', 'figure.svg or figure.png')
    .option('--samples <numbers>', 'such as 0,5,17: the training part first', sampleNumbers)
    .option('--per-class <n>', 'the first n of each class', wholeNumber(1, 100), 8)
    .addOption(new Option('--part <part>', 'where those come from').choices(['train', 'test']).default('train'))
    .option('--columns <n>', 'pictures in a row; a class a row if left out', wholeNumber(1, 100))
    .addOption(
      new Option('--captions <kind>', 'below each').choices(['none', 'class', 'class-and-number']).default('class'),
    )
    .option('--title <text>', 'title above the figure')
    .option('--width <cm>', 'width in print', number(1, 200), 14)
    .option('--dpi <n>', 'dots an inch, for PNG', wholeNumber(36, 1200), 300)
    .action(async (name: string, flags: GridCommand) => {
      const { workspace, out, samples = null, perClass, part, captions, title = null, width: widthCm, dpi } = flags
      const columns = flags.columns ?? (samples ? Math.min(10, samples.length) : perClass)
      const grid = { workspace, out, samples, perClass, part, columns, captions, title, widthCm, dpi }
      done(await exportGrid(environment, name, grid))
    })
}

/** What the flags say, as an import takes it; numbers are checked by its schema. */
function importOptions(flags: ImportCommand): ImportOptions {
  const { labelColumn, header, labelOffset, classes, shape, layout, transpose, invert, colors } = flags
  const delimiter = flags.delimiter === 'tab' ? '\t' : flags.delimiter
  const given = {
    labelColumn: labelColumn === undefined || /^(first|last)$/.test(labelColumn) ? labelColumn : { name: labelColumn },
    ...{ header, delimiter, layout, transpose, invert, colors },
    labelOffset: numberOf(labelOffset),
    classNames: classes?.split(',').map((name) => name.trim()),
    shape: shape === undefined ? undefined : shapeOf(shape),
    unreadable: flags.skipUnreadable ? 'skip' : undefined,
    testShare: numberOf(flags.testShare),
    testSeed: numberOf(flags.testSeed),
  }
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const parsed = importOptionsSchema.safeParse(said)
  if (parsed.success) return parsed.data
  const details = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: expected ${message}`)
  throw new LabError('cli/usage', details[0], { details })
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text === '' ? NaN : text)
}

function shapeOf(text: string): { height: number; width: number; channels: number } {
  const [, height, width, channels = '1'] = /^(\d+)x(\d+)(?:x(\d+))?$/i.exec(text) ?? []
  if (height === undefined) throw new LabError('cli/usage', `--shape: expected something like 28x28, got "${text}"`)
  return { height: Number(height), width: Number(width), channels: Number(channels) }
}

function sampleNumbers(text: string): number[] {
  const numbers = text.split(',').map((each) => each.trim())
  if (numbers.every((each) => /^\d+$/.test(each))) return numbers.map(Number)
  throw new InvalidArgumentError('Expected numbers with commas between them, such as 0,5,17.')
}

function titleOf(path: string): string {
  const name =
    path
      .replace(/[\\/]+$/, '')
      .split(/[\\/]/)
      .at(-1) ?? ''
  return name.replace(/(\.(?:gz|zip|csv|tsv|npz|npy|idx))+$/i, '').slice(0, 120) || 'My data'
}
