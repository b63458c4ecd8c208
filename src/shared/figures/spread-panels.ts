/**
 * All values of each configuration as boxes and points, and configurations as lines through their factors.
 */
import type { FigureRun, Metric } from '../figure'
import { mean, percentile } from '../statistics/samples'
import type { Context } from './figure-context'
import { chosenFactors } from './factor-panels'
import type { Group } from './groups'
import { valueAxis } from './line-panels'
import { quantityOf } from './metrics'
import type { Box, BoxPanel, ParallelLine, ParallelPanel } from './panels'
import { levelOf } from './run-factors'
import { runValue } from './run-values'

/** Fewer values than these are not summed up by quartiles. */
const VALUES_OF_A_BOX = 5
/** Whiskers end at the farthest values that are not farther from the box than this many of its lengths (Tukey). */
const REACH = 1.5

export function boxPanel(metric: Metric, { spec, runs, groups }: Context): BoxPanel {
  const ofEpochs = metric === 'seconds-per-epoch'
  const { subject, axis } = valueAxis([metric], quantityOf(metric), spec, runs)
  const boxes = groups.flatMap((group): Box[] => {
    const measured = group.runs.flatMap((run) => {
      const values = ofEpochs ? epochTimes(run) : [runValue(run, metric, spec.at ?? 'last')]
      const known = values.filter((value) => value !== undefined && Number.isFinite(value))
      return known.length > 0 ? [{ run, values: known as number[] }] : []
    })
    const values = measured.flatMap((each) => each.values)
    if (values.length === 0) return []
    return [
      {
        key: `${group.key}/${metric}`,
        name: group.name,
        colorIndex: group.colorIndex,
        runIds: measured.map(({ run }) => run.summary.id),
        values,
        median: percentile(values, 0.5),
        quartiles: quartilesOf(values),
      },
    ]
  })
  return {
    kind: 'box',
    title: subject,
    metric,
    value: ofEpochs ? { ...axis, label: `${subject} (s per epoch)` } : axis,
    of: ofEpochs ? 'epochs' : 'seeds',
    boxes,
  }
}

function epochTimes({ history }: FigureRun): number[] {
  return history.flatMap(({ epochSeconds }) => epochSeconds ?? [])
}

function quartilesOf(values: readonly number[]): Box['quartiles'] {
  if (values.length < VALUES_OF_A_BOX) return null
  const [low, high] = [percentile(values, 0.25), percentile(values, 0.75)]
  const reach = REACH * (high - low)
  return {
    low,
    high,
    whiskerLow: Math.min(...values.filter((value) => value >= low - reach)),
    whiskerHigh: Math.max(...values.filter((value) => value <= high + reach)),
  }
}

/** One line for each configuration, whatever `by` says: its seeds have the same levels. */
export function parallelPanel(metric: Metric, { spec, runs, groups }: Context): ParallelPanel {
  const factors = chosenFactors(spec, runs)
  const { subject, axis } = valueAxis([metric], quantityOf(metric), spec, runs)
  return {
    kind: 'parallel',
    title: subject,
    metric,
    axes: [...factors.map(({ name, levels }) => ({ label: name, levels })), { label: axis.label, levels: null }],
    value: axis,
    lines: groups.flatMap((group): ParallelLine[] => parallelLine(metric, group, factors, spec.at ?? 'last')),
  }
}

function parallelLine(
  metric: Metric,
  { key, name, colorIndex, runs }: Group,
  factors: ReturnType<typeof chosenFactors>,
  at: 'last' | 'best' | 'final',
): ParallelLine[] {
  const [first] = runs
  const measured = runs.flatMap((run) => {
    const value = runValue(run, metric, at)
    return value === undefined ? [] : [{ run, value }]
  })
  const value = mean(measured.map((each) => each.value))
  if (!first || !Number.isFinite(value)) return []
  const places = factors.map((factor) => factor.levels.indexOf(levelOf(first.summary, factor.name)))
  const runIds = measured.map(({ run }) => run.summary.id)
  return [{ key: `${key}/${metric}`, name, colorIndex, runIds, places, value, n: measured.length }]
}
