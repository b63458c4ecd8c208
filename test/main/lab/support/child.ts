/** A process for a test to kill, and the moments at which it does. */
import { resolve } from 'node:path'
import { build } from 'vite'

/** Bundles test/main/lab/support/<name>.ts, and answers with the file to start. */
export async function buildChild(name: string): Promise<string> {
  const outDir = resolve('out/test', name)
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: resolve('test/main/lab/support', `${name}.ts`),
      outDir,
      target: 'node20.18',
      rolldownOptions: { output: { format: 'es', entryFileNames: `${name}.js` } },
    },
  })
  return resolve(outDir, `${name}.js`)
}

/** mulberry32: the moments are random, and the same for the same seed as far as two processes allow. */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
