/**
 * The shares of a few classes over the epochs, as lines: the true class, and those that were ever predicted.
 */
export interface ReadMoment {
  epoch: number
  shares: readonly number[]
  predicted: number
}

export interface EpochHistory {
  lines: readonly { label: number; path: string }[]
  /** The likeliest other class at the end. */
  rival: number
}

/** More lines than this are a tangle. */
const MOST = 4

export function historyOf(
  moments: readonly ReadMoment[],
  truth: number,
  { width, height }: { width: number; height: number },
): EpochHistory {
  const last = moments.at(-1)?.shares ?? []
  const others = last.map((share, label) => ({ label, share })).filter(({ label }) => label !== truth)
  const rival = others.sort((a, b) => b.share - a.share)[0]?.label ?? -1
  const labels = [...new Set([truth, rival, ...moments.map(({ predicted }) => predicted)])].filter(
    (label) => label >= 0,
  )
  const [first, end] = [moments[0]?.epoch ?? 0, moments.at(-1)?.epoch ?? 0]
  const x = (epoch: number) => (end > first ? ((epoch - first) / (end - first)) * width : 0)
  const y = (share: number) => (1 - Math.min(1, Math.max(0, share))) * (height - 2) + 1
  return {
    rival,
    lines: labels.slice(0, MOST).map((label) => ({
      label,
      path: moments
        .map(({ epoch, shares }, i) => `${i === 0 ? 'M' : 'L'}${at(x(epoch))} ${at(y(shares[label] ?? 0))}`)
        .join(''),
    })),
  }
}

export interface Stretch {
  from: number
  to: number
  predicted: number
}

/** Moments on end with the same answer, as one. */
export function stretchesOf(moments: readonly ReadMoment[]): Stretch[] {
  const stretches: Stretch[] = []
  for (const { epoch, predicted } of moments) {
    const last = stretches.at(-1)
    if (last?.predicted === predicted) last.to = epoch
    else stretches.push({ from: epoch, to: epoch, predicted })
  }
  return stretches
}

function at(value: number): string {
  return String(Number(value.toFixed(2)))
}
