/**
 * What is looked at, in words for titles and for the names of files.
 */
import type { ModelFacts, SplitPart } from '#shared/inspect/inspected'
import { datasetTitle, epochText } from '../../runs/run-text'

export const PART_WORDS: Record<SplitPart, string> = { train: 'Train', validation: 'Validation', test: 'Test' }

/** "784-150-120-10, MNIST, test part, epoch 10". */
export function whatIsShown(facts: ModelFacts | null, part: SplitPart | null): string {
  if (!facts) return ''
  const data = facts.dataset === null ? [] : [datasetTitle(facts.dataset)]
  const epoch = facts.epoch === null ? [] : [`epoch ${epochText(facts.epoch)}`]
  return [facts.title, ...data, ...(part ? [`${PART_WORDS[part].toLowerCase()} part`] : []), ...epoch].join(', ')
}

/** "confusion-784-150-120-10-test". */
export function fileName(what: string, facts: ModelFacts | null, part: SplitPart | null): string {
  return [what, facts?.title ?? '', part ?? '']
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}
