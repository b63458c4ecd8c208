import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { go, linkTo, parseHash, route, startRouter } from '../../../src/renderer/shell/router'

describe('an address', () => {
  test('names a screen, what it shows and how', () => {
    expect(parseHash('#/live/run-1')).toEqual({ screen: 'live', id: 'run-1', query: {} })
    expect(parseHash('#/compare?runs=a%2Cb&x=step')).toEqual({
      screen: 'compare',
      id: null,
      query: { runs: 'a,b', x: 'step' },
    })
  })

  test.each(['', '#', '#/', '#/nowhere', '#/constructor', 'nonsense'])(
    'that names no screen leads home: "%s"',
    (hash) => {
      expect(parseHash(hash)).toEqual({ screen: 'home', id: null, query: {} })
    },
  )

  test('with a broken escape names no run instead of breaking', () => {
    expect(parseHash('#/live/%E0%A4%A')).toEqual({ screen: 'live', id: null, query: {} })
  })

  test.each([
    ['live', { id: 'a/b?c' }],
    ['compare', { query: { runs: 'a,b&c=d' } }],
    ['home', {}],
  ] as const)('made for %s %o is read back as it was', (screen, target) => {
    expect(parseHash(linkTo(screen, target))).toEqual({ screen, id: null, query: {}, ...target })
  })
})

describe('the router', () => {
  let stop: () => void
  beforeEach(() => {
    window.location.hash = '#/runs'
    stop = startRouter()
  })
  afterEach(() => stop())

  test('starts at the address that is there', () => {
    expect(route.value.screen).toBe('runs')
  })

  test('goes to a screen and keeps it in the address', () => {
    go('live', { id: 'run-1' })
    expect(route.value).toMatchObject({ screen: 'live', id: 'run-1' })
    expect(window.location.hash).toBe('#/live/run-1')
  })

  test('follows the address until it is stopped', () => {
    window.history.replaceState(null, '', '#/settings')
    window.dispatchEvent(new Event('hashchange'))
    expect(route.value.screen).toBe('settings')
    stop()
    window.history.replaceState(null, '', '#/design')
    window.dispatchEvent(new Event('hashchange'))
    expect(route.value.screen).toBe('settings')
  })
})
