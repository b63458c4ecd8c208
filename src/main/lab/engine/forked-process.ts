/**
 * The engine in a child of this process, under plain Node or under Electron's own binary in Node mode.
 */
import { fork, type ChildProcess } from 'node:child_process'
import type { EngineProcess, FromEngine } from './messages'

/**
 * Set in the engine's process. Where Electron's fuse forbids Node mode, the binary starts the whole application
 * instead, which then leaves at once (src/main/index.ts).
 */
export const ENGINE_MARK = 'PERCEPTRON_LAB_ENGINE'

export interface ForkOptions {
  /** The bundled engine-process.ts. */
  file: string
  /** Flags of V8. */
  flags: readonly string[]
  /** @default the program that runs this process */
  execPath?: string
}

export function forkEngine({ file, flags, execPath = process.execPath }: ForkOptions): EngineProcess {
  const child = fork(file, [], {
    execPath,
    execArgv: [...flags],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', [ENGINE_MARK]: '1' },
    serialization: 'advanced', // bytes stay bytes, NaN stays NaN
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  return {
    // one that is gone hears nothing; that it is gone, `gone` says
    post: (message) => void child.send(message, () => undefined),
    kill: () => void child.kill('SIGKILL'),
    onMessage: (listener) => child.on('message', (message) => listener(message as unknown as FromEngine)),
    gone: endOf(child),
  }
}

/** What it said last may still be on its way when it has ended: the channel closes behind that. */
async function endOf(child: ChildProcess): Promise<string> {
  const ended = new Promise<string>((resolve) => {
    child.on('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`))
  })
  const disconnected = new Promise<void>((resolve) => child.on('disconnect', resolve))
  const stillborn = new Promise<string>((resolve) => {
    child.on('error', (error) => {
      if (child.pid === undefined) resolve(error.message) // else a message that could not be sent
    })
  })
  return Promise.race([stillborn, disconnected.then(() => ended)])
}
