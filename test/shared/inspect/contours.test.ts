import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contourLines, convexHull, fieldAt, marginOver, type Field } from '#shared/inspect/contours'

function fieldOf(columns: number, rows: number, at: (x: number, y: number) => number): Field {
  const values = Float64Array.from({ length: columns * rows }, (_, i) => at(i % columns, Math.floor(i / columns)))
  return { values, columns, rows }
}

describe('lines of one value', () => {
  it('are straight and exact where the field is linear, and end at the border', () => {
    const [line, ...others] = contourLines(
      fieldOf(11, 6, (x, y) => x + 2 * y),
      7.5,
    )
    expect(others).toHaveLength(0)
    expect(line?.isClosed).toBe(false)
    for (const [x, y] of line?.points ?? []) expect(x + 2 * y).toBeCloseTo(7.5, 12)
    const ends = [line?.points[0], line?.points.at(-1)].sort((a = [0, 0], b = [0, 0]) => a[0] - b[0])
    expect(ends).toEqual([
      [0, 3.75],
      [7.5, 0],
    ])
  })

  it('close around a hill', () => {
    const [ring, ...others] = contourLines(
      fieldOf(41, 41, (x, y) => Math.hypot(x - 20, y - 20)),
      12,
    )
    expect(others).toHaveLength(0)
    expect(ring?.isClosed).toBe(true)
    for (const [x, y] of ring?.points ?? []) expect(Math.hypot(x - 20, y - 20)).toBeCloseTo(12, 1)
    // once around: the angles of neighbors add up to a whole turn
    const around = (ring?.points ?? []).reduce((sum, [x, y], i, all) => {
      const [nextX, nextY] = all[(i + 1) % all.length] ?? [x, y]
      const [a, b] = [Math.atan2(y - 20, x - 20), Math.atan2(nextY - 20, nextX - 20)]
      return sum + Math.atan2(Math.sin(b - a), Math.cos(b - a))
    }, 0)
    expect(Math.abs(around)).toBeCloseTo(2 * Math.PI, 6)
  })

  it('take the way that the middle of a saddle says', () => {
    const saddle = (lift: number) => ({ values: [1 + lift, 0, 0, 1 + lift], columns: 2, rows: 2 })
    const ends = (lift: number) => contourLines(saddle(lift), 0.5).map(({ points }) => points)
    // middle 0.75: the high corners (0, 0) and (1, 1) are joined, each line cuts off a low one
    expect(ends(0.5)).toEqual([
      [
        [expect.closeTo(2 / 3), 0],
        [1, expect.closeTo(1 / 3)],
      ],
      [
        [0, expect.closeTo(2 / 3)],
        [expect.closeTo(1 / 3), 1],
      ],
    ])
    // middle 0.375
    expect(ends(-0.25)).toEqual([
      [
        [expect.closeTo(1 / 3), 0],
        [0, expect.closeTo(1 / 3)],
      ],
      [
        [1, expect.closeTo(2 / 3)],
        [expect.closeTo(2 / 3), 1],
      ],
    ])
  })

  it('are none where the field is above, below or unknown', () => {
    expect(
      contourLines(
        fieldOf(3, 3, () => 1),
        0.5,
      ),
    ).toEqual([])
    expect(
      contourLines(
        fieldOf(3, 3, () => 0),
        0.5,
      ),
    ).toEqual([])
    expect(
      contourLines(
        fieldOf(3, 3, () => NaN),
        0.5,
      ),
    ).toEqual([])
    expect(contourLines({ values: [], columns: 0, rows: 0 }, 0.5)).toEqual([])
  })

  it('have ends on the border only, use each crossing once and lie between the values, whatever the field', () => {
    const size = fc.integer({ min: 2, max: 8 })
    fc.assert(
      fc.property(size, size, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (columns, rows, some) => {
        const field = fieldOf(columns, rows, () => some.next().value as number)
        const lines = contourLines(field, 0.5)
        const keys = lines.flatMap(({ points }) => points.map(([x, y]) => `${x} ${y}`))
        let crossed = 0
        const isAbove = (x: number, y: number) => (field.values[y * columns + x] ?? 0) >= 0.5
        for (let y = 0; y < rows; y++) {
          for (let x = 0; x < columns; x++) {
            if (x + 1 < columns && isAbove(x, y) !== isAbove(x + 1, y)) crossed++
            if (y + 1 < rows && isAbove(x, y) !== isAbove(x, y + 1)) crossed++
          }
        }
        expect(keys).toHaveLength(crossed)
        for (const { points, isClosed } of lines) {
          if (isClosed) continue
          for (const end of [points[0], points.at(-1)]) {
            const [x, y] = end ?? [-1, -1]
            expect(x === 0 || y === 0 || x === columns - 1 || y === rows - 1).toBe(true)
          }
        }
      }),
    )
  })
})

describe('a margin', () => {
  it('is above 0 exactly where a class wins', () => {
    expect([...marginOver([0.5, 0.25, 0.25, 0.25, 0.5, 0.25], 3, 0)]).toEqual([0.25, -0.25])
  })
})

describe('a convex hull', () => {
  it('has the corners of a square and nothing within or along it', () => {
    const square = [
      [0, 0],
      [2, 0],
      [2, 2],
      [0, 2],
      [1, 1],
      [1, 0],
      [0, 1],
    ] as const
    expect(convexHull(square)).toEqual([
      [0, 0],
      [2, 0],
      [2, 2],
      [0, 2],
    ])
  })

  it('of points on a line, of few and of none', () => {
    expect(
      convexHull([
        [0, 0],
        [1, 1],
        [2, 2],
      ]),
    ).toEqual([
      [0, 0],
      [2, 2],
    ])
    expect(convexHull([[3, 4]])).toEqual([[3, 4]])
    expect(convexHull([])).toEqual([])
  })
})

describe('a field between its points', () => {
  it('is exact where it is linear, and its border value outside', () => {
    const field = fieldOf(4, 3, (x, y) => 2 * x - y)
    expect(fieldAt(field, 1.25, 0.5)).toBeCloseTo(2, 12)
    expect(fieldAt(field, 3, 2)).toBeCloseTo(4, 12)
    expect(fieldAt(field, 9, -3)).toBeCloseTo(6, 12)
  })

  it('reads one of several numbers at each point', () => {
    const values = [0, 10, 1, 11, 2, 12, 3, 13]
    expect(fieldAt({ values, columns: 2, rows: 2 }, 0.5, 0, 2, 1)).toBeCloseTo(10.5, 12)
  })
})
