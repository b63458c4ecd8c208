/**
 * Runs before each renderer test file: an unexpected warning or error on the console fails the test, and no fake
 * lab outlives its test. A test that expects a warning says so with `expectConsole(/pattern/)`.
 */
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, beforeEach, expect } from 'vitest'
import '../../src/renderer/zod-without-eval'
import { installed } from './fake-lab'

const METHODS = ['warn', 'error'] as const
const original = { warn: console.warn, error: console.error }
let messages: string[] = []
let expected: RegExp[] = []

export function expectConsole(pattern: RegExp): void {
  expected.push(pattern)
}
declare global {
  var expectConsole: (pattern: RegExp) => void
}
globalThis.expectConsole = expectConsole

beforeEach(() => {
  messages = []
  expected = []
  for (const method of METHODS) console[method] = (...args: unknown[]) => void messages.push(args.map(String).join(' '))
})

afterEach(() => {
  for (const method of METHODS) console[method] = original[method]
  for (const fake of installed) fake.remove()
  const surprising = messages.filter((message) => !expected.some((pattern) => pattern.test(message)))
  expect(surprising, 'warnings and errors on the console').toEqual([])
  for (const pattern of expected)
    expect(
      messages.some((message) => pattern.test(message)),
      `${pattern} on the console`,
    ).toBe(true)
})

// Registered last, so it runs first: what a component says as it goes counts too.
enableAutoUnmount(afterEach)
