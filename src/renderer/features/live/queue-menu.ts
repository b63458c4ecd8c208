/**
 * What can be done with one run of the queue, beside stopping it.
 */
import {
  ArrowDown,
  ArrowDownToLine,
  ArrowUp,
  ArrowUpToLine,
  CopyPlus,
  ListStart,
  RotateCw,
  SkipForward,
} from '@lucide/vue'
import type { RunId, RunSummary } from '#shared/run'
import { canResume, isInTraining } from '../../runs/run-text'
import type { MenuItem } from '../../ui/menu-item'
import { neighbourFor } from './queue'

export interface QueueDeeds {
  move(ids: readonly RunId[], before: RunId | null): void
  stopAfterEpoch(run: RunSummary, wanted: boolean): void
  repeat(ids: readonly RunId[]): void
  resume(ids: readonly RunId[]): void
}

export function queueMenu(run: RunSummary, waiting: readonly RunSummary[], deeds: QueueDeeds): MenuItem[] {
  if (run.status === 'waiting') return [...moves(run, waiting, deeds), again('Duplicate', run, deeds, true)]
  if (isInTraining(run.status)) {
    const label = run.stopsAfterEpoch ? 'Go on after this epoch' : 'Stop after this epoch'
    const action = () => deeds.stopAfterEpoch(run, !run.stopsAfterEpoch)
    return [{ label, icon: SkipForward, action }, again('Duplicate', run, deeds)]
  }
  const resume = { label: 'Resume', icon: RotateCw, action: () => deeds.resume([run.id]) }
  return [...(canResume(run) ? [resume] : []), again('Train again from the start', run, deeds)]
}

function again(label: string, run: RunSummary, deeds: QueueDeeds, separated = false): MenuItem {
  return { label, icon: CopyPlus, action: () => deeds.repeat([run.id]), separated }
}

function moves(run: RunSummary, waiting: readonly RunSummary[], deeds: QueueDeeds): MenuItem[] {
  const [first] = waiting
  const up = neighbourFor(waiting, run.id, 'up')
  const down = neighbourFor(waiting, run.id, 'down')
  const group = waiting.filter((other) => other.experimentId === run.experimentId)
  const to = (ids: readonly RunId[], before: RunId | null | undefined) => () => {
    if (before !== undefined) deeds.move(ids, before)
  }
  const ids = group.map((other) => other.id)
  const isWholeLine = group.length === waiting.length
  return [
    { label: 'To the top', icon: ArrowUpToLine, disabled: up === undefined, action: to([run.id], first?.id) },
    { label: 'Up', icon: ArrowUp, disabled: up === undefined, action: to([run.id], up) },
    { label: 'Down', icon: ArrowDown, disabled: down === undefined, action: to([run.id], down) },
    { label: 'To the end', icon: ArrowDownToLine, disabled: down === undefined, action: to([run.id], null) },
    ...(group.length > 1 && !isWholeLine
      ? [{ label: `All ${group.length} of its experiment to the top`, icon: ListStart, action: to(ids, first?.id) }]
      : []),
  ]
}
