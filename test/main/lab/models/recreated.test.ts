/**
 * The scripts that recreate a run, run: they must train as the engine does.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CodeLanguage } from '#lab/models/code/script-facts'
import { ALL_CASES, DROPOUT_CASES } from './cases'
import { pythonWith, runScripts, scoresIn, trainedByEngine, writeBundle, type Case } from './recreated'

/** Single precision in another order; a relative difference of the losses after dozens of steps. */
const TOLERANCE = 1e-4

const LIBRARIES: Readonly<Record<CodeLanguage, { modules: string[]; cases: readonly Case[] }>> = {
  numpy: { modules: ['numpy'], cases: [...ALL_CASES, ...DROPOUT_CASES] },
  pytorch: { modules: ['numpy', 'torch'], cases: ALL_CASES },
  keras: { modules: ['numpy', 'keras'], cases: ALL_CASES.filter(isSameInKeras) },
}

/** Keras puts epsilon below the root, and the learning rate into the momentum: see the script's own words. */
function isSameInKeras({ training }: Case): boolean {
  const kind = training?.optimizer?.kind
  return kind !== 'rmsprop' && kind !== 'adagrad'
}

describe.each(Object.entries(LIBRARIES) as [CodeLanguage, (typeof LIBRARIES)[CodeLanguage]][])(
  'in %s',
  (language, { modules, cases }) => {
    const python = pythonWith(...modules)
    const folder = mkdtempSync(join(tmpdir(), 'recreated-'))
    let printed = new Map<string, string[]>()
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    beforeAll(async () => {
      if (python === null) return
      const folders = await Promise.all(cases.map((each) => writeBundle(each, language, folder)))
      const lines = runScripts(python, folders)
      printed = new Map(cases.map(({ name }, i) => [name, lines[i] ?? []]))
    }, 900_000)

    it.skipIf(python === null).each(cases)('$name trains as the engine does', (each) => {
      const evaluations = trainedByEngine(each)
      const lines = (printed.get(each.name) ?? []).filter((line) => line.startsWith('epoch'))
      expect(lines).toHaveLength(evaluations.length)
      evaluations.forEach((evaluation, i) => {
        const scores = scoresIn(lines[i] ?? '')
        for (const part of ['train', 'validation', 'test'] as const) {
          const wanted = evaluation[part]
          const got = scores.get(part)
          expect(got === undefined).toBe(wanted === undefined)
          if (!wanted || !got) continue
          // losses are printed with six digits behind the point
          expect(Math.abs(got.loss - wanted.loss)).toBeLessThan(TOLERANCE * Math.abs(wanted.loss) + 1e-6)
          expect(got.accuracy).toBeCloseTo(wanted.correct / wanted.count, 3)
        }
      })
    })
  },
)
