/**
 * What an experiment will cost, in one line.
 */
import type { Cost } from '#shared/cost/estimate'
import type { Speed } from '#shared/cost/speed'
import { formatDuration, formatNumberOf } from './format'

const BASIS: Record<Speed['basis'], string> = {
  runs: 'as fast as the runs that were trained on this machine',
  measured: 'as fast as this machine was measured',
  kernels: 'as fast as its kernels let one expect',
  assumed: 'on a machine like the reference machine',
}

/** "Takes about 14 min on 2 threads, 40.1 MB on the disk (as fast as this machine was measured)" */
export function costLine(cost: Cost, { basis }: Pick<Speed, 'basis'>): string {
  const most = cost.mayEndEarly ? 'at most' : 'about'
  const time =
    cost.seconds === null
      ? ''
      : `${most} ${formatDuration(cost.seconds)} on ${formatNumberOf(cost.threads, 'thread')}, `
  return `Takes ${time}${(cost.bytes / 1e6).toFixed(1)} MB on the disk (${BASIS[basis]})\n`
}
