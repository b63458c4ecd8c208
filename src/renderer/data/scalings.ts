/**
 * Scalings as people choose them: what they are called, what they do to a set's values, which one suits it.
 */
import type { DatasetFacts } from '#shared/dataset'
import type { Scaling } from '#shared/experiment'

type Kind = Pick<DatasetFacts, 'kind' | 'height' | 'width' | 'channels'>

export const ALL_SCALINGS = [
  'none',
  'unit',
  'standardize',
  'standardize-per-feature',
] as const satisfies readonly Scaling[]

export function holdsFloats({ kind }: Pick<DatasetFacts, 'kind'>): boolean {
  return kind === 'floats'
}

/** Points in the plane: two numbers a sample. */
export function isPlane({ kind, height, width, channels = 1 }: Kind): boolean {
  return kind === 'floats' && height === 1 && width === 2 && channels === 1
}

/** "pixel" where there are pictures, "feature" where a sample is a row of numbers. */
export function featureWord({ kind, height }: Kind): 'pixel' | 'feature' {
  return kind === 'floats' && height === 1 ? 'feature' : 'pixel'
}

export function scalingName(scaling: Scaling, facts: Kind): string {
  switch (scaling) {
    case 'none':
      return holdsFloats(facts) ? 'None: as they are' : 'None: 0 … 255'
    case 'unit':
      return holdsFloats(facts) ? '0 … 1: for bytes' : '0 … 1: divided by 255'
    case 'standardize':
      return 'Standardized'
    case 'standardize-per-feature':
      return `Standardized, each ${featureWord(facts)}`
  }
  return scaling satisfies never
}

/** What it does, in one line; nothing where its name says all. */
export function scalingHint(scaling: Scaling, facts: Kind): string | undefined {
  switch (scaling) {
    case 'none':
      return undefined
    case 'unit':
      return holdsFloats(facts) ? 'Divides bytes by 255; these values are floats and stay as they are' : undefined
    case 'standardize':
      return `Mean 0 and standard deviation 1 over all ${featureWord(facts)}s of the training part`
    case 'standardize-per-feature':
      return `Mean 0 and standard deviation 1 of each ${featureWord(facts)}, over the training part`
  }
  return scaling satisfies never
}

/**
 * What a first experiment uses: bytes become 0 … 1; points keep their shape, as both coordinates are scaled alike; other
 * features may each be in a unit of its own.
 */
export function suitedScaling(facts: Kind): Scaling {
  if (!holdsFloats(facts)) return 'unit'
  return isPlane(facts) ? 'standardize' : 'standardize-per-feature'
}

/** Whether a scaling that a design has still makes sense when its data become these. */
export function suitsScaling(scaling: unknown, facts: Kind): boolean {
  return holdsFloats(facts) ? scaling !== 'unit' : true
}
