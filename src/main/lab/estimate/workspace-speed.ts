/**
 * The speed that somebody measured in a workspace, for whoever opens no lab: a command that only says what would run.
 */
import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { REFERENCE_SPEED, type Speed } from '#shared/cost/speed'
import { readMeasured } from './speed-file'

/** Of this processor; that of the reference machine where nothing was measured yet. */
export async function speedOfWorkspace(workspace: string): Promise<Speed> {
  const here = { ...REFERENCE_SPEED, threads: availableParallelism() }
  try {
    const measured = readMeasured(await readFile(join(workspace, 'speed.json')))
    if (!measured?.machine.startsWith(cpus()[0]?.model.trim() ?? 'unknown')) return here
    return { ...here, basis: 'measured', oneThread: measured.oneThread, allThreads: measured.allThreads }
  } catch {
    return here // no such file: nothing was measured in this workspace
  }
}
