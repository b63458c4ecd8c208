/**
 * Entry of the engine's own process: bundled to a file of its own, which child_process.fork or Electron's
 * utilityProcess starts. It lives as long as the lab that started it, and not a moment longer.
 */
import { createDatasetLoader } from '#lab/datasets/loader'
import { serveEngine } from './engine-service'
import { linkToLab } from './link-to-lab'

serveEngine(linkToLab(), createDatasetLoader)
