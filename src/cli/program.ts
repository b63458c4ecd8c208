/**
 * The commands and their flags. Each flag is checked here, so that a command gets typed values only.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { LabError } from '#shared/errors'
import { LIMITS } from '#shared/experiment'
import { MODEL_FORMATS, type ModelFormat } from '#shared/inspect/model-export'
import { PRESET_VARIANTS, type PresetVariantName } from '#shared/preset'
import { dryRunExperiment } from './commands/dry-run'
import { listPresets, validateFile, writeSchema } from './commands/experiments'
import { exportModel } from './commands/export-model'
import { evaluateTest, retrainRun } from './commands/final'
import { listQueue } from './commands/queue'
import { checkGradients, showGraph } from './commands/paper'
import { resumeRuns, runExperiment } from './commands/run'
import { showRun } from './commands/runs'
import { serveLab } from './commands/serve'
import { addCompareFlags } from './compare-command'
import { addDataCommands } from './data-commands'
import { addModelCommands } from './model-commands'
import { addRunCommands } from './run-commands'
import type { Environment } from './environment'
import { addReportCommands } from './report-commands'
import { EXIT, EXIT_CODES_HELP, exitCodeFor } from './exit-codes'
import { folder } from './folder-flag'
import { printable } from './format'

/** Runs one command line and answers with its exit code; what goes wrong is told, never thrown. */
export async function runCommandLine(args: readonly string[], environment: Environment): Promise<number> {
  let exitCode: number = EXIT.ok
  const program = makeProgram(environment, (code) => (exitCode = code))
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    environment.output.tell(describeError(error))
    return exitCodeFor(error)
  }
}

function describeError(error: unknown): string {
  if (process.env['PERCEPTRON_LAB_DEBUG'] === '1' && error instanceof Error) return `${error.stack ?? error.message}\n`
  const message = error instanceof Error ? error.message : String(error)
  const details = error instanceof LabError && error.details.length > 1 ? error.details : []
  const lines = details.length > 0 ? [`${details.length} problems:`, ...details.map((line) => `  ${line}`)] : [message]
  return `perceptron-lab: ${lines
    .flatMap((line) => line.split('\n'))
    .map(printable)
    .join('\n')}\n`
}

function makeProgram(environment: Environment, done: (exitCode: number) => void): Command {
  const { output, workspace } = environment
  const program = new Command('perceptron-lab')
    .description('A laboratory for multilayer perceptrons. Nothing leaves this computer.')
    .version(environment.version)
    .showSuggestionAfterError()
    .showHelpAfterError('Add --help for all flags.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.write(text), writeErr: (text) => output.tell(text) })
    .addHelpText('after', EXIT_CODES_HELP)

  const command = (usage: string, description: string) =>
    program.command(usage).description(description).allowExcessArguments(false)
  const inWorkspace = (usage: string, description: string) =>
    command(usage, description).option('--workspace <dir>', 'folder that holds the runs', folder, workspace)
  const json = ['--json', 'machine-readable output'] as const
  const progress = ['--progress', 'with --json: a line for each progress too, up to ten a second'] as const

  command('presets', 'list the experiments that ship with the lab')
    .option(...json)
    .action(async (flags: { json?: boolean }) => done(await listPresets(environment, flags.json === true)))

  inWorkspace('validate', 'check an experiment file and say what it would run')
    .argument('<file>', 'experiment file')
    .action(async (file: string, flags: { workspace: string }) =>
      done(await validateFile(environment, file, flags.workspace)),
    )

  inWorkspace('dry-run', 'one minibatch through the engine: shapes, first loss, gradients; nothing is stored')
    .argument('<experiment>', 'a preset, or a file whose name ends in .json')
    .option('--quick', "the preset's short version")
    .addOption(
      new Option('--variant <name>', 'which form of the preset; its experiment as it is if left out').choices([
        ...PRESET_VARIANTS,
      ]),
    )
    .option('--set <path=value>', 'change a field, such as training.batchSize=1; may be given often', collect, [])
    .option('--configuration <n>', 'which one, as validate lists them', wholeNumber(1, 10_000), 1)
    .option(...json)
    .action(async (name: string, flags: DryRunFlags) =>
      done(
        await dryRunExperiment(environment, name, { ...flags, quick: flags.quick === true, json: flags.json === true }),
      ),
    )

  inWorkspace('run', 'train every run of an experiment')
    .argument('<experiment>', 'a preset, or a file whose name ends in .json')
    .option('--quick', "the preset's short version")
    .addOption(
      new Option('--variant <name>', 'which form of the preset; its experiment as it is if left out').choices([
        ...PRESET_VARIANTS,
      ]),
    )
    .option('--set <path=value>', 'change a field, such as training.epochs=3; may be given often', collect, [])
    .option('--seed <n>', 'one seed for split, init, shuffle and dropout', wholeNumber(0, LIMITS.seed))
    .option(
      '--threads <n>',
      'worker threads for one run; at most as many as the machine has cores',
      wholeNumber(1, LIMITS.threads),
    )
    .option('--epochs <n>', 'epochs to train', wholeNumber(1, LIMITS.epochs))
    .option('--resume', 'go on with the unfinished runs of the same experiment in the workspace')
    .option(...json)
    .option(...progress)
    .action(async (name: string, flags: RunFlags) =>
      done(
        await runExperiment(environment, name, {
          ...flags,
          ...trainFlags(flags),
          quick: flags.quick === true,
          resume: flags.resume === true,
        }),
      ),
    )

  inWorkspace('resume', 'let runs go on that were stopped, interrupted or failed')
    .argument('[runs...]', 'ids, beginnings of ids, or labels')
    .option('--all', 'all that nobody wanted to end, in the order in which they had waited')
    .option(...json)
    .option(...progress)
    .action(async (names: string[], flags: TrainFlags & { all?: boolean }) => {
      const all = flags.all === true
      if (all === names.length > 0) throw new LabError('cli/usage', 'Name the runs that are to go on, or give --all')
      done(await resumeRuns(environment, names, { ...flags, ...trainFlags(flags), all }))
    })

  inWorkspace('evaluate-test', 'final evaluation of finished runs whose test part was locked')
    .argument('<runs...>', 'ids, beginnings of ids, or labels')
    .option(...json)
    .action(async (names: string[], flags: ListFlags) =>
      done(await evaluateTest(environment, names, { ...flags, json: flags.json === true })),
    )

  inWorkspace('retrain', 'train the design that a validated run chose on train and validation together')
    .argument('<run>', 'id, the beginning of one, or a label of the latest experiment')
    .option(...json)
    .option(...progress)
    .action(async (name: string, flags: TrainFlags) =>
      done(await retrainRun(environment, name, { ...flags, ...trainFlags(flags) })),
    )

  inWorkspace('queue', 'list what trains, what waits and in which order, and what was cut short')
    .option(...json)
    .action(async (flags: ListFlags) => done(await listQueue(environment, { ...flags, json: flags.json === true })))

  addRunCommands(program, environment, done, { wholeNumber, collect })

  inWorkspace('show', 'say everything about one run')
    .argument('<run>', 'id, the beginning of one, or a label of the latest experiment')
    .option(...json)
    .action(async (name: string, flags: ListFlags) =>
      done(await showRun(environment, name, { ...flags, json: flags.json === true })),
    )

  const compare = inWorkspace('compare', 'draw runs into one figure')
  addCompareFlags(compare, environment, done, { number, wholeNumber, atMost, collect })

  inWorkspace('export-model', 'write the model of a run or a file for other tools, or a program that recreates the run')
    .argument('<run|model>', 'id, the beginning of one, or a label; or a .safetensors or .npz file')
    .addOption(new Option('--format <name>', 'what for').choices([...MODEL_FORMATS]).makeOptionMandatory())
    .option('--out <file>', 'where to; in this folder if left out')
    .option('--step <n>', 'weights that the run kept at this step, in place of its model', wholeNumber(0, 1e12))
    .option('--dataset <name>', 'data set of a file that does not say its own')
    .action(async (name: string, flags: ExportFlags) =>
      done(
        await exportModel(environment, name, {
          ...{ workspace: flags.workspace, format: flags.format },
          ...{ out: flags.out ?? null, step: flags.step ?? null, dataset: flags.dataset ?? null },
        }),
      ),
    )

  addDataCommands(program, environment, done, { wholeNumber, number, collect })
  addModelCommands(program, environment, done, { number })

  addReportCommands(program, environment, done)

  inWorkspace('serve', 'serve the lab to a browser on this machine')
    .option('--port <n>', 'port on 127.0.0.1; 0: any that is free', wholeNumber(0, 65_535), 0)
    .action(async (flags: { workspace: string; port: number }) => done(await serveLab(environment, flags)))

  command('graph', 'values and gradients of an expression, as on paper')
    .argument('<expression>', 'such as "sigmoid(x1*w1 + max(x2, w2))"; parts may have names: "z = w*x + b; relu(z)"')
    .option('--at <name=value,…>', 'a number for each input', numbersByName, {})
    .option('--upstream <n>', 'gradient that arrives at the output', number(-1e9, 1e9), 1)
    .option('--check <name=answer,…>', 'your own values: z=-0.71 a value, dx1=-0.33 a gradient', textsByName, {})
    .option(...json)
    .addOption(new Option('--latex', 'every step as LaTeX').conflicts('json'))
    .option('--svg <file>', 'draw the graph into a file as well')
    .option('--pdf <file>', 'the same as PDF, with its fonts')
    .action(async (text: string, flags: GraphFlags) => done(await showGraph(environment, text, graphOptions(flags))))

  command('gradcheck', 'compare gradients with finite differences; ends with 1 if they differ')
    .argument('<file>', 'JSON: { "cases": [{ "expression", "at", "gradients" }] }')
    .option(...json)
    .action(async (file: string, flags: { json?: boolean }) =>
      done(await checkGradients(environment, file, flags.json === true)),
    )

  command('schema', 'print the JSON Schema of the experiment file')
    .option('--out <file>', 'write it to a file instead')
    .action(async (flags: { out?: string }) => done(await writeSchema(environment, flags.out)))

  return program
}

interface TrainFlags {
  workspace: string
  json?: boolean
  progress?: boolean
}

function trainFlags({ json = false, progress = false }: TrainFlags): { json: boolean; progress: boolean } {
  if (progress && !json)
    throw new LabError('cli/usage', '--progress is for --json: without it a line shows the progress')
  return { json, progress }
}

interface GraphFlags {
  at: Record<string, number>
  upstream: number
  check: Record<string, string>
  json?: boolean
  latex?: boolean
  svg?: string
  pdf?: string
}

function graphOptions({ at, upstream, check, json = false, latex = false, svg = '', pdf = '' }: GraphFlags) {
  const asked = Object.keys(check).length > 0 ? check : null
  return { at, upstream, check: asked, json, latex, svg: svg === '' ? null : svg, pdf: pdf === '' ? null : pdf }
}

interface RunFlags extends TrainFlags {
  quick?: boolean
  variant?: PresetVariantName
  set: string[]
  seed?: number
  threads?: number
  epochs?: number
  resume?: boolean
}

interface DryRunFlags {
  workspace: string
  quick?: boolean
  variant?: PresetVariantName
  set: string[]
  configuration: number
  json?: boolean
}

interface ListFlags {
  workspace: string
  json?: boolean
}

interface ExportFlags {
  workspace: string
  format: ModelFormat
  out?: string
  step?: number
  dataset?: string
}

function collect(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, text]
}

function wholeNumber(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`Expected a whole number, ${min} … ${max}.`)
  }
}

function number(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text)
    if (text.trim() !== '' && value >= min && value <= max) return value
    throw new InvalidArgumentError(`Expected a number, ${min} … ${max}.`)
  }
}

function atMost(characters: number) {
  return (text: string): string => {
    if (text.length <= characters) return text
    throw new InvalidArgumentError(`Expected at most ${characters} characters.`)
  }
}

/** `a=1,b=2`; may be given often. */
function textsByName(text: string, earlier: Record<string, string> = {}): Record<string, string> {
  const pairs = text.split(',').map((pair): [string, string] => {
    const [, name = '', value = ''] = /^([^=]+)=([^=]*)$/.exec(pair.trim()) ?? []
    if (name.trim() === '' || value.trim() === '') throw new InvalidArgumentError('Expected pairs such as x=0.5,w=-2.')
    return [name.trim(), value.trim()]
  })
  return Object.fromEntries([...Object.entries(earlier), ...pairs])
}

function numbersByName(text: string, earlier: Record<string, number> = {}): Record<string, number> {
  const pairs = Object.entries(textsByName(text)).map(([name, value]): [string, number] => {
    const number = Number(value.replace('−', '-'))
    if (!Number.isFinite(number)) throw new InvalidArgumentError(`Expected a number for ${name}, got ${value}.`)
    return [name, number]
  })
  return Object.fromEntries([...Object.entries(earlier), ...pairs])
}
