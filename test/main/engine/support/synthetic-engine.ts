/** The engine's process as it is, but for its data: small, made up, and there at once. */
import { serveEngine } from '#lab/engine/engine-service'
import { linkToLab } from '#lab/engine/link-to-lab'
import { loadSynthetic } from '../../../engine/synthetic'

serveEngine(linkToLab(), () => loadSynthetic())
