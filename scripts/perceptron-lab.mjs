#!/usr/bin/env node
// The command `perceptron-lab`: builds the lab when it must, then hands over to the built command line.
import { ensureBuilt } from './ensure-built.mjs'

/** EX_UNAVAILABLE */
const EXIT_NOT_BUILT = 69

if (ensureBuilt()) await import('../out/main/cli.js')
else process.exitCode = EXIT_NOT_BUILT
