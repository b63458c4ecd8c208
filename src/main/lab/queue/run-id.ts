/**
 * Ids of runs: the time in UTC, the place within the experiment, and random bits against another process that
 * queues in the same millisecond. Sorted by name they are sorted by time: `20261121-042550-123-0001-4f9a2c`.
 */
import { randomBytes } from 'node:crypto'
import type { RunId } from '#shared/run'

export function newExperimentId(now: Date): string {
  return `${timeOf(now)}-${randomBytes(4).toString('hex')}`
}

export function newRunIds(count: number, now: Date): RunId[] {
  const suffix = randomBytes(3).toString('hex')
  return Array.from({ length: count }, (_, i) => `${timeOf(now)}-${String(i).padStart(4, '0')}-${suffix}` as RunId)
}

export function timeOf(now: Date): string {
  const digits = now.toISOString().replace(/\D/g, '') // yyyymmddhhmmssmmm
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${digits.slice(14, 17)}`
}
