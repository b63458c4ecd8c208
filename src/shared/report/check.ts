/**
 * What a careful reader would ask about a report: numbers and comparisons that no run stands behind, one seed, pairs
 * that differ in more than one thing, a test part that was looked at again and again, figures that are out of date.
 */
import { compareDesigns, confoundedCaption } from '../compare/fairness'
import { timesText } from '../run'
import { inlinesOf, plainText, type Finding, type RenderedBlock, type TextNode } from './document'
import { FieldError, parseField, type Field } from './field'
import type { Block, Report } from './report'
import { configurationsOf, everyRun, type Configuration, type Subject, type SubjectRun } from './subject'
import { aliasesOf, testLooks } from './values'

export function checkReport(
  report: Pick<Report, 'blocks'>,
  rendered: readonly RenderedBlock[],
  subjects: readonly Subject[],
): Finding[] {
  const found = report.blocks.flatMap((block, i): Finding[] => {
    const shown = rendered[i]
    if (!shown) return []
    const context: Context = { block, shown, near: neighbours(report.blocks, rendered, i), subjects }
    return [
      ...problems(context),
      ...stale(context),
      ...claims(context),
      ...seeds(context),
      ...confounded(context),
      ...looks(context),
      ...units(context),
      ...unanswered(context),
    ]
  })
  return onceEach(found, 'test-looks')
}

/** The same thing at many blocks is said at the first of them. */
function onceEach(findings: readonly Finding[], kind: Finding['kind']): Finding[] {
  const first = new Set<string>()
  return findings.filter((each) => {
    if (each.kind !== kind) return true
    const isNew = !first.has(each.message)
    first.add(each.message)
    return isNew
  })
}

interface Context {
  block: Block
  shown: RenderedBlock
  /** The blocks right before and behind, as far as no heading stands between. */
  near: readonly Block[]
  subjects: readonly Subject[]
}

function neighbours(blocks: readonly Block[], rendered: readonly RenderedBlock[], at: number): Block[] {
  const before = blocks.slice(Math.max(0, at - 1), at).filter(({ kind }) => kind !== 'heading')
  const behind = blocks.slice(at + 1, at + 2).filter(({ kind }) => kind !== 'heading')
  return [...before, ...behind].filter(({ id }) => rendered.some((each) => each.id === id))
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

const COMPARING =
  /\b(better|worse|best|worst|higher|lower|highest|lowest|faster|slower|fastest|slowest|larger error|smaller error|more accurate|less accurate|outperforms?|significant(?:ly)?|improve[sd]?|superior|inferior|generali[sz]es?)\b/i

function claims({ block, shown, near }: Context): Finding[] {
  const text = ownText(shown)
  if (text === null || hasField(shown) || near.some(isEvidence)) return []
  const number = numberIn(text)
  const word = COMPARING.exec(text)?.[0]
  const said = number ?? word
  if (said === undefined) return []
  const message = `“${said}” has no run behind it: no live field here, and no figure or table beside it`
  return [
    finding(
      'claim-without-run',
      block,
      message,
      'Put a live field in its place, such as {{a.testError}}, or set a figure beside the text.',
    ),
  ]
}

/** Numbers that are no results: years, sizes such as 784-64-10, "Figure 3", "S0-3", powers of layers. */
const NO_RESULT =
  /\b(?:figures?|tables?|equations?|sections?|questions?|rows?|epochs?|seeds?)\s+\d+(?:\.\d+)*|\b\d+(?:-\d+)+\b|\b[A-Z]\d+-\d+\b|\b(?:19|20)\d\d\b/gi

function numberIn(text: string): string | undefined {
  return /(?<![\w.])\d+(?:[.,]\d+)?(?:\s?%)?(?!\w)/.exec(text.replace(NO_RESULT, ' '))?.[0]
}

function isEvidence({ kind }: Block): boolean {
  return kind === 'figure' || kind === 'table' || kind === 'run'
}

/** A comparison in words that rests on one seed of some configuration. */
function seeds(context: Context): Finding[] {
  const { block, shown } = context
  const text = ownText(shown)
  const isVerdict = fieldsOf(shown).some(({ kind }) => kind !== 'value')
  if (text === null || (!isVerdict && !COMPARING.test(text))) return []
  const runs = runsBehind(context)
  const lone = configurationsOf(runs).filter((each) => each.runs.length === 1)
  if (lone.length === 0) return []
  const names = lone.map(({ name }) => name).join(', ')
  const message = `A comparison that rests on one seed of ${names}`
  return [
    finding(
      'single-seed',
      block,
      message,
      'Train more replicates of it, and choose them together as one configuration.',
    ),
  ]
}

/** Runs of its own fields; of a text without any, those of the figure or table beside it. */
function runsBehind({ shown, near, subjects }: Context): SubjectRun[] {
  const own = fieldsOf(shown).flatMap((field) => aliasesOf(field, subjects))
  return own.length > 0 ? ofAliases(own, subjects) : near.flatMap((block) => runsOf(block, subjects))
}

function ofAliases(aliases: readonly string[], subjects: readonly Subject[]): SubjectRun[] {
  return everyRun(subjects.filter(({ alias }) => aliases.includes(alias)))
}

/** Runs that a block shows. */
function runsOf(block: Block, subjects: readonly Subject[]): SubjectRun[] {
  switch (block.kind) {
    case 'figure':
      return everyRun(subjects).filter(({ summary }) => block.spec.runs.includes(summary.id))
    case 'table':
      return block.of.length === 0 ? everyRun(subjects) : ofAliases(block.of, subjects)
    case 'run':
      return ofAliases([block.of], subjects)
    case 'heading':
    case 'text':
    case 'question':
    case 'equation':
      return []
  }
  return block satisfies never
}

function confounded({ block, shown, subjects }: Context): Finding[] {
  const named = fieldsOf(shown).flatMap((field) => aliasesOf(field, subjects))
  const runs = named.length > 0 ? ofAliases(named, subjects) : runsOf(block, subjects)
  const groups = configurationsOf(runs)
  if (groups.length < 2) return []
  const caption = confoundedCaption(compareDesigns(designsOf(groups)))
  if (caption === null) return []
  const names = groups.map(({ name }) => name).join(', ')
  const message = `${capital(caption)}: ${names} differ in more than one thing`
  return [
    finding(
      'confounded',
      block,
      message,
      'Say so in the text, or train the runs that make it fair (Compare, Difference).',
    ),
  ]
}

function designsOf(groups: readonly Configuration[]) {
  return groups.flatMap(({ runs: [first] }) => (first ? [first.experiment] : []))
}

/** Where a test score is said of a test part that was seen more than once. */
function looks({ block, shown, subjects }: Context): Finding[] {
  const runs = testedRuns(block, shown, subjects)
  const most = Math.max(0, ...runs.map(testLooks))
  if (most < 2) return []
  const watched = runs.some(({ summary }) => summary.testPolicy !== 'final')
  const message = `The test part was looked at ${timesText(most)}${watched ? ', at every evaluation of a training' : ''}`
  const advice = watched
    ? 'Say so, and choose nothing by it: choose by validation, with the test part locked until the end.'
    : 'Say how often in the text: every look makes its score a little less of a test.'
  return [finding('test-looks', block, message, advice)]
}

function testedRuns(block: Block, shown: RenderedBlock, subjects: readonly Subject[]): SubjectRun[] {
  if (block.kind === 'figure')
    return block.spec.panels.flat().some((metric) => metric.startsWith('test-')) ? runsOf(block, subjects) : []
  if (block.kind === 'table')
    return block.columns.some((column) => column.includes('test')) ? runsOf(block, subjects) : []
  const fields = fieldsOf(shown).filter((field) =>
    field.kind === 'value' ? field.quantity.kind === 'score' && field.quantity.part === 'test' : field.part === 'test',
  )
  return ofAliases(
    fields.flatMap((field) => aliasesOf(field, subjects)),
    subjects,
  )
}

/** "a loss of 0.35", "took 30": a number of something that has a unit, without it. */
const UNITLESS =
  /\b(?:(?:accuracy|error|loss|time)\s+(?:of|is|was|=|reaches|reached)|took|takes|lasted)\s+(?:about\s+|only\s+)?(\d+(?:\.\d+)?)(?!\d|[.,]\d)(?!\s*(?:%|nats|points|s\b|sec|seconds|ms|min|minutes|h\b|hours|per\s?cent|bits|epochs|steps))/i

function units({ block, shown }: Context): Finding[] {
  const text = ownText(shown)
  const [said, number] = (text !== null && UNITLESS.exec(text)) || []
  if (said === undefined) return []
  const message = `“${said}” has no unit`
  return [
    finding(
      'missing-unit',
      block,
      message,
      `Write what ${number ?? 'it'} is measured in: %, nats per sample, s; a live field brings its unit along.`,
    ),
  ]
}

function unanswered({ block }: Context): Finding[] {
  if (block.kind !== 'question' || block.answer.trim() !== '') return []
  const name = block.label === '' ? 'A question' : `Question ${block.label}`
  return [
    finding('unanswered', block, `${name} has no answer yet`, 'Write the answer under it, or take the question out.'),
  ]
}

/** What a person wrote here as a statement; fields are left out, so that their numbers are no claims. */
function ownText(shown: RenderedBlock): string | null {
  const nodes = statementsOf(shown)
  if (nodes === null) return null
  return plainText(inlinesOf(nodes).filter(({ kind }) => kind === 'text' || kind === 'break'))
}

function statementsOf(shown: RenderedBlock): readonly TextNode[] | null {
  if (shown.kind === 'text') return shown.nodes
  return shown.kind === 'question' ? shown.answer : null
}

function inlinesIn(shown: RenderedBlock) {
  if (shown.kind === 'question') return inlinesOf([...shown.prompt, ...shown.answer])
  if (shown.kind === 'text') return inlinesOf(shown.nodes)
  return isMade(shown) ? shown.caption : []
}

function hasField(shown: RenderedBlock): boolean {
  return inlinesIn(shown).some(({ kind }) => kind === 'field' || kind === 'problem')
}

function fieldsOf(shown: RenderedBlock): Field[] {
  return inlinesIn(shown).flatMap((inline): Field[] => {
    if (inline.kind !== 'field') return []
    try {
      return [parseField(inline.source)]
    } catch (error) {
      if (error instanceof FieldError) return []
      throw error
    }
  })
}

function isMade(shown: RenderedBlock): shown is Extract<RenderedBlock, { kind: 'figure' | 'table' }> {
  return shown.kind === 'figure' || shown.kind === 'table'
}

function finding(kind: Finding['kind'], { id }: Block, message: string, advice: string): Finding {
  return { kind, blockId: id, message, advice }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
