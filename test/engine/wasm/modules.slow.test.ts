import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { MODULES } from '#engine/wasm/modules.generated'
import { TILE_SETS } from '#engine/wasm/kernels'
import { kernelsOfThisMachine } from '#lab/engine/kernel-choice'
import { generate, generatedFile } from '../../../scripts/build-kernels.mjs'

describe('the compiled modules', () => {
  it('are what assembly/ compiles to now; if not, npm run kernels has been forgotten', async () => {
    const [compiled, kept] = [await generate(), await readFile(generatedFile, 'utf8')]
    // not toBe: nobody wants to read that difference
    expect(compiled === kept).toBe(true)
  }, 240_000)

  it('have the same exports, products for each set of tiles among them', () => {
    kernelsOfThisMachine() // allows relaxed SIMD in this process, where it must be allowed
    const [fma, mulAdd] = [MODULES.fma, MODULES.mulAdd].map((base64) =>
      WebAssembly.Module.exports(new WebAssembly.Module(Buffer.from(base64, 'base64'))).map((each) => each.name),
    )
    expect(fma).toEqual(mulAdd)
    for (const tiles of TILE_SETS) {
      for (const product of ['denseForward', 'denseBackwardWeights', 'sparseForward', 'sparseBackwardWeights']) {
        expect(fma).toContain(product + tiles)
      }
    }
  })
})
