/**
 * A zip with a program that recreates a run: the script, what it reads, and a word on how to start it.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeNpy } from '#engine/formats/npy-writer'
import { decodeWeights, initialParameters, planTraining, type TrainingPlan } from '#engine/index'
import type { LayerParameters } from '#engine/tensors'
import { splitSamples, type SplitSamples } from '#engine/split'
import type { LoadedDataset } from '#lab/engine/host'
import { BUILT_IN_DATASETS, valuesPerSample } from '#shared/dataset'
import type { Experiment } from '#shared/experiment'
import type { Intervention } from '#shared/run'
import { caveatsOf } from '../code/caveats'
import { kerasScript } from '../code/keras-script'
import { numpyScript } from '../code/numpy-script'
import { pytorchScript } from '../code/pytorch-script'
import { readmeOf } from '../code/readme'
import { hasBiases, hasConstantColumn, type CodeLanguage, type ScriptFacts } from '../code/script-facts'
import { writeZip, type ZipEntry } from './zip'

export interface CodeJob {
  language: CodeLanguage
  experiment: Experiment
  run: string
  version: string
  interventions: readonly Intervention[]
  isWhole: boolean
  /** As a safetensors file, where the run did not begin with those of its seed. */
  initialWeights: Uint8Array | null
}

const SCRIPTS: Readonly<Record<CodeLanguage, (facts: ScriptFacts) => string>> = {
  pytorch: pytorchScript,
  keras: kerasScript,
  numpy: numpyScript,
}

/** Sets that are smaller go along; MNIST and Fashion-MNIST are everywhere, and larger ones are too much for a script. */
const MOST_DATA_BYTES = 64 * 2 ** 20

/** `resources`: folder with `python/`. `name`: of the folder in the zip. */
export async function writeCodeBundle(
  data: LoadedDataset,
  job: CodeJob,
  { name, resources }: { name: string; resources: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const { experiment, language, run, version } = job
  const { facts, train, test } = data
  const shape = { pixels: valuesPerSample(facts), classes: facts.classes.length, train: train.count, test: test.count }
  const plan = planTraining(experiment, shape, 1, train.labels)
  const script: ScriptFacts = {
    ...{ experiment, plan, run, version },
    sizes: plan.sizes.join('-'),
    title: facts.title,
    areBytes: train.images instanceof Uint8Array,
    hasData: isSentAlong(data),
    caveats: caveatsOf({ ...job, plan }, language),
  }
  const entries: ZipEntry[] = [
    text('experiment.py', SCRIPTS[language](script)),
    { name: 'lab_data.py', bytes: await readFile(join(resources, 'python', 'lab_data.py')) },
    { name: 'initial-weights.npz', bytes: initialWeights(script, job) },
    { name: 'split.npz', bytes: splitOf(plan, train.labels) },
    text('experiment.json', `${JSON.stringify(experiment, null, 2)}\n`),
    text('README.md', readmeOf(script, language)),
    ...(script.hasData ? [{ name: 'data.npz', bytes: dataOf(data) }] : []),
  ]
  return writeZip(entries.map((entry) => ({ ...entry, name: `${name}/${entry.name}` })))
}

function text(name: string, content: string): ZipEntry {
  return { name, bytes: new TextEncoder().encode(content) }
}

function isSentAlong({ facts, train, test }: LoadedDataset): boolean {
  const isPicturesOfOurs = facts.height > 1 && BUILT_IN_DATASETS.some(({ sha256 }) => sha256 === facts.sha256)
  return !isPicturesOfOurs && train.images.byteLength + test.images.byteLength <= MOST_DATA_BYTES
}

/** W1 f32[inputs, outputs] and, where the network has biases of its own, b1 f32[outputs]. */
function initialWeights(script: ScriptFacts, { initialWeights }: CodeJob): Uint8Array {
  const { plan } = script
  const layers = initialWeights ? decodeWeights(initialWeights, plan) : initialParameters(plan)
  return writeZip(
    layers.flatMap(({ inputs, outputs, weights, biases }, i): ZipEntry[] => {
      if (i === 0 && hasConstantColumn(script)) {
        return [{ name: 'W1.npy', bytes: writeNpy([inputs + 1, outputs], withLastRow({ weights, biases })) }]
      }
      return [
        { name: `W${i + 1}.npy`, bytes: writeNpy([inputs, outputs], weights) },
        ...(hasBiases(script) ? [{ name: `b${i + 1}.npy`, bytes: writeNpy([outputs], biases) }] : []),
      ]
    }),
  )
}

/** The biases are the weights of one more input. */
function withLastRow({ weights, biases }: Pick<LayerParameters, 'weights' | 'biases'>): Float32Array {
  const rows = new Float32Array(weights.length + biases.length)
  rows.set(weights)
  rows.set(biases, weights.length)
  return rows
}

function splitOf(plan: TrainingPlan, labels: Uint8Array): Uint8Array {
  const parts: SplitSamples = splitSamples(plan.split, plan.seeds.split, labels)
  const names = ['train', 'validation', 'test'] as const
  return writeZip(names.map((part) => ({ name: `${part}.npy`, bytes: writeNpy([parts[part].length], parts[part]) })))
}

function dataOf({ facts, train, test }: LoadedDataset): Uint8Array {
  const features = valuesPerSample(facts)
  return writeZip([
    { name: 'x_train.npy', bytes: writeNpy([train.count, features], train.images) },
    { name: 'y_train.npy', bytes: writeNpy([train.count], train.labels) },
    { name: 'x_test.npy', bytes: writeNpy([test.count, features], test.images) },
    { name: 'y_test.npy', bytes: writeNpy([test.count], test.labels) },
  ])
}
