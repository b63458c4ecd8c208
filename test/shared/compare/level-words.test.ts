import { describe, expect, it } from 'vitest'
import { levelWords } from '#shared/compare/level-words'

describe('levels in words', () => {
  it('leave out what is switched off, and the names of fields that say nothing', () => {
    const sgd = JSON.stringify({ kind: 'sgd', learningRate: null, momentum: 0, nesterov: false })
    const nesterov = JSON.stringify({ kind: 'sgd', learningRate: null, momentum: 0.9, nesterov: true })
    expect(levelWords([sgd, nesterov])).toEqual(['sgd', 'sgd, momentum 0.9, nesterov'])
    expect(levelWords(['[0.1,{"kind":"constant","warmupEpochs":0}]'])).toEqual(['0.1'])
  })

  it('call nothing by its name', () => {
    expect(levelWords(['null', '[{"metric":"validation-loss","patience":20,"restoreBest":true}]'])).toEqual([
      'none',
      'validation-loss, patience 20, restore best',
    ])
  })

  it('say all where that is what tells two levels apart', () => {
    expect(levelWords(['{"kind":"l2","amount":0}', '{"kind":"l2","amount":null}'])).toEqual([
      'l2, amount 0',
      'l2, amount none',
    ])
  })

  it('take what is no JSON as it is', () => {
    expect(levelWords(['mnist', '[own data', '784-64-10'])).toEqual(['mnist', '[own data', '784-64-10'])
  })
})
