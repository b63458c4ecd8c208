/**
 * Entry of the engine's own process: bundled to a file of its own, which child_process.fork or Electron's
 * utilityProcess starts. It lives as long as the lab that started it, and not a moment longer.
 *
 * Its threads take all cores that they get, so it stands a little behind those who have something to draw: with equal
 * priority the window loses a tenth of a second again and again while all cores train.
 */
import { setPriority } from 'node:os'
import { withOwnSets } from '#lab/datasets/address'
import { createDatasetLoader } from '#lab/datasets/loader'
import { serveEngine } from './engine-service'
import { linkToLab } from './link-to-lab'

/** Between normal (0) and below normal (10); threads that start later have it too. */
const PRIORITY = 5

setPriority(PRIORITY)
serveEngine(linkToLab(), (folder) => withOwnSets(createDatasetLoader(folder)))
