import { resolve } from 'node:path'
import { build } from 'vite'

const folder = resolve('out/test')
const built = (name: string) => resolve(folder, `${name}.js`)

/** Where the tests find the engine's worker: Piscina loads it by file name, past vitest's transforms. */
export const testWorkerFile = built('worker')
/** The thread that reads data. */
export const testDeskFile = built('desk')
/** The engine's process, and one with small data of its own. */
export const testEngineFile = built('engine')
export const syntheticEngineFile = built('synthetic-engine')
/** A lab with such an engine, for a test to kill. */
export const labWithEngineFile = built('lab-with-engine')

/** Bundles what runs outside the tests' own process afresh, so that they never run against a stale build. */
export default async function buildWorker(): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20.18',
      rolldownOptions: {
        input: {
          worker: resolve('src/main/lab/engine/worker.ts'),
          desk: resolve('src/main/lab/datasets/desk/desk-worker.ts'),
          engine: resolve('src/main/lab/engine/engine-process.ts'),
          'synthetic-engine': resolve('test/main/engine/support/synthetic-engine.ts'),
          'lab-with-engine': resolve('test/main/engine/support/lab-with-engine.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
      },
    },
  })
}
