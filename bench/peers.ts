/**
 * Other libraries' scripts, run as they are: a folder with torch_mlp.py, numpy_mlp.py, sklearn_mlp.py and tfjs_mlp.mjs,
 * each of which takes the folder of the data, a workload and threads, and prints a line of JSON.
 */
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import type { Workload } from './workloads'

const run = promisify(execFile)

export interface Peer {
  name: string
  /** Timed epochs of one call, as the script decides or as it is told. */
  time(workload: Workload, epochs: number): Promise<PeerResult>
  /** Timed in the first round alone, as it takes long. */
  once: boolean
}

export interface PeerResult {
  /** An epoch, median. */
  seconds: number
  min: number
  max: number
  /** Part of the epoch that was run, the rest being extrapolated. */
  part: number
  /** After five epochs, percent; null where the script does not say. */
  accuracy: number | null
  imagesPerSecond: number | null
  peakMemoryMb: number
}

interface ScriptAnswer {
  s: number
  min: number
  max: number
  part?: number
  acc5?: number | null
  infer_img_s?: number
  rss_mb: number
}

const PYTHON = process.env.PY ?? (existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3')
/** Seconds after which a script makes do with three epochs. */
const ENOUGH_SECONDS = '20'
const LIMIT_MS = 10 * 60_000
/** Of the training set, for those that would take minutes for an epoch. */
const TFJS_SAMPLES = 7680

/** Those that are installed here. */
export async function findPeers(folder: string, scratch: string, threads: readonly number[]): Promise<Peer[]> {
  const data = unpackData(join(scratch, 'data'))
  const found = await Promise.all([
    python('torch', 'PyTorch', folder, 'torch_mlp.py', data, threads),
    python('numpy', 'NumPy', folder, 'numpy_mlp.py', data, threads.slice(-1)),
    python('sklearn', 'scikit-learn', folder, 'sklearn_mlp.py', data, threads.slice(-1)),
    tensorflowJs(folder, scratch, data),
  ])
  return found.flat()
}

async function python(
  module: string,
  name: string,
  folder: string,
  script: string,
  data: string,
  threads: readonly number[],
): Promise<Peer[]> {
  const env = { ...process.env, ...tunedBlas(), FLUSH: '1', MAXS: ENOUGH_SECONDS }
  try {
    await run(PYTHON, ['-c', `import ${module}`], { env })
  } catch {
    return [] // not installed: said by what the table leaves out
  }
  return threads.map((count) => ({
    name: `${name}, ${count} thread${count === 1 ? '' : 's'}`,
    once: module !== 'torch',
    time: (workload, epochs) => {
      const args = [join(folder, script), data, workload.id, String(count), name]
      if (module === 'torch') args.push(String(Math.max(5, epochs + 1))) // and so the accuracy, told after five
      return timed(PYTHON, args, env)
    },
  }))
}

/** Its modules come from the folder that PEERS_MODULES names, or lie in the scripts' own. */
async function tensorflowJs(folder: string, scratch: string, data: string): Promise<Peer[]> {
  const modules = join(process.env.PEERS_MODULES ?? folder, 'node_modules')
  if (!existsSync(join(modules, '@tensorflow', 'tfjs-backend-wasm'))) return []
  const home = join(scratch, 'js')
  rmSync(home, { recursive: true, force: true })
  mkdirSync(home, { recursive: true })
  const files = readdirSync(folder).filter((name) => name.endsWith('.mjs') || name === 'workloads.json')
  for (const file of files) cpSync(join(folder, file), join(home, file))
  symlinkSync(modules, join(home, 'node_modules'), 'junction')
  const time = ({ id }: Workload) =>
    timed(process.execPath, [join(home, 'tfjs_mlp.mjs'), data, id, 'wasm', String(TFJS_SAMPLES)], {
      ...process.env,
      MAXS: ENOUGH_SECONDS,
    })
  return Promise.resolve([{ name: 'TensorFlow.js (WebAssembly)', once: true, time }])
}

async function timed(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<PeerResult> {
  const { stdout } = await run(command, args, { env, timeout: LIMIT_MS })
  const line = stdout.split('\n').find((each) => each.startsWith('{'))
  if (line === undefined) throw new Error(`Expected a line of JSON from ${args[0]}, got "${stdout.slice(0, 200)}"`)
  const {
    s,
    min,
    max,
    part = 1,
    acc5 = null,
    infer_img_s: imagesPerSecond = null,
    rss_mb,
  } = JSON.parse(line) as ScriptAnswer
  return { seconds: s, min, max, part, accuracy: acc5, imagesPerSecond, peakMemoryMb: rss_mb * 1.048576 }
}

/**
 * The BLAS that suits PyTorch best on Debian: OpenBLAS with OpenMP, and the kernels of this processor, which its version
 * there does not know by name. PEERS_BLAS names a folder with another libblas.so.3.
 */
function tunedBlas(): Record<string, string> {
  const folder = process.env.PEERS_BLAS ?? findBlas()
  if (folder === undefined) return {}
  const flags = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : ''
  return {
    LD_LIBRARY_PATH: folder,
    OPENBLAS_CORETYPE: flags.includes('avx512f') ? 'SkylakeX' : 'Haswell',
  }
}

function findBlas(): string | undefined {
  if (process.platform !== 'linux') return undefined
  return readdirSync('/usr/lib')
    .map((name) => join('/usr/lib', name, 'openblas-openmp'))
    .find((folder) => existsSync(join(folder, 'libblas.so.3')))
}

/** The scripts read raw IDX files, from folders of their own names. */
function unpackData(folder: string): string {
  const sets = { mnist: 'mnist', 'fashion-mnist': 'fashion' }
  for (const [ours, theirs] of Object.entries(sets)) {
    const from = join('resources', 'datasets', ours)
    mkdirSync(join(folder, theirs), { recursive: true })
    for (const name of readdirSync(from).filter((each) => each.endsWith('.gz'))) {
      const to = join(folder, theirs, name.slice(0, -3))
      if (!existsSync(to)) writeFileSync(to, gunzipSync(readFileSync(join(from, name))))
    }
  }
  return folder
}
