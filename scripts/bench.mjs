// npm run bench, npm run bench:estimates: bundles bench/ with the engine and its worker, fresh from the sources, and
// runs it; with `estimates` as the first argument what costs are estimated to be beside what they are.
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { build } from 'vite'

const root = resolve(import.meta.dirname, '..')
const outDir = join(root, 'out', 'bench')
const entry = (...path) => join(root, ...path)

await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    ssr: true,
    outDir,
    emptyOutDir: false, // it also holds unpacked data
    target: 'node20.18',
    rolldownOptions: {
      input: {
        index: entry('bench', 'index.ts'),
        estimates: entry('bench', 'estimates.ts'),
        measure: entry('bench', 'measure.ts'), // a process for each measurement
        peak: entry('bench', 'peak.ts'), // a thread of one
        worker: entry('src', 'main', 'lab', 'engine', 'worker.ts'),
        engine: entry('src', 'main', 'lab', 'engine', 'engine-process.ts'),
      },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
    },
  },
})
const [first, ...others] = process.argv.slice(2)
const [file, args] = first === 'estimates' ? ['estimates.js', others] : ['index.js', process.argv.slice(2)]
const { status } = spawnSync(process.execPath, [join(outDir, file), ...args], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
