/**
 * The confusion matrix of a classifier and what follows from it. Rows are true classes, columns predicted ones.
 */

export interface ConfusionMatrix {
  classes: readonly string[]
  /** counts[true][predicted] */
  counts: readonly (readonly number[])[]
}

export interface ClassScores {
  name: string
  /** Of what was predicted as this class, the share that is; null where nothing was. */
  precision: number | null
  /** Of the samples of this class, the share that was found; null where there are none. */
  recall: number | null
  /** Harmonic mean of the two; 0 where nothing was found, null where there is neither a sample nor a prediction. */
  f1: number | null
  /** Samples of this class. */
  support: number
}

export interface ConfusionScores {
  total: number
  correct: number
  accuracy: number
  /**
   * Cohen's kappa: agreement beyond what the margins alone would give; null where chance alone agrees on all.
   * Source: J. Cohen, "A coefficient of agreement for nominal scales", 1960.
   */
  kappa: number | null
  classes: readonly ClassScores[]
  /** Means over the classes that have the value, each class counting the same. */
  macro: { precision: number | null; recall: number | null; f1: number | null }
}

/** `truth` and `predicted`: u8[n], classes by number. */
export function confusionOf(truth: Uint8Array, predicted: Uint8Array, classes: readonly string[]): ConfusionMatrix {
  if (truth.length !== predicted.length) {
    throw new RangeError(`expected a prediction for each of ${truth.length} samples, got ${predicted.length}`)
  }
  const counts = classes.map(() => classes.map(() => 0))
  truth.forEach((label, i) => {
    const row = counts[label]
    const column = predicted[i] ?? 0
    if (!row || column >= row.length) {
      throw new RangeError(`sample ${i}: expected classes below ${classes.length}, got ${label} and ${column}`)
    }
    row[column] = (row[column] ?? 0) + 1
  })
  return { classes, counts }
}

export function rowSums({ counts }: ConfusionMatrix): number[] {
  return counts.map(sumOf)
}

export function columnSums({ classes, counts }: ConfusionMatrix): number[] {
  return classes.map((_, column) => sumOf(counts.map((row) => row[column] ?? 0)))
}

export function scoresOf(matrix: ConfusionMatrix): ConfusionScores {
  const [rows, columns] = [rowSums(matrix), columnSums(matrix)]
  const diagonal = matrix.counts.map((row, i) => row[i] ?? 0)
  const [total, correct] = [sumOf(rows), sumOf(diagonal)]
  const chance = sumOf(rows.map((row, i) => row * (columns[i] ?? 0))) / total ** 2
  const classes = matrix.classes.map((name, i) => {
    return classScores(name, { found: diagonal[i] ?? 0, support: rows[i] ?? 0, predicted: columns[i] ?? 0 })
  })
  const accuracy = correct / total
  return {
    total,
    correct,
    accuracy,
    kappa: chance === 1 ? null : (accuracy - chance) / (1 - chance),
    classes,
    macro: {
      precision: meanOf(classes.map(({ precision }) => precision)),
      recall: meanOf(classes.map(({ recall }) => recall)),
      f1: meanOf(classes.map(({ f1 }) => f1)),
    },
  }
}

function classScores(
  name: string,
  { found, support, predicted }: { found: number; support: number; predicted: number },
): ClassScores {
  const both = support + predicted
  return {
    name,
    precision: predicted === 0 ? null : found / predicted,
    recall: support === 0 ? null : found / support,
    f1: both === 0 ? null : (2 * found) / both,
    support,
  }
}

export interface Confusion {
  truth: string
  predicted: string
  count: number
}

/** Off the diagonal, the largest first; equal ones in the order of the classes. */
export function largestConfusions({ classes, counts }: ConfusionMatrix, atMost: number): Confusion[] {
  const cells = counts.flatMap((row, t) =>
    row.flatMap((count, p) => {
      if (t === p || count === 0) return []
      return [{ truth: classes[t] ?? '', predicted: classes[p] ?? '', count }]
    }),
  )
  return cells.sort((a, b) => b.count - a.count).slice(0, atMost)
}

/** Below this recall a class is called weak, if it is also well behind the others. */
const WEAK = 0.75
/** How far behind the mean recall of the others. */
const BEHIND = 0.1

/**
 * What a person would say after a look at the matrix: "Shirt is the weak class: fewer than half are recognized.
 * Shirt → T-shirt/top (200), Shirt → Coat (182) and Pullover → Coat (143) are 44 % of all errors."
 */
export function describeConfusion(matrix: ConfusionMatrix): string {
  const scores = scoresOf(matrix)
  const errors = scores.total - scores.correct
  if (errors === 0) return `All ${scores.total} samples are recognized.`
  return [weakSentence(scores), confusionSentence(largestConfusions(matrix, 3), errors)].join(' ').trim()
}

function weakSentence({ classes, accuracy }: ConfusionScores): string {
  const known = classes.filter((each): each is ClassScores & { recall: number } => each.recall !== null)
  const [weakest, ...others] = known.sort((a, b) => a.recall - b.recall)
  const rest = meanOf(others.map(({ recall }) => recall)) ?? 0
  if (weakest && weakest.recall < WEAK && rest - weakest.recall > BEHIND) {
    return `${weakest.name} is the weak class: ${shareWords(weakest.recall)} are recognized.`
  }
  const lowest = weakest ? `, ${percent(weakest.recall)} of the lowest class (${weakest.name})` : ''
  return `No class stands out: ${percent(accuracy)} of all samples are recognized${lowest}.`
}

function confusionSentence(confusions: readonly Confusion[], errors: number): string {
  const share = percent(sumOf(confusions.map(({ count }) => count)) / errors)
  const named = confusions.map(({ truth, predicted, count }) => `${truth} → ${predicted} (${count})`)
  const list = named.length < 2 ? named.join() : `${named.slice(0, -1).join(', ')} and ${named.at(-1) ?? ''}`
  return `${list} ${named.length === 1 ? 'is' : 'are'} ${share} of all errors.`
}

function shareWords(share: number): string {
  if (share < 0.25) return 'fewer than a quarter'
  if (share < 0.5) return 'fewer than half'
  if (share < 2 / 3) return 'fewer than two thirds'
  return 'fewer than three quarters'
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : sumOf(known) / known.length
}
