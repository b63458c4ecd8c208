/**
 * Which processes have the workspace open: a file for each under `processes/`, named by a random token.
 *
 * A run names the token of the process that trains it. The process is gone if its file is missing, if no process
 * has its id, or if another one has it by now: on Linux and macOS the time at which the process began tells, and
 * everywhere a process from before the last boot is gone. A process on another machine (a shared folder, a
 * container) cannot be asked; it touches its file every minute, and five minutes without that mean it is gone.
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { hostname, uptime } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { Disk, ProcessToken } from './disk'
import { errorCode } from './file-system'

const HEARTBEAT_MS = 60_000
const FRESH_MS = 5 * HEARTBEAT_MS
/** Clocks are set while a machine runs: a process this much older than the boot may still be of this boot. */
const BOOT_SLACK_MS = 10 * 60_000

const processSchema = z.object({
  version: z.literal(1),
  token: z.string(),
  pid: z.int().positive(),
  host: z.string(),
  /** When the process began, as its system says it; null where it does not. */
  began: z.string().nullable(),
  openedAt: z.iso.datetime(),
})
export type ProcessFacts = z.output<typeof processSchema>

export async function factsOfThisProcess(token: ProcessToken): Promise<ProcessFacts> {
  const began = await processBegan(process.pid)
  return { version: 1, token, pid: process.pid, host: hostname(), began, openedAt: new Date().toISOString() }
}

/** When the process with this id began: the same text as long as it lives. Null if the system does not say. */
export async function processBegan(pid: number): Promise<string | null> {
  try {
    if (process.platform === 'linux') return await beganByProc(pid)
    if (process.platform === 'darwin') return await beganByPs(pid)
    return null
  } catch {
    return null // no such process, or no /proc in this sandbox: whether it lives is then asked with a signal
  }
}

async function beganByProc(pid: number): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The second field is the program's name in brackets and may hold anything; the 22nd is the start in ticks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return `${boot.trim()} ${fields[19]}`
}

async function beganByPs(pid: number): Promise<string> {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], { env })
  return stdout.trim()
}

export class Processes {
  private heartbeat: NodeJS.Timeout | undefined

  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
  ) {}

  /** Makes this process known. Its runs count as alive from here until `leave`. */
  async join(): Promise<void> {
    await this.disk.fs.mkdir(this.folder)
    const facts = await factsOfThisProcess(this.disk.token)
    await this.disk.writeAtomic(this.file(this.disk.token), JSON.stringify(facts, null, 2) + '\n')
    this.heartbeat = setInterval(() => {
      // A beat that is missed is made up for by the next one; only other machines look at it.
      this.disk.fs.touch(this.file(this.disk.token), new Date()).catch(() => undefined)
    }, HEARTBEAT_MS)
    this.heartbeat.unref()
  }

  /** If the file cannot be removed, it names a process that will soon be gone, and the next sweep takes it. */
  async leave(): Promise<void> {
    clearInterval(this.heartbeat)
    await this.disk.discard(this.file(this.disk.token))
  }

  async isAlive(token: ProcessToken): Promise<boolean> {
    if (token === this.disk.token) return true
    if (!/^[0-9a-f]{16}$/.test(token)) return false
    const facts = await this.read(token)
    if (!facts) return false
    if (facts.host !== hostname()) return this.isFresh(token)
    if (Date.parse(facts.openedAt) < Date.now() - uptime() * 1000 - BOOT_SLACK_MS) return false
    if (!hasProcess(facts.pid)) return false
    const began = await processBegan(facts.pid)
    return facts.began === null || began === null || facts.began === began
  }

  /** Forgets the processes that are gone. */
  async sweep(): Promise<void> {
    for (const name of await this.disk.fs.readdir(this.folder)) {
      const token = basename(name, '.json')
      if (name.endsWith('.json') && !(await this.isAlive(token))) await this.disk.fs.remove(join(this.folder, name))
    }
  }

  private file(token: ProcessToken): string {
    return join(this.folder, `${token}.json`)
  }

  private async read(token: ProcessToken): Promise<ProcessFacts | undefined> {
    try {
      const text = Buffer.from(await this.disk.fs.readFile(this.file(token))).toString('utf8')
      return processSchema.parse(JSON.parse(text))
    } catch (error) {
      // Missing or unreadable as JSON: nobody stands behind it. Any other error says nothing about the process.
      if (errorCode(error) === 'ENOENT' || errorCode(error) === undefined) return undefined
      throw error
    }
  }

  /** Compared with our own file and not with our clock: the folder's server may have another time than we do. */
  private async isFresh(token: ProcessToken): Promise<boolean> {
    const own = this.file(this.disk.token)
    await this.disk.fs.touch(own, new Date())
    const [theirs, ours] = await Promise.all([this.disk.fs.facts(this.file(token)), this.disk.fs.facts(own)])
    return ours.modifiedMs - theirs.modifiedMs < FRESH_MS
  }
}

function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0) // signal 0 only asks
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM' // it exists, but belongs to somebody else
  }
}
