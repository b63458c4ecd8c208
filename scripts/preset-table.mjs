// node scripts/preset-table.mjs <workspace> …: writes what the finished runs of these workspaces measured into the
// tables of docs/presets.md. What none of them trained keeps its cell, so that workspaces can be read one after the other;
// a preset whose design was changed needs its row set back to “not run yet” by hand.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runnerImport } from 'vite'

const root = resolve(import.meta.dirname, '..')
const workspaces = process.argv.slice(2)
if (workspaces.length === 0) {
  console.error('Expected the folder of a workspace: node scripts/preset-table.mjs <workspace> …')
  process.exit(2)
}

const load = async (path) =>
  (await runnerImport(join(root, path), { root, configFile: false, logLevel: 'warn' })).module
const { fillTable, measuredCells, readRuns, NOT_RUN } = await load('scripts/presets/table.mts')
const { readPresets } = await load('src/main/lab/presets/presets.ts')

const page = join(root, 'docs', 'presets.md')
const runs = (await Promise.all(workspaces.map((workspace) => readRuns(workspace)))).flat()
const cells = measuredCells(await readPresets(join(root, 'resources', 'presets')), runs)
writeFileSync(page, fillTable(readFileSync(page, 'utf8'), cells))
const filled = [...cells.values()].filter((cell) => cell !== NOT_RUN).length
console.log(`docs/presets.md: ${filled} of ${cells.size} rows measured, from ${runs.length} finished runs`)
