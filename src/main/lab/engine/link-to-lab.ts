/**
 * The way from the engine's process to the lab that started it.
 */
import { LabError } from '#shared/errors'
import type { LabLink, ToEngine } from './messages'

/** What Electron gives to a utility process. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: ToEngine }) => void): void
}

/** In a process that `child_process.fork` or Electron's `utilityProcess.fork` started. */
export function linkToLab(): LabLink {
  // Ctrl-C and a closed terminal go to all processes of the group: it is the lab's to say what becomes of the runs
  process.on('SIGINT', () => undefined).on('SIGHUP', () => undefined)
  const { parentPort } = process as NodeJS.Process & { parentPort?: ParentPort }
  if (parentPort) {
    return {
      post: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', ({ data }: { data: ToEngine }) => listener(data)),
    }
  }
  if (!process.send) {
    throw new LabError('engine/no-lab', 'This is the engine of the lab: the lab starts it, nobody else can')
  }
  process.on('disconnect', () => process.exit()) // the lab is gone, and so is whatever would be trained for it
  return {
    // a message that cannot be delivered has nobody left to read it: the disconnect follows
    post: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => process.on('message', (message) => listener(message as ToEngine)),
  }
}
