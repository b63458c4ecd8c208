/**
 * What was said at the start: `--workspace=DIR`, or PERCEPTRON_LAB_WORKSPACE.
 */
import { resolve } from 'node:path'

const FLAG = '--workspace='

/** The workspace that was asked for, as an absolute path; null when nobody asked for one. */
export function askedWorkspace(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  const flagged = argv.findLast((arg) => arg.startsWith(FLAG))?.slice(FLAG.length)
  const asked = flagged ?? env['PERCEPTRON_LAB_WORKSPACE']
  return asked === undefined || asked === '' ? null : resolve(asked)
}
