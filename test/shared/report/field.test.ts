import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FieldError, parseColumn, parseField } from '#shared/report/field'
import { fieldText } from '#shared/report/values'
import type { Subject } from '#shared/report/subject'
import { subject, subjectRun } from './subjects'

const one = subject('a', [subjectRun({ wrong: 327, seed: 9 })])
const other = subject('b', [subjectRun({ id: 'run-000002', wrong: 315, units: 128 })], 'tanh')
const seeds = subject(
  's',
  [270, 265, 239].map((wrong, i) => subjectRun({ id: `run-00001${i}`, wrong, seed: i + 1 })),
)

const text = (source: string, subjects: readonly Subject[] = [one, other, seeds]) =>
  fieldText(parseField(source), subjects)

describe('a field', () => {
  test('rounds once, from counts, with its unit', () => {
    expect(text('a.testError')).toBe('3.27 %')
    expect(text('a.testError:1')).toBe('3.3 %')
    expect(text('a.testAccuracy')).toBe('96.73 %')
    expect(text('a.trainLoss')).toBe('0.1235 nats')
    expect(text('a.parameters')).toBe('50,890')
    expect(text('a.secondsPerEpoch')).toBe('1.25 s')
    expect(text('a.size')).toBe('784-64-10')
    expect(text('b.name')).toBe('tanh')
  })

  test('gives the interval of Wilson for one run', () => {
    expect(text('a.testError.interval')).toBe('2.94–3.64 %')
    expect(text('b.testError.interval')).toBe('2.83–3.51 %')
  })

  test('gives mean, deviation and the interval of Student over seeds', () => {
    expect(text('s.testError')).toBe('2.58 ± 0.17 %')
    expect(text('s.testError.mean ± sd')).toBe('2.58 ± 0.17 %')
    expect(text('s.testError.mean +/- se')).toBe('2.58 ± 0.10 %')
    expect(text('s.testError.mean')).toBe('2.58 %')
    expect(text('s.testError.min')).toBe('2.39 %')
    expect(text('s.testError.interval')).toBe('2.17–2.99 %')
    expect(text('s.n')).toBe('3')
  })

  test('writes a deviation with as many digits as its mean', () => {
    const losses = [0.26712, 0.26811].map((loss, i) => {
      const run = subjectRun({ id: `run-00002${i}`, seed: i + 1 })
      const last = run.history[1]
      return { ...run, summary: { ...run.summary, last: last ? { ...last, train: { ...last.train, loss } } : null } }
    })
    expect(text('l.trainLoss', [subject('l', losses)])).toBe('0.2676 ± 0.0007 nats')
  })

  test('says a verdict with the p value of the two shares', () => {
    expect(text('verdict(a, b)')).toBe(
      '784-64-10 against tanh: 3.27 vs 3.15 % error: 0.12 points, 95 % interval −0.37 to +0.61: no evidence of a difference (p = 0.63).',
    )
    expect(text('difference(a, b)')).toBe('+0.12 points (95 % interval −0.37 to +0.61)')
  })

  test('counts a seed that was trained twice once, and the longer run of the two', () => {
    const [first, ...rest] = seeds.runs
    const shorter = { ...subjectRun({ id: 'run-000030', wrong: 900, seed: 1 }), history: [] }
    const last = shorter.summary.last && { ...shorter.summary.last, epoch: 1 }
    const repeated = subject('s', [{ ...shorter, summary: { ...shorter.summary, last } }, first, ...rest])
    for (const source of ['s.testError', 's.testError.interval', 's.n', 'runs.n', 'verdict(s, s)']) {
      expect(text(source, [repeated]), source).toBe(text(source, [seeds]))
    }
  })

  test('calls nobody better where the data differ', () => {
    const run = subjectRun({ id: 'run-000040', wrong: 3000 })
    const experiment = { ...run.experiment, dataset: { ...run.experiment.dataset, name: 'fashion-mnist' } }
    expect(text('verdict(a, f)', [one, subject('f', [{ ...run, experiment }], 'Fashion')])).toMatch(
      /the errors differ, and so do the data/,
    )
  })

  test('means the one run of a report by run, and all of them by runs', () => {
    expect(text('run.testError', [one])).toBe('3.27 %')
    expect(text('runs.n')).toBe('5')
    expect(() => text('run.testError')).toThrow(/has several: are a, b \(tanh\), s/)
  })

  test('takes the best epoch by validation from the history', () => {
    const run = subjectRun()
    const history = run.history.map((at, i) => ({
      ...at,
      validation: { loss: 0.2 + i / 10, correct: 450 - i, count: 500 },
    }))
    const score = { loss: 0.2, correct: 450, count: 500 }
    const summary = { ...run.summary, last: history[1] ?? null, bestValidation: { epoch: 1, score } }
    const validated = subject('v', [{ ...run, summary, history }])
    expect(text('v.best.validationLoss', [validated])).toBe('0.2000 nats')
    expect(text('v.validationLoss', [validated])).toBe('0.3000 nats')
    expect(text('v.best.epochs', [validated])).toBe('1')
    expect(text('v.best.testError', [validated])).toBe('4.27 %')
  })

  test.each([
    ['a.tesError', /There is no "tesError"; there are trainLoss/],
    ['c.testError', /There is no choice of runs "c"; there are a, b \(tanh\), s/],
    ['a', /Expected ".", got the end/],
    ['a.testError.mean.sd', /Expected the end of the field/],
    ['a.testError.middle', /Expected one of mean, median/],
    ['a.n.mean', /n is one thing/],
    ['a.testError ± sd', /One seed has no sd/],
    ['a.testError:9', /digits from 0 to 8/],
    ['s.testError.min ± sd', /± stands behind mean/],
    ['a.validationLoss', /has no validation part/],
    ['a.best.testError', /no epoch was best/],
    ['a.trainLoss.interval', /its accuracy or error only/],
    ['verdict(a)', /Expected ","/],
    ['verdict(a, b, train)', /Expected test or validation/],
    ['a.testError; drop', /";" has no meaning/],
  ])('%s is refused with what there is', (source, message) => {
    expect(() => text(source)).toThrow(FieldError)
    expect(() => text(source)).toThrow(message)
  })

  test('of a locked test part says that it is locked', () => {
    const locked = subject('x', [subjectRun({ change: { testPolicy: 'final' } })])
    expect(() => text('x.testError', [locked])).toThrow(/locked until its final evaluation/)
  })

  test('a column is a value without its alias', () => {
    expect(parseColumn('testError.interval')).toMatchObject({ kind: 'value', statistic: 'interval' })
    expect(() => parseColumn('')).toThrow(FieldError)
  })
})

describe('whatever is typed', () => {
  const words = fc.constantFrom(
    'a',
    's',
    'run',
    'verdict',
    'best',
    'testError',
    'n',
    '.',
    '(',
    ')',
    ',',
    ':',
    '±',
    '+/-',
    ' ',
    '1',
    'mean',
    'sd',
    '🙂',
    '__proto__',
    'constructor',
  )
  const source = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.array(words, { maxLength: 20 }).map((parts) => parts.join('')),
  )

  test('comes to a text or to a FieldError, and to nothing else', () => {
    fc.assert(
      fc.property(source, (typed) => {
        try {
          expect(text(typed)).not.toMatch(/undefined|NaN|\[object/)
        } catch (error) {
          expect(error).toBeInstanceOf(FieldError)
        }
      }),
      { numRuns: 3000 },
    )
  })
})
