/** Where our runs are timed: under which runtime, where the engine lives in it, on how many threads. */
import { spawn, spawnSync } from 'node:child_process'
import { wideVectorFlags } from '#lab/engine/wide-vectors'
import { bundled } from './home'
import type { HostKind } from './hosts'
import type { MeasureAnswer, MeasureRequest } from './measure'

export interface Runtime {
  /** "Node 20.20.2" */
  name: string
  command: string
  /** With which its engine's process has 256-bit vectors; null if it cannot have them. */
  wideFlags: readonly string[] | null
  env: Readonly<Record<string, string>>
}

export interface Setting {
  /** "Node 20.20.2 in-process, 2 threads" */
  name: string
  runtime: Runtime
  host: HostKind
  threads: number
}

const LIMIT_MS = 10 * 60_000

export const THIS_NODE: Runtime = {
  name: `Node ${process.versions.node}`,
  command: process.execPath,
  wideFlags: wideVectorFlags(),
  env: {},
}

/** Electron's binary as a Node, as the window's engine runs; null if it does not run here. */
export function electronAsNode(file: string): Runtime | null {
  const env = { ELECTRON_RUN_AS_NODE: '1' }
  const probe = spawnSync(file, ['-p', 'JSON.stringify(process.versions)'], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  if (probe.status !== 0) return null
  const { electron, node, v8 } = JSON.parse(probe.stdout) as { electron?: string; node: string; v8: string }
  const name = electron === undefined ? `Node ${node}` : `Electron ${electron}`
  return { name, command: file, wideFlags: wideVectorFlags(v8), env }
}

/** Asks a process of this setting's runtime, which ends with its answer. */
export function measure<A extends MeasureAnswer>({ runtime, host }: Setting, request: MeasureRequest): Promise<A> {
  return new Promise((resolve, reject) => {
    // the engine's own process gets its flags from the lab; the peak is taken in this one
    const flags = request.kind === 'peak' && host === 'child-process' ? (runtime.wideFlags ?? []) : []
    const child = spawn(runtime.command, [...flags, bundled('measure'), JSON.stringify(request)], {
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

/** Every placement, in this Node as the command line uses it, and in a child as the window does. */
export function settingsOf(electron: Runtime | null, threads: readonly number[]): Setting[] {
  const most = Math.max(...threads)
  const places: [Runtime, HostKind, readonly number[]][] = [
    [THIS_NODE, 'in-process', threads],
    [THIS_NODE, 'child-process', [most]],
    ...(electron ? ([[electron, 'child-process', threads]] as [Runtime, HostKind, readonly number[]][]) : []),
  ]
  return places.flatMap(([runtime, host, counts]) =>
    counts.map((count) => {
      const vectors = host === 'child-process' && runtime.wideFlags ? ', 256 bits' : ''
      const name = `${runtime.name} ${host}${vectors}, ${count} thread${count === 1 ? '' : 's'}`
      return { name, runtime, host, threads: count }
    }),
  )
}
