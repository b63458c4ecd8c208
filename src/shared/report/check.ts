/**
 * What a careful reader would ask about a report: numbers and comparisons that no run stands behind, one seed, pairs
 * that differ in more than one thing, a test part that was looked at again and again, figures that are out of date.
 */
import { compareDesigns, confoundedCaption } from '../compare/fairness'
import { timesText } from '../run'
import { hasValidation } from '../split'
import {
  fieldsOf,
  hasField,
  inlinesIn,
  isField,
  isMade,
  nearText,
  neighbours,
  ofAliases,
  ownText,
  referredTo,
  runsBehind,
  runsOf,
  saidIn,
  statementsOf,
  textOf,
  type Context,
} from './check-context'
import { inlinesOf, type Finding, type RenderedBlock } from './document'
import type { Field } from './field'
import { admitsConfounding, admitsLooks, admitsOneSeed, comparisonIn, resultIn, unitlessIn } from './prose'
import type { Block, Report } from './report'
import { configurationsOf, type Configuration, type Subject, type SubjectRun } from './subject'
import { aliasesOf, testLooks } from './values'

export interface Checked {
  blocks: Report['blocks']
  /** Of the same blocks, in their order. */
  rendered: readonly RenderedBlock[]
  subjects: readonly Subject[]
  /** Runs that figures show and that are not among the subjects. */
  others?: readonly SubjectRun[]
}

export function checkReport({ blocks, rendered, subjects, others = [] }: Checked): Finding[] {
  const saysLooks =
    rendered.some((shown) => admitsLooks(saidIn(shown)) || fieldsOf(shown).some(isLooks)) ||
    blocks.some((block) => block.kind === 'table' && block.columns.includes('testLooks'))
  const found = blocks.flatMap((block, i): Finding[] => {
    const shown = rendered[i]
    if (!shown) return []
    const near = [...neighbours(blocks, i), ...referredTo(shown, blocks, rendered)]
    const context: Context = { block, shown, near, nearText: nearText(blocks, rendered, i), subjects, others }
    return [
      ...problems(context),
      ...stale(context),
      ...claims(context),
      ...seeds(context),
      ...confounded(context),
      ...(saysLooks ? [] : looks(context)),
      ...units(context),
      ...unanswered(context),
    ]
  })
  return onceEach(found)
}

/** What many blocks have in common is said at the first of them, and of how many it holds. */
function onceEach(findings: readonly Finding[]): Finding[] {
  const counts = new Map<string, number>()
  const keyOf = ({ kind, message }: Finding) => `${kind} ${message}`
  const isShared = ({ kind }: Finding) => kind === 'test-looks' || kind === 'confounded' || kind === 'single-seed'
  for (const each of findings) counts.set(keyOf(each), (counts.get(keyOf(each)) ?? 0) + 1)
  const said = new Set<string>()
  return findings.flatMap((each) => {
    if (!isShared(each)) return [each]
    const key = keyOf(each)
    if (said.has(key)) return []
    said.add(key)
    const more = (counts.get(key) ?? 1) - 1
    const where = more === 0 ? '' : `; the same holds for ${more} more ${more === 1 ? 'block' : 'blocks'}`
    return [{ ...each, message: `${each.message}${where}` }]
  })
}

/** A finding of its own for each field, formula and cell that could not be filled in. */
function problems({ block, shown }: Context): Finding[] {
  const advice = 'Correct the field, or choose its runs.'
  const found = inlinesIn(shown).flatMap((inline) =>
    inline.kind === 'problem' ? [finding('unknown-field', block, `${inline.source}: ${inline.message}`, advice)] : [],
  )
  if (shown.kind === 'table') {
    const cells = new Set(shown.table.rows.flat().flatMap(({ problem }) => problem ?? []))
    found.push(
      ...[...cells].map((message) =>
        finding('unknown-field', block, message, 'Correct the column, or choose other runs.'),
      ),
    )
  }
  if ((shown.kind === 'equation' || shown.kind === 'run') && shown.problem !== null) {
    found.push(
      finding(
        'unknown-field',
        block,
        shown.problem,
        shown.kind === 'equation' ? 'Correct the formula.' : 'Choose its runs.',
      ),
    )
  }
  return found
}

function stale({ block, shown }: Context): Finding[] {
  if (!isMade(shown) || shown.freshness.state === 'fresh') return []
  const what = `${shown.kind === 'figure' ? 'Figure' : 'Table'} ${shown.number}`
  if (shown.freshness.state === 'missing') {
    return [
      finding(
        'stale',
        block,
        `${what} cannot be shown: ${shown.freshness.reason}`,
        'Choose other runs for it, or restore them.',
      ),
    ]
  }
  return [
    finding(
      'stale',
      block,
      `${what} is out of date: ${shown.freshness.reason}`,
      'Refresh it, then read again what the text says of it.',
    ),
  ]
}

function claims(context: Context): Finding[] {
  const { block, shown, near } = context
  if (near.some(isEvidence)) return []
  const said = bareNumber(shown) ?? (hasField(shown) ? null : comparisonIn(ownText(shown) ?? ''))
  if (said === null) return []
  return [
    finding(
      'claim-without-run',
      block,
      `“${said}” has no run behind it: no live field here, and no figure or table beside it`,
      'Put a live field in its place, such as {{a.testError}}, name the figure that shows it, or set one beside the text.',
    ),
  ]
}

/** A field speaks for the paragraph that it stands in. */
function bareNumber(shown: RenderedBlock): string | null {
  for (const node of statementsOf(shown) ?? []) {
    const inlines = inlinesOf([node])
    const number = inlines.some(isField) ? null : resultIn(textOf([node]))
    if (number !== null) return number
  }
  return null
}

function isEvidence({ kind }: Block): boolean {
  return kind === 'figure' || kind === 'table' || kind === 'run'
}

/** A comparison in words that rests on one seed of some configuration, and does not say so. */
function seeds(context: Context): Finding[] {
  const { block, shown, nearText: around } = context
  const text = ownText(shown)
  const isVerdict = fieldsOf(shown).some(({ kind }) => kind !== 'value')
  if (text === null || (!isVerdict && comparisonIn(text) === null) || admitsOneSeed(around)) return []
  const lone = configurationsOf(runsBehind(context)).filter((each) => each.runs.length === 1)
  if (lone.length === 0) return []
  const message = `A comparison that rests on one seed of ${namesOf(lone)}`
  const advice =
    'Train more replicates of it and choose them together as one configuration, or say that it is one seed.'
  return [finding('single-seed', block, message, advice)]
}

/** A sentence with forty names is none. */
function namesOf(groups: readonly Configuration[]): string {
  const names = groups.map(({ name }) => name)
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
}

function confounded(context: Context): Finding[] {
  const { block, shown, subjects } = context
  const named = fieldsOf(shown).flatMap((field) => aliasesOf(field, subjects))
  const runs = named.length > 0 ? ofAliases(named, subjects) : runsOf(block, context)
  const groups = configurationsOf(runs)
  if (groups.length < 2) return []
  const fairness = compareDesigns(designsOf(groups))
  const caption = confoundedCaption(fairness)
  if (caption === null || admitsConfounding(context.nearText, fairness.confounded)) return []
  const message = `${capital(caption)}: ${namesOf(groups)} differ in more than one thing`
  const advice = 'Name what they differ in beside it, or train the runs that make it fair (Compare, Difference).'
  return [finding('confounded', block, message, advice)]
}

function designsOf(groups: readonly Configuration[]) {
  return groups.flatMap(({ runs: [first] }) => (first ? [first.experiment] : []))
}

/** Where a test score is said of a test part that was seen more than once, and nobody says so. */
function looks(context: Context): Finding[] {
  const runs = testedRuns(context)
  const most = Math.max(0, ...runs.map(testLooks))
  if (most < 2) return []
  const watched = runs.some(({ summary }) => summary.testPolicy !== 'final')
  const message = `The test part was looked at ${timesText(most)}${watched ? ', at every evaluation of a training' : ''}`
  const advice = watched
    ? 'Say so, and choose nothing by it: choose by validation, with the test part locked until the end.'
    : 'Say how often in the text: every look makes its score a little less of a test.'
  return [finding('test-looks', context.block, message, advice)]
}

function testedRuns(context: Context): SubjectRun[] {
  const { block, shown, subjects } = context
  switch (block.kind) {
    case 'figure': {
      const metrics = block.spec.panels.flat()
      const runs = runsOf(block, context)
      if (metrics.some((metric) => metric.startsWith('test-'))) return runs
      // a gap is to the validation part; where there is none, to the test part
      const gaps = metrics.some((metric) => metric.endsWith('-gap'))
      return gaps ? runs.filter(({ experiment }) => !hasValidation(experiment.dataset.split)) : []
    }
    case 'table':
      return block.columns.some((column) => column.startsWith('test') || column.includes('.test'))
        ? runsOf(block, context)
        : []
    case 'run':
      return shown.kind === 'run' && shown.rows.some(([name]) => name.startsWith('Test')) ? runsOf(block, context) : []
    case 'heading':
    case 'text':
    case 'question':
    case 'equation':
      return ofAliases(
        fieldsOf(shown).flatMap((field) => (isTestScore(field) ? aliasesOf(field, subjects) : [])),
        subjects,
      )
  }
  return block satisfies never
}

function isTestScore(field: Field): boolean {
  if (field.kind !== 'value') return field.part === 'test'
  return field.quantity.kind === 'score' && field.quantity.part === 'test'
}

function isLooks(field: Field): boolean {
  return field.kind === 'value' && field.quantity.kind === 'fact' && field.quantity.name === 'testLooks'
}

function units({ block, shown }: Context): Finding[] {
  const bare = unitlessIn(ownText(shown) ?? '')
  if (!bare) return []
  const advice = `Write what ${bare.number} is measured in: %, nats per sample, s; a live field brings its unit along.`
  return [finding('missing-unit', block, `“${bare.said}” has no unit`, advice)]
}

function unanswered({ block }: Context): Finding[] {
  if (block.kind !== 'question' || block.answer.trim() !== '') return []
  const name = block.label === '' ? 'A question' : `Question ${block.label}`
  return [
    finding('unanswered', block, `${name} has no answer yet`, 'Write the answer under it, or take the question out.'),
  ]
}

function finding(kind: Finding['kind'], { id }: Block, message: string, advice: string): Finding {
  return { kind, blockId: id, message, advice }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
