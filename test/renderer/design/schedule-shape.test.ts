import { describe, expect, test } from 'vitest'
import { scheduleSchema } from '#shared/experiment'
import { scheduleShape } from '../../../src/renderer/features/design/schedule-shape'

/** The factor at an epoch of a training of 60. */
function at(schedule: object, epoch: number): number | undefined {
  const shape = scheduleShape(scheduleSchema.parse(schedule), 60)
  return shape?.find(([x]) => Math.abs(x - epoch) < 1e-9)?.[1]
}

describe('the line of a schedule', () => {
  test('is none where the learning rate stays as it is', () => {
    expect(scheduleShape(scheduleSchema.parse({ kind: 'constant' }), 60)).toBeNull()
    expect(scheduleShape(scheduleSchema.parse({ kind: 'plateau' }), 60)).toBeNull()
  })

  test.each([
    ['rises evenly while it warms up', { kind: 'constant', warmupEpochs: 10 }, 5, 0.5],
    ['stays after that', { kind: 'constant', warmupEpochs: 10 }, 30, 1],
    ['falls in steps', { kind: 'step', everyEpochs: 20, factor: 0.5 }, 39, 0.5],
    ['falls again', { kind: 'step', everyEpochs: 20, factor: 0.5 }, 40, 0.25],
    [
      'counts its steps from the end of the warm-up',
      { kind: 'step', everyEpochs: 20, factor: 0.5, warmupEpochs: 5 },
      24,
      1,
    ],
    ['falls with each epoch', { kind: 'exponential', factor: 0.5 }, 3, 0.125],
    ['is half way down in the middle of a cosine', { kind: 'cosine', final: 0.2 }, 30, 0.6],
    ['ends where a cosine is to end', { kind: 'cosine', final: 0.2 }, 60, 0.2],
  ])('%s', (_, schedule, epoch, factor) => {
    expect(at(schedule, epoch)).toBeCloseTo(factor, 12)
  })
})
