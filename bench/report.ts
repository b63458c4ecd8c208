/** What a benchmark found, as it is written to a file; the tables are made of it. */
import type { EvaluateResult, TrainResult } from './measure'
import type { PeakResult } from './peak'
import type { PeerResult } from './peers'
import type { Setting } from './settings'
import type { Workload } from './workloads'

export interface Machine {
  cpu: string
  cores: number
  memoryGb: number
  os: string
}

/** One of our settings with one workload. */
export interface OurRow {
  setting: string
  threads: number
  /** Of the epochs after each process's first. */
  seconds: Spread
  /** Why no time is to be believed; the seconds are then not shown. */
  refused: string | null
  gflops: number
  /** Of what the dense kernel reaches on the same threads; above 1 where zeros were skipped. */
  shareOfPeak: number
  peakMemoryMb: number
  run: Omit<TrainResult, 'epochSeconds' | 'peakMemoryMb'>
}

export interface PeerRow {
  peer: string
  seconds: Spread
  part: number
  accuracy: number | null
  peakMemoryMb: number
}

export interface Spread {
  median: number
  min: number
  max: number
}

export interface WorkloadReport {
  workload: Workload
  ours: OurRow[]
  peers: PeerRow[]
}

export interface Report {
  date: string
  machine: Machine
  workloads: WorkloadReport[]
  peaks: { setting: string; peak: PeakResult }[]
  /** Of the 10,000 test images, with the network of workload d. */
  evaluation: { ours: ({ setting: string } & EvaluateResult)[]; peers: { peer: string; imagesPerSecond: number }[] }
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  return { median, min: sorted[0], max: sorted[sorted.length - 1] }
}

/** Of several calls of one script, each a spread already. */
export function joinPeerResults(peer: string, results: readonly PeerResult[]): PeerRow {
  const [first] = results
  return {
    peer,
    seconds: {
      median: spreadOf(results.map(({ seconds }) => seconds)).median,
      min: Math.min(...results.map(({ min }) => min)),
      max: Math.max(...results.map(({ max }) => max)),
    },
    part: first.part,
    accuracy: first.accuracy,
    peakMemoryMb: Math.max(...results.map(({ peakMemoryMb }) => peakMemoryMb)),
  }
}

/**
 * What is wrong with the runs of one workload, setting by setting: a loss that no sound training has, or weights that
 * differ from those of the others of the same class of bits.
 */
export function findFaults(workload: Workload, runs: readonly (readonly [Setting, TrainResult])[]): (string | null)[] {
  const expected = new Map<string, string>()
  const [low, high] = workload.firstLoss
  return runs.map(([, { firstLoss, bitClass, weightsSha256 }]) => {
    if (!(firstLoss >= low && firstLoss <= high)) {
      return `loss of the first epoch is ${firstLoss.toFixed(3)}, expected ${low} … ${high}`
    }
    const known = expected.get(bitClass) ?? weightsSha256
    expected.set(bitClass, known)
    return known === weightsSha256
      ? null
      : `weights differ: ${weightsSha256.slice(0, 8)}, expected ${known.slice(0, 8)}`
  })
}
