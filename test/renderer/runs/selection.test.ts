import { describe, expect, it } from 'vitest'
import { NOTHING_SELECTED, extendTo, keepOnly, toggle, toggleAll } from '../../../src/renderer/features/runs/selection'
import { idOf } from './fixture'

const shown = [1, 2, 3, 4, 5].map(idOf)

describe('choosing runs', () => {
  it('keeps the order in which they were chosen, which is the order of their colours', () => {
    const chosen = toggle(toggle(toggle(NOTHING_SELECTED, idOf(4)), idOf(2)), idOf(3))
    expect(chosen.ids).toEqual([idOf(4), idOf(2), idOf(3)])
    expect(toggle(chosen, idOf(2)).ids).toEqual([idOf(4), idOf(3)])
  })

  it('adds the range from the last single choice, in either direction', () => {
    const at3 = toggle(NOTHING_SELECTED, idOf(3))
    expect(extendTo(at3, idOf(5), shown).ids).toEqual([idOf(3), idOf(4), idOf(5)])
    expect(extendTo(at3, idOf(1), shown).ids).toEqual([idOf(3), idOf(2), idOf(1)])
  })

  it('starts the next range at the same run', () => {
    const first = extendTo(toggle(NOTHING_SELECTED, idOf(2)), idOf(3), shown)
    expect(extendTo(first, idOf(1), shown).ids).toEqual([idOf(2), idOf(3), idOf(1)])
  })

  it('chooses one run where a range has no start in view', () => {
    const hidden = toggle(NOTHING_SELECTED, idOf(9))
    expect(extendTo(hidden, idOf(2), shown)).toEqual({ ids: [idOf(9), idOf(2)], anchor: idOf(2) })
    expect(extendTo(NOTHING_SELECTED, idOf(2), shown).ids).toEqual([idOf(2)])
  })

  it('chooses all of a group, and none when all were chosen', () => {
    const some = toggle(NOTHING_SELECTED, idOf(2))
    const all = toggleAll(some, shown)
    expect(new Set(all.ids)).toEqual(new Set(shown))
    expect(all.ids).toHaveLength(5)
    expect(toggleAll(all, [idOf(1), idOf(2)]).ids).toEqual([idOf(3), idOf(4), idOf(5)])
  })

  it('forgets runs that are gone, and stays the same value when none are', () => {
    const chosen = toggle(toggle(NOTHING_SELECTED, idOf(1)), idOf(2))
    expect(keepOnly(chosen, () => true)).toBe(chosen)
    expect(keepOnly(chosen, (id) => id !== idOf(2))).toEqual({ ids: [idOf(1)], anchor: null })
  })
})
