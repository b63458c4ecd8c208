import type { DuplicateGroup } from '#shared/datasets'
import { plural } from '../../../ui/format'

/** Different labels first, then those in both parts, then by size. */
export function worstFirst(groups: readonly DuplicateGroup[]): DuplicateGroup[] {
  const weight = ({ labelsDiffer, acrossParts }: DuplicateGroup): number =>
    (labelsDiffer ? 2 : 0) + (acrossParts ? 1 : 0)
  return [...groups].sort((a, b) => weight(b) - weight(a) || b.count - a.count)
}

/** What is to be known before any accuracy is believed. */
export function duplicateWarnings(groups: readonly DuplicateGroup[]): string[] {
  const across = groups.filter(({ acrossParts }) => acrossParts).length
  const differing = groups.filter(({ labelsDiffer }) => labelsDiffer).length
  const warnings: string[] = []
  if (across > 0) {
    const told = plural(across, 'group is', 'groups are')
    warnings.push(`${told} in both the training and the test part: the test is not all unseen.`)
  }
  if (differing > 0) {
    const told = plural(differing, 'group has', 'groups have')
    warnings.push(`${told} different labels: no model can be right about all of them.`)
  }
  return warnings
}
