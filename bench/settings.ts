/** Where our runs are timed: under which runtime, where the engine lives in it, on how many threads. */
import { spawn, spawnSync } from 'node:child_process'
import { bundled } from './home'
import type { HostKind } from './hosts'
import type { MeasureAnswer, MeasureRequest } from './measure'

export interface Runtime {
  /** "Node 20.20.2" */
  name: string
  command: string
  flags: readonly string[]
  env: Readonly<Record<string, string>>
}

export interface Setting {
  /** "Node 20.20.2, 2 threads" */
  name: string
  runtime: Runtime
  host: HostKind
  threads: number
}

const LIMIT_MS = 10 * 60_000

export const THIS_NODE: Runtime = {
  name: `Node ${process.versions.node}`,
  command: process.execPath,
  flags: [],
  env: {},
}

/** Electron's binary as a Node, with vectors fused to 256 bits; null if it does not run here. */
export function electronAsNode(file: string): Runtime | null {
  const env = { ELECTRON_RUN_AS_NODE: '1' }
  const probe = spawnSync(file, ['-p', 'JSON.stringify(process.versions)'], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  if (probe.status !== 0) return null
  const { electron, v8 } = JSON.parse(probe.stdout) as { electron?: string; v8: string }
  const name = electron === undefined ? 'another runtime' : `Electron ${electron} as Node`
  return { name: `${name}, 256 bits`, command: file, flags: wideVectorFlags(v8), env }
}

/** Asks a process of this setting's runtime, which ends with its answer. */
export function measure<A extends MeasureAnswer>({ runtime }: Setting, request: MeasureRequest): Promise<A> {
  return new Promise((resolve, reject) => {
    const child = spawn(runtime.command, [...runtime.flags, bundled('measure'), JSON.stringify(request)], {
      env: { ...process.env, ...runtime.env },
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: LIMIT_MS,
    })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(text) as A)
      else reject(new Error(`The measurement ended with ${code ?? 'a signal'}: ${JSON.stringify(request)}`))
    })
  })
}

/** V8's fusing of neighbouring vectors: an experiment of its compiler, by flags that depend on its version. */
function wideVectorFlags(v8: string): string[] {
  const [major, minor] = v8.split('.').map(Number)
  if (major < 13) return []
  const turboshaft = major === 13 && minor < 6 ? ['--turboshaft-wasm'] : []
  return [...turboshaft, '--experimental-wasm-revectorize']
}
