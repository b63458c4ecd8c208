import { describe, expect, it } from 'vitest'
import type { TrainResult } from '../../bench/measure'
import { findFaults, spreadOf } from '../../bench/report'
import type { Setting } from '../../bench/settings'
import { flopsPerEpoch, WORKLOADS } from '../../bench/workloads'

const workload = WORKLOADS[0]
const setting = {
  name: 'any',
  runtime: { name: '', command: '', wideFlags: null, env: {} },
  host: 'in-process',
  threads: 1,
}

function trained(change: Partial<TrainResult> = {}): readonly [Setting, TrainResult] {
  const result: TrainResult = {
    epochSeconds: [1, 1],
    firstLoss: (workload.firstLoss[0] + workload.firstLoss[1]) / 2,
    testAccuracy: 0.97,
    weightsSha256: 'aa'.repeat(32),
    bitClass: 'fma-1',
    kernels: 'any',
    placement: 'in-process',
    wideVectors: false,
    peakMemoryMb: 200,
    otherCores: 0,
    ...change,
  }
  return [setting as Setting, result]
}

describe('a benchmark', () => {
  it('finds no fault with runs whose weights are the same', () => {
    expect(findFaults(workload, [trained(), trained()])).toEqual([null, null])
  })

  it('refuses a run whose weights differ from those of the others', () => {
    const [first, second] = findFaults(workload, [trained(), trained({ weightsSha256: 'bb'.repeat(32) })])
    expect(first).toBeNull()
    expect(second).toMatch(/weights differ: bbbbbbbb, expected aaaaaaaa/)
  })

  it('lets weights of another class of bits differ', () => {
    const runs = [trained(), trained({ bitClass: 'mul-add-1', weightsSha256: 'bb'.repeat(32) })]
    expect(findFaults(workload, runs)).toEqual([null, null])
  })

  it.each([Math.LN10, 0, Number.NaN])('refuses a run whose first epoch has a loss of %d', (firstLoss) => {
    expect(findFaults(workload, [trained({ firstLoss })])[0]).toMatch(/loss of the first epoch/)
  })

  it('takes the median, which one slow epoch does not move', () => {
    expect(spreadOf([2, 1, 90])).toEqual({ median: 2, min: 1, max: 90 })
    expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 })
  })

  it('counts no gradient of the input: six operations a weight and sample, four in the first layer', () => {
    const tiny = { ...workload, sizes: [3, 2, 1], samples: 10 }
    expect(flopsPerEpoch(tiny)).toBe((4 * 6 + 6 * 2) * 10)
  })
})
