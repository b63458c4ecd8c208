/** What the scripts look like; that they train as the engine does is recreated.test.ts' matter. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { caveatsOf } from '#lab/models/code/caveats'
import { kerasScript } from '#lab/models/code/keras-script'
import { numpyScript } from '#lab/models/code/numpy-script'
import { wrapped } from '#lab/models/code/python-text'
import { pytorchScript } from '#lab/models/code/pytorch-script'
import { CODE_LANGUAGES, type CodeLanguage, type ScriptFacts } from '#lab/models/code/script-facts'
import { planTraining } from '#engine/index'
import { ALL_CASES, DROPOUT_CASES } from './cases'
import { dataOf, experimentOf, type Case } from './recreated'

const SCRIPTS = { numpy: numpyScript, pytorch: pytorchScript, keras: kerasScript }

function factsOf(each: Case, language: CodeLanguage): ScriptFacts {
  const { facts, train } = dataOf(each)
  const experiment = experimentOf(each)
  const shape = {
    pixels: facts.height * facts.width,
    classes: facts.classes.length,
    train: facts.train,
    test: facts.test,
  }
  const plan = planTraining(experiment, shape, 1, train.labels)
  const caveats = caveatsOf({ experiment, plan, interventions: [], isWhole: true }, language)
  const known = { title: 'Made up', areBytes: true, hasData: false, run: 'run-1', version: '1', caveats }
  return { experiment, plan, sizes: plan.sizes.join('-'), ...known }
}

function scriptOf(each: Case, language: CodeLanguage): string {
  return SCRIPTS[language](factsOf(each, language))
}

describe.each(CODE_LANGUAGES)('a script in %s', (language) => {
  it('keeps to PEP 8: at most 79 columns, no spaces at the end, two lines between functions, one at the end', () => {
    for (const each of [...ALL_CASES, ...DROPOUT_CASES]) {
      const script = scriptOf(each, language)
      const lines = script.split('\n')
      expect(lines.filter((line) => line.length > 79)).toEqual([])
      expect(lines.filter((line) => /\s$/.test(line))).toEqual([])
      expect(script).toMatch(/[^\n]\n$/)
      expect(script).not.toMatch(/\n{4}/)
      expect(script.match(/[^\n]\n{1,2}(def|class) /g)).toBeNull()
    }
  })

  it('says at its head that another dropout mask is drawn, but for the one that draws the lab’s own', () => {
    const [dropout] = DROPOUT_CASES
    if (!dropout) throw new Error('no case with dropout')
    expect(scriptOf(dropout, language).replace(/\s+/g, ' ').includes('so other units are dropped')).toBe(
      language !== 'numpy',
    )
  })

  it('has nothing in it of what the experiment does not do', () => {
    const script = scriptOf({ name: 'plain', training: { optimizer: { kind: 'sgd', learningRate: 0.1 } } }, language)
    expect(script).not.toMatch(/dropout|clip|MAX_NORM|MaxNorm|plateau|Watch|LABEL_SMOOTHING|regularizer|penalty/i)
  })
})

describe('what cannot be the same', () => {
  it('is refused where it would be another experiment: Keras turns weight decay round with the steps', () => {
    const uphill: Case = {
      name: 'uphill',
      training: { optimizer: { kind: 'adamw', weightDecay: 0.1 }, mistake: 'gradient-sign' },
    }
    expect(() => scriptOf(uphill, 'keras')).toThrow('take PyTorch or NumPy')
    expect(scriptOf(uphill, 'pytorch')).toContain('maximize=True')
  })

  it('is said: learning rates that were set by hand, and a run that had not ended', () => {
    const { experiment, plan } = factsOf({ name: 'plain' }, 'numpy')
    const interventions = [{ step: 120, learningRate: 0.5 }]
    const caveats = caveatsOf({ experiment, plan, interventions, isWhole: false }, 'numpy')
    expect(caveats.join('\n')).toContain('0.5 from about step 120 on')
    expect(caveats.at(-1)).toContain('had not trained to its end')
  })

  it('is said of Keras: where its epsilon stands', () => {
    const epsilon = (kind: 'adam' | 'rmsprop' | 'sgd') => {
      const optimizer = { kind, learningRate: 0.1 }
      return scriptOf({ name: kind, training: { optimizer } }, 'keras').includes('Keras adds epsilon')
    }
    expect([epsilon('adam'), epsilon('rmsprop'), epsilon('sgd')]).toEqual([true, true, false])
  })
})

describe('paragraphs', () => {
  it('break at spaces before column 80, and hang as they are told', () => {
    const text = wrapped('word '.repeat(40).trim(), '- ', '  ')
    expect(text.split('\n').every((line) => line.length <= 79)).toBe(true)
    expect(
      text
        .split('\n')
        .slice(1)
        .every((line) => line.startsWith('  word')),
    ).toBe(true)
    expect(text.replace(/\s+/g, ' ')).toBe(`- ${'word '.repeat(40).trim()}`)
  })
})

describe('lab_data.py', () => {
  it('keeps to PEP 8 as well', () => {
    const lines = readFileSync(resolve('resources/python/lab_data.py'), 'utf8').split('\n')
    expect(lines.filter((line) => line.length > 79 || /\s$/.test(line))).toEqual([])
  })
})
