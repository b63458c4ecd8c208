/**
 * What calibration says of a model, and of two, in questions and answers whose numbers are counted from the samples.
 *
 * Loss is the mean per sample, in nats.
 */
import type { Calibration, LossOf } from './calibration'

export interface NamedCalibration {
  name: string
  calibration: Calibration
}

export interface QuestionAndAnswer {
  question: string
  answer: string
}

/** What samples add to the mean loss: their own mean times their share of all samples. In nats. */
export function lossShare({ count, loss }: LossOf, all: number): number {
  return all === 0 ? 0 : ((loss ?? 0) * count) / all
}

/** Of one model. Empty where there are no samples. */
export function questionsOf({ calibration }: NamedCalibration): QuestionAndAnswer[] {
  const { all, right, wrong } = calibration
  if (all.count === 0 || all.loss === null || all.confidence === null) return []
  const accuracy = right.count / all.count
  const gap = all.confidence - accuracy
  return [
    {
      question: 'Is it as sure as it is right?',
      answer: `On average it is ${percent(all.confidence)} sure and ${percent(accuracy)} right: ${sureness(gap)}.${widest(calibration)}`,
    },
    { question: 'Which samples make the loss?', answer: whoCarries(wrong, right, all) },
  ]
}

function sureness(gap: number): string {
  const points = `${(Math.abs(gap) * 100).toFixed(1)} points`
  if (Math.abs(gap) < 0.005) return 'well matched on the whole'
  return gap > 0 ? `too sure by ${points}` : `not sure enough by ${points}`
}

/** The share that is right of so few answers is a matter of chance, give or take ten points and more. */
const FEW = 25

function widest({ bins }: Calibration): string {
  const gaps = bins.flatMap(({ low, high, count, confidence, accuracy }) =>
    confidence === null || accuracy === null ? [] : [{ low, high, count, confidence, accuracy }],
  )
  const [first] = gaps.sort((a, b) => Math.abs(b.confidence - b.accuracy) - Math.abs(a.confidence - a.accuracy))
  if (!first) return ''
  const { low, high, count, confidence, accuracy } = first
  const samples = count === 1 ? '1 sample' : `${grouped(count)} samples`
  return ` The widest gap is between ${percent(low, 0)} and ${percent(high, 0)}: ${samples} of ${percent(confidence)} confidence, ${percent(accuracy)} right${count < FEW ? ', too few to say much' : ''}.`
}

function whoCarries(wrong: LossOf, right: LossOf, all: LossOf): string {
  const total = all.loss ?? 0
  if (wrong.count === 0)
    return `It is right every time: all of its loss (${nats(total)}) is of right samples that it is not quite sure of.`
  const part = lossShare(wrong, all.count)
  const rest =
    right.count === 0 ? 'There are no right ones.' : `The right ones have a mean of ${nats(right.loss ?? 0)}.`
  const isOne = wrong.count === 1
  return (
    `${isOne ? 'The one wrong sample is' : `The ${grouped(wrong.count)} wrong samples are`} ` +
    `${percent(wrong.count / all.count)} of all and ${isOne ? 'makes' : 'make'} ` +
    `${percent(total === 0 ? 0 : part / total)} of the loss: ${isOne ? 'its loss' : 'their mean'} is ${nats(wrong.loss ?? 0)}, ` +
    `as it is ${percent(wrong.confidence ?? 0)} sure of its wrong answers. ${rest}`
  )
}

/**
 * From the first model to the second: whether loss and errors went the same way, and who did it. The answer to "the
 * accuracy fell and the loss fell too" (S0-11). Null where one of them has seen no samples.
 */
export function explainChange(from: NamedCalibration, to: NamedCalibration): QuestionAndAnswer | null {
  const [a, b] = [from.calibration, to.calibration]
  if (a.all.loss === null || b.all.loss === null) return null
  const loss = b.all.loss - a.all.loss
  const errors = b.wrong.count - a.wrong.count
  const question = questionOf(loss, errors)
  const change =
    `From ${from.name} to ${to.name} the errors go from ${grouped(a.wrong.count)} to ${grouped(b.wrong.count)}, ` +
    `the loss from ${a.all.loss.toFixed(4)} to ${nats(b.all.loss)}.`
  const words = [
    change,
    ...(loss * errors < 0 || (errors === 0 && loss !== 0) ? [WHAT_EACH_ASKS] : []),
    ...surerWords('wrong', a.wrong, b.wrong),
    ...surerWords('right', a.right, b.right),
    ...partWords(a, b, loss),
  ]
  return { question, answer: words.join(' ') }
}

const WHAT_EACH_ASKS =
  'Accuracy asks only which class is the likeliest; the loss asks how sure the model was of the true one.'

function questionOf(loss: number, errors: number): string {
  if (loss === 0 && errors === 0) return 'Do they differ?'
  const isOpposite = loss * errors < 0 || loss === 0
  const lossWord = loss > 0 ? 'rise' : loss < 0 ? 'fall' : 'stay'
  const errorWord = errors > 0 ? 'rose' : errors < 0 ? 'fell' : 'stayed'
  if (isOpposite) return `Why did the loss ${lossWord} although the errors ${errorWord}?`
  return errors === 0
    ? `Why did the loss ${lossWord} with as many errors?`
    : `Why did the loss ${lossWord} with the errors?`
}

/** How sure each is of its wrong or of its right answers, and what these cost it: not always the same way. */
function surerWords(kind: 'wrong' | 'right', a: LossOf, b: LossOf): string[] {
  if (a.confidence === null || b.confidence === null || a.loss === null || b.loss === null) return []
  const [before, after] = [percent(a.confidence), percent(b.confidence)]
  const isSurer = b.confidence > a.confidence
  const sure =
    before === after
      ? `as sure of its ${kind} answers as before (${after})`
      : `${isSurer ? 'surer' : 'less sure'} of its ${kind} answers (${before}, then ${after})`
  const [cost, costs] = [a.loss.toFixed(4), b.loss.toFixed(4)]
  if (cost === costs) return [`It is ${sure}; their mean loss stays at ${nats(b.loss)}.`]
  // wrong ones cost more the surer it is of them, right ones less
  const isExpected = before === after || isSurer === (kind === 'wrong' ? b.loss > a.loss : b.loss < a.loss)
  return [`It is ${sure}, ${isExpected ? 'and' : 'but'} their mean loss goes from ${cost} to ${nats(b.loss)}.`]
}

/** The change as a sum: what the wrong samples and what the right ones add to it, and which of them decide. */
function partWords(a: Calibration, b: Calibration, loss: number): string[] {
  if (loss === 0) return []
  const wrong = lossShare(b.wrong, b.all.count) - lossShare(a.wrong, a.all.count)
  const right = lossShare(b.right, b.all.count) - lossShare(a.right, a.all.count)
  const way = Math.sign(loss)
  const isWrong = wrong * way > right * way
  const verb = wrong * right > 0 ? 'make most of it' : 'decide'
  const more = b.wrong.count - a.wrong.count
  const against = isWrong && more * way < 0 ? `, although there are ${more < 0 ? 'fewer' : 'more'} of them` : ''
  return [
    `Of the change of ${signed(loss)}, the wrong samples make ${signed(wrong)} and the right ones ${signed(right)}: ` +
      `the ${isWrong ? 'wrong' : 'right'} ones ${verb}${against}.`,
  ]
}

function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`
}
function nats(loss: number): string {
  return `${loss.toFixed(4)} nats`
}
function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`
}
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
