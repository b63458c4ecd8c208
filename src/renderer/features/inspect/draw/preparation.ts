/**
 * How ink becomes a sample: as the pictures of a data set were made, or as it lies on the pad.
 */
import { prepareAsDrawn, prepareDigit, prepareFilled, type Ink, type Prepared } from '#shared/inspect/digit-pad'

export const FITS = ['mnist', 'filled', 'as-drawn'] as const
export type Fit = (typeof FITS)[number]

export const FIT_OPTIONS: readonly { value: Fit; label: string }[] = [
  { value: 'mnist', label: 'MNIST' },
  { value: 'filled', label: 'Fill' },
  { value: 'as-drawn', label: 'As drawn' },
]

const PREPARE = { mnist: prepareDigit, filled: prepareFilled, 'as-drawn': prepareAsDrawn } as const

export function prepare(fit: Fit, ink: Ink, shape: { width: number; height: number }): Prepared {
  return PREPARE[fit](ink, shape)
}

/** Classes that are called after the ten digits. */
export function areDigits(classes: readonly string[]): boolean {
  return classes.length > 0 && classes.every((name) => /^\d$/.test(name))
}

/** Digits are taken for MNIST's; anything else fills its picture, as Fashion-MNIST's does. */
export function usualFit(classes: readonly string[]): Fit {
  return areDigits(classes) ? 'mnist' : 'filled'
}

/** What was done to the ink, in words. */
export function stepsText(fit: Fit, ink: Ink, { box, placed }: Prepared, shape: { width: number; height: number }) {
  if (!box || !placed) return 'Nothing yet: the pad is empty.'
  const picture = `${shape.width} × ${shape.height}`
  if (fit === 'as-drawn') return `The whole pad, made ${picture}, nothing moved.`
  const found = `Ink found in ${box.width} × ${box.height} of ${ink.width} × ${ink.height}, scaled to ${placed.width} × ${placed.height}`
  return fit === 'mnist'
    ? `${found}, its center of mass put into the middle of ${picture}.`
    : `${found}, put into the middle of ${picture}.`
}
