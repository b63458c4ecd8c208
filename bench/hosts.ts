/** The engine as the lab opens it, with its own worker and its own process. */
import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import type { EngineHost } from '#lab/engine/host'
import { openEngine } from '#lab/engine/open-engine'
import { bundled } from './home'

/** In the process that measures, as for the command line; or in a child of it, as for the window. */
export type HostKind = 'in-process' | 'child-process'

export async function openHost(kind: HostKind, threads: number): Promise<EngineHost> {
  const host = await openEngine({
    door: kind === 'in-process' ? 'cli' : 'electron',
    workerFile: bundled('worker'),
    datasets: join(process.cwd(), 'resources', 'datasets'),
    threads,
    wideVectors: true,
  })
  if (host.facts.placement === kind) return host
  await host.close()
  throw new Error(`Expected the engine ${kind}, got ${host.facts.placement}: ${host.facts.remark ?? 'no reason given'}`)
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

/** Processor time so far, of the same processes. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage()
  return childrenOf(process.pid).reduce((sum, pid) => sum + secondsOf(pid), (user + system) / 1e6)
}

/** Linux counts it in hundredths, in fields 14 and 15, of which the second may hold blanks within parentheses. */
function secondsOf(pid: string): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Starts to count; the function that it gives says how many cores others kept busy since, on average. */
export function startWatchingOthers(): () => number {
  const began = { machine: busySeconds(), own: processorSeconds(), at: performance.now() }
  return () => {
    const seconds = (performance.now() - began.at) / 1000
    return Math.max(0, busySeconds() - began.machine - (processorSeconds() - began.own)) / seconds
  }
}

function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000
}
