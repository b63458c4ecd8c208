import { computed, onScopeDispose, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { hasEnded, type Evaluation, type RunId, type RunSummary } from '#shared/run'
import { lab } from '../lab'
import { whenReconnected } from './connection'
import { useNextFrame } from './frames'

/** What we know of one run's history. */
interface Track {
  /** Everything so far, in order of steps; grows here and is copied when it is shown. */
  points: Evaluation[]
  loaded: boolean
  /** Whether the run had ended when we last heard of it; undefined before that. */
  ended?: boolean
  /** Number of the newest request: only its answer may write. */
  request: number
}

/**
 * The histories of several runs as they grow, ready for a chart.
 *
 * Listens before it asks for what is on disk: an evaluation that comes in between is kept and takes its place
 * behind the history, by its step. Gathers what comes and shows it once a frame, whatever the rate. When a run
 * ends with more than we were told, or goes on after it had ended, its history is read again. Follows `ids` when they change; histories of
 * runs that stay are kept. Stops listening when its scope ends.
 */
export function useHistories(ids: MaybeRefOrGetter<readonly RunId[]>) {
  // shallow: thousands of points, never edited
  const byId = shallowRef<ReadonlyMap<RunId, readonly Evaluation[]>>(new Map())
  const failures = shallowRef<ReadonlyMap<RunId, unknown>>(new Map())
  const tracks = new Map<RunId, Track>()
  const stale = new Set<RunId>() // shown before, and longer by now

  const show = useNextFrame(showNow)
  const stops = [
    lab.on('runs:evaluated', ({ id, evaluation }) => {
      const track = tracks.get(id)
      if (!track || evaluation.step <= lastStep(track)) return
      track.points.push(evaluation)
      stale.add(id)
      show()
    }),
    lab.on('runs:changed', ({ changed }) => {
      for (const run of changed) {
        const track = tracks.get(run.id)
        if (!track) continue
        if (track.loaded && goesOn(track, run)) track.points = [] // what was measured may be measured anew
        if (track.loaded && isBehind(track, run)) void load(run.id, track)
        track.ended = hasEnded(run.status)
      }
    }),
  ]
  onScopeDispose(() => {
    stops.forEach((stop) => stop())
    tracks.clear()
  })
  watch(() => [...toValue(ids)], follow, { immediate: true })
  whenReconnected(() => tracks.forEach((track, id) => void load(id, track)))

  function follow(wanted: readonly RunId[]): void {
    for (const id of [...tracks.keys()]) if (!wanted.includes(id)) tracks.delete(id)
    for (const id of wanted) {
      if (tracks.has(id)) continue
      const track: Track = { points: [], loaded: false, request: 0 }
      tracks.set(id, track)
      void load(id, track)
    }
    showNow() // at once: what is no longer wanted should not stay a frame longer
  }

  async function load(id: RunId, track: Track): Promise<void> {
    const request = ++track.request
    const isNewest = () => tracks.get(id) === track && track.request === request
    try {
      const history = await lab.call('runs:history', id)
      if (!isNewest()) return
      const end = history.at(-1)?.step ?? -1
      track.points = [...history, ...track.points.filter((point) => point.step > end)]
      track.loaded = true
      setFailure(id, undefined)
      stale.add(id)
      show()
    } catch (error) {
      if (isNewest()) setFailure(id, error)
    }
  }

  function showNow(): void {
    const shown = byId.value
    const next = new Map<RunId, readonly Evaluation[]>()
    for (const [id, track] of tracks) {
      if (!track.loaded) continue
      const before = shown.get(id)
      next.set(id, before && !stale.has(id) ? before : [...track.points])
    }
    stale.clear()
    byId.value = next
  }

  function setFailure(id: RunId, error: unknown): void {
    const next = new Map(failures.value)
    if (error === undefined) next.delete(id)
    else next.set(id, error)
    failures.value = next
  }

  /** Asks again for the histories that could not be had. */
  function retry(): void {
    for (const id of failures.value.keys()) {
      const track = tracks.get(id)
      if (track) void load(id, track)
    }
  }

  return { byId, failures, retry }
}

const NOTHING: readonly Evaluation[] = []

/** The metrics of one run as they arrive: `useHistories` for a single run, which may change or be none. */
export function useLiveMetrics(runId: MaybeRefOrGetter<RunId | null>) {
  const ids = computed(() => {
    const id = toValue(runId)
    return id === null ? [] : [id]
  })
  const { byId, failures, retry } = useHistories(ids)
  const one = <T>(map: ReadonlyMap<RunId, T>) => map.get(toValue(runId) ?? ('' as RunId))
  return {
    points: computed(() => one(byId.value) ?? NOTHING),
    loaded: computed(() => one(byId.value) !== undefined),
    failure: computed(() => one(failures.value)),
    retry,
  }
}

/** It had ended, as far as we know, and trains again. */
function goesOn({ ended }: Track, run: RunSummary): boolean {
  return ended !== false && !hasEnded(run.status)
}

/** There is more on disk than we were told. */
function isBehind(track: Track, run: RunSummary): boolean {
  return goesOn(track, run) || (hasEnded(run.status) && (run.last?.step ?? 0) > lastStep(track))
}

function lastStep(track: Track): number {
  return track.points.at(-1)?.step ?? -1
}
