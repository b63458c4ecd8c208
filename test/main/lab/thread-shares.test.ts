import { describe, expect, it } from 'vitest'
import { threadsAlone, threadsForNext, type ThreadLimits } from '#lab/queue/thread-shares'

const four: ThreadLimits = { engine: 4, shared: 4, sideBySide: true }

describe('the threads of the next run in line', () => {
  it('are all of them for one that is alone', () => {
    expect(threadsForNext('auto', undefined, 0, four)).toBe(4)
    expect(threadsForNext('auto', undefined, 0, { ...four, shared: 3 })).toBe(3)
  })

  it('are one if another could train beside it, or does', () => {
    expect(threadsForNext('auto', 'auto', 0, four)).toBe(1)
    expect(threadsForNext('auto', 3, 0, four)).toBe(1)
    expect(threadsForNext('auto', undefined, 3, four)).toBe(1)
  })

  it('are all of them if the one behind could not begin beside it anyway', () => {
    expect(threadsForNext('auto', 4, 0, four)).toBe(4)
    expect(threadsForNext('auto', 'auto', 0, { ...four, shared: 1 })).toBe(1)
  })

  it('are as many as it asks for, as soon as so many are free', () => {
    expect(threadsForNext(2, 'auto', 2, four)).toBe(2)
    expect(threadsForNext(3, 'auto', 2, four)).toBe(null)
  })

  it('are no more than the engine has, and then it waits until it is alone', () => {
    expect(threadsForNext(64, undefined, 1, four)).toBe(null)
    expect(threadsForNext(64, undefined, 0, four)).toBe(4)
  })

  it('may be more than others share if it says so itself and is alone', () => {
    const two = { ...four, shared: 2 }
    expect(threadsForNext(3, undefined, 0, two)).toBe(3)
    expect(threadsForNext(3, undefined, 1, two)).toBe(null)
    expect(threadsForNext('auto', undefined, 3, two)).toBe(null)
  })

  it('are not there before all others have ended, where runs train one at a time', () => {
    const inTurn = { ...four, sideBySide: false }
    expect(threadsForNext('auto', 'auto', 0, inTurn)).toBe(4)
    expect(threadsForNext('auto', 'auto', 1, inTurn)).toBe(null)
    expect(threadsForNext(1, 'auto', 1, inTurn)).toBe(null)
  })

  it('never leave a line standing still: whoever is first begins once nothing trains', () => {
    for (const sideBySide of [true, false]) {
      for (const shared of [1, 2, 4]) {
        for (const wish of ['auto', 1, 2, 4, 99] as const) {
          for (const following of ['auto', 1, 4, undefined] as const) {
            const threads = threadsForNext(wish, following, 0, { engine: 4, shared, sideBySide })
            expect(threads).toBeGreaterThanOrEqual(1)
            expect(threads).toBeLessThanOrEqual(4)
          }
        }
      }
    }
  })
})

describe('the threads of a run that is alone', () => {
  it('are what it asks for, or all that are shared', () => {
    expect([threadsAlone('auto', { ...four, shared: 2 }), threadsAlone(3, four), threadsAlone(9, four)]).toEqual([
      2, 3, 4,
    ])
  })
})
