import { formatCount } from '../../../ui/format'

/** "9.87 %" of the training part. */
export function shareText(count: number, all: number): string {
  return all === 0 ? '–' : `${((count / all) * 100).toFixed(2)} %`
}

/** Whether a guess without looking would be as good as any other, in a sentence. */
export function balanceText(counts: readonly number[], names: readonly string[]): string {
  const all = counts.reduce((sum, count) => sum + count, 0)
  if (all === 0) return 'No training samples'
  const [most, fewest] = [Math.max(...counts), Math.min(...counts)]
  if (most === fewest) return `Each class has ${formatCount(most)} training samples`
  const largest = names[counts.indexOf(most)] ?? ''
  const smallest = names[counts.indexOf(fewest)] ?? ''
  return `From ${formatCount(fewest)} (${smallest}) to ${formatCount(most)} (${largest}); always guessing ${largest} is right for ${shareText(most, all)}`
}
