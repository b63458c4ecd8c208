import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

/** Files and folders of the project, written as code: `src/engine`, `docs/engine.md`. */
function namedPaths(text: string): string[] {
  const found = text.matchAll(/`((?:src|test|docs|scripts|resources|bench)\/[\w./-]*\w)`/g)
  return [...found].map((match) => match[1])
}

function linkedPaths(text: string, page: string): string[] {
  return [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => join(dirname(page), match[1]))
}

test.each(pages)('every path that %s names is there', (page) => {
  const text = readFileSync(page, 'utf8')
  const missing = [...namedPaths(text), ...linkedPaths(text, page)].filter((path) => !existsSync(path))
  expect(missing).toEqual([])
})
