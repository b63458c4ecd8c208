/**
 * What was said at the start: `--workspace=DIR`.
 */
import { resolve } from 'node:path'

const FLAG = '--workspace='

/** The workspace that was asked for, as an absolute path; null when nobody asked for one. The last one counts. */
export function askedWorkspace(argv: readonly string[]): string | null {
  const asked = argv.findLast((arg) => arg.startsWith(FLAG))?.slice(FLAG.length)
  return asked === undefined || asked === '' ? null : resolve(asked)
}
