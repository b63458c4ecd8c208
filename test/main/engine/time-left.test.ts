import { describe, expect, it } from 'vitest'
import { TimeLeft } from '#lab/engine/time-left'

/** Steps are looked at by a clock in milliseconds that the test sets. */
function timed(steps: number) {
  const clock = { ms: 0 }
  return { clock, left: new TimeLeft(steps, () => clock.ms) }
}

describe('the time that is left', () => {
  it('is that of the steps to come, by the pace since the first look', () => {
    const { clock, left } = timed(100)
    clock.ms = 5000 // threads were started
    left.after(10, 1)
    clock.ms = 6000
    expect(left.after(20, 1.5)).toBe(8) // 10 steps a second, evaluations and all
  })

  it('is guessed from the training seconds at the first look', () => {
    const { clock, left } = timed(100)
    clock.ms = 5000
    expect(left.after(20, 4)).toBe(16)
  })

  it('does not take what a checkpoint brought along for work of this afternoon', () => {
    const { clock, left } = timed(1000)
    left.after(900, 90)
    clock.ms = 1000
    expect(left.after(910, 90.5)).toBe(9)
  })

  it('does not grow by a pause', () => {
    const { clock, left } = timed(100)
    left.after(10, 1)
    clock.ms = 1000
    left.pause()
    clock.ms = 60_000
    expect(left.after(20, 2)).toBe(8)
    left.proceed()
    clock.ms = 61_000
    expect(left.after(30, 3)).toBe(7)
  })

  it('knows a pause that began before the first step, and one that is said twice', () => {
    const { clock, left } = timed(100)
    left.pause()
    clock.ms = 500
    left.pause()
    clock.ms = 9000
    left.proceed()
    left.proceed()
    left.after(10, 1)
    clock.ms = 10_000
    expect(left.after(20, 2)).toBe(8)
  })

  it('is nothing at the end', () => {
    const { clock, left } = timed(100)
    left.after(50, 1)
    clock.ms = 1000
    expect(left.after(100, 2)).toBe(0)
  })
})
