/**
 * Something put at the end of a report from another screen: a figure, or runs.
 */
import type { Addition } from './calls'
import { freeBlockId, type Alias, type Block, type Report } from './report'
import { configurationsOf, type Subject, type SubjectRun } from './subject'
import { aliasesFor } from './templates'

/** `subjects`: of the report as it is. `added`: the runs of the addition. */
export function withAddition(
  report: Report,
  addition: Addition,
  subjects: readonly Subject[],
  added: readonly SubjectRun[],
): Report {
  const aliases = withRuns(report.aliases, subjects, added)
  const { blocks } = report
  if ('figure' in addition) {
    const id = freeBlockId(blocks, 'figure')
    const figure: Block = { id, kind: 'figure', spec: addition.figure, caption: addition.caption, alt: '', made: null }
    return { ...report, aliases, blocks: [...blocks, figure] }
  }
  if (!addition.cards) return { ...report, aliases }
  const wanted = new Set(added.map(({ summary }) => summary.id))
  const named = aliases.filter(({ runs }) => runs.some((id) => wanted.has(id)))
  const cards = named.reduce<Block[]>(
    (all, { name }) => [...all, { id: freeBlockId(all, 'run'), kind: 'run', of: name }],
    blocks,
  )
  return { ...report, aliases, blocks: cards }
}

/** Another seed of a configuration that is chosen already joins it; the others become choices of their own. */
export function withRuns(
  aliases: readonly Alias[],
  subjects: readonly Subject[],
  added: readonly SubjectRun[],
): Alias[] {
  const known = new Set(aliases.flatMap(({ runs }) => runs))
  let all = [...aliases]
  for (const group of configurationsOf(added.filter(({ summary }) => !known.has(summary.id)))) {
    const home = subjects.find(({ runs }) => configurationsOf(runs).some(({ key }) => key === group.key))
    const ids = group.runs.map(({ summary }) => summary.id)
    all = home
      ? all.map((each) => (each.name === home.alias ? { ...each, runs: [...each.runs, ...ids] } : each))
      : [...all, ...aliasesFor([group], all)]
  }
  return all
}
