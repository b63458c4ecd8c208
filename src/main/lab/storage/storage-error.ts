/**
 * Errors of the file system in words for a person: what could not be done, where, and what helps.
 */
import { LabError } from '#shared/errors'
import { errorCode } from './file-system'

/** `doing` completes "Could not …": "write history.jsonl". A LabError passes as it is. */
export function storageError(error: unknown, doing: string): LabError {
  if (error instanceof LabError) return error
  const code = errorCode(error)
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new LabError('storage/disk-full', `Could not ${doing}: the disk is full. Free some space and try again`, {
        cause: error,
      })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new LabError(
        'storage/no-access',
        `Could not ${doing}: no permission (${code}). Check the folder's permissions or open another workspace`,
        { cause: error },
      )
    case 'EMFILE':
    case 'ENFILE':
      return new LabError(
        'storage/too-many-files',
        `Could not ${doing}: too many files are open. Close other programs`,
        {
          cause: error,
        },
      )
    case undefined:
    default: {
      const what = code ?? (error instanceof Error ? error.message : String(error))
      return new LabError('storage/failed', `Could not ${doing}: the disk reported ${what}`, { cause: error })
    }
  }
}
