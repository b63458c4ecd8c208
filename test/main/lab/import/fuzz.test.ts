import fc from 'fast-check'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mutated, someMutations } from './fuzz/mutate'
import { FUZZ_TARGETS, tryBytes } from './fuzz/targets'

const CORPUS = 'test/fixtures/fuzz'

describe.each(Object.entries(FUZZ_TARGETS))('%s', (name, target) => {
  it.each(target.seeds)('takes the valid file: $name', async (seed) => {
    expect(await tryBytes(target, seed.join(seed.pieces))).toBe('taken')
  })

  it('takes or refuses any file that is nearly valid, and does nothing else', async () => {
    const file = fc.tuple(fc.constantFrom(...target.seeds), someMutations)
    const property = fc.asyncProperty(file, async ([seed, mutations]) => {
      await tryBytes(target, mutated(seed, mutations))
    })
    await fc.assert(property, { numRuns: 400, seed: 7 })
  })

  it('takes or refuses every file that once went wrong', async () => {
    const folder = join(CORPUS, name)
    for (const file of existsSync(folder) ? readdirSync(folder) : []) {
      const outcome = await tryBytes(target, readFileSync(join(folder, file))).catch(String)
      expect([file, outcome]).toEqual([file, expect.stringMatching(/^(taken|refused)$/)])
    }
  })
})
