/**
 * Several runs by one name: all of an experiment, or all of the latest experiment of a preset.
 */
import { LabError } from '#shared/errors'
import type { RunId, RunSummary } from '#shared/run'
import { findRun } from './find-runs'

const PRESET = 'preset:'
const EXPERIMENT = 'experiment:'

/** Each run once, in the order in which they are named; those of an experiment in the order of its design. */
export function findRuns(names: readonly string[], runs: readonly RunSummary[]): RunId[] {
  return [...new Set(names.flatMap((name) => runsNamed(name, runs)).map(({ id }) => id))]
}

/** `runs` are newest first. */
function runsNamed(name: string, runs: readonly RunSummary[]): readonly RunSummary[] {
  if (name.startsWith(PRESET)) return ofPreset(name.slice(PRESET.length), runs)
  const wanted = name.startsWith(EXPERIMENT) ? name.slice(EXPERIMENT.length) : name
  const members = runs.filter(({ experimentId }) => experimentId === wanted)
  if (members.length > 0) return inOrder(members)
  if (wanted === name) return [findRun(name, runs)]
  throw new LabError(
    'run/not-found',
    `No run belongs to an experiment "${wanted}"; \`perceptron-lab runs --json\` has their ids`,
  )
}

function ofPreset(preset: string, runs: readonly RunSummary[]): readonly RunSummary[] {
  const latest = runs.find(({ presetId }) => presetId === preset)
  if (latest) return inOrder(runs.filter(({ experimentId }) => experimentId === latest.experimentId))
  throw new LabError(
    'run/not-found',
    `There is no run of the preset "${preset}"; \`perceptron-lab run ${preset} --quick\` makes some`,
  )
}

/** What has measured nothing has nothing to show beside those that have. */
function inOrder(runs: readonly RunSummary[]): readonly RunSummary[] {
  const measured = runs.filter(({ last }) => last !== null)
  const place = ({ configuration, replicate }: RunSummary) => configuration.index * 100_000 + replicate
  return [...(measured.length > 0 ? measured : runs)].sort((a, b) => place(a) - place(b))
}
