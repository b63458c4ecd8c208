/** Models, samples and a lab for the tests of the views of Inspect. */
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { DEFAULT_SETTINGS } from '#shared/ipc'
import type { LayerInsight, ModelFacts, ModelSource, PlaneAnswer, SampleInsight } from '#shared/inspect/inspected'
import type { RunSummary } from '#shared/run'
import InspectScreen from '../../../src/renderer/features/inspect/InspectScreen.vue'
import { startRouter } from '../../../src/renderer/shell/router'
import { said } from '../../shared/inspect/said'
import { anOwnSet, listing } from '../data/datasets'
import { fakeLab, type Handlers } from '../fake-lab'
import { evaluationOf, idOf, runOf } from '../runs/fixture'

export const bytes = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer)

/** 4 × 4 pictures of three letters. */
export const LETTERS = anOwnSet({ height: 4, width: 4, train: 12, test: 6 })

export function factsOf(source: ModelSource, change: Partial<ModelFacts> = {}): ModelFacts {
  return {
    source,
    title: 'net 1',
    sizes: [2, 2, 2],
    activations: ['tanh'],
    outputActivation: 'softmax',
    loss: 'softmax-cross-entropy',
    parameters: 12,
    dataset: 'two-moons',
    dataProblem: null,
    classNames: ['Upper moon', 'Lower moon'],
    step: 40,
    epoch: 10,
    isSnapshot: false,
    moments: [],
    scaling: 'as they are',
    parts: [
      { part: 'train', count: 4 },
      { part: 'test', count: 4 },
    ],
    isTestLocked: false,
    ...change,
  }
}

export const ofLetters = (source: ModelSource) =>
  factsOf(source, { sizes: [16, 3, 3], activations: ['relu'], dataset: 'letters', classNames: LETTERS.classes })

/** Two of four are right, and the wrong ones are sure of themselves. */
export const ANSWERS = said(
  [
    [0.9, 0.1],
    [0.98, 0.02],
    [0.8, 0.2],
    [0.1, 0.9],
  ],
  [0, 1, 1, 1],
  { first: 100, losses: [0.105, 4.605, 1.609, 0.105] },
)

/** p of the second class rises to the right; the hidden units are x and −y. */
export function planeAnswer(columns: number, rows: number): PlaneAnswer {
  const cells = Array.from({ length: columns * rows }, (_, i) => [i % columns, Math.floor(i / columns)] as const)
  const p = (column: number) => (column + 0.5) / columns
  return {
    outputs: 2,
    values: bytes(...cells.flatMap(([column]) => [1 - p(column), p(column)])),
    hidden: [{ units: 2, values: bytes(...cells.flatMap(([column, row]) => [column / columns, -row / rows])) }],
  }
}

export function insightOf(change: Partial<SampleInsight> = {}): SampleInsight {
  return {
    label: 1,
    values: bytes(0.1, 0.2, 0.7),
    inputGradient: bytes(...Array.from({ length: 16 }, (_, i) => (i - 8) / 8)),
    activations: [bytes(0, 1.5, 0.5)],
    nearest: [
      { sample: 3, label: 1, distance: 2.5 },
      { sample: 5, label: 2, distance: 3 },
    ],
    overEpochs: [
      { step: 1, epoch: 1, values: bytes(0.6, 0.3, 0.1) },
      { step: 2, epoch: 2, values: bytes(0.1, 0.2, 0.7) },
    ],
    ...change,
  }
}

/** Three units on 16 pixels, then three classes. */
export const LAYERS: LayerInsight[] = [
  {
    inputs: 16,
    outputs: 3,
    weights: bytes(...Array.from({ length: 48 }, (_, i) => (i < 16 ? 0.1 : i < 32 ? -1 : 0.5))),
    biases: bytes(0.25, 0, -0.5),
    activation: {
      histogram: { low: 0, high: 3, counts: [90, 8, 2] },
      saturated: null,
      dead: 1 / 3,
      means: bytes(0, 0.5, 0.25),
    },
  },
  { inputs: 3, outputs: 3, weights: bytes(...Array.from({ length: 9 }, () => 1)), biases: bytes(0, 0, 0) },
]

export const RUNS = [1, 2].map((n) =>
  runOf(n, { label: `net ${n}`, status: 'finished', dataset: 'letters', last: evaluationOf(10) }),
)

export async function openView(query: string, handlers: Handlers = {}, runs: readonly RunSummary[] = RUNS) {
  setActivePinia(createPinia())
  window.location.hash = `#/inspect${query}`
  const stopRouter = startRouter()
  const lab = fakeLab({
    'settings:get': () => DEFAULT_SETTINGS,
    'runs:list': () => ({ revision: 0, runs: [...runs] }),
    'datasets:list': () => listing([LETTERS]),
    'datasets:labels': () => new Uint8Array(200),
    'datasets:samples': ({ name, samples }) => ({
      values:
        name === 'two-moons'
          ? bytes(...samples.flatMap((_, i) => [i / 4 - 0.5, (i % 2) - 0.5]))
          : new Uint8Array(16 * samples.length),
    }),
    'inspect:model': (source) => factsOf(source),
    'inspect:predictions': () => ANSWERS,
    'inspect:plane': ({ columns, rows }) => planeAnswer(columns, rows),
    'inspect:layers': () => LAYERS,
    'inspect:sample': () => insightOf(),
    'inspect:drawn': () => ({ values: bytes(0.05, 0.9, 0.05), activations: [bytes(0, 2, 1)] }),
    ...handlers,
  })
  const { useRunsStore } = await import('../../../src/renderer/stores/runs')
  const { useDatasetsStore } = await import('../../../src/renderer/stores/datasets')
  useRunsStore()
  useDatasetsStore()
  const screen = mount(InspectScreen, { attachTo: document.body })
  await settle()
  return { lab, screen, stopRouter }
}

/** An answer may be asked for by the answer before it. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) await flushPromises()
}

export { idOf }
