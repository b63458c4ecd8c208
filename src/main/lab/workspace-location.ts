/**
 * Where the workspace is when nobody says so: the environment's, the one chosen last, or the system's usual place.
 */
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { Disk, newProcessToken } from './storage/disk'
import { nodeFileSystem } from './storage/file-system'

export const WORKSPACE_VARIABLE = 'PERCEPTRON_LAB_WORKSPACE'

export interface Surroundings {
  platform: NodeJS.Platform
  env: Record<string, string | undefined>
  home: string
}

const here = (): Surroundings => ({ platform: process.platform, env: process.env, home: homedir() })
const locationSchema = z.object({ version: z.literal(1), workspace: z.string().refine((path) => isAbsolute(path)) })

export interface WorkspaceLocation {
  directory: string
  source: 'environment' | 'chosen' | 'default'
}

/** Never throws: a note of the last choice that cannot be read counts as none. */
export async function findWorkspace(surroundings = here()): Promise<WorkspaceLocation> {
  const named = surroundings.env[WORKSPACE_VARIABLE]
  if (named) return { directory: resolve(named), source: 'environment' }
  const chosen = await readChoice(noteFile(surroundings))
  if (chosen !== undefined) return { directory: chosen, source: 'chosen' }
  return { directory: defaultWorkspace(surroundings), source: 'default' }
}

/** Notes which workspace to open next time. Where the environment names one, there is nothing to note. */
export async function rememberWorkspace(directory: string, surroundings = here()): Promise<void> {
  if (surroundings.env[WORKSPACE_VARIABLE]) return
  await nodeFileSystem.mkdir(dataFolder(surroundings))
  const note = JSON.stringify({ version: 1, workspace: resolve(directory) }, null, 2) + '\n'
  await new Disk(newProcessToken()).writeAtomic(noteFile(surroundings), note)
}

export function defaultWorkspace(surroundings = here()): string {
  return join(dataFolder(surroundings), 'workspace')
}

function dataFolder({ platform, env, home }: Surroundings): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Perceptron Lab')
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Perceptron Lab')
  const data = env['XDG_DATA_HOME']
  // The XDG specification has relative paths ignored.
  return join(data && isAbsolute(data) ? data : join(home, '.local', 'share'), 'perceptron-lab')
}

function noteFile(surroundings: Surroundings): string {
  return join(dataFolder(surroundings), 'location.json')
}

async function readChoice(file: string): Promise<string | undefined> {
  try {
    return locationSchema.parse(JSON.parse(await readFile(file, 'utf8'))).workspace
  } catch {
    return undefined
  }
}
