/**
 * A data set in the line under its name.
 */
import type { DatasetFacts } from '#shared/dataset'
import { isPlane } from '../../data/scalings'
import { formatCount, plural } from '../../ui/format'

/** "60,000 to train, 10,000 to test, 28 × 28 pixels". */
export function samplesText(facts: DatasetFacts): string {
  return `${formatCount(facts.train)} to train, ${formatCount(facts.test)} to test, ${shapeText(facts)}`
}

function shapeText(facts: DatasetFacts): string {
  const { height, width, channels = 1 } = facts
  if (isPlane(facts)) return 'points with x and y'
  if (height === 1) return plural(width * channels, 'feature')
  const pixels = `${height}\u00a0×\u00a0${width} pixels`
  return channels === 1 ? pixels : `${pixels} of ${channels} values`
}
