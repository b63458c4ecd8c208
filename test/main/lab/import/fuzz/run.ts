/**
 * node out/fuzz/run.js <loader | all> --seconds n --seed s: changes valid files until the time is up and keeps each
 * that a loader neither takes nor refuses as it should, or that takes it longer than it may.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { seededRandom } from '#engine/random'
import { mutated, randomMutations } from './mutate'
import { FUZZ_TARGETS, tryBytes, type FuzzTarget } from './targets'

const CORPUS = join('test', 'fixtures', 'fuzz')
const STREAM = 98
/** What reading a small file may take, in time of the processor; more is as bad as a crash. It gets a second try. */
const MAX_MS = 200

interface Outcome {
  executions: number
  taken: number
  slowestMs: number
  found: Map<string, string>
}

async function fuzz(name: string, target: FuzzTarget, seconds: number, seed: number): Promise<Outcome> {
  const random = seededRandom(seed, STREAM)
  const outcome: Outcome = { executions: 0, taken: 0, slowestMs: 0, found: new Map() }
  const old = corpusOf(name)
  const end = performance.now() + 1000 * seconds
  while (performance.now() < end) {
    const choice = random.below(target.seeds.length + (old.length > 0 ? 1 : 0))
    const seedFile = target.seeds[choice] ?? whole(old[random.below(old.length)])
    const bytes = mutated(seedFile, randomMutations(random))
    const problem = await problemWith(target, bytes, outcome)
    outcome.executions += 1
    if (problem !== undefined && !outcome.found.has(problem)) {
      outcome.found.set(problem, keep(name, bytes))
      process.stdout.write(`${name}: ${problem}\n`)
    }
  }
  return outcome
}

async function problemWith(target: FuzzTarget, bytes: Uint8Array, outcome: Outcome): Promise<string | undefined> {
  try {
    let ms = await timed(target, bytes, outcome)
    if (ms > MAX_MS) ms = await timed(target, bytes, outcome)
    outcome.slowestMs = Math.max(outcome.slowestMs, ms)
    return ms > MAX_MS ? `takes longer than ${MAX_MS} ms` : undefined
  } catch (error) {
    return kindOf(error)
  }
}

async function timed(target: FuzzTarget, bytes: Uint8Array, outcome: Outcome): Promise<number> {
  const began = process.cpuUsage()
  if ((await tryBytes(target, bytes)) === 'taken') outcome.taken += 1
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1000
}

/** The same for errors that come from the same place, whatever the bytes: message in short, and where. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, 100)
  const places = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '))
  const message = error.message.replace(/[^ -~]|\d+/g, '·').slice(0, 80)
  return `${error.name}: ${message} ${places.slice(0, 2).join(' ').replace(/\s+/g, ' ')}`
}

function whole(bytes: Uint8Array) {
  return { name: 'corpus', pieces: [bytes], join: ([only]: readonly Uint8Array[]) => only }
}

function corpusOf(name: string): Uint8Array[] {
  const folder = join(CORPUS, name)
  mkdirSync(folder, { recursive: true })
  return readdirSync(folder).map((file) => readFileSync(join(folder, file)))
}

function keep(name: string, bytes: Uint8Array): string {
  const file = join(CORPUS, name, createHash('sha256').update(bytes).digest('hex').slice(0, 16))
  writeFileSync(file, bytes)
  return file
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
})
const names = Object.keys(FUZZ_TARGETS)
const chosen = positionals[0] === 'all' ? names : positionals
if (chosen.length === 0 || chosen.some((name) => !names.includes(name))) {
  process.stderr.write(
    `npm run fuzz -- <loader> --seconds 60 --seed 1, where <loader> is all or one of ${names.join(', ')}\n`,
  )
  process.exit(2)
}
for (const name of chosen) {
  const seconds = Number(values.seconds)
  const { executions, taken, slowestMs, found } = await fuzz(name, FUZZ_TARGETS[name], seconds, Number(values.seed))
  const rate = Math.round((60 * executions) / seconds)
  const peak = Math.round(process.resourceUsage().maxRSS / 1024)
  process.stdout.write(
    `${name}: ${executions} executions (${rate} a minute), ${taken} taken, slowest ${slowestMs.toFixed(0)} ms, peak ${peak} MB, ${found.size} found\n`,
  )
  for (const file of found.values()) process.stdout.write(`  kept ${file}\n`)
  if (found.size > 0) process.exitCode = 1
}
