import { describe, expect, it } from 'vitest'
import { Control, CONTROL_BYTES, RING_ROW_BYTES, RunAbandoned } from '#engine/control'
import { createMemory, viewsOf } from '#engine/memory'
import type { Evaluation } from '#shared/run'

const ROWS = 3

function makeControl() {
  const memory = createMemory()
  memory.grow(1)
  const address = 65_536
  return new Control(viewsOf(memory), address, { address: address + CONTROL_BYTES + RING_ROW_BYTES, rows: ROWS })
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
      control.putProgress({ step, seconds: step / 2, loss: 3 * step, correct: step, count: 4 * step })
    expect(control.readProgress()).toEqual({ step: 2, seconds: 1, loss: 6, correct: 2, count: 8 })
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
