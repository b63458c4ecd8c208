import { resolve } from 'node:path'
import { build } from 'vite'

/** Where the tests find the engine's worker: Piscina loads it by file name, past vitest's transforms. */
export const testWorkerFile = resolve('out/test/worker.js')

/** Bundles the worker afresh before the unit tests, so that they never run against a stale build. */
export default async function buildWorker(): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: resolve('src/main/lab/engine/worker.ts'),
      outDir: resolve('out/test'),
      emptyOutDir: false,
      target: 'node20.18',
      rolldownOptions: { output: { format: 'es', entryFileNames: 'worker.js' } },
    },
  })
}
