/**
 * The flags of what is asked about runs that exist: the table, the difference, histories from elsewhere.
 */
import { Option, type Command } from 'commander'
import { LabError } from '#shared/errors'
import { VALUES_AT, type ValuesAt } from '#shared/runs/table'
import { showDifference } from './commands/difference'
import { importHistory } from './commands/history'
import { listRuns } from './commands/runs'
import { writeTable } from './commands/table'
import type { FlagKinds } from './data-commands'
import type { Environment } from './environment'
import { folder } from './folder-flag'

interface RunsFlags {
  workspace: string
  json?: boolean
  table?: 'latex' | 'csv'
  columns?: string
  at: ValuesAt
  by: 'run' | 'configuration'
  tag: string[]
  where: string[]
  title?: string
  out?: string
}

interface DifferenceFlags {
  workspace: string
  json?: boolean
  part?: 'test' | 'validation'
}

interface HistoryFlags {
  workspace: string
  json?: boolean
  label?: string
  dataset: string
  column: string[]
  samples?: number
}

export function addRunCommands(
  program: Command,
  environment: Environment,
  done: (exitCode: number) => void,
  { wholeNumber, collect }: Pick<FlagKinds, 'wholeNumber' | 'collect'>,
): void {
  const inWorkspace = (parent: Command, usage: string, description: string) =>
    parent
      .command(usage)
      .description(description)
      .allowExcessArguments(false)
      .option('--workspace <dir>', 'folder that holds the runs', folder, environment.workspace)
      .option('--json', 'machine-readable output')

  inWorkspace(program, 'runs', 'list the runs of the workspace, newest first, or write them as a table')
    .argument('[runs...]', 'with --table: ids, labels (all their seeds), experiments or presets; all runs if left out')
    .addOption(new Option('--table <format>', 'a table for a report').choices(['latex', 'csv']))
    .option('--columns <names>', 'with --table: columns and factors, parted by commas')
    .addOption(
      new Option('--at <epoch>', 'values at the last or at the best epoch').choices([...VALUES_AT]).default('last'),
    )
    .addOption(new Option('--by <rows>', 'rows are').choices(['configuration', 'run']).default('configuration'))
    .option('--tag <tag>', 'with --table: only runs with it; may be given often', collect, [])
    .option('--where <limit>', 'with --table: such as "validation-accuracy>97"; may be given often', collect, [])
    .option('--title <text>', 'with --table latex: of its caption')
    .option('--out <file>', 'with --table: write it to a file')
    .action(async (names: string[], flags: RunsFlags) => done(await runs(environment, names, flags)))

  inWorkspace(program, 'difference', 'compare configurations with the first one: interval, test and verdict')
    .argument('<runs...>', 'ids, labels (all their seeds), experiments or presets')
    .addOption(new Option('--part <part>', 'errors on this part').choices(['validation', 'test']))
    .action(async (names: string[], flags: DifferenceFlags) => {
      const { workspace, json = false, part = null } = flags
      done(await showDifference(environment, names, { workspace, json, part }))
    })

  const history = program.command('history').description("training histories of one's own code")
  inWorkspace(history, 'import', 'keep a Keras History (JSON), a CSVLogger file or the CSV of a loop among the runs')
    .argument('<file>', 'CSV, JSON, or a line of JSON for each epoch')
    .option('--label <name>', 'what it is called in legends and tables; the name of the file if left out')
    .option('--dataset <name>', 'what it was trained on', '')
    .option(
      '--column <field=name>',
      'what a column is, such as "validation-loss=my loss"; may be given often',
      collect,
      [],
    )
    .option('--samples <n>', 'held-out samples: then accuracies are counts', wholeNumber(1, 1e9))
    .action(async (file: string, flags: HistoryFlags) => {
      const { workspace, json = false, label, dataset, column: columns, samples } = flags
      done(await importHistory(environment, file, { workspace, json, label, dataset, columns, samples }))
    })
}

async function runs(environment: Environment, names: readonly string[], flags: RunsFlags): Promise<number> {
  const { workspace, json = false, table, columns, at, by, tag: tags, where, title, out } = flags
  if (table === undefined) {
    const isForTables = names.length + tags.length + where.length > 0 || columns !== undefined || out !== undefined
    if (isForTables)
      throw new LabError('cli/usage', 'Runs, --columns, --tag, --where and --out are for --table latex or csv')
    return listRuns(environment, { workspace, json })
  }
  if (json) throw new LabError('cli/usage', 'Give --table or --json, not both')
  const ids = columns?.split(',').map((name) => name.trim()) ?? null
  return writeTable(environment, names, { workspace, format: table, columns: ids, at, by, tags, where, title, out })
}
