import { describe, expect, test } from 'vitest'
import { drawingOf } from '../../../src/renderer/features/report/drawing'

const drawn = (inside: string) =>
  drawingOf(
    `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="5" viewBox="0 0 10 5">${inside}</svg>`,
    'figure-3',
  )

describe('a drawing on the page of a report', () => {
  test('keeps shapes and texts, and leaves out what could run or load', () => {
    const drawing = drawn(
      '<script>alert(1)</script><foreignObject/><image href="http://x/y.png"/><style>*{}</style><a href="x"><path d="M0 0"/></a><text onclick="x()" style="fill:url(http://x)" x="1">a &lt; b</text><rect fill="url(http://x)" width="1"/>',
    )
    expect(drawing?.innerHTML.replace(/ xmlns="[^"]*"/g, '')).toBe('<text x="1">a &lt; b</text><rect width="1"></rect>')
  })

  test('has ids of its own, as others stand beside it', () => {
    const drawing = drawn('<clipPath id="p0"><rect width="1"/></clipPath><g clip-path="url(#p0)"/>')
    expect(drawing?.querySelector('clipPath')?.id).toBe('figure-3-p0')
    expect(drawing?.querySelector('g')?.getAttribute('clip-path')).toBe('url(#figure-3-p0)')
  })

  test('is as large as its place, and nothing where it is no drawing', () => {
    expect(drawn('')?.hasAttribute('width')).toBe(false)
    expect(drawingOf('<html><body/></html>', 'a')).toBeNull()
    expect(drawingOf('not XML', 'a')).toBeNull()
  })
})
