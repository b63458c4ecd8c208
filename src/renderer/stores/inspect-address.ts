/**
 * What is looked at, as an address says it: which model and at what moment, with which other one beside it, on which
 * samples. `?run=…&step=…&part=test&pair=…&tab=gallery&show=wrong&true=4&predicted=9&sample=60012`
 */
import { SHOWN, SORTED, type Shown, type Sorted } from '#shared/inspect/gallery'
import type { ModelSource, SplitPart } from '#shared/inspect/inspected'
import { isRunId } from '#shared/run'

export const INSPECT_TABS = ['matrix', 'gallery', 'calibration', 'units', 'boundary', 'draw'] as const
export type InspectTab = (typeof INSPECT_TABS)[number]

const PARTS: readonly SplitPart[] = ['train', 'validation', 'test']

export interface InspectAddress {
  /** Null: none is chosen. */
  source: ModelSource | null
  /** The other model of a pair. */
  pair: ModelSource | null
  /** Null: the most telling one that may be seen. */
  part: SplitPart | null
  tab: InspectTab
  show: Shown
  /** Classes, by number. */
  truth: number | null
  predicted: number | null
  sort: Sorted
  /** The sample whose drawer is open, by its number over the whole set. */
  sample: number | null
}

export function parseInspect(query: Readonly<Record<string, string>>): InspectAddress {
  return {
    source: sourceOf(query['run'], query['file'], query['step']),
    pair: sourceOf(query['pair'], query['pairFile'], query['pairStep']),
    part: oneOf(PARTS, query['part']),
    tab: oneOf(INSPECT_TABS, query['tab']) ?? 'matrix',
    show: oneOf(SHOWN, query['show']) ?? 'wrong',
    truth: wholeNumber(query['true']),
    predicted: wholeNumber(query['predicted']),
    sort: oneOf(SORTED, query['sort']) ?? 'loss',
    sample: wholeNumber(query['sample']),
  }
}

/** The shortest address that says it: what is usual is left out. */
export function inspectQuery(address: Partial<InspectAddress>): Record<string, string> {
  const { source, pair, tab, show, sort } = address
  const named = {
    run: source?.of === 'run' ? source.run : null,
    file: source?.of === 'file' ? source.token : null,
    step: source?.of === 'run' ? source.step : null,
    part: address.part,
    pair: pair?.of === 'run' ? pair.run : null,
    pairFile: pair?.of === 'file' ? pair.token : null,
    pairStep: pair?.of === 'run' ? pair.step : null,
    tab: tab === 'matrix' ? null : tab,
    show: show === 'wrong' ? null : show,
    true: address.truth,
    predicted: address.predicted,
    sort: sort === 'loss' ? null : sort,
    sample: address.sample,
  }
  return Object.fromEntries(
    Object.entries(named).flatMap(([key, value]) =>
      value === null || value === undefined ? [] : [[key, String(value)]],
    ),
  )
}

function sourceOf(run: string | undefined, token: string | undefined, step: string | undefined): ModelSource | null {
  if (isRunId(run)) return { of: 'run', run, step: wholeNumber(step) }
  return token ? { of: 'file', token } : null
}

function oneOf<T extends string>(values: readonly T[], text: string | undefined): T | null {
  return values.find((value) => value === text) ?? null
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null
}
