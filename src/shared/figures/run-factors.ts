/**
 * In what runs differ on purpose: the factors of their experiments, and what every run has.
 */
import type { FigureRun } from '../figure'
import type { RunSummary } from '../run'

export interface RunFactor {
  name: string
  /** Numbers in their order, others as the experiment has them. */
  levels: readonly string[]
  /** All levels are numbers. */
  numeric: boolean
}

/** A run of another experiment may know nothing of a factor. */
export const NO_LEVEL = '–'

/** Offered beside the factors of the experiments, where they vary. */
const OWN_FACTORS: Readonly<Record<string, (run: RunSummary) => string>> = {
  'Data set': ({ dataset }) => dataset,
  'Hidden units': ({ sizes }) => sizes.slice(1, -1).join('-') || 'none',
  Epochs: ({ epochs }) => String(epochs),
  Parameters: ({ parameters }) => String(parameters),
}

export function levelOf({ configuration, ...run }: RunSummary, factor: string): string {
  const own = Object.hasOwn(OWN_FACTORS, factor) ? OWN_FACTORS[factor] : undefined
  return configuration.levels[factor] ?? own?.({ configuration, ...run }) ?? NO_LEVEL
}

/** Those with at least two levels: factors of the experiments first. One that says the same as another is left out. */
export function factorsOf(runs: readonly Pick<FigureRun, 'summary'>[]): RunFactor[] {
  const ordered = [...runs].sort((a, b) => a.summary.configuration.index - b.summary.configuration.index)
  const designed = new Set(ordered.flatMap(({ summary }) => Object.keys(summary.configuration.levels)))
  const names = [...designed, ...Object.keys(OWN_FACTORS).filter((name) => !designed.has(name))]
  const seen = new Set<string>()
  return names.flatMap((name) => {
    const factor = factorOf(name, ordered)
    const own = ordered.map(({ summary }) => levelOf(summary, name))
    const partition = own.map((level) => own.indexOf(level)).join()
    const known = seen.has(partition) && name !== 'Parameters' // which is a number, however the factor is called
    if (factor.levels.length < 2 || known) return []
    seen.add(partition)
    return [factor]
  })
}

export function factorOf(name: string, runs: readonly Pick<FigureRun, 'summary'>[]): RunFactor {
  const levels = [...new Set(runs.map(({ summary }) => levelOf(summary, name)))]
  const numeric = levels.length > 0 && levels.every((level) => Number.isFinite(numberOf(level)))
  return { name, levels: numeric ? levels.sort((a, b) => numberOf(a) - numberOf(b)) : levels, numeric }
}

/** "64", "0.001", "1e-3", "20,000"; NaN for what is no number. */
export function numberOf(level: string): number {
  return /^[−+-]?[\d,.]+(e[+-]?\d+)?$/i.test(level) ? Number(level.replace(/,/g, '').replace('−', '-')) : Number.NaN
}
