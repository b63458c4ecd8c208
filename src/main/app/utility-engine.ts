/**
 * The engine in a utility process of Electron's: where the fuse that allows Node mode is off, or where this is as
 * fast. It ends with the application, however that ends.
 */
import { utilityProcess } from 'electron'
import type { EngineProcess, FromEngine } from '#lab/engine/messages'

export function launchUtilityProcess(file: string, flags: readonly string[]): EngineProcess {
  const child = utilityProcess.fork(file, [], {
    execArgv: [...flags],
    serviceName: 'Perceptron Lab engine',
    stdio: 'inherit',
  })
  return {
    post: (message) => child.postMessage(message),
    kill: () => void child.kill(),
    onMessage: (listener) => child.on('message', (message: FromEngine) => listener(message)),
    gone: new Promise((resolve) => child.on('exit', (code) => resolve(`exit code ${code}`))),
  }
}
