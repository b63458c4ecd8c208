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
  ignore('SIGINT', 'SIGHUP')
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
  ignore('SIGTERM') // by which Electron ends a utility process, and nobody ends this one
  process.on('disconnect', () => process.exit()) // the lab is gone, and so is whatever would be trained for it
  return {
    // a message that cannot be delivered has nobody left to read it: the disconnect follows
    post: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => process.on('message', (message) => listener(message as ToEngine)),
  }
}

/**
 * Ctrl-C, a closed terminal and the end of a session go to all processes: it is the lab's to say what becomes of the
 * runs, and this process ends with it.
 */
function ignore(...signals: NodeJS.Signals[]): void {
  for (const signal of signals) process.on(signal, () => undefined)
}
