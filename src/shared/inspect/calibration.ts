/**
 * Whether a model is as sure as it is right: confidence against accuracy, and the loss of right and wrong samples.
 *
 * Why a loss can fall while errors grow: accuracy asks only which class is the likeliest, the loss how sure the model
 * was. A few samples that are wrong with great confidence outweigh many that are right.
 */

export interface ReliabilityBin {
  /** Confidence from `low` to `high`; the last bin has its upper end too. */
  low: number
  high: number
  count: number
  /** Means over the samples of the bin; null where there are none. */
  confidence: number | null
  accuracy: number | null
}

export interface LossOf {
  count: number
  /** Mean cross-entropy per sample, in nats; null where there are none. */
  loss: number | null
  /** Mean probability of the predicted class. */
  confidence: number | null
}

export interface Calibration {
  bins: readonly ReliabilityBin[]
  /**
   * Expected calibration error: the gap between confidence and accuracy, averaged over the samples.
   * Source: M. P. Naeini, G. F. Cooper, M. Hauskrecht, AAAI 2015.
   */
  expectedError: number
  /** The widest gap of a bin. */
  largestError: number
  right: LossOf
  wrong: LossOf
  all: LossOf
}

/** What a model said of one sample. */
export interface Answer {
  /** Probability of the class that it predicted. */
  confidence: number
  /** Cross-entropy, in nats. */
  loss: number
  isRight: boolean
}

export function calibrationOf(answers: readonly Answer[], binCount = 10): Calibration {
  const groups = Array.from({ length: binCount }, (): Answer[] => [])
  for (const answer of answers) {
    if (!(answer.confidence >= 0 && answer.confidence <= 1)) {
      throw new RangeError(`expected a probability as confidence, got ${answer.confidence}`)
    }
    groups[Math.min(binCount - 1, Math.floor(answer.confidence * binCount))]?.push(answer)
  }
  const bins = groups.map((group, i) => binOf(group, i / binCount, (i + 1) / binCount))
  const gaps = bins.map((bin) => ({ count: bin.count, gap: Math.abs((bin.confidence ?? 0) - (bin.accuracy ?? 0)) }))
  return {
    bins,
    expectedError: answers.length === 0 ? 0 : sumOf(gaps.map(({ count, gap }) => count * gap)) / answers.length,
    largestError: Math.max(0, ...gaps.map(({ gap }) => gap)),
    right: lossOf(answers.filter(({ isRight }) => isRight)),
    wrong: lossOf(answers.filter(({ isRight }) => !isRight)),
    all: lossOf(answers),
  }
}

function binOf(group: readonly Answer[], low: number, high: number): ReliabilityBin {
  const count = group.length
  if (count === 0) return { low, high, count, confidence: null, accuracy: null }
  const accuracy = group.filter(({ isRight }) => isRight).length / count
  return { low, high, count, confidence: sumOf(group.map(({ confidence }) => confidence)) / count, accuracy }
}

function lossOf(answers: readonly Answer[]): LossOf {
  const count = answers.length
  if (count === 0) return { count, loss: null, confidence: null }
  return {
    count,
    loss: sumOf(answers.map(({ loss }) => loss)) / count,
    confidence: sumOf(answers.map(({ confidence }) => confidence)) / count,
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
