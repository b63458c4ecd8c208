/**
 * Bars of a histogram as one path: a gap of a tenth between them, the highest as high as there is room. What is not
 * 0 is at least a pixel high, as "few" and "none" are not the same.
 */
export function histogramBars(counts: readonly number[], width: number, height: number): string {
  const most = Math.max(0, ...counts)
  if (most === 0) return ''
  const step = width / counts.length
  return counts
    .map((count, i) => {
      if (count === 0) return ''
      const bar = Math.max(1, (count / most) * height)
      return `M${at(i * step)} ${height}v${at(-bar)}h${at(step * 0.9)}v${at(bar)}z`
    })
    .join('')
}

function at(value: number): string {
  return String(Number(value.toFixed(2)))
}
