import { describe, expect, it } from 'vitest'
import { calibrationOf, type Answer } from '#shared/inspect/calibration'
import { explainChange, lossShare, questionsOf } from '#shared/inspect/loss-words'

/** The loss of an answer of two classes: of the right one if it is right, else of what is left for it. */
function answer(confidence: number, isRight: boolean): Answer {
  return { confidence, isRight, loss: -Math.log(isRight ? confidence : 1 - confidence) }
}
function model(name: string, ...groups: (readonly [count: number, confidence: number, isRight: boolean])[]) {
  const answers = groups.flatMap(([count, confidence, isRight]) =>
    Array.from({ length: count }, () => answer(confidence, isRight)),
  )
  return { name, calibration: calibrationOf(answers) }
}

// 8 of 10 right, hesitant; then 9 of 10 right, and its one error at 99.9 %
const hesitant = model('epoch 5', [8, 0.8, true], [2, 0.6, false])
const sure = model('epoch 50', [9, 0.95, true], [1, 0.999, false])

describe('the loss of right and wrong samples', () => {
  it('adds up to the mean over all', () => {
    for (const { calibration } of [hesitant, sure]) {
      const { all, right, wrong } = calibration
      expect(lossShare(right, all.count) + lossShare(wrong, all.count)).toBeCloseTo(all.loss ?? NaN, 12)
    }
    expect(lossShare({ count: 0, loss: null, confidence: null }, 0)).toBe(0)
  })
})

describe('the answer to S0-11', () => {
  it('says that the loss rose although the errors fell, as the wrong sample became surer, in numbers', () => {
    const said = explainChange(hesitant, sure)
    expect(said?.question).toBe('Why did the loss rise although the errors fell?')
    // ln: 0.8·0.2231 + 0.2·0.9163 = 0.3618; 0.9·0.0513 + 0.1·6.9078 = 0.7369
    expect(said?.answer).toContain(
      'From epoch 5 to epoch 50 the errors go from 2 to 1, the loss from 0.3618 to 0.7369 nats.',
    )
    expect(said?.answer).toContain(
      'It is surer of its wrong answers (60.0 %, then 99.9 %), and their mean loss goes from 0.9163 to 6.9078 nats.',
    )
    // wrong: 0.69078 − 0.18326; right: 0.04616 − 0.17851
    expect(said?.answer).toContain(
      'Of the change of +0.3752, the wrong samples make +0.5075 and the right ones −0.1324: the wrong ones decide, although there are fewer of them.',
    )
  })

  it('says it the other way round when the models are', () => {
    const said = explainChange(sure, hesitant)
    expect(said?.question).toBe('Why did the loss fall although the errors rose?')
    expect(said?.answer).toContain(
      'It is less sure of its wrong answers (99.9 %, then 60.0 %), and their mean loss goes from 6.9078 to 0.9163 nats.',
    )
  })

  it('says so where it is the right samples that did it', () => {
    // right: 0.8·(0.2231 → 0.0101); wrong: 0.2·0.9163 → 0.3·0.9163
    const clearer = model('clearer', [7, 0.99, true], [3, 0.6, false])
    const said = explainChange(hesitant, clearer)
    expect(said?.question).toBe('Why did the loss fall although the errors rose?')
    expect(said?.answer).toContain(
      'It is surer of its right answers (80.0 %, then 99.0 %), and their mean loss goes from 0.2231 to 0.0101 nats.',
    )
    expect(said?.answer).toMatch(
      /the wrong samples make \+0\.0916 and the right ones −0\.1715: the right ones decide\.$/,
    )
  })

  it('does not make a cause of what goes against the loss', () => {
    const groups = (confidence: number, loss: number) => [
      ...Array.from({ length: 8 }, () => answer(0.8, true)),
      ...Array.from({ length: 2 }, () => ({ confidence, loss, isRight: false })),
    ]
    const named = (name: string, confidence: number, loss: number) => ({
      name,
      calibration: calibrationOf(groups(confidence, loss)),
    })
    // of several classes: surer of the wrong one, and of the true one as well
    expect(explainChange(named('a', 0.5, 2), named('b', 0.6, 1))?.answer).toContain(
      'It is surer of its wrong answers (50.0 %, then 60.0 %), but their mean loss goes from 2.0000 to 1.0000 nats.',
    )
  })

  it('does not call it a puzzle where both went the same way, and knows when nothing changed', () => {
    const better = model('better', [9, 0.9, true], [1, 0.6, false])
    expect(explainChange(hesitant, better)?.question).toBe('Why did the loss fall with the errors?')
    expect(explainChange(sure, { ...sure, name: 'the same' })?.question).toBe('Do they differ?')
    expect(explainChange(sure, { ...sure, name: 'the same' })?.answer).not.toContain('Of the change')
  })

  it('does not tell apart what it prints alike', () => {
    const other = model('other', [7, 0.8, true], [3, 0.6, false])
    expect(explainChange(hesitant, other)?.answer).toContain(
      'It is as sure of its wrong answers as before (60.0 %); their mean loss stays at 0.9163 nats.',
    )
    expect(explainChange(hesitant, model('same errors', [8, 0.9, true], [2, 0.6, false]))?.question).toBe(
      'Why did the loss fall with as many errors?',
    )
  })

  it('needs no wrong samples, and samples at all', () => {
    const perfect = model('perfect', [10, 0.9, true])
    expect(explainChange(hesitant, perfect)?.answer).not.toContain('its wrong answers')
    expect(explainChange(hesitant, model('empty'))).toBeNull()
  })
})

describe('questions about one model', () => {
  it('tell how sure it is against how right it is, and where the gap is widest', () => {
    const [first] = questionsOf(sure)
    // (9·0.95 + 0.999) / 10 = 0.9549; the bin from 0.9 has all ten
    expect(first?.answer).toBe(
      'On average it is 95.5 % sure and 90.0 % right: too sure by 5.5 points. The widest gap is between 90 % and 100 %: 10 samples of 95.5 % confidence, 90.0 % right, too few to say much.',
    )
    expect(questionsOf(hesitant)[0]?.answer).toContain('not sure enough by 4.0 points')
  })

  it('tell which samples make the loss', () => {
    expect(questionsOf(sure)[1]?.answer).toBe(
      'The one wrong sample is 10.0 % of all and makes 93.7 % of the loss: its loss is 6.9078 nats, as it is 99.9 % sure of its wrong answers. The right ones have a mean of 0.0513 nats.',
    )
    expect(questionsOf(model('perfect', [3, 0.5, true]))[1]?.answer).toContain('right every time')
    expect(questionsOf(model('empty'))).toEqual([])
  })
})
