/**
 * What a field comes to: a text with its unit, from the runs as they are now. What cannot be said throws a FieldError
 * with the reason and with what there is instead.
 */
import { oncePerSeed, seedsText } from '../compare/configurations'
import { sharesData } from '../compare/difference'
import { designSignature } from '../compare/fairness'
import { verdictOf, type Contestant } from '../compare/verdict'
import { datasetWords } from '../dataset'
import type { Experiment } from '../experiment'
import { accuracyOf, isTestLocked, testScoreOf, type Evaluation, type Score } from '../run'
import { meanInterval } from '../statistics/seeds'
import { mean, percentile, standardDeviation, standardError } from '../statistics/samples'
import { wilsonInterval } from '../statistics/proportions'
import { activationWords, optimizerWords } from './fact-words'
import { FieldError, type Field, type PairField, type Quantity, type Statistic, type ValueField } from './field'
import { fixed, formatOf, type Format } from './numbers'
import { configurationsOf, everyRun, isSquared, type Subject, type SubjectRun } from './subject'

/** Throws a FieldError. */
export function fieldText(field: Field, subjects: readonly Subject[]): string {
  if (field.kind !== 'value') return pairText(field, subjects)
  const subject = subjectOf(field.alias, subjects)
  const { text, unit } = valueText(field, subject)
  return `${text}${unit}`
}

/** Which choices a field speaks of, `run` and `runs` resolved. */
export function aliasesOf(field: Field, subjects: readonly Subject[]): string[] {
  const names = field.kind === 'value' ? [field.alias] : [field.a, field.b]
  return names.flatMap((name) => (name === 'run' || name === 'runs' ? subjects.map(({ alias }) => alias) : [name]))
}

/** Its runs, each seed of a configuration once. */
export function subjectOf(alias: string, subjects: readonly Subject[]): Subject {
  const subject = named(alias, subjects)
  const seedsOf = ({ experiment }: SubjectRun) => `${seedsText(experiment)} ${designSignature(experiment)}`
  return { ...subject, runs: oncePerSeed(subject.runs, seedsOf) }
}

function named(alias: string, subjects: readonly Subject[]): Subject {
  if (alias === 'runs') return together(subjects)
  if (alias === 'run') {
    const [only, second] = everyRun(subjects)
    if (only && !second) return together(subjects)
    throw new FieldError(
      only
        ? `"run" means the one run of a report; this one has several: ${known(subjects)}`
        : 'No runs are chosen for this report yet',
    )
  }
  const subject = subjects.find((each) => each.alias === alias)
  if (!subject) throw new FieldError(`There is no choice of runs "${alias}"; there ${known(subjects)}`)
  if (subject.runs.length > 0) return subject
  const why = subject.missing[0]?.reason
  throw new FieldError(why === undefined ? `No runs are chosen for "${alias}" yet` : `"${alias}": ${why}`)
}

function together(subjects: readonly Subject[]): Subject {
  const runs = everyRun(subjects)
  if (runs.length === 0) throw new FieldError('No runs are chosen for this report yet')
  return { alias: 'runs', title: 'all runs', runs, missing: subjects.flatMap(({ missing }) => missing) }
}

function known(subjects: readonly Subject[]): string {
  const names = subjects.map(({ alias, title }) => (title === '' ? alias : `${alias} (${title})`))
  return names.length === 0 ? 'are none' : `are ${names.join(', ')}`
}

export function valueText(field: ValueField, subject: Subject): { text: string; unit: string } {
  const { quantity, digits } = field
  if (quantity.kind === 'fact') return { text: factText(quantity.name, subject), unit: '' }
  const format = formatOf(quantity, isSquared(subject.runs))
  if (field.statistic === 'interval')
    return { text: intervalText(quantity, subject, format, digits), unit: format.unit }
  const values = subject.runs.map((run) => numberOf(quantity, run))
  return { text: statisticText(values, field, format), unit: format.unit }
}

function statisticText(values: readonly number[], field: ValueField, format: Format): string {
  const [first = Number.NaN, ...others] = values
  const write = (value: number) => format.text(value, field.digits)
  if (field.statistic && field.statistic !== 'mean' && field.statistic !== 'interval')
    return write(statisticOf(field.statistic, values))
  if (others.length === 0) {
    if (field.spread)
      throw new FieldError(`One seed has no ${field.spread}: train more replicates, or leave out "± ${field.spread}"`)
    return write(first)
  }
  const isConstant = values.every((value) => value === first)
  const plain = field.statistic === null && field.spread === null
  if (plain && isConstant) return write(first)
  if (field.statistic === 'mean' && field.spread === null) return write(mean(values))
  const spread = field.spread === 'se' ? standardError(values) : standardDeviation(values)
  return `${write(mean(values))} ± ${spreadText(spread, write(mean(values)), write)}`
}

/** As many digits behind the point as the mean has: more would say what nobody knows. */
function spreadText(spread: number, middle: string, write: (value: number) => string): string {
  const [, decimals] = /^−?\d+(?:\.(\d+))?$/.exec(middle) ?? []
  if (decimals === undefined) return write(spread)
  const text = fixed(spread, decimals.length)
  return Number(text) === 0 && spread > 0 ? write(spread) : text
}

function statisticOf(statistic: Exclude<Statistic, 'mean' | 'interval'>, values: readonly number[]): number {
  if ((statistic === 'sd' || statistic === 'se') && values.length < 2) {
    throw new FieldError(`One seed has no ${statistic}: train more replicates`)
  }
  switch (statistic) {
    case 'median':
      return percentile(values, 0.5)
    case 'min':
      return Math.min(...values)
    case 'max':
      return Math.max(...values)
    case 'sd':
      return standardDeviation(values)
    case 'se':
      return standardError(values)
  }
  return statistic satisfies never
}

/** Of one run: Wilson's, of its wrong or right samples. Of several: Student's, of their mean. */
function intervalText(quantity: Quantity, subject: Subject, format: Format, digits: number | null): string {
  const between = (low: number, high: number) => `${format.text(low, digits)}–${format.text(high, digits)}`
  const [run, second] = subject.runs
  if (!run) throw new FieldError(`No runs are chosen for "${subject.alias}" yet`)
  if (second) {
    const interval = meanInterval(subject.runs.map((each) => numberOf(quantity, each)))
    if (!interval) throw new FieldError('One seed has no interval of this quantity')
    return between(interval.low, interval.high)
  }
  if (quantity.kind !== 'score' || quantity.measure === 'loss') {
    throw new FieldError('One run has an interval of its accuracy or error only: train more replicates for this one')
  }
  const { correct, count } = scoreOf(quantity, run)
  const share = { count: quantity.measure === 'error' ? count - correct : correct, total: count }
  const { low, high } = wilsonInterval(share)
  return between(100 * low, 100 * high)
}

/** Percentages for accuracies and errors. */
export function numberOf(quantity: Quantity, run: SubjectRun): number {
  const { summary, experiment } = run
  if (quantity.kind === 'score') {
    const score = scoreOf(quantity, run)
    if (quantity.measure === 'loss') return score.loss
    return 100 * (quantity.measure === 'accuracy' ? accuracyOf(score) : 1 - accuracyOf(score))
  }
  if (quantity.kind === 'fact') throw new FieldError(`${quantity.name} is not a number that is measured`)
  switch (quantity.name) {
    case 'parameters':
      return summary.parameters
    case 'learningRate':
      return experiment.training.optimizer.learningRate
    case 'batchSize': {
      const { batchSize } = experiment.training
      if (batchSize !== 'all') return batchSize
      throw new FieldError(`"${summary.label}" takes all samples in one batch`)
    }
    case 'epochs':
      return evaluationOf(quantity.at, run).epoch
    case 'seconds':
      return evaluationOf(quantity.at, run).seconds
    case 'secondsPerEpoch': {
      const { secondsPerEpoch } = summary
      if (secondsPerEpoch) return secondsPerEpoch.median
      throw new FieldError(`"${summary.label}" has not trained a whole epoch yet`)
    }
  }
  return quantity satisfies never
}

function scoreOf(quantity: Extract<Quantity, { kind: 'score' }>, run: SubjectRun): Score {
  const { summary } = run
  if (quantity.part === 'test' && isTestLocked(summary)) {
    throw new FieldError(`The test part of "${summary.label}" is locked until its final evaluation`)
  }
  if (quantity.part === 'test' && quantity.at === 'last') {
    const score = testScoreOf(summary)
    if (score) return score
  }
  const score = evaluationOf(quantity.at, run)[quantity.part]
  if (score && score.count > 0) return score
  throw new FieldError(
    quantity.part === 'validation'
      ? `"${summary.label}" has no validation part; its split has train and test only`
      : `"${summary.label}" has not been evaluated on the ${quantity.part} part${quantity.at === 'best' ? ' at its best epoch' : ''}`,
  )
}

function evaluationOf(at: 'last' | 'best', { summary, history }: SubjectRun): Evaluation {
  if (!summary.last) throw new FieldError(`"${summary.label}" has not been evaluated yet`)
  if (at === 'last') return summary.last
  const { bestValidation: best } = summary
  if (!best) throw new FieldError(`"${summary.label}" has no validation part, so no epoch was best by validation`)
  const found = history.find(({ epoch }) => epoch === best.epoch)
  if (found) return found
  throw new FieldError(`The history of "${summary.label}" has no epoch ${best.epoch}`)
}

function factText(name: Extract<Quantity, { kind: 'fact' }>['name'], { alias, title, runs }: Subject): string {
  const same = (textOf: (run: SubjectRun) => string) => {
    const texts = new Set(runs.map(textOf))
    const [only = ''] = texts
    if (texts.size === 1) return only
    throw new FieldError(`The runs of "${alias}" differ in this: ${[...texts].slice(0, 4).join(', ')}`)
  }
  switch (name) {
    case 'n':
      return String(runs.length)
    case 'name':
      return title === '' ? same(({ summary }) => summary.label) : title
    case 'size':
      return same(({ summary }) => summary.sizes.join('-'))
    case 'dataset':
      return same(({ summary }) => datasetWords(summary.dataset))
    case 'optimizer':
      return same(({ experiment }) => optimizerWords(experiment.training.optimizer))
    case 'activation':
      return same(({ experiment }) => activationWords(experiment.network.layers))
    case 'testLooks':
      return String(Math.max(0, ...runs.map(testLooks)))
  }
  return name satisfies never
}

/** Final evaluations on a locked test part; one that was watched was looked at with every evaluation. */
export function testLooks({ summary, history }: SubjectRun): number {
  if (summary.testPolicy === 'final') return summary.finalEvaluation?.looks ?? 0
  return history.filter(({ test }) => test !== undefined).length
}

function pairText({ kind, a, b, part }: PairField, subjects: readonly Subject[]): string {
  const [first, second] = [contestant(a, part, subjects), contestant(b, part, subjects)]
  const verdict = verdictOf(first, second, { sharesData: sharesData(first.experiment, second.experiment) })
  if (kind === 'verdict') return `${first.name} against ${second.name}: ${verdict.sentence}`
  const { difference, interval } = verdict
  const signed = (value: number) => `${value >= 0 ? '+' : ''}${fixed(value, 2)}`
  const points = `${signed(difference)} points`
  return interval ? `${points} (95 % interval ${signed(interval.low)} to ${signed(interval.high)})` : points
}

function contestant(
  alias: string,
  part: PairField['part'],
  subjects: readonly Subject[],
): Contestant & { experiment: Experiment } {
  const subject = subjectOf(alias, subjects)
  const groups = configurationsOf(subject.runs)
  const [first] = subject.runs
  if (!first) throw new FieldError(`No runs are chosen for "${alias}" yet`)
  if (groups.length > 1) {
    throw new FieldError(
      `A verdict is on two configurations, and "${alias}" holds ${groups.length}: choose their seeds apart`,
    )
  }
  const quantity = { kind: 'score', part, measure: 'error', at: 'last' } as const
  const errors = subject.runs.map((run) => {
    const { correct, count } = scoreOf(quantity, run)
    return { count: count - correct, total: count, seeds: seedsText(run.experiment) }
  })
  return { name: factText('name', subject), errors, experiment: first.experiment }
}
