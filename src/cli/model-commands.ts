/**
 * The flags of `evaluate` and `predict`, checked, and the commands that they go to.
 */
import { Option, type Command } from 'commander'
import { PLAIN_ACTIVATIONS } from '#shared/experiment'
import type { ModelReading, SplitPart } from '#shared/inspect/inspected'
import { PICTURE_PREPARATIONS, type PicturePreparation } from '#shared/inspect/picture-input'
import { evaluateModel } from './commands/evaluate'
import { predictPictures } from './commands/predict'
import type { FlagKinds } from './data-commands'
import type { Environment } from './environment'
import { folder } from './folder-flag'

interface ModelFlags extends ModelReading {
  workspace: string
  json?: boolean
  epoch?: number
}

export function addModelCommands(
  program: Command,
  environment: Environment,
  done: (exitCode: number) => void,
  { number }: Pick<FlagKinds, 'number'>,
): void {
  const command = (usage: string, description: string) =>
    program
      .command(usage)
      .description(description)
      .allowExcessArguments(false)
      .argument('<model>', 'a run (id, the beginning of one, or a label), or a .safetensors or .npz file')
      .option('--workspace <dir>', 'folder that holds the runs', folder, environment.workspace)
      .option('--dataset <name>', 'data to ask about; the model’s own if left out')
      .option('--epoch <n>', 'of a run that kept weights on its way: those of this epoch', number(0, 1e6))
      .addOption(
        new Option('--activation <name>', 'of all hidden layers, where a file does not say').choices([
          ...PLAIN_ACTIVATIONS,
          'leaky-relu',
          'elu',
        ]),
      )
      .addOption(
        new Option('--output <name>', 'output activation, where a file does not say').choices([
          'softmax',
          'sigmoid',
          'linear',
        ]),
      )
      .addOption(
        new Option('--scaling <name>', 'of the inputs, where a file does not say').choices([
          'none',
          'unit',
          'standardize',
          'standardize-per-feature',
        ]),
      )
      .option('--json', 'machine-readable output')

  command('evaluate', 'score a model on a whole part: loss, accuracy, confusion matrix, wrong samples')
    .addOption(new Option('--split <part>', 'which part').choices(['train', 'validation', 'test']).default('test'))
    .action(async (model: string, flags: ModelFlags & { split: SplitPart }) =>
      done(await evaluateModel(environment, model, { ...common(flags), part: flags.split })),
    )

  command('predict', 'what a model says of pictures')
    .argument('<pictures...>', 'PNG or JPEG files of the size of a sample')
    .addOption(
      new Option(
        '--prepare <how>',
        'none; invert: light becomes dark; mnist: digits of any size, as MNIST made its own',
      )
        .choices([...PICTURE_PREPARATIONS])
        .default('none'),
    )
    .action(async (model: string, pictures: string[], flags: ModelFlags & { prepare: PicturePreparation }) =>
      done(await predictPictures(environment, model, pictures, { ...common(flags), preparation: flags.prepare })),
    )
}

function common({ workspace, json = false, epoch, activation, output, scaling, dataset }: ModelFlags) {
  return { workspace, json, epoch: epoch ?? null, reading: { activation, output, scaling, dataset } }
}
