/**
 * The experiment on the Design screen, with undo and redo, kept over restarts.
 *
 * The document is loose: it holds what was typed, right or wrong, so that a problem can be shown beside its field
 * and nothing that a person wrote is lost. `experiment` is the checked one, or null while there are problems.
 */
import { watchDebounced, useEventListener } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { DryRun } from '#shared/dry-run'
import { LabError } from '#shared/errors'
import { EXPERIMENT_VERSION, experimentSchema, type Experiment, type ExperimentInput } from '#shared/experiment'
import { checkExperiment, type Problem } from '#shared/experiment-check'
import { expandExperiment, type RunPlan } from '#shared/experiment-expand'
import { formatPath, valueAt, withValueAt, withValues, type PathKey } from '#shared/experiment-path'
import type { RunId } from '#shared/run'
import { lab } from '../lab'
import { useDatasetsStore } from './datasets'

/** What is kept over restarts. The document is whatever it was, checked only when it is used. */
interface KeptDraft {
  presetId: string | null
  document: unknown
}

interface Step extends KeptDraft {
  /** Which field was edited last: typing on in the same field is one step. Null: never joined. */
  field: string | null
}

const UNDO_STEPS = 200
const SAVE_AFTER_MS = 400

/** Sound from the start: validation images to decide by, and a test part that stays locked until the end. */
export const NEW_EXPERIMENT: ExperimentInput = {
  version: EXPERIMENT_VERSION,
  title: 'Untitled experiment',
  dataset: { name: 'mnist', split: { kind: 'random', train: 50_000, validation: 10_000 } },
  network: { layers: [{ units: 64, activation: 'relu' }] },
  training: { optimizer: { kind: 'adam' }, epochs: 10, evaluation: { test: 'final' } },
}

export const useDraftStore = defineStore('draft', () => {
  const datasets = useDatasetsStore()
  const past = shallowRef<readonly Step[]>([])
  const present = shallowRef<Step>({ presetId: null, document: experimentSchema.parse(NEW_EXPERIMENT), field: null })
  const future = shallowRef<readonly Step[]>([])
  /** Text that is not JSON yet: the document stays what it was before it. */
  const brokenText = shallowRef<{ text: string; message: string } | null>(null)
  /** Why the last save or load of the draft went wrong, for the view to show. */
  const failure = shallowRef<unknown>()
  let kept = JSON.stringify(keep(present.value))

  const document = computed(() => present.value.document)
  const presetId = computed(() => present.value.presetId)
  const canUndo = computed(() => past.value.length > 0)
  const canRedo = computed(() => future.value.length > 0)

  const checked = computed(() => checkExperiment(document.value, datasets.catalog))
  const experiment = computed<Experiment | null>(() =>
    checked.value.ok && !brokenText.value ? checked.value.experiment : null,
  )
  const problems = computed<readonly Problem[]>(() => {
    const found = checked.value.ok ? [] : checked.value.problems
    return brokenText.value ? [{ path: '', message: brokenText.value.message }, ...found] : found
  })
  const plan = computed<readonly RunPlan[]>(() =>
    experiment.value ? expandExperiment(experiment.value, datasets.catalog) : [],
  )

  function read(keys: readonly PathKey[]): unknown {
    return valueAt(document.value, keys)
  }

  /** Changes several fields at once, path → value, as a step of its own: what a hint or the doctor proposes. */
  function change(values: Readonly<Record<string, unknown>>): void {
    brokenText.value = null
    replace(withValues(document.value, Object.entries(values)), null)
  }

  /** Changes one field. Edits of the same field that follow each other are undone together. */
  function write(keys: readonly PathKey[], value: unknown): void {
    replace(withValueAt(document.value, keys, value), formatPath(keys))
  }

  /** Changes one field as a step of its own: something added, removed, moved or chosen. */
  function writeStep(keys: readonly PathKey[], value: unknown): void {
    replace(withValueAt(document.value, keys, value), null)
  }

  /** Puts another document in place; `field` as in `write`, null for a step of its own. */
  function replace(next: unknown, field: string | null, from: string | null = presetId.value): void {
    const joined = field !== null && present.value.field === field
    if (!joined) past.value = [...past.value, present.value].slice(-UNDO_STEPS)
    present.value = { presetId: from, document: next, field }
    future.value = []
  }

  /**
   * Writes out what the document leaves to the defaults, so that a form shows what will be trained. One that is not an
   * experiment yet stays as it is.
   */
  function complete(): void {
    const { success, data } = experimentSchema.safeParse(document.value)
    if (success && JSON.stringify(data) !== JSON.stringify(document.value)) {
      present.value = { ...present.value, document: data }
    }
  }

  /** Fills the design with an experiment; what was there can be had back with undo. */
  function open(next: Experiment, from: string | null): void {
    brokenText.value = null
    replace(next, null, from)
  }

  function startNew(): void {
    open(experimentSchema.parse(NEW_EXPERIMENT), null)
  }

  /** The next edit is a step of its own, also in the same field. */
  function seal(): void {
    if (present.value.field !== null) present.value = { ...present.value, field: null }
  }

  function undo(): void {
    const before = past.value.at(-1)
    if (!before) return
    brokenText.value = null
    past.value = past.value.slice(0, -1)
    future.value = [present.value, ...future.value]
    present.value = { ...before, field: null }
  }

  function redo(): void {
    const [after, ...rest] = future.value
    if (!after) return
    past.value = [...past.value, present.value]
    future.value = rest
    present.value = { ...after, field: null }
  }

  /** The whole experiment as text. Not JSON: the text is kept aside, and the document stays as it was. */
  function writeText(text: string): void {
    try {
      replace(JSON.parse(text), 'text')
      brokenText.value = null
    } catch (error) {
      brokenText.value = { text, message: `The text is not JSON: ${(error as Error).message}` }
    }
  }

  function discardText(): void {
    brokenText.value = null
  }

  async function load(): Promise<void> {
    const untouched = present.value
    try {
      const answer = await lab.call('draft:get')
      if (isKept(answer) && present.value === untouched) {
        present.value = { presetId: answer.presetId, document: answer.document, field: null }
        kept = JSON.stringify(keep(present.value))
      }
      failure.value = undefined
    } catch (error) {
      failure.value = error
    }
  }

  async function save(): Promise<void> {
    const draft = keep(present.value)
    const text = JSON.stringify(draft)
    if (text === kept) return
    try {
      kept = text
      await lab.call('draft:set', draft)
      failure.value = undefined
    } catch (error) {
      kept = '' // not kept after all: the next change tries again
      failure.value = error
    }
  }
  watchDebounced(present, save, { debounce: SAVE_AFTER_MS, maxWait: 5 * SAVE_AFTER_MS })
  useEventListener(window, 'pagehide', () => void save())

  /** Puts the design's runs into the queue. Rejects when there are problems or the lab refuses. */
  function enqueue(): Promise<RunId[]> {
    const ready = experiment.value
    if (!ready) return Promise.reject(new LabError('experiment/invalid', 'The design has problems; solve them first.'))
    return lab.call('runs:enqueue', ready, presetId.value)
  }

  /** The first minibatch of one configuration, through the engine. */
  function dryRun(configuration: number): Promise<DryRun> {
    const ready = experiment.value
    if (!ready) return Promise.reject(new LabError('experiment/invalid', 'The design has problems; solve them first.'))
    return lab.call('design:dry-run', ready, configuration)
  }

  return {
    document,
    presetId,
    experiment,
    problems,
    plan,
    brokenText,
    failure,
    canUndo,
    canRedo,
    read,
    write,
    writeStep,
    replace,
    open,
    startNew,
    complete,
    seal,
    undo,
    redo,
    writeText,
    discardText,
    load,
    save,
    enqueue,
    dryRun,
    change,
  }
})

function keep({ presetId, document }: KeptDraft): KeptDraft {
  return { presetId, document }
}

function isKept(answer: unknown): answer is KeptDraft {
  return typeof answer === 'object' && answer !== null && 'document' in answer && 'presetId' in answer
}
