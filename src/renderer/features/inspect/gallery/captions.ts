/**
 * What is written below a picture of the gallery: true → predicted, how sure the model was, and what a second one said.
 */
import { isRightAt, valueAt, type PartAnswers } from '#shared/inspect/answers'
import { shareText } from '#shared/inspect/gallery'
import type { CaptionLine } from '../../../data/grid/draw-grid'

/** Longer names of classes have a line each. */
const SHORT_NAME = 3

export interface CaptionSource {
  answers: PartAnswers
  /** Of the other model of a pair, for the same samples. */
  second: PartAnswers | null
  isShare: boolean
}

function hasShortNames({ classes }: PartAnswers): boolean {
  return classes.every((name) => name.length <= SHORT_NAME)
}

export function captionLineCount({ answers, second }: Pick<CaptionSource, 'answers' | 'second'>): number {
  return (hasShortNames(answers) ? 2 : 3) + (second ? 1 : 0)
}

export function captionLines({ answers, second, isShare }: CaptionSource, row: number): CaptionLine[] {
  const truth = nameOf(answers, answers.labels[row])
  const predicted = nameOf(answers, answers.predicted[row])
  const tone = isRightAt(answers, row) ? 'plain' : 'bad'
  const names: CaptionLine[] = hasShortNames(answers)
    ? [{ text: `${truth} → ${predicted}`, tone }]
    : [
        { text: truth, tone: 'plain' },
        { text: `→ ${predicted}`, tone },
      ]
  const own: CaptionLine = { text: sureText(answers, row, isShare), tone: 'quiet' }
  if (!second) return [...names, own]
  const other = `B → ${nameOf(second, second.predicted[row])} ${sureText(second, row, isShare)}`
  return [...names, own, { text: other, tone: isRightAt(second, row) ? 'quiet' : 'bad' }]
}

/** For those who listen: "No. 60,012: 4 taken for 9, 98 % sure. The second model: 4, 71 %". */
export function spokenCaption({ answers, second, isShare }: CaptionSource, row: number): string {
  const [truth, predicted] = [nameOf(answers, answers.labels[row]), nameOf(answers, answers.predicted[row])]
  const said = isRightAt(answers, row) ? `${truth} recognized` : `${truth} taken for ${predicted}`
  const own = `No. ${(answers.samples[row] ?? 0).toLocaleString('en-US')}: ${said}, ${sureText(answers, row, isShare)}`
  const lost = `loss ${(answers.losses[row] ?? 0).toPrecision(3)}`
  if (!second) return `${own}, ${lost}`
  return `${own}, ${lost}. Model B: ${nameOf(second, second.predicted[row])}, ${sureText(second, row, isShare)}`
}

function nameOf({ classes }: PartAnswers, label: number | undefined): string {
  return classes[label ?? 0] ?? String(label)
}

function sureText(answers: PartAnswers, row: number, isShare: boolean): string {
  return shareText(valueAt(answers, row, answers.predicted[row] ?? 0), isShare)
}
