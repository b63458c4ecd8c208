/**
 * Entry of the command line: the real environment around `runCommandLine`.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openLab } from '#lab/open-lab'
import { findWorkspace, rememberWorkspace } from '#lab/workspace-location'
import type { Environment } from './environment'
import { EXIT } from './exit-codes'
import { runCommandLine } from './program'

const here = dirname(fileURLToPath(import.meta.url)) // out/main
const resources = join(here, '../../resources')
const { version } = JSON.parse(readFileSync(join(here, '../../package.json'), 'utf8')) as { version: string }

/** The second Ctrl-C ends the process at once: what is on disk stays whole whenever that happens. */
function onInterrupt(listener: () => void): () => void {
  let count = 0
  const heard = () => {
    count++
    if (count > 1) process.exit(EXIT.interrupted)
    listener()
  }
  process.on('SIGINT', heard).on('SIGTERM', heard)
  return () => process.off('SIGINT', heard).off('SIGTERM', heard)
}

/** A reader such as `head` may leave before we have said everything: that is no error of ours. */
function endQuietlyOnBrokenPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed))
}
endQuietlyOnBrokenPipe(process.stdout)
endQuietlyOnBrokenPipe(process.stderr)

const environment: Environment = {
  version,
  resources,
  renderer: join(here, '../renderer'),
  workspace: (await findWorkspace()).directory,
  openLab: (workspace) =>
    openLab({
      workspace,
      resources,
      version,
      workerFile: join(here, 'worker.js'),
      door: process.argv[2] === 'serve' ? 'served' : 'cli',
      rememberWorkspace,
    }),
  output: {
    write: (text) => void process.stdout.write(text),
    tell: (text) => void process.stderr.write(text),
    isTerminal: process.stderr.isTTY,
    get width() {
      return process.stderr.columns || 80 // anew each time, as windows change; some terminals say 0
    },
    get height() {
      return process.stderr.rows ?? 24
    },
  },
  onInterrupt,
}

process.exitCode = await runCommandLine(process.argv.slice(2), environment)
