import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { askedWorkspace } from '../../../src/main/app/arguments'
import { menuTemplate } from '../../../src/main/app/menu'

describe('the workspace at the start', () => {
  test('is what the argument says, the last one if there are more', () => {
    expect(askedWorkspace(['electron', '.', '--workspace=some where', '--workspace=runs'])).toBe(resolve('runs'))
  })

  test.each([[[]], [['--workspace']], [['--workspace=']], [['workspace=x']]])('is nobody’s wish in %j', (argv) => {
    expect(askedWorkspace(argv)).toBeNull()
  })
})

describe('the menu', () => {
  const roles = (isDeveloping: boolean, isMac = false): string =>
    JSON.stringify(menuTemplate({ isMac, isDeveloping })).toLowerCase()

  test('has neither reload nor developer tools for people', () => {
    for (const isMac of [true, false]) {
      expect(roles(false, isMac)).not.toContain('reload')
      expect(roles(false, isMac)).not.toContain('devtools')
      expect(roles(false, isMac)).not.toContain('viewmenu') // that role brings both
      expect(roles(false, isMac)).toContain('zoomin')
    }
  })

  test('has both while developing', () => {
    expect(roles(true)).toContain('"reload"')
    expect(roles(true)).toContain('toggledevtools')
  })
})
