/**
 * What a folded group of fields says in one line. The document may be wrong in any way: what cannot be read is left
 * out, and its problem is shown at the group.
 */
import { MISTAKES, nameOf, WATCHED } from './choices'

type Loose = Record<string, unknown>

function loose(value: unknown): Loose {
  return typeof value === 'object' && value !== null ? (value as Loose) : {}
}

/** As written: a number, or whatever stands there. */
function shown(value: unknown): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : '?'
}

function epochs(value: unknown): string {
  return value === 1 ? '1 epoch' : `${shown(value)} epochs`
}

export function scheduleSummary(value: unknown): string {
  const schedule = loose(value)
  const warmup = schedule.warmupEpochs
  const after = warmup === 0 || warmup === undefined ? '' : `, warm-up ${epochs(warmup)}`
  return scheduleWords(schedule) + after
}

function scheduleWords(schedule: Loose): string {
  switch (schedule.kind) {
    case 'constant':
      return 'Constant'
    case 'step':
      return `× ${shown(schedule.factor)} every ${epochs(schedule.everyEpochs)}`
    case 'exponential':
      return `× ${shown(schedule.factor)} an epoch`
    case 'cosine':
      return `Cosine to ${schedule.final === 0 ? '0' : `× ${shown(schedule.final)}`}`
    case 'plateau':
      return `× ${shown(schedule.factor)} on a plateau`
  }
  return shown(schedule.kind)
}

export function stoppingSummary(value: unknown): string {
  if (value === null || value === undefined) return 'After all epochs'
  const { metric, patience } = loose(value)
  return `${nameOf(WATCHED, metric)}, patience ${shown(patience)}`
}

const REGULARIZERS = [
  ['l1', 'L1'],
  ['l2', 'L2'],
  ['activityL1', 'activity L1'],
  ['activityL2', 'activity L2'],
  ['dropoutInput', 'input dropout'],
  ['dropoutHidden', 'dropout'],
  ['maxNorm', 'max-norm'],
  ['labelSmoothing', 'smoothing'],
  ['clipNorm', 'clip'],
] as const

export function regularizationSummary(value: unknown): string {
  const fields = loose(value)
  const set = REGULARIZERS.filter(([field]) => fields[field] !== 0 && fields[field] !== undefined)
  if (set.length === 0) return 'None'
  const text = set.map(([field, name]) => `${name} ${shown(fields[field])}`).join(', ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export function evaluationSummary(evaluation: unknown, diagnostics: unknown, keepWeights: unknown): string {
  const every = loose(loose(evaluation).every)
  const count = 'steps' in every ? every.steps : every.epochs
  const unit = 'steps' in every ? 'step' : 'epoch'
  const cadence = count === 1 ? `Every ${unit}` : `Every ${shown(count)} ${unit}s`
  const more = [
    ...(diagnostics === true ? ['with diagnostics'] : []),
    ...(typeof keepWeights === 'object' && keepWeights !== null ? ['weights kept'] : []),
  ]
  return [cadence, ...more].join(', ')
}

export function seedsSummary(value: unknown): string {
  const seeds = Object.entries(loose(value))
  const same = new Set(seeds.map(([, seed]) => seed))
  if (same.size === 1) return `All ${shown(seeds[0]?.[1])}`
  return seeds.map(([name, seed]) => `${name} ${shown(seed)}`).join(', ')
}

export function moreSummary(mistake: unknown, threads: unknown): string {
  const machine = threads === 'auto' ? 'Threads: auto' : `Threads: ${shown(threads)}`
  return isMistake(mistake) ? `${nameOf(MISTAKES, mistake)}. ${machine}` : machine
}

export function isMistake(mistake: unknown): boolean {
  return mistake !== undefined && mistake !== 'none'
}
