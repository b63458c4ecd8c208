/**
 * The layer exercise as it was typed, right or wrong, kept while the lab is open.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Activation } from '#shared/experiment'
import { readAnswer } from '#shared/paper/judge'
import {
  ASKED,
  blankAnswers,
  checkAnswers,
  type Asked,
  type QuantityVerdict,
  type TypedAnswers,
} from '#shared/paper/layer-check'
import { checkLayerExercise, type LayerExercise, type LossKind } from '#shared/paper/layer-exercise'
import { LAYER_PRESETS, type LayerPreset } from '#shared/paper/layer-presets'
import type { Matrix } from '#shared/paper/matrix'
import { messageOf } from '../ui/toasts'

type Texts = readonly (readonly string[])[]

export interface LayerSizes {
  outputs: number
  inputs: number
  samples: number
}

/** Null while an entry is not a number. */
function readMatrix(texts: Texts): Matrix | null {
  const read = texts.map((row) => row.map((text) => readAnswer(text)?.value ?? NaN))
  return read.flat().every(Number.isFinite) ? read : null
}

function write(matrix: Matrix): Texts {
  return matrix.map((row) => row.map((value) => String(value).replace('-', '−')))
}

/** What is there stays in its place; new entries are 0. */
function resized(texts: Texts, rows: number, columns: number): Texts {
  return Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (__, c) => texts[r]?.[c] ?? '0'))
}

export const usePaperLayerStore = defineStore('paper-layer', () => {
  const first = LAYER_PRESETS[0] as LayerPreset
  const a = shallowRef<Texts>(write(first.exercise.a))
  const x = shallowRef<Texts>(write(first.exercise.x))
  const t = shallowRef<Texts>(write(first.exercise.t))
  const activation = ref<Activation>(first.exercise.activation)
  const parameter = ref<unknown>(first.exercise.parameter)
  const loss = ref<LossKind>(first.exercise.loss)
  const learningRate = ref<unknown>(first.exercise.learningRate)
  const presetId = ref<string>(first.id)
  const answers = shallowRef<TypedAnswers>(blankAnswers(first.exercise))
  /** What was judged last, with the texts that it was about. */
  const judged = shallowRef<{ texts: TypedAnswers; verdicts: Record<Asked, QuantityVerdict> } | null>(null)

  const sizes = computed<LayerSizes>(() => ({
    outputs: a.value.length,
    inputs: x.value.length,
    samples: x.value[0]?.length ?? 0,
  }))

  const read = computed<{ exercise: LayerExercise } | { problem: string }>(() => {
    const matrices = [
      ['A', a.value],
      ['X', x.value],
      ['t', t.value],
    ] as const
    const broken = matrices.find(([, texts]) => readMatrix(texts) === null)
    if (broken) return { problem: `Every entry of ${broken[0]} has to be a number.` }
    if (typeof learningRate.value !== 'number') return { problem: 'The learning rate has to be a number, 0 or more.' }
    if (typeof parameter.value !== 'number') return { problem: 'The parameter of the activation has to be a number.' }
    const exercise: LayerExercise = {
      a: readMatrix(a.value) ?? [],
      x: readMatrix(x.value) ?? [],
      t: readMatrix(t.value) ?? [],
      activation: activation.value,
      parameter: parameter.value,
      loss: loss.value,
      learningRate: learningRate.value,
    }
    try {
      checkLayerExercise(exercise)
      return { exercise }
    } catch (error) {
      return { problem: messageOf(error) }
    }
  })
  const exercise = computed(() => ('exercise' in read.value ? read.value.exercise : null))
  const problem = computed(() => ('problem' in read.value ? read.value.problem : undefined))
  const reported = computed(() => LAYER_PRESETS.find(({ id }) => id === presetId.value)?.reported ?? null)

  function open(preset: LayerPreset): void {
    const { exercise: next } = preset
    a.value = write(next.a)
    x.value = write(next.x)
    t.value = write(next.t)
    activation.value = next.activation
    parameter.value = next.parameter
    loss.value = next.loss
    learningRate.value = next.learningRate
    presetId.value = preset.id
    answers.value = blankAnswers(next)
    judged.value = null
  }

  function resize({ outputs, inputs, samples }: LayerSizes): void {
    a.value = resized(a.value, outputs, inputs)
    x.value = resized(x.value, inputs, samples)
    t.value = resized(t.value, outputs, samples)
    const shapes = { a: [outputs, inputs], x: [outputs, samples], one: [1, 1] } as const
    const shapeOf = { y: 'x', loss: 'one', delta: 'x', gradient: 'a', aNext: 'a', yNext: 'x', lossNext: 'one' } as const
    answers.value = Object.fromEntries(
      ASKED.map((asked) => {
        const [rows, columns] = shapes[shapeOf[asked]]
        const old = answers.value[asked]
        return [
          asked,
          Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (__, c) => old[r]?.[c] ?? '')),
        ]
      }),
    ) as unknown as TypedAnswers
  }

  function answer(asked: Asked, texts: Texts): void {
    answers.value = { ...answers.value, [asked]: texts }
  }

  function fillIn(texts: TypedAnswers): void {
    answers.value = texts
    check()
  }

  function clearAnswers(): void {
    if (exercise.value) answers.value = blankAnswers(exercise.value)
    judged.value = null
  }

  function check(): void {
    if (!exercise.value) return
    judged.value = { texts: answers.value, verdicts: checkAnswers(exercise.value, answers.value) }
  }

  // another exercise: what was judged was about the old one, and what a report answered too
  watch(exercise, (now, before) => {
    judged.value = null
    const preset = LAYER_PRESETS.find(({ id }) => id === presetId.value)
    if (before && now && preset && JSON.stringify(preset.exercise) !== JSON.stringify(now)) presetId.value = ''
  })

  return {
    a,
    x,
    t,
    activation,
    parameter,
    loss,
    learningRate,
    presetId,
    sizes,
    exercise,
    problem,
    reported,
    answers,
    judged,
    open,
    resize,
    answer,
    fillIn,
    clearAnswers,
    check,
  }
})
