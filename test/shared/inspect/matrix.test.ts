import { describe, expect, it } from 'vitest'
import type { ConfusionMatrix } from '#shared/inspect/confusion'
import { matrixCsv, matrixLatex, matrixSvg } from '#shared/inspect/matrix-files'
import { cellText, classOrder, errorStrengths, matrixValues, reordered } from '#shared/inspect/matrix-view'

const matrix: ConfusionMatrix = {
  classes: ['Coat', 'Bag', 'Shirt & tie', '50 %'],
  counts: [
    [6, 0, 4, 0],
    [0, 9, 0, 1],
    [8, 0, 2, 0],
    [0, 0, 0, 0],
  ],
}

describe('a confusion matrix as it is looked at', () => {
  it('counts, or takes shares of the true or of the predicted class, where there are any', () => {
    expect(matrixValues(matrix, 'count')).toEqual(matrix.counts)
    expect(matrixValues(matrix, 'of-true')[0]).toEqual([0.6, 0, 0.4, 0])
    expect(matrixValues(matrix, 'of-true')[3]).toEqual([null, null, null, null])
    expect(matrixValues(matrix, 'of-predicted').map((row) => row[0])).toEqual([6 / 14, 0, 8 / 14, 0])
    expect([cellText(182, 'count'), cellText(0.182, 'of-true'), cellText(null, 'of-true')]).toEqual([
      '182',
      '18.2',
      '–',
    ])
  })

  it('marks errors against the largest error, and right answers not at all', () => {
    const strengths = errorStrengths(matrixValues(matrix, 'count'))
    expect(strengths[2]?.[0]).toBe(1)
    expect(strengths[0]?.[2]).toBeCloseTo(Math.SQRT1_2, 12)
    expect(strengths.map((row, i) => row[i])).toEqual([0, 0, 0, 0])
    expect(
      errorStrengths([
        [5, 0],
        [0, 5],
      ]),
    ).toEqual([
      [0, 0],
      [0, 0],
    ])
  })

  it('has its classes as numbered, by their errors, or with those beside each other that are confused', () => {
    expect(classOrder(matrix, 'number')).toEqual([0, 1, 2, 3])
    expect(classOrder(matrix, 'errors')).toEqual([2, 0, 1, 3])
    const similar = classOrder(matrix, 'similar')
    expect(similar.toSorted()).toEqual([0, 1, 2, 3])
    const beside = (a: number, b: number) => Math.abs(similar.indexOf(a) - similar.indexOf(b)) === 1
    expect(beside(0, 2)).toBe(true)
    expect(beside(1, 3)).toBe(true)
  })

  it('finds the best line of classes where they are confused in a ring', () => {
    // 0–3, 3–1, 1–4, 4–2: each pair 10 of 100, and nothing else
    const pairs = [
      [0, 3],
      [3, 1],
      [1, 4],
      [4, 2],
    ] as const
    const counts = Array.from({ length: 5 }, (_, t) => Array.from({ length: 5 }, (_, p): number => (t === p ? 100 : 0)))
    for (const [a, b] of pairs) counts[a]?.splice(b, 1, 10)
    for (const [a, b] of pairs) counts[b]?.splice(a, 1, 10)
    const line = classOrder({ classes: ['0', '1', '2', '3', '4'], counts }, 'similar')
    expect([line.join(), line.toReversed().join()]).toContain('0,3,1,4,2')
  })

  it('keeps each count with its two classes in another order', () => {
    const other = reordered(matrix, [2, 0, 1, 3])
    expect(other.classes).toEqual(['Shirt & tie', 'Coat', 'Bag', '50 %'])
    expect(other.counts[0]?.[1]).toBe(8)
    expect(other.counts[1]?.[0]).toBe(4)
  })

  it('of one class has one order', () => {
    expect(classOrder({ classes: ['all'], counts: [[3]] }, 'similar')).toEqual([0])
  })
})

describe('a confusion matrix as a file', () => {
  it('is a table with totals and scores', () => {
    const lines = matrixCsv(matrix).split('\r\n')
    expect(lines[0]).toBe('true \\ predicted,Coat,Bag,Shirt & tie,50 %,total')
    expect(lines[1]).toBe('Coat,6,0,4,0,10')
    expect(lines[5]).toBe('total,14,9,6,1,30')
    expect(lines[8]).toMatch(/^Coat,0\.428571\d*,0\.6,0\.5,10$/)
    expect(lines[11]).toBe('50 %,0,,0,0')
  })

  it('is LaTeX in the manner of booktabs, with what LaTeX would take for a command written out', () => {
    const text = matrixLatex(matrix, 'count')
    expect(text).toContain('\\begin{tabular}{l*{4}{r}r}')
    expect(text).toContain('Shirt \\& tie & 8 & 0 & \\textbf{2} & 0 & 10 \\\\')
    expect(text).toContain('50 \\%')
    expect(text).not.toMatch(/(?<!\\)& tie/)
    expect(text.match(/\\toprule/g)).toHaveLength(2)
    expect(text.match(/\\bottomrule/g)).toHaveLength(2)
    expect(matrixLatex(matrix, 'of-true')).toContain('50 \\% & -- & -- & -- & \\textbf{--} \\\\')
  })

  it('is a drawing in which every count that is not 0 stands once, and names are text', () => {
    const { svg, widthCm, heightCm } = matrixSvg(matrix, 'count', 'A < B')
    expect(svg).toContain('<title>A &lt; B</title>')
    expect(svg).toContain('Shirt &amp; tie')
    expect(svg.match(/<rect /g)).toHaveLength(1 + 16)
    const cells = [...svg.matchAll(/<text[^>]*>(\d+)<\/text>/g)].map((found) => Number(found[1]))
    // cells, then the totals of rows and columns
    expect(cells).toEqual([6, 4, 9, 1, 8, 2, 10, 10, 10, 0, 14, 9, 6, 1])
    expect(widthCm).toBe(14)
    expect(heightCm).toBeGreaterThan(4)
  })
})
