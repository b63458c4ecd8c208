/**
 * What runs are called when they stand side by side: by what tells them apart, and no more.
 */
import type { RunSummary } from '../run'

type Named = Pick<RunSummary, 'id' | 'label' | 'title' | 'dataset' | 'replicate'>

/** In the order of the runs; no two are equal. */
export function distinctNames(runs: readonly Named[]): string[] {
  const parts: ((run: Named) => string)[] = [
    (run) => run.dataset,
    (run) => `replicate ${run.replicate + 1}`,
    (run) => run.title,
    (run) => run.id,
  ]
  return runs.map((run) => {
    let name = run.label
    let rivals = runs.filter((other) => other.id !== run.id && other.label === run.label)
    for (const part of parts) {
      const others = rivals.filter((rival) => part(rival) !== part(run))
      if (others.length === 0) continue
      name = `${name} · ${part(run)}`
      rivals = rivals.filter((rival) => part(rival) === part(run))
    }
    return name
  })
}
