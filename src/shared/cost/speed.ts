/**
 * How fast this machine trains, beside the one that the costs were measured on; and what is known of certain designs
 * because they were trained here.
 */
import type { Experiment } from '../experiment'

export interface Speed {
  /**
   * What the scales rest on, the best first: runs that were trained here; a short training to find out; the speed of
   * the kernels; nothing at all.
   */
  basis: 'runs' | 'measured' | 'kernels' | 'assumed'
  /** Seconds here over seconds of the reference machine, of a run with one thread. */
  oneThread: number
  /** The same of a run with all threads. */
  allThreads: number
  /** Threads that a run gets when it is alone. */
  threads: number
  /** Runs that wait train beside each other, with one thread each. */
  sideBySide: boolean
  /** Runs of this machine that the scales rest on. */
  runs: number
  /** Designs that were trained here: what `speedKey` says of them. */
  trained: readonly TrainedSpeed[]
}

export interface TrainedSpeed {
  key: string
  /** Median over the epochs, and over such runs. */
  secondsPerEpoch: number
}

/** The reference machine itself. */
export const REFERENCE_SPEED: Speed = {
  basis: 'assumed',
  oneThread: 1,
  allThreads: 1,
  threads: 2,
  sideBySide: true,
  runs: 0,
  trained: [],
}

/** Of the reference machine's kernels, one thread: what `EngineInfo.gflops` says there. */
export const REFERENCE_GFLOPS = 54

/**
 * All that the time of an epoch depends on, and nothing else: designs with one key train equally fast. Rates, seeds
 * and the way to stop are not among it. `data` is the SHA-256 of the set: another one may have its name by now.
 */
export function speedKey({ dataset, network, training }: Experiment, threads: number, data = ''): string {
  const { optimizer, regularization, batchSize } = training
  const isOn = Object.entries(regularization).filter(([, value]) => value > 0)
  return [
    `${dataset.name} ${data} ${sizeOf(dataset.split)} ${dataset.scaling}`,
    `${network.layers.map((layer) => `${layer.units} ${layer.activation}`).join('-')} ${network.output.units} ${network.bias}`,
    `${optimizer.kind}${'momentum' in optimizer && optimizer.momentum > 0 ? '+momentum' : ''} ${batchSize}`,
    isOn.map(([name, value]) => (name.startsWith('dropout') ? `${name} ${value}` : name)).join(' '),
    `${threads}`,
  ].join(' | ')
}

/** How much of the set is trained on. */
function sizeOf(split: Experiment['dataset']['split']): string {
  if ('train' in split) return String(split.train)
  return split.kind === 'k-fold' ? `${split.folds} folds` : split.kind
}
