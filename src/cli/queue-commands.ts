/**
 * The flags of `queue`: what trains and waits in the workspace, and in which order.
 */
import { Option, type Command } from 'commander'
import { LIMITS } from '#shared/experiment'
import { PRESET_VARIANTS, type PresetVariantName } from '#shared/preset'
import { addToQueue, cancelInQueue, holdQueue, listQueue, moveInQueue, runQueue } from './commands/queue'
import type { FlagKinds } from './data-commands'
import type { Environment } from './environment'
import { folder } from './folder-flag'

interface ListFlags {
  workspace: string
  json?: boolean
}

interface AddFlags extends ListFlags {
  quick?: boolean
  variant?: PresetVariantName
  set: string[]
  seed?: number
  threads?: number
  epochs?: number
}

interface MoveFlags extends ListFlags {
  first?: boolean
  last?: boolean
  before?: string
}

interface RunFlags extends ListFlags {
  progress?: boolean
}

export function addQueueCommands(
  program: Command,
  environment: Environment,
  done: (exitCode: number) => void,
  {
    wholeNumber,
    collect,
    trainFlags,
  }: Pick<FlagKinds, 'wholeNumber' | 'collect'> & {
    trainFlags: (flags: RunFlags) => { json: boolean; progress: boolean }
  },
): void {
  const queue = program.command('queue').description('what trains, what waits and in which order; see its commands')
  const command = (usage: string, description: string, isDefault = false) =>
    queue
      .command(usage, { isDefault })
      .description(description)
      .allowExcessArguments(false)
      .option('--workspace <dir>', 'folder that holds the runs', folder, environment.workspace)
      .option('--json', 'machine-readable output')
  const plain = ({ workspace, json = false }: ListFlags) => ({ workspace, json })

  command('list', 'list what trains, what waits and in which order, and what was cut short', true).action(
    async (flags: ListFlags) => done(await listQueue(environment, plain(flags))),
  )

  command('add', 'put the runs of an experiment at the end of the queue')
    .argument('<experiment>', 'a preset, or a file whose name ends in .json')
    .option('--quick', "the preset's short version")
    .addOption(new Option('--variant <name>', 'which form of the preset').choices([...PRESET_VARIANTS]))
    .option('--set <path=value>', 'change a field; may be given often', collect, [])
    .option('--seed <n>', 'one seed for split, init, shuffle and dropout', wholeNumber(0, LIMITS.seed))
    .option('--threads <n>', 'worker threads for one run', wholeNumber(1, LIMITS.threads))
    .option('--epochs <n>', 'epochs to train', wholeNumber(1, LIMITS.epochs))
    .action(async (name: string, flags: AddFlags) =>
      done(await addToQueue(environment, name, { ...flags, ...plain(flags), quick: flags.quick === true })),
    )

  command('move', 'put runs that wait somewhere else in the line')
    .argument('<runs...>', 'ids, beginnings of ids, or labels (all their seeds)')
    .option('--first', 'before all others')
    .option('--last', 'behind all others')
    .option('--before <run>', 'before this one')
    .action(async (names: string[], flags: MoveFlags) =>
      done(
        await moveInQueue(environment, names, {
          ...plain(flags),
          first: flags.first === true,
          last: flags.last === true,
          before: flags.before,
        }),
      ),
    )

  command('cancel', 'take runs out of the line; what trains is stopped and keeps what it has')
    .argument('<runs...>', 'ids, beginnings of ids, or labels (all their seeds)')
    .action(async (names: string[], flags: ListFlags) => done(await cancelInQueue(environment, names, plain(flags))))

  command('pause', 'have every program that trains in the workspace pause').action(async (flags: ListFlags) =>
    done(await holdQueue(environment, 'pause', plain(flags))),
  )

  command('proceed', 'let them go on').action(async (flags: ListFlags) =>
    done(await holdQueue(environment, 'proceed', plain(flags))),
  )

  command('run', 'train what waits on disk, and what is added meanwhile; Ctrl-C leaves the rest for the next time')
    .option('--progress', 'with --json: a line for each progress too, up to ten a second')
    .action(async (flags: RunFlags) =>
      done(await runQueue(environment, { workspace: flags.workspace, ...trainFlags(flags) })),
    )
}
