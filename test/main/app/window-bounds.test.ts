import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fitBounds, readWindowState } from '../../../src/main/app/window-bounds'

const screen = { x: 0, y: 25, width: 1920, height: 1055 }
const second = { x: 1920, y: 0, width: 2560, height: 1440 }

describe('the place of a new window', () => {
  test('is the system’s choice when none is kept, in a size that fits the screen', () => {
    expect(fitBounds(null, [screen])).toEqual({ width: 1360, height: 880 })
    expect(fitBounds(null, [{ x: 0, y: 0, width: 1280, height: 720 }])).toEqual({ width: 1280, height: 720 })
    expect(fitBounds(null, [])).toEqual({ width: 1360, height: 880 })
  })

  test('is where it was', () => {
    const kept = { x: 2000, y: 10, width: 1200, height: 800 }
    expect(fitBounds(kept, [screen, second])).toEqual(kept)
  })

  test('is new when its screen is gone, or its top edge is out of reach', () => {
    expect(fitBounds({ x: 2000, y: 10, width: 1200, height: 800 }, [screen])).not.toHaveProperty('x')
    expect(fitBounds({ x: 100, y: 1070, width: 1200, height: 800 }, [screen])).not.toHaveProperty('x')
    expect(fitBounds({ x: 100, y: -400, width: 1200, height: 800 }, [screen])).not.toHaveProperty('x')
    expect(fitBounds({ x: 1850, y: 100, width: 1200, height: 800 }, [screen])).not.toHaveProperty('x')
  })

  test('is kept at the least and the largest size that make sense', () => {
    expect(fitBounds({ x: 0, y: 30, width: 300, height: 200 }, [screen])).toMatchObject({ width: 1100, height: 700 })
    expect(fitBounds({ x: 0, y: 30, width: 9000, height: 9000 }, [screen])).toMatchObject({ width: 1920, height: 1055 })
  })
})

describe('the kept state', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'window-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('is read back', async () => {
    const state = { bounds: { x: 1, y: 2, width: 1200, height: 800 }, maximized: true }
    await writeFile(join(folder, 'good.json'), JSON.stringify(state))
    expect(readWindowState(join(folder, 'good.json'))).toEqual(state)
  })

  test.each(['', '{"bounds":', '[]', '{"bounds":{"x":"1"}}'])('counts for nothing as %j', async (text) => {
    await writeFile(join(folder, 'bad.json'), text)
    expect(readWindowState(join(folder, 'bad.json'))).toBeNull()
  })

  test('counts for nothing when it is missing', () => {
    expect(readWindowState(join(folder, 'none.json'))).toBeNull()
  })
})
