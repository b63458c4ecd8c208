/**
 * Where the window was, and whether it still fits there: screens come and go between two starts.
 */
import { readFileSync } from 'node:fs'
import type { Rectangle } from 'electron'
import { z } from 'zod'
import { MINIMUM_SIZE } from './window-options'

export interface WindowState {
  bounds: Rectangle
  maximized: boolean
}

const DEFAULT_SIZE = { width: 1360, height: 880 } as const
/** A window can be caught and moved by this much of its top edge. */
const GRIP = { width: 120, height: 40 } as const

const state = z.strictObject({
  bounds: z.strictObject({ x: z.int(), y: z.int(), width: z.int(), height: z.int() }),
  maximized: z.boolean(),
})

/** Null where nothing readable is kept: the window then opens in its usual size, and nobody needs to hear of it. */
export function readWindowState(file: string): WindowState | null {
  try {
    return state.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}

/**
 * Bounds for a new window: the kept ones where enough of the top edge lies on a screen, never smaller than the
 * minimum or larger than that screen. Else a size alone, and the system finds the place.
 *
 * @param screens work areas, in the same coordinates as the bounds
 */
export function fitBounds(kept: Rectangle | null, screens: readonly Rectangle[]): Partial<Rectangle> {
  const home = kept && screens.find((screen) => isReachable(kept, screen))
  if (!kept || !home) return screens[0] ? sizeWithin(DEFAULT_SIZE, screens[0]) : DEFAULT_SIZE
  return { x: kept.x, y: kept.y, ...sizeWithin(kept, home) }
}

function sizeWithin(wanted: { width: number; height: number }, screen: Rectangle): { width: number; height: number } {
  return {
    width: Math.max(MINIMUM_SIZE.width, Math.min(wanted.width, screen.width)),
    height: Math.max(MINIMUM_SIZE.height, Math.min(wanted.height, screen.height)),
  }
}

function isReachable(bounds: Rectangle, screen: Rectangle): boolean {
  const across = Math.min(bounds.x + bounds.width, screen.x + screen.width) - Math.max(bounds.x, screen.x)
  const topIsOn = bounds.y >= screen.y && bounds.y + GRIP.height <= screen.y + screen.height
  return topIsOn && across >= GRIP.width
}
