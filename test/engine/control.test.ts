import { describe, expect, it } from 'vitest'
import { Control, CONTROL_BYTES, HISTOGRAM_BINS, ringRowBytes, RunAbandoned, type SnapshotFacts } from '#engine/control'
import { createMemory, viewsOf } from '#engine/memory'
import type { Evaluation } from '#shared/run'

const ROWS = 3
const LAYERS = 2

function makeControl() {
  const memory = createMemory()
  memory.grow(1)
  const address = 65_536
  const ring = address + CONTROL_BYTES + ringRowBytes(LAYERS)
  return new Control(viewsOf(memory), address, { address: ring, rows: ROWS, layers: LAYERS })
}

function evaluation(step: number): Evaluation {
  const score = (loss: number) => ({ loss, correct: step, count: 2 * step })
  return {
    step,
    epoch: step / 4,
    seconds: step / 10,
    epochSeconds: step % 4 ? null : 0.4,
    train: score(1 / step),
    test: score(2 / step),
    learningRate: 0.1 / step,
    ...(step % 2 === 0 && { validation: score(3 / step) }),
    diagnostics: Array.from({ length: LAYERS }, (_, layer) => ({
      ...{ gradientNorm: step, weightNorm: layer, updateNorm: step + layer },
      saturated: layer === 0 ? 0.25 : null,
      dead: layer === 1 ? 0.5 : null,
      histogram: { low: -step, high: step, counts: Array.from({ length: HISTOGRAM_BINS }, (_, bin) => bin + layer) },
    })),
  }
}

describe('the ring of evaluations', () => {
  it('gives each one once, whole and in order, over many rounds', () => {
    const control = makeControl()
    const taken: Evaluation[] = []
    for (let step = 1; step <= 20; step++) {
      expect(control.putEvaluation(evaluation(step))).toBe(true)
      if (step % 3 === 0 || step % 5 === 0) taken.push(...control.takeEvaluations())
    }
    expect(taken).toEqual(Array.from({ length: 20 }, (_, i) => evaluation(i + 1)))
    expect(control.takeEvaluations()).toEqual([])
  })

  it('takes no more than it has room for, and lets go of a run that is to stop', () => {
    const control = makeControl()
    for (let step = 1; step <= ROWS; step++) control.putEvaluation(evaluation(step))
    control.requestStop()
    expect(control.putEvaluation(evaluation(ROWS + 1))).toBe(false)
    expect(control.takeEvaluations().map((each) => each.step)).toEqual([1, 2, 3])
  })
})

describe('progress', () => {
  it('is the newest that was put', () => {
    const control = makeControl()
    for (const step of [1, 2])
      control.putProgress({
        step,
        seconds: step / 2,
        loss: 3 * step,
        correct: step,
        count: 4 * step,
        learningRate: 0.5,
      })
    expect(control.readProgress()).toEqual({ step: 2, seconds: 1, loss: 6, correct: 2, count: 8, learningRate: 0.5 })
  })
})

describe('the snapshot', () => {
  it('keeps its facts until it is freed, with infinities for what was not seen yet', () => {
    const control = makeControl()
    const facts: SnapshotFacts = {
      ...{
        step: 8,
        seconds: 1.5,
        random: [1, 2, 3, 4_000_000_000],
        loss: 0.25,
        correct: 3,
        count: 4,
        learningRate: 0.01,
      },
      plateau: { factor: 0.1, best: Infinity, waited: 0 },
      stopping: { best: -0.75, waited: 2, bestStep: 4 },
    }
    expect(control.holdSnapshot()).toBeNull()
    control.publishSnapshot(facts, true)
    expect(control.holdSnapshot()).toEqual({ ...facts, isKept: true })
    control.freeSnapshot()
    expect(control.holdSnapshot()).toBeNull()
  })
})

describe('the learning rate', () => {
  it('is what was asked for last, and is told once', () => {
    const control = makeControl()
    expect(control.takeLearningRate()).toBeNull()
    control.requestLearningRate(0.5)
    control.requestLearningRate(0.25)
    expect(control.takeLearningRate()).toBe(0.25)
    expect(control.takeLearningRate()).toBeNull()
    control.setLearningRate(0.25)
    expect(control.learningRate()).toBe(0.25)
  })
})

describe('a pause', () => {
  it('is no wait for a run that is to go on, to stop, or has failed', () => {
    const ways: ((control: Control) => void)[] = [
      (control) => control.requestProceed(),
      (control) => control.requestStop(),
      (control) => control.fail(),
    ]
    for (const end of ways) {
      const control = makeControl()
      control.requestPause()
      expect(control.isPauseRequested()).toBe(true)
      end(control)
      control.waitWhilePaused()
    }
  })
})

describe('the barrier', () => {
  it('lets a single worker through', () => {
    const control = makeControl()
    for (let i = 0; i < 3; i++) control.meet(1)
    expect(control.hasFailed()).toBe(false)
  })

  it('throws once a worker of the run has failed, also for the last to come', () => {
    const control = makeControl()
    control.fail()
    expect(() => control.meet(1)).toThrow(RunAbandoned)
    expect(() => control.meet(2)).toThrow(RunAbandoned)
  })
})
