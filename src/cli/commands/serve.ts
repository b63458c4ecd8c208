/**
 * `serve`: the lab as a page on this machine, until Ctrl-C.
 */
import { startServer } from '#served/server'
import type { Environment } from '../environment'
import { deferred } from '../deferred'
import { EXIT } from '../exit-codes'

export interface ServeOptions {
  workspace: string
  port: number
}

export async function serveLab(environment: Environment, { workspace, port }: ServeOptions): Promise<number> {
  const { output, renderer } = environment
  const lab = await environment.openLab(workspace)
  try {
    const server = await startServer(lab, { port, rendererFolder: renderer })
    const ended = deferred()
    const off = environment.onInterrupt(ended.resolve)
    output.write(`${server.url}\n`)
    output.tell('Open this address in a browser on this machine; it works once. Ctrl-C ends the lab.\n')
    await ended.promise
    off()
    output.tell('\nClosing …\n')
    await server.close()
    return EXIT.ok
  } finally {
    await lab.close()
  }
}
