/** `npm run bench`: seconds an epoch of seven networks, beside other libraries if their scripts are at hand. */
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { findElectron } from '../scripts/runtimes.mjs'
import { home } from './home'
import type { EvaluateResult, TrainResult } from './measure'
import type { PeakResult } from './peak'
import { findPeers, type Peer, type PeerResult } from './peers'
import { findFaults, joinPeerResults, spreadOf, type OurRow, type Report, type WorkloadReport } from './report'
import { electronAsNode, measure, settingsOf, type Setting } from './settings'
import { renderReport } from './tables'
import { flopsPerEpoch, WORKLOADS, type Workload } from './workloads'

const USAGE = `npm run bench -- [options]
  --only a,c         workloads, of a … g
  --epochs n         timed epochs of each run, after one that is not counted
  --rounds n         runs of each kind, in turns with the others (default 2)
  --threads n,m      threads of a run (default: 1 and all)
  --quick            two epochs, one round, no evaluation
  --peers [folder]   time other libraries in turns with ours (default ../shared/peers)
  --electron file    Electron, for runs with 256-bit vectors (default: where npm start finds it)
  --json file        the report as JSON
  --page             puts the tables into docs/performance.md`

/** Where the tables go in docs/performance.md. */
const [PAGE_BEGIN, PAGE_END] = ['<!-- bench: begin -->', '<!-- bench: end -->']
const DEFAULT_PEERS = '../shared/peers'
const EVALUATED = 'd'

interface Options {
  workloads: readonly Workload[]
  epochs: number | null
  rounds: number
  evaluation: boolean
  settings: readonly Setting[]
  peers: readonly Peer[]
}

await main()

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: withDefaultFolder(process.argv.slice(2)),
    options: {
      only: { type: 'string' },
      epochs: { type: 'string' },
      rounds: { type: 'string' },
      threads: { type: 'string' },
      quick: { type: 'boolean', default: false },
      peers: { type: 'string' },
      electron: { type: 'string' },
      json: { type: 'string' },
      page: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(USAGE)
  const threads = values.threads?.split(',').map(Number) ?? [...new Set([1, availableParallelism()])]
  const electron = values.electron ?? findElectron()
  const report = await bench({
    workloads: WORKLOADS.filter(({ id }) => values.only?.split(',').includes(id) ?? true),
    epochs: values.epochs === undefined ? (values.quick ? 2 : null) : Number(values.epochs),
    rounds: Number(values.rounds ?? (values.quick ? 1 : 2)),
    evaluation: !values.quick,
    settings: settingsOf(electron === undefined ? null : electronAsNode(electron), threads),
    peers: values.peers === undefined ? [] : await findPeers(resolve(values.peers), home, threads),
  })
  const text = renderReport(report)
  console.log(text)
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`)
  if (values.page) writePage(text)
  if (report.workloads.some(({ ours }) => ours.some(({ refused }) => refused !== null))) process.exitCode = 1
}

/** `--peers` may stand alone. */
function withDefaultFolder(args: readonly string[]): string[] {
  return args.flatMap((arg, i) => {
    const next = args[i + 1]
    return arg === '--peers' && (next === undefined || next.startsWith('--')) ? [arg, DEFAULT_PEERS] : [arg]
  })
}

async function bench(options: Options): Promise<Report> {
  const peaks = []
  for (const setting of options.settings) {
    const peak = await measure<PeakResult>(setting, { kind: 'peak', threads: setting.threads })
    peaks.push({ setting: setting.name, peak })
  }
  const workloads: WorkloadReport[] = []
  const images: Report['evaluation'] = { ours: [], peers: [] }
  for (const workload of options.workloads) {
    const { results, ...timed } = await timeWorkload(
      workload,
      options,
      new Map(peaks.map((each) => [each.setting, each.peak])),
    )
    workloads.push(timed)
    if (workload.id !== EVALUATED || !options.evaluation) continue
    images.ours = await timeEvaluation(workload, options.settings)
    images.peers = results.flatMap(([peer, [{ imagesPerSecond }]]) =>
      imagesPerSecond === null ? [] : [{ peer, imagesPerSecond }],
    )
  }
  return { date: new Date().toISOString(), machine: describeMachine(), workloads, peaks, evaluation: images }
}

/** Ours and theirs in turns, so that a machine that grows slower does so for all. */
async function timeWorkload(workload: Workload, options: Options, peaks: ReadonlyMap<string, PeakResult>) {
  const { settings, rounds } = options
  const epochs = options.epochs ?? workload.epochs
  const runs = new Map<Setting, TrainResult[]>(settings.map((setting) => [setting, []]))
  const peers = new Map<string, PeerResult[]>()
  for (let round = 0; round < rounds; round++) {
    const others = options.peers.filter(({ once }) => round === 0 || !once)
    for (let i = 0; i < Math.max(settings.length, others.length); i++) {
      if (i < others.length) await timePeer(others[i], workload, epochs, peers)
      if (i < settings.length) {
        const { host, threads } = settings[i]
        say(`${workload.id}: ${settings[i].name}`)
        const request = { kind: 'train', workload: workload.id, epochs: epochs + 1, threads, host } as const
        runs.get(settings[i])?.push(await measure<TrainResult>(settings[i], request))
      }
    }
  }
  const results = [...peers]
  return {
    workload,
    ours: joinRuns(workload, [...runs], peaks),
    peers: results.map(([name, calls]) => joinPeerResults(name, calls)),
    results,
  }
}

async function timePeer(peer: Peer, workload: Workload, epochs: number, into: Map<string, PeerResult[]>) {
  say(`${workload.id}: ${peer.name}`)
  try {
    const result = await peer.time(workload, epochs)
    into.set(peer.name, [...(into.get(peer.name) ?? []), result])
  } catch (error) {
    // not every library can do everything: scikit-learn has no RMSprop
    say(`${workload.id}: ${peer.name} left out (${error instanceof Error ? error.message.trim() : String(error)})`)
  }
}

function joinRuns(
  workload: Workload,
  runs: readonly (readonly [Setting, readonly TrainResult[]])[],
  peaks: ReadonlyMap<string, PeakResult>,
): OurRow[] {
  const single = runs.flatMap(([setting, results]) => results.map((result) => [setting, result] as const))
  const faults = findFaults(workload, single)
  return runs.map(([setting, results]) => {
    const seconds = spreadOf(results.flatMap(({ epochSeconds }) => epochSeconds.slice(1)))
    const gflops = flopsPerEpoch(workload) / seconds.median / 1e9
    const { epochSeconds: _, peakMemoryMb: __, ...run } = results[0]
    return {
      setting: setting.name,
      threads: setting.threads,
      seconds,
      refused: faults.find((fault, i) => fault !== null && single[i][0] === setting) ?? null,
      gflops,
      shareOfPeak: gflops / (peaks.get(setting.name)?.gflops ?? Number.NaN),
      peakMemoryMb: Math.max(...results.map(({ peakMemoryMb }) => peakMemoryMb)),
      run,
    }
  })
}

async function timeEvaluation(workload: Workload, settings: readonly Setting[]): Promise<Report['evaluation']['ours']> {
  const rows: Report['evaluation']['ours'] = []
  for (const setting of settings) {
    const { host, threads } = setting
    say(`${workload.id}, evaluation: ${setting.name}`)
    const request = { kind: 'evaluate', workload: workload.id, epochs: 5, threads, host } as const
    rows.push({ setting: setting.name, ...(await measure<EvaluateResult>(setting, request)) })
  }
  return rows
}

function describeMachine() {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const memoryGb = Math.round(totalmem() / 1e9)
  return { cpu: model, cores: availableParallelism(), memoryGb, os: `${type()} ${release()}` }
}

function writePage(text: string): void {
  const file = join('docs', 'performance.md')
  const page = readFileSync(file, 'utf8')
  const [begin, end] = [page.indexOf(PAGE_BEGIN), page.indexOf(PAGE_END)]
  if (begin < 0 || end < begin) throw new Error(`${file}: expected the lines ${PAGE_BEGIN} and ${PAGE_END}`)
  writeFileSync(file, `${page.slice(0, begin + PAGE_BEGIN.length)}\n\n${text}\n\n${page.slice(end)}`)
}

/** Progress goes to standard error: standard output is the tables alone. */
function say(line: string): void {
  console.error(line)
}
