import { describe, expect, it } from 'vitest'
import { PALETTES } from '#shared/figures/chart-look'
import { levelLabels, type LabelledLine } from '#shared/inspect/level-labels'

const look = { palette: PALETTES.print, fontSize: 12 }
const level = (what: string, y: number, length = 300): LabelledLine => ({
  what,
  points: Array.from({ length: 61 }, (_, i) => [(i / 60) * length, y] as const),
})
function places(lines: readonly LabelledLine[]): { what: string; x: number; y: number; angle: number }[] {
  return levelLabels(lines, look).map(({ attributes, children = [] }) => {
    const [x = NaN, y = NaN, angle = NaN] = [...String(attributes['transform']).matchAll(/-?[\d.]+/g)].map(Number)
    return { what: children[1]?.text ?? '', x, y, angle }
  })
}

describe('numbers on level lines', () => {
  it('lie in the middle of a line that is alone', () => {
    expect(places([level('0.5', 20)])).toEqual([{ what: '0.5', x: 150, y: 20, angle: 0 }])
  })

  it('never lie on each other where lines run close together', () => {
    const labels = places([level('0.1', 20), level('0.25', 24), level('0.75', 28), level('0.9', 32)])
    expect(labels.map(({ what }) => what)).toEqual(['0.1', '0.25', '0.75', '0.9'])
    for (const [i, a] of labels.entries()) {
      for (const b of labels.slice(i + 1)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(20)
    }
  })

  it('are left out where there is no room for them', () => {
    expect(places([level('0.123456', 20, 70), level('0.987654', 22, 70)])).toHaveLength(1)
    expect(places([level('0.1', 20, 40)])).toHaveLength(0)
  })

  it('follow their lines and are never upside down', () => {
    const rising = { what: '0.9', points: Array.from({ length: 50 }, (_, i) => [4 * (50 - i), 4 * i] as const) }
    expect(places([rising])[0]?.angle).toBeCloseTo(-45)
  })
})
