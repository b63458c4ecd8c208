import { describe, expect, test } from 'vitest'
import { isOwnPage, loopbackOnly, mayLoad } from '../../../src/main/app/origin'

const DEV = 'http://localhost:5173'

describe('the page of the lab', () => {
  test.each(['app://lab/', 'app://lab/index.html', 'app://lab/assets/main.js?x#y'])('is %s', (address) => {
    expect(isOwnPage(address)).toBe(true)
  })

  test.each([
    '',
    'lab',
    'app://evil/',
    'app://lab.evil/',
    'app://lab@evil/',
    'app://lab:80/',
    'http://lab/',
    'https://lab/',
    'file:///index.html',
    'about:blank',
    'data:text/html,app://lab/',
    'apps://lab/',
    `${DEV}/`,
  ])('is not %s', (address) => {
    expect(isOwnPage(address)).toBe(false)
  })

  test('comes from the dev server too, and from no other port or name, while there is one', () => {
    expect(isOwnPage(`${DEV}/src/main.ts`, DEV)).toBe(true)
    expect(isOwnPage('http://localhost:5174/', DEV)).toBe(false)
    expect(isOwnPage('http://localhost:5173.evil.example/', DEV)).toBe(false)
    expect(isOwnPage('http://evil.example/', DEV)).toBe(false)
  })
})

describe('what the page loads', () => {
  test.each(['app://lab/assets/main.js', 'data:image/png;base64,AA', 'blob:app://lab/0f0e'])('may be %s', (address) => {
    expect(mayLoad(address)).toBe(true)
  })

  test.each([
    'https://example.com/a.js',
    'http://127.0.0.1/',
    'ws://127.0.0.1:9/',
    'file:///etc/passwd',
    'blob:https://example.com/0f0e',
    'devtools://devtools/bundled/inspector.html',
    'chrome://gpu/',
    'ftp://example.com/',
  ])('may not be %s', (address) => {
    expect(mayLoad(address)).toBe(false)
  })

  test('includes the dev server and its WebSocket while there is one', () => {
    expect(mayLoad('ws://localhost:5173/?token=x', DEV)).toBe(true)
    expect(mayLoad('ws://evil.example/', DEV)).toBe(false)
    expect(mayLoad('https://example.com/', DEV)).toBe(false)
  })
})

test.each([
  [undefined, false],
  ['', false],
  ['http://localhost:5173', true],
  ['http://127.0.0.1:5173', true],
  ['http://[::1]:5173', true],
  ['http://192.168.0.2:5173', false],
  ['https://example.com', false],
  ['http://localhost.example.com', false],
  ['file:///index.html', false],
])('a dev server at %s counts: %s', (address, counts) => {
  expect(loopbackOnly(address)).toBe(counts ? address : undefined)
})
