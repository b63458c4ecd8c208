/** Scores on whole parts of the data, shared out among the workers in chunks of fixed size. */
import type { Score } from '#shared/run'
import type { Control } from './control'
import type { PlacedPart } from './data'
import type { Kernels } from './kernels'
import { chunksOf, EVALUATION_CHUNK } from './layout'
import type { Views } from './memory'
import { forward, measure, type Run } from './network'

export interface PartToScore {
  part: PlacedPart
  /** The first so many samples. */
  count: number
}

/**
 * Takes chunks until there are none left, or the run is to stop. Each chunk's sums go into the table at its own
 * place, so that it does not matter who did it.
 */
export function scoreChunks(
  kernels: Kernels,
  run: Run,
  views: Views,
  control: Control,
  worker: number,
  parts: readonly PartToScore[],
): void {
  const total = parts.reduce((sum, { count }) => sum + chunksOf(count), 0)
  while (!control.isStopRequested() && !control.hasFailed()) {
    const claimed = control.claimChunk()
    if (claimed >= total) return
    let chunk = claimed
    let i = 0
    while (chunk >= chunksOf(parts[i].count)) chunk -= chunksOf(parts[i++].count)
    scoreChunk(kernels, run, views, worker, parts[i], chunk, claimed)
  }
}

function scoreChunk(
  kernels: Kernels,
  run: Run,
  { f32, f64, u8 }: Views,
  worker: number,
  { part, count }: PartToScore,
  chunk: number,
  place: number,
): void {
  const pass = run.layout.workers[worker].evaluation
  const first = chunk * EVALUATION_CHUNK
  const rows = { begin: 0, count: Math.min(EVALUATION_CHUNK, count - first), order: run.data.identity + first * 4 }
  forward(kernels, run, pass, part, rows)
  measure(kernels, run, pass, part, rows)
  let loss = 0
  let correct = 0
  for (let r = 0; r < rows.count; r++) {
    loss += f32[(pass.losses >>> 2) + r]
    correct += u8[pass.correct + r]
  }
  f64.set([loss, correct], (run.layout.chunks >>> 3) + 2 * place)
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
