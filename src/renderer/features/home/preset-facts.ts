/**
 * What a preset's card states, counted from its experiment.
 */
import { costOf } from '#shared/cost/estimate'
import type { Speed } from '#shared/cost/speed'
import type { Experiment } from '#shared/experiment'
import { expandExperiment } from '#shared/experiment-expand'
import { parameterCount, layerSizes, sizeString } from '#shared/network'
import { findDataset } from '#shared/dataset'
import { experimentOf, PRESET_VARIANTS, type Preset, type PresetChoice, type PresetVariantName } from '#shared/preset'
import { formatEstimate, plural } from '../../ui/format'

export interface NetworkFacts {
  size: string
  parameters: number
}

export interface PresetFacts {
  /** The different networks that it trains, each once. */
  networks: readonly NetworkFacts[]
  /** "Fashion-MNIST" */
  data: string
  /** "2 configurations × 3 seeds = 6 runs, 50 epochs each" */
  runs: string
  quick: string
}

/** Of one variant; `quick` tells the length of its quick form. */
export function presetFacts(preset: Preset, { variant }: Pick<PresetChoice, 'variant'> = {}): PresetFacts {
  const experiment = experimentOf(preset, { variant })
  const { name } = experiment.dataset
  return {
    networks: networksOf(experiment),
    data: findDataset(name)?.title ?? name,
    runs: describeRuns(experiment),
    quick: describeLength(experimentOf(preset, { variant, quick: true })),
  }
}

/** How long the whole of it takes on this machine, and its quick form. */
export function presetTimes(preset: Preset, { variant }: Pick<PresetChoice, 'variant'>, speed: Speed) {
  const time = (quick: boolean) => {
    const { seconds, mayEndEarly } = costOf(expandExperiment(experimentOf(preset, { variant, quick })), speed)
    const text = formatEstimate(seconds ?? 0)
    return mayEndEarly ? text.replace(/^about/, 'at most') : text
  }
  return { full: time(false), quick: time(true) }
}

const VARIANT_TITLES: Record<PresetVariantName, string> = {
  'as-reported': 'As reported',
  'as-run': 'As run',
  corrected: 'Corrected',
}

/** What can be chosen: as it was reported, always, and what else there is. */
export function variantsOf({ variants }: Preset): { value: PresetVariantName; label: string }[] {
  return PRESET_VARIANTS.filter((name) => name === 'as-reported' || variants[name] !== undefined).map((name) => ({
    value: name,
    label: VARIANT_TITLES[name],
  }))
}

/** The arithmetic of an experiment's runs, in words. */
function describeRuns(experiment: Experiment): string {
  const runs = expandExperiment(experiment).length
  const configurations = runs / experiment.replicates
  const length = describeLength(experiment)
  if (runs === 1) return `1 run, ${length}`
  const product = `${plural(configurations, 'configuration')} × ${plural(experiment.replicates, 'seed')}`
  return `${product} = ${plural(runs, 'run')}, ${length} each`
}

function networksOf(experiment: Experiment): NetworkFacts[] {
  const bySize = new Map<string, NetworkFacts>()
  for (const { experiment: run } of expandExperiment(experiment)) {
    const size = sizeString(run)
    bySize.set(size, { size, parameters: parameterCount(layerSizes(run), run.network.bias) })
  }
  return [...bySize.values()]
}

/** "50 epochs", and the part of the data if it is not all of it. */
function describeLength(experiment: Experiment): string {
  const epochs = new Set(expandExperiment(experiment).map((run) => run.experiment.training.epochs))
  const least = Math.min(...epochs)
  const most = Math.max(...epochs)
  const length = least === most ? plural(most, 'epoch') : `${least} to ${plural(most, 'epoch')}`
  const { split } = experiment.dataset
  return split.kind === 'first' ? `${length} on ${plural(split.train, 'sample')}` : length
}
