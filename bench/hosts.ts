/** The engine as the lab runs it: through its own hosts, with its own worker. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EngineHost, LoadDataset } from '#lab/engine/host'
import { createInProcessHost } from '#lab/engine/in-process-host'
import { bundled } from './home'

export const HOST_KINDS = ['in-process'] as const
export type HostKind = (typeof HOST_KINDS)[number]

// eslint-disable-next-line @typescript-eslint/require-await
export async function openHost(_kind: HostKind, threads: number, load: LoadDataset): Promise<EngineHost> {
  return createInProcessHost({ workerFile: bundled('worker'), threads, load })
}

/** Highest resident memory so far, bytes: of this process, and where the system tells it, of those it has started. */
export function peakMemory(): number {
  const own = process.resourceUsage().maxRSS * 1024
  return childrenOf(process.pid).reduce((sum, pid) => sum + peakOf(pid), own)
}

/** On Linux; elsewhere none. */
function childrenOf(pid: number): string[] {
  if (process.platform !== 'linux') return []
  const tasks = `/proc/${pid}/task`
  return readdirSync(tasks).flatMap((task) =>
    readFileSync(join(tasks, task, 'children'), 'utf8')
      .split(' ')
      .filter(Boolean),
  )
}

function peakOf(pid: string): number {
  const kib = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(kib?.[1] ?? 0) * 1024
}
