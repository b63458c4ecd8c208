/**
 * Decides where the engine lives, and opens it there. The bits are the same everywhere; what differs is how fast it
 * is, and what a fault of it costs.
 *
 * - Command line: in this process, which has nothing else to do.
 * - Page on this machine: the same, or a child if V8 has 256-bit vectors and the person wants them.
 * - Window: a process of its own, always, so that nothing that trains can take the window with it. A child in Node
 *   mode, as Electron up to 40 checks every address of WebAssembly in its own processes, which costs a fifth and all
 *   of the 256-bit vectors; or Electron's utility process where it is as fast, or where a fuse forbids Node mode.
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { withOwnSets } from '#lab/datasets/address'
import { createDatasetLoader } from '#lab/datasets/loader'
import { LabError, toFailure } from '#shared/errors'
import { openChildHost } from './child-host'
import { forkEngine } from './forked-process'
import type { EngineHost, Placement } from './host'
import { createInProcessHost } from './in-process-host'
import { gflopsOf, kernelsOfThisMachine, withFastestTiles } from './kernel-choice'
import type { EngineProcess, Proof } from './messages'
import { prove } from './proof'
import { wideVectorFlags } from './wide-vectors'

export type Launch = (file: string, flags: readonly string[]) => EngineProcess

export interface EngineOptions {
  door: 'electron' | 'served' | 'cli'
  /** The bundled worker; the engine's entry, engine.js, lies beside it. */
  workerFile: string
  /** Folder of the data sets. */
  datasets: string
  threads: number
  /** 256-bit vectors, if they can be had. */
  wideVectors: boolean
  /** Starts Electron's utility process, where there is one. */
  launchUtilityProcess?: Launch
}

/** A place to try: the first that opens is taken, unless a later one is faster. */
interface Candidate {
  placement: Placement
  launch: Launch
}

/** Less than this much faster is not worth an experimental compiler, or another place. */
const WORTH = 1.1
/** From this version of V8 on, Electron's own processes may run WebAssembly as fast as Node does. */
const V8_WITH_TRAP_HANDLERS_IN_ELECTRON = 14

export async function openEngine(options: EngineOptions): Promise<EngineHost> {
  const candidates = candidatesFor(options)
  if (candidates.length === 0) return inProcess(options, null)
  const baseline = new Baseline()
  let best: EngineHost | undefined
  let why = ''
  for (const candidate of candidates) {
    if (best && !mayBeFaster(candidate)) break
    try {
      const next = await openChild(options, candidate, baseline)
      best = best ? await fasterOf(best, next) : next
    } catch (error) {
      why = toFailure(error).message
    }
  }
  return best ?? inProcess(options, why)
}

function candidatesFor({ door, workerFile, wideVectors, launchUtilityProcess }: EngineOptions): Candidate[] {
  if (!existsSync(engineFile(workerFile))) return []
  const child: Candidate = { placement: 'child-process', launch: (file, flags) => forkEngine({ file, flags }) }
  if (door === 'cli') return []
  if (door === 'served') return wideVectors && wideVectorFlags() ? [child] : []
  if (!launchUtilityProcess) return [child]
  const utility: Candidate = { placement: 'utility-process', launch: launchUtilityProcess }
  return isNewElectron() ? [utility, child] : [child, utility]
}

/** The utility process of an old Electron is there for where nothing else is. */
function mayBeFaster({ placement }: Candidate): boolean {
  return placement === 'child-process' || isNewElectron()
}

function isNewElectron(): boolean {
  return Number.parseInt(process.versions.v8) >= V8_WITH_TRAP_HANDLERS_IN_ELECTRON
}

function engineFile(workerFile: string): string {
  return join(dirname(workerFile), 'engine.js')
}

/** What the kernels come to, and how fast, in this process and without any flags: measured when somebody asks. */
class Baseline {
  private measured: { proof: Proof; gflops: number | null } | undefined

  get proof(): Proof {
    return this.measure().proof
  }

  get gflops(): number | null {
    return this.measure().gflops
  }

  private measure() {
    if (this.measured) return this.measured
    const kernels = withFastestTiles(kernelsOfThisMachine())
    this.measured = { proof: prove(kernels), gflops: gflopsOf(kernels) }
    return this.measured
  }
}

async function openChild(
  { door, workerFile, datasets, threads, wideVectors: wanted }: EngineOptions,
  { placement, launch }: Candidate,
  baseline: Baseline,
): Promise<EngineHost> {
  const flags = wideVectorFlags()
  const open = (wide: boolean, remark: string | null) =>
    openChildHost({
      placement,
      launch: (withFlags) => launch(engineFile(workerFile), withFlags),
      orders: { workerFile, datasets, threads },
      wide: wide && flags ? { flags, prove: () => baseline.proof } : null,
      wideVectorsOffered: flags !== null,
      remark,
    })
  const host = await open(wanted, null)
  const { wideVectors, gflops, remark } = host.facts
  if (wideVectors ? isWorth(gflops, baseline.gflops) : door === 'electron') return host
  await host.close()
  const slow = () => `256-bit vectors are off: they are not faster here (${gflops} and ${baseline.gflops} GFLOP/s)`
  const why = remark ?? slow()
  if (door === 'electron') return open(false, why)
  throw new LabError('engine/not-worth-it', why)
}

async function fasterOf(first: EngineHost, second: EngineHost): Promise<EngineHost> {
  const [better, other] = isWorth(second.facts.gflops, first.facts.gflops) ? [second, first] : [first, second]
  await other.close()
  return better
}

function isWorth(gflops: number | null, than: number | null): boolean {
  return gflops !== null && (than === null || gflops >= than * WORTH)
}

function inProcess({ door, workerFile, datasets, threads }: EngineOptions, remark: string | null): EngineHost {
  const wideVectorsOffered = door !== 'cli' && wideVectorFlags() !== null
  const place = { placement: 'in-process', wideVectors: false, wideVectorsOffered, remark } as const
  return createInProcessHost({ workerFile, threads, load: withOwnSets(createDatasetLoader(datasets)), place })
}
