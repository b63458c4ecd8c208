/**
 * The fonts that ship with the lab: every picture is set in them, so that it looks the same on every machine.
 */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '#shared/errors'

export interface ShippedFont {
  family: FontFamily
  /** As in CSS; the files carry it in their names: `Inter_600SemiBold.ttf`. */
  weight: number
  bytes: Uint8Array
}

/** As the names of the files begin. */
export type FontFamily = 'Inter' | 'NotoSerif'

/** Of a drawing, by the font family that it names first. */
export function familyOf(fontFamily: string): FontFamily {
  return /^'?Noto Serif/.test(fontFamily) ? 'NotoSerif' : 'Inter'
}

const known = new Map<string, Promise<ShippedFont[]>>()

/** Inter first, each family from light to bold; at least one. Read once for each folder. */
export function readFonts(folder: string): Promise<ShippedFont[]> {
  const before = known.get(folder)
  if (before) return before
  const reading = loadFonts(folder)
  known.set(folder, reading)
  reading.catch(() => known.delete(folder)) // told to the caller below; the next picture tries again
  return reading
}

async function loadFonts(folder: string): Promise<ShippedFont[]> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.ttf')).sort() // Inter before Noto Serif
    if (names.length === 0) throw new Error('no .ttf file in it')
    return await Promise.all(
      names.map(async (name) => ({
        family: name.startsWith('NotoSerif') ? ('NotoSerif' as const) : ('Inter' as const),
        weight: weightOf(name),
        bytes: await readFile(join(folder, name)),
      })),
    )
  } catch (cause) {
    const message = `The fonts for pictures are missing: expected .ttf files in ${folder}. Install the lab anew, or export SVG`
    throw new LabError('figure/no-fonts', message, { cause })
  }
}

const REGULAR = 400

function weightOf(name: string): number {
  return Number(/_(\d00)/.exec(name)?.[1] ?? REGULAR)
}
