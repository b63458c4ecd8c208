/** Scores on whole parts of the data, shared out among the workers in chunks of fixed size. */
import type { Score } from '#shared/run'
import type { Control } from './control'
import { chunksOf, EVALUATION_CHUNK } from './layout'
import type { Views } from './memory'
import { foldBias, forward, measure, type Hand, type Run } from './network'

export interface PartToScore {
  /** Address of its u32 sample numbers. */
  samples: number
  count: number
}

/**
 * Takes chunks until there are none left, or the run is to stop. Each chunk's sums go into the table at its own
 * place, so that it does not matter who did it.
 */
export function scoreChunks(hand: Hand, control: Control, parts: readonly PartToScore[]): void {
  const total = parts.reduce((sum, { count }) => sum + chunksOf(count), 0)
  foldBias(hand)
  while (!control.isStopRequested() && !control.hasFailed()) {
    const claimed = control.claimChunk()
    if (claimed >= total) return
    let chunk = claimed
    let i = 0
    while (chunk >= chunksOf(parts[i].count)) chunk -= chunksOf(parts[i++].count)
    scoreChunk(hand, parts[i], chunk, claimed)
  }
}

function scoreChunk(hand: Hand, { samples, count }: PartToScore, chunk: number, place: number): void {
  const pass = hand.own.evaluation
  const { f32, f64, u8 } = hand.views
  const first = chunk * EVALUATION_CHUNK
  const rows = { begin: 0, count: Math.min(EVALUATION_CHUNK, count - first), order: samples + first * 4 }
  forward(hand, pass, rows, null)
  measure(hand, pass, rows)
  let loss = 0
  let correct = 0
  for (let r = 0; r < rows.count; r++) {
    loss += f32[(pass.losses >>> 2) + r]
    correct += u8[pass.correct + r]
  }
  f64.set([loss, correct], (hand.run.layout.chunks >>> 3) + 2 * place)
}

/** By one worker, after all have met: the sums of the chunks in their order, as one score for each part. */
export function gatherScores({ layout }: Run, { f64 }: Views, parts: readonly PartToScore[]): Score[] {
  let at = layout.chunks >>> 3
  return parts.map(({ count }) => {
    let loss = 0
    let correct = 0
    for (let chunk = 0; chunk < chunksOf(count); chunk++, at += 2) {
      loss += f64[at]
      correct += f64[at + 1]
    }
    return { loss: loss / count, correct, count }
  })
}
