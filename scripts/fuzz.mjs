// npm run fuzz -- <loader | all> [--seconds 60] [--seed 1]: bundles the fuzzer with the loaders, fresh from the
// sources, and runs it. What it finds is kept in test/fixtures/fuzz/<loader>/, which the tests read.
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { build } from 'vite'

const root = resolve(import.meta.dirname, '..')
const outDir = join(root, 'out', 'fuzz')

await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    ssr: true,
    outDir,
    target: 'node20.18',
    rolldownOptions: {
      input: { run: join(root, 'test', 'main', 'lab', 'import', 'fuzz', 'run.ts') },
      output: { format: 'es', entryFileNames: '[name].js' },
    },
  },
})
const { status } = spawnSync(process.execPath, [join(outDir, 'run.js'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
