import { dirname, join } from 'node:path'

/** The folder of what scripts/bench.mjs has bundled: that of the file which this process was started with. */
export const home = dirname(process.argv[1])

/** index.js; measure.js, a process; peak.js, a thread of one; worker.js, the engine's. */
export function bundled(name: 'measure' | 'peak' | 'worker'): string {
  return join(home, `${name}.js`)
}
