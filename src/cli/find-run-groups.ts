/**
 * Several runs by one name: all of an experiment or of the latest experiment of a preset, or those of one of its
 * configurations.
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
  if (name.startsWith(EXPERIMENT)) return ofExperiment(name.slice(EXPERIMENT.length), runs)
  const members = runs.filter(({ experimentId }) => experimentId === name)
  return members.length > 0 ? inOrder(members) : [findRun(name, runs)]
}

/** "widths-mnist", or "widths-mnist/64 · ReLU" for all seeds of one configuration. */
function ofPreset(name: string, runs: readonly RunSummary[]): readonly RunSummary[] {
  const [preset, label] = divided(name)
  const latest = runs.find(({ presetId }) => presetId === preset)
  if (latest) return configurationOf(membersOf(latest, runs), label)
  throw new LabError(
    'run/not-found',
    `There is no run of the preset "${preset}"; \`perceptron-lab run ${preset} --quick\` makes some`,
  )
}

/** By its id, or by its title, of which the latest is meant; a title may hold a slash itself. */
function ofExperiment(name: string, runs: readonly RunSummary[]): readonly RunSummary[] {
  const find = (wanted: string) => runs.find((run) => run.experimentId === wanted || run.title === wanted)
  const whole = find(name)
  if (whole) return inOrder(membersOf(whole, runs))
  const [wanted, label] = divided(name)
  const latest = find(wanted)
  if (latest) return configurationOf(membersOf(latest, runs), label)
  throw new LabError(
    'run/not-found',
    `No run belongs to an experiment "${name}"; \`perceptron-lab runs --json\` has their ids and titles`,
  )
}

function membersOf({ experimentId }: RunSummary, runs: readonly RunSummary[]): RunSummary[] {
  return runs.filter((run) => run.experimentId === experimentId)
}

/** At the first slash: labels have some of their own, as in N(0, 1/√fan-in). */
function divided(name: string): [string, string | null] {
  const at = name.indexOf('/')
  return at === -1 ? [name, null] : [name.slice(0, at), name.slice(at + 1)]
}

function configurationOf(members: readonly RunSummary[], label: string | null): readonly RunSummary[] {
  if (label === null) return inOrder(members)
  const chosen = members.filter((run) => run.label === label)
  if (chosen.length > 0) return inOrder(chosen)
  const labels = [...new Set(inOrder(members).map((run) => `"${run.label}"`))].join(', ')
  throw new LabError('run/not-found', `This experiment has no configuration "${label}"; it has ${labels}`)
}

/** What has measured nothing has nothing to show beside those that have. */
function inOrder(runs: readonly RunSummary[]): readonly RunSummary[] {
  const measured = runs.filter(({ last }) => last !== null)
  const place = ({ configuration, replicate }: RunSummary) => configuration.index * 100_000 + replicate
  return [...(measured.length > 0 ? measured : runs)].sort((a, b) => place(a) - place(b))
}
