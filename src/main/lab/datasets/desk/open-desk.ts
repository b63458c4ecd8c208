/**
 * Where the desk works: in its thread, whose file lies beside the engine's worker, or in this one where there is none.
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { FileSystem } from '../../storage/file-system'
import { DataDesk } from './desk'
import type { Desk, DeskPlace } from './desk-calls'
import { DeskThread } from './desk-thread'

/** `fs`: for tests, which fail its calls; a thread has the real one. */
export function openDesk(workerFile: string, place: DeskPlace, fs?: FileSystem): Desk {
  const file = join(dirname(workerFile), 'desk.js')
  return existsSync(file) && !fs ? new DeskThread(file, place) : deskHere(place, fs)
}

export function deskHere(place: DeskPlace, fs?: FileSystem): Desk {
  const desk = new DataDesk(place, fs)
  return {
    ask: (name, ...args) => {
      const method = desk[name].bind(desk) as (...args: readonly unknown[]) => never
      return method(...args)
    },
    close: () => Promise.resolve(desk.close()),
  }
}
