import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readLine, readMarkdown } from '#lab/reports/markdown'
import { inlinesOf, plainText, type Inline } from '#shared/report/document'

const resolve = (source: string): Inline => ({ kind: 'field', source, text: `<${source}>` })
const read = (source: string) => readMarkdown(source, resolve)

describe('Markdown', () => {
  test('is read with formulas and fields in it', () => {
    expect(read('Error {{a.testError}} of $x_1^2$, **not** $5 and $6.')).toEqual([
      {
        kind: 'paragraph',
        children: [
          { kind: 'text', text: 'Error ' },
          { kind: 'field', source: 'a.testError', text: '<a.testError>' },
          { kind: 'text', text: ' of ' },
          { kind: 'math', latex: 'x_1^2' },
          { kind: 'text', text: ', ' },
          { kind: 'strong', children: [{ kind: 'text', text: 'not' }] },
          { kind: 'text', text: ' $5 and $6.' },
        ],
      },
    ])
    expect(read('$$\n\\frac{1}{2}\n$$')).toEqual([{ kind: 'math', latex: '\\frac{1}{2}' }])
  })

  test('leaves code as it is, with what would be a field elsewhere', () => {
    expect(read('`{{a.testError}} $x$`')).toMatchObject([{ children: [{ kind: 'code', text: '{{a.testError}} $x$' }] }])
  })

  test('takes HTML for text, and links for pages and mail only', () => {
    const said = plainText(inlinesOf(read('<img src=x onerror=alert(1)> and <b>b</b> &lt;i&gt; &amp;')))
    expect(said).toBe('<img src=x onerror=alert(1)> and <b>b</b> <i> &')
    const links = inlinesOf(
      read('[a](javascript:alert(1)) [b](https://x.org/) [c](file:///etc/passwd) <mailto:a@b.org>'),
    )
    expect(links.flatMap((each) => (each.kind === 'link' ? [each.href] : []))).toEqual([
      'https://x.org/',
      'mailto:a@b.org',
    ])
  })

  test('says in place what is wrong with a formula', () => {
    expect(inlinesOf(read('$\\unknown{x}$'))).toMatchObject([{ kind: 'problem', source: '$\\unknown{x}$' }])
  })

  test('reads a caption as one line', () => {
    expect(plainText(readLine('# Not a\nheading', resolve))).toContain('heading')
    expect(readLine('', resolve)).toEqual([])
  })

  test.each([
    ['quotes in quotes', '>'.repeat(10_000)],
    ['lists in lists', '- '.repeat(5_000)],
    ['open brackets', '['.repeat(10_000)],
    ['stars', '*a '.repeat(6_000)],
    ['braces', `$${'{'.repeat(1_900)}$`],
    ['fields that never end', '{{a'.repeat(5_000)],
    ['dollars', '$'.repeat(20_000)],
  ])('%s come to an end', (_, source) => {
    expect(read(source).length).toBeGreaterThan(0)
  })

  test('whatever is typed is read, and nothing is lost of plain words', () => {
    const marks = fc.constantFrom(
      '*',
      '_',
      '`',
      '$',
      '{{',
      '}}',
      '[',
      '](',
      ')',
      '|',
      '\n',
      '\n\n',
      '> ',
      '- ',
      '1. ',
      '<b>',
      '&amp;',
      '\\',
      '#',
      '---',
      'word',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(marks, { maxLength: 40 }), (parts) => {
        const nodes = read(parts.join(''))
        expect(JSON.stringify(nodes)).not.toContain('undefined')
      }),
      { numRuns: 1500 },
    )
  })
})
