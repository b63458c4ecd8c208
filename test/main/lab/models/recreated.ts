/** Runs that the engine trains and that Python trains again, by the script that the lab wrote for them. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '#engine/random'
import type { CodeLanguage } from '#lab/models/code/script-facts'
import { writeCodeBundle } from '#lab/models/export/code-bundle'
import type { LoadedDataset } from '#lab/engine/host'
import { zipEntries } from '#lab/datasets/import/zip'
import type { ExperimentInput } from '#shared/experiment'
import type { Evaluation } from '#shared/run'
import { trainAlone } from '../../../engine/alone'
import { makeExperiment, makePart } from '../../../engine/synthetic'

export interface Case {
  name: string
  network?: Partial<ExperimentInput['network']>
  training?: Partial<ExperimentInput['training']>
  dataset?: Partial<ExperimentInput['dataset']>
  classes?: number
  /** Two features that are no bytes, in place of pictures. */
  points?: boolean
}

const PICTURE = { height: 4, width: 5 }

export function dataOf({ classes = 4, points = false }: Case): LoadedDataset {
  const [train, test] = [101, 40].map((count, i) => {
    const part = makePart(count, 20, classes, seededRandom(7 + i, 99))
    if (!points) return part
    const random = seededRandom(17 + i, 99)
    const images = Float32Array.from({ length: 2 * count }, (_, k) => {
      return 3 * Math.cos((part.labels[k >> 1] ?? 0) + (k % 2)) + random.normal() + 40
    })
    return { ...part, images }
  }) as [LoadedDataset['train'], LoadedDataset['test']]
  const facts: LoadedDataset['facts'] = {
    ...{ name: 'made-up', title: 'Made up', licence: '', credit: '', sha256: '0'.repeat(64) },
    ...(points ? { height: 1, width: 2, kind: 'floats' as const } : PICTURE),
    classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
    ...{ train: train.count, test: test.count },
  }
  return { facts, train, test }
}

export function experimentOf({ network, training, dataset }: Case) {
  return makeExperiment({
    network: {
      layers: [
        { units: 9, activation: 'sigmoid' },
        { units: 7, activation: 'relu' },
      ],
      ...network,
    },
    training: {
      optimizer: { kind: 'adam', learningRate: 0.02 },
      batchSize: 16,
      epochs: 4,
      evaluation: { every: { epochs: 1 } },
      ...training,
    },
    dataset: { split: { kind: 'stratified', train: 80, validation: 21 }, ...dataset },
    seeds: { split: 5, init: 6, shuffle: 7, dropout: 8 },
  })
}

export function trainedByEngine(each: Case): Evaluation[] {
  const { facts, train, test } = dataOf(each)
  const options = { pixels: facts.height * facts.width, classes: facts.classes.length }
  return trainAlone(experimentOf(each), train, test, options).evaluations
}

/** Writes the bundle into a folder of its own below `folder`. */
export async function writeBundle(each: Case, language: CodeLanguage, folder: string): Promise<string> {
  const job = { language, experiment: experimentOf(each), run: 'run-1', version: '1', interventions: [], isWhole: true }
  const zip = await writeCodeBundle(
    dataOf(each),
    { ...job, initialWeights: null },
    { name: 'bundle', resources: join(import.meta.dirname, '../../../../resources') },
  )
  const target = join(folder, each.name.replace(/\W+/g, '-'))
  mkdirSync(join(target, 'bundle'), { recursive: true })
  for (const entry of zipEntries(zip, 'z')) writeFileSync(join(target, entry.path.slice(2)), await entry.read())
  return join(target, 'bundle')
}

/** All scripts in one process, as libraries take seconds to load; what each prints goes into a file beside it. */
const DRIVER = `
import contextlib, os, runpy, sys
for folder in sys.argv[1:]:
    sys.modules.pop("lab_data", None)
    sys.path.insert(0, folder)
    sys.argv = ["experiment.py"]
    with open(os.path.join(folder, "printed.txt"), "w") as out, contextlib.redirect_stdout(out):
        runpy.run_path(os.path.join(folder, "experiment.py"), run_name="__main__")
    sys.path.pop(0)
`

/** The lines that each script printed. */
export function runScripts(python: string, folders: readonly string[]): string[][] {
  execFileSync(python, ['-W', 'error::RuntimeWarning', '-c', DRIVER, ...folders], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return folders.map((folder) => readFileSync(join(folder, 'printed.txt'), 'utf8').trim().split('\n'))
}

/** A Python that has these modules, or null with a word on it. */
export function pythonWith(...modules: string[]): string | null {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      execFileSync(python, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' })
      return python
    } catch {
      continue
    }
  }
  console.log(`not run: no python3 with ${modules.join(' and ')} here`)
  return null
}

/** "epoch 1: train loss 0.5 accuracy 0.25, test loss …" as numbers by part. */
export function scoresIn(line: string): Map<string, { loss: number; accuracy: number }> {
  const scores = new Map<string, { loss: number; accuracy: number }>()
  for (const [, part = '', loss, accuracy] of line.matchAll(/(\w+) loss (\S+) accuracy ([\d.]+)/g)) {
    scores.set(part, { loss: Number(loss), accuracy: Number(accuracy) })
  }
  return scores
}
