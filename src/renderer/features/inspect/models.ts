/**
 * Models to choose from: the runs that have weights, the newest first, under the titles of their experiments.
 */
import { distinctNames } from '#shared/figures/run-names'
import type { ModelFacts, ModelSource } from '#shared/inspect/inspected'
import { isRunId, type RunSummary } from '#shared/run'
import { statusSentence } from '../../runs/run-text'
import type { SelectOption } from '../../ui/select-option'
import { formatCount } from '../../ui/format'

/** Weights are kept with the first evaluation. */
export function hasWeights({ last }: Pick<RunSummary, 'last'>): boolean {
  return last !== null
}

/** `file`: a model that is not a run's, listed first. */
export function modelOptions(runs: readonly RunSummary[], file: ModelFacts | null): SelectOption[] {
  const known = runs.filter(hasWeights)
  const names = distinctNames(known)
  const options = known.map((run, i) => {
    const state = run.status === 'finished' ? '' : ` (${statusSentence(run).toLowerCase()})`
    return { value: run.id, label: `${names[i] ?? run.label}${state}`, group: run.title }
  })
  return file?.source.of === 'file'
    ? [{ value: file.source.token, label: file.title, group: 'File' }, ...options]
    : options
}

export function optionOf(source: ModelSource | null): string {
  if (source === null) return ''
  return source.of === 'run' ? source.run : source.token
}

export function sourceOfOption(value: string): ModelSource | null {
  if (value === '') return null
  return isRunId(value) ? { of: 'run', run: value, step: null } : { of: 'file', token: value }
}

/** "784-150-120-10 · relu, then softmax · 137,080 parameters". */
export function architectureText({ sizes, activations, outputActivation, parameters }: ModelFacts): string {
  const hidden = [...new Set(activations)].join(', ')
  const kinds = hidden === '' ? outputActivation : `${hidden}, then ${outputActivation}`
  return `${sizes.join('-')} · ${kinds} · ${formatCount(parameters)} parameters`
}
