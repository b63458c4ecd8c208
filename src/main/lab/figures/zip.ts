/**
 * Several files as one. Equal files give equal bytes: a zip wants a date of each, and gets the earliest one it knows.
 */
import { zipSync } from 'fflate'

/** Zip keeps local time: this is 1 January 1980, 0:00, wherever it is written. */
const NO_DATE = new Date(1980, 0, 1)

/** The names must differ. */
export function zipOf(files: readonly { name: string; bytes: Uint8Array }[]): Uint8Array {
  return zipSync(Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])), { level: 9, mtime: NO_DATE })
}
