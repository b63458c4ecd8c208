/**
 * A schedule as a line to draw: the factor of the learning rate over the epochs, as far as it is known beforehand.
 */
import type { Schedule } from '#shared/experiment'

/** More points than a small picture has pixels across. */
const POINTS = 240

/** Pairs of epoch and factor, from the start to the end. Null where nothing happens to the learning rate. */
export function scheduleShape(schedule: Schedule, epochs: number): (readonly [epoch: number, factor: number])[] | null {
  if ((schedule.kind === 'constant' || schedule.kind === 'plateau') && schedule.warmupEpochs === 0) return null
  return Array.from({ length: POINTS + 1 }, (_, i) => {
    const epoch = (epochs * i) / POINTS
    return [epoch, factorAt(schedule, epoch, epochs)] as const
  })
}

/** `epoch` may lie within one. A plateau comes when it comes: it is drawn as if it never did. */
function factorAt(schedule: Schedule, epoch: number, epochs: number): number {
  const { warmupEpochs } = schedule
  if (epoch < warmupEpochs) return epoch / warmupEpochs
  const since = epoch - warmupEpochs
  switch (schedule.kind) {
    case 'constant':
    case 'plateau':
      return 1
    case 'step':
      return schedule.factor ** Math.floor(since / schedule.everyEpochs)
    case 'exponential':
      return schedule.factor ** Math.floor(since)
    case 'cosine': {
      const share = Math.min(1, since / Math.max(1, epochs - warmupEpochs))
      return schedule.final + ((1 - schedule.final) * (1 + Math.cos(Math.PI * share))) / 2
    }
  }
  return schedule satisfies never
}
