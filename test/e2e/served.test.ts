/** The story in a browser, at the served door. */
import { describe } from 'vitest'
import { findChromium } from '../../scripts/runtimes.mjs'
import { ServedDoor } from './door'
import { tellStory } from './story'

describe.skipIf(findChromium() === undefined)('at the served door', () => {
  tellStory(new ServedDoor())
})
