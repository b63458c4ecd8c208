import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const read = (path: string): string => readFileSync(resolve(path), 'utf8')

test('the window opens in the colour of the page, in both themes', () => {
  const pages = [...read('src/renderer/styles/tokens.css').matchAll(/--page: (#[0-9a-f]{6});/g)].map(
    ([, colour]) => colour,
  )
  expect(pages).toHaveLength(2)
  for (const colour of pages) expect(read('src/main/app/window.ts')).toContain(`'${colour}'`)
})
