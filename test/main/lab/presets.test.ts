import { readFile, readdir, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { quickExperiment, readPresets } from '#lab/presets/presets'
import { expandExperiment } from '#shared/experiment-expand'
import { layerSizes, parameterCount } from '#shared/network'
import { temporaryFolder } from './support/temporary-folder'

const shipped = resolve('resources/presets')

async function preset(id: string) {
  const found = (await readPresets(shipped)).find((each) => each.id === id)
  if (!found) throw new Error(`no preset ${id}`)
  return found
}

/** A folder with one preset file, changed from one that is valid. */
async function folderWith(
  change: (preset: Record<string, unknown>) => unknown,
  name = 'first-steps.json',
): Promise<string> {
  const folder = await temporaryFolder()
  const valid = JSON.parse(await readFile(join(shipped, 'first-steps.json'), 'utf8')) as Record<string, unknown>
  await writeFile(join(folder, name), JSON.stringify(change(valid)))
  return folder
}

describe('the presets that ship', () => {
  it('are all there, in the order of Home', async () => {
    const ids = (await readPresets(shipped)).map((each) => each.id)
    expect(ids).toEqual(['first-steps', 'two-networks-mnist', 'adam-or-sgd'])
    expect((await readdir(shipped)).map((name) => basename(name, '.json')).sort()).toEqual([...ids].sort())
  })

  it('S0-3, S0-4: two sigmoid networks on all of MNIST, 137,080 and 543,860 parameters', async () => {
    const { experiment, rows } = await preset('two-networks-mnist')
    expect(rows).toEqual(['S0-3', 'S0-4', 'S0-5', 'S0-6', 'S0-7', 'S0-8', 'S0-9'])
    const plans = expandExperiment(experiment)
    expect(plans.map((plan) => plan.configuration.label)).toEqual(['784-150-120-10', '784-500-250-100-10'])
    for (const plan of plans) {
      const { network, training, dataset } = plan.experiment
      expect(layerSizes(plan.experiment).join('-')).toBe(plan.configuration.label)
      expect(new Set(network.layers.map((layer) => layer.activation))).toEqual(new Set(['sigmoid']))
      expect(training).toMatchObject({ optimizer: { kind: 'adam', learningRate: 0.01 }, batchSize: 64, epochs: 50 })
      expect(dataset).toEqual({ name: 'mnist', split: { kind: 'official' }, scaling: 'unit' })
    }
    expect(plans.map((plan) => parameterCount(layerSizes(plan.experiment), 'each-layer'))).toEqual([137_080, 543_860])
    expect(experiment.notes).toContain('states neither the scaling of the pixels nor the initialization')
  })

  it('S0-10: one network, SGD at 0.1 and 0.01 against Adam at 0.001 and 0.01', async () => {
    const { experiment, rows } = await preset('adam-or-sgd')
    expect(rows).toEqual(['S0-10'])
    const plans = expandExperiment(experiment)
    expect(new Set(plans.map((plan) => layerSizes(plan.experiment).join('-')))).toEqual(new Set(['784-150-120-10']))
    const optimizers = plans.map(({ experiment: { training } }) => [
      training.optimizer.kind,
      training.optimizer.learningRate,
    ])
    expect(optimizers).toEqual([
      ['sgd', 0.1],
      ['sgd', 0.01],
      ['adam', 0.001],
      ['adam', 0.01],
    ])
  })

  it('have a quick form that asks the same with fewer epochs', async () => {
    for (const each of await readPresets(shipped)) {
      const quick = quickExperiment(each)
      expect(quick.training.epochs).toBeLessThan(each.experiment.training.epochs)
      expect({ ...quick, training: { ...quick.training, epochs: 0 } }).toEqual({
        ...each.experiment,
        training: { ...each.experiment.training, epochs: 0 },
      })
    }
  })

  it('name tasks and not people, and say what the report states', async () => {
    for (const each of await readPresets(shipped)) {
      expect(each.figures.length).toBeGreaterThan(0)
      if (each.rows.length > 0) expect(each.reported).not.toBe('')
    }
  })
})

describe('a preset file that is wrong', () => {
  it.each([
    ['an experiment that is not valid', (file: object) => ({ ...file, experiment: { version: 1 } })],
    ['quick values that make no experiment', (file: object) => ({ ...file, quick: { 'training.epochs': 0 } })],
    ['a quick path that is none', (file: object) => ({ ...file, quick: { 'no path!': 0 } })],
    ['a field that presets do not have', (file: object) => ({ ...file, author: 'somebody' })],
    ['another version', (file: object) => ({ ...file, version: 2 })],
    ['an id that is not its name', (file: object) => ({ ...file, id: 'something-else' })],
  ])('is named: %s', async (_, change) => {
    await expect(readPresets(await folderWith(change))).rejects.toMatchObject({
      code: 'preset/invalid',
      message: expect.stringContaining('The preset first-steps.json is not valid: ') as string,
    })
  })
})
