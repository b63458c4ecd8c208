/**
 * What the command ends with. Numbers above 63 are those of BSD's sysexits, which shells and CI know.
 */
import { LabError } from '#shared/errors'

export const EXIT = {
  ok: 0,
  /** A run failed, an answer is not right, or something went wrong that fits none of the others. */
  failed: 1,
  /** The command line itself: an unknown command or flag, a value that is none. */
  usage: 2,
  /** A file was read, but what it says is not valid. */
  badData: 65,
  /** No such file, preset, run or data set. */
  notFound: 66,
  /** Something that the command needs is not to be had here. */
  unavailable: 69,
  /** Ended by Ctrl-C; what was trained is kept. */
  interrupted: 130,
} as const

export const EXIT_CODES_HELP = `
Exit codes:
  0    done
  1    a run failed, or what was checked is not right
  2    the command line is not valid
  65   an experiment or a file is not valid
  66   no such file, preset, run or data set
  69   something that is needed is missing here
  130  ended by Ctrl-C; what was trained is kept`

const CODES_BY_ERROR: Readonly<Record<string, number>> = {
  'cli/usage': EXIT.usage,
  'experiment/invalid': EXIT.badData,
  'experiment/bad-path': EXIT.usage,
  'cli/bad-json': EXIT.badData,
  'cli/not-found': EXIT.notFound,
  'run/not-found': EXIT.notFound,
  'preset/not-found': EXIT.notFound,
  'report/not-found': EXIT.notFound,
  'report/no-preset': EXIT.usage,
  'report/damaged': EXIT.badData,
  'preset/no-variant': EXIT.usage,
  'figure/no-points': EXIT.badData,
  'cli/unavailable': EXIT.unavailable,
  'weights/unreadable': EXIT.notFound,
  'dataset/unknown': EXIT.notFound,
  'import/unreadable': EXIT.notFound,
  'model/unreadable': EXIT.notFound,
  'import/bad-option': EXIT.usage,
  'graph/bad-expression': EXIT.usage,
  'graph/no-value': EXIT.usage,
  'graph/no-such-input': EXIT.usage,
  'graph/no-such-quantity': EXIT.usage,
  'graph/undefined': EXIT.badData,
  'gradcheck/invalid': EXIT.badData,
}

export function exitCodeFor(error: unknown): number {
  if (!(error instanceof LabError)) return EXIT.failed
  const known = CODES_BY_ERROR[error.code]
  if (known !== undefined) return known
  if (/^(experiment|weights|import|points|history|model|safetensors)\//.test(error.code)) return EXIT.badData
  return EXIT.failed
}
