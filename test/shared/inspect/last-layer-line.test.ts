import { describe, expect, it } from 'vitest'
import { lastLayerLine, withinBox } from '#shared/inspect/last-layer-line'
import { planeField } from '#shared/inspect/plane'

const BOX = { x: [-1, 1], y: [-1, 1] } as const
const COUNT = 30

/** Two tanh units, and one sigmoid of 9·h₁ − 6·h₂ + 2 above them. */
function network(logitOf: (a: number, b: number) => number) {
  const cells = Array.from({ length: COUNT * COUNT }, (_, i) => {
    const [x, y] = [((i % COUNT) + 0.5) / COUNT - 0.5, (Math.floor(i / COUNT) + 0.5) / COUNT - 0.5]
    return [Math.tanh(3 * x - 2 * y), Math.tanh(x + 4 * y)] as const
  })
  const values = Float32Array.from(cells, ([a, b]) => 1 / (1 + Math.exp(-logitOf(a, b))))
  const field = planeField(BOX, { columns: COUNT, rows: COUNT }, { outputs: 1, values })
  return { field, hidden: { units: 2, values: Float32Array.from(cells.flat()) } }
}

describe('the line above two units', () => {
  it('is that of the output’s weights, found from its answers alone', () => {
    const { field, hidden } = network((a, b) => 9 * a - 6 * b + 2)
    const [a, b, c] = lastLayerLine(field, hidden) ?? []
    expect([a, b, c]).toEqual([expect.closeTo(9, 2), expect.closeTo(-6, 2), expect.closeTo(2, 2)])
  })

  it('is not made up where the answers are no such function of the two units', () => {
    const { field, hidden } = network((a, b) => 3 * a * b)
    expect(lastLayerLine(field, hidden)).toBeNull()
    expect(lastLayerLine(field, { units: 3, values: new Float32Array(3 * COUNT * COUNT) })).toBeNull()
    const still = { units: 2, values: new Float32Array(2 * COUNT * COUNT) }
    expect(lastLayerLine(network(() => 1).field, still)).toBeNull()
  })

  it('is cut where the picture ends', () => {
    expect(withinBox([1, 0, -0.5], BOX)).toEqual([
      [0.5, -1],
      [0.5, 1],
    ])
    expect(withinBox([1, -1, 0], BOX)).toEqual([
      [-1, -1],
      [1, 1],
    ])
    expect(withinBox([1, 0, -3], BOX)).toBeNull()
  })
})
