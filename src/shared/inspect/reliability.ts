/**
 * The reliability diagram: how often a model is right among answers of about the same confidence, with how many answers
 * there are of each. A model as sure as it is right has its bars on the diagonal.
 */
import { seriesColor, type Palette } from '../figures/chart-look'
import { line, path, rect, text, type Drawing, type Mark } from '../figures/marks'
import { isRightAt, type PartAnswers } from './answers'
import { calibrationOf, type Calibration, type ReliabilityBin } from './calibration'

/** Sums of 32-bit floats may be a hair above one. */
export function calibrationOfAnswers(answers: PartAnswers, bins = 10): Calibration {
  return calibrationOf(
    Array.from(answers.samples, (_, row) => ({
      confidence: Math.min(1, Math.max(0, answers.confidence[row] ?? 0)),
      loss: answers.losses[row] ?? 0,
      isRight: isRightAt(answers, row),
    })),
    bins,
  )
}

export interface ReliabilityLook {
  width: number
  height: number
  fontSize: number
  palette: Palette
}

export function reliabilityDrawing(
  { name, calibration, color }: { name: string; calibration: Calibration; color: number },
  { width, height, fontSize, palette }: ReliabilityLook,
): Drawing {
  const left = fontSize * 4.4
  const area = { x: left, y: fontSize * 0.9, width: width - left - fontSize * 0.9, height: 0 }
  const countsHeight = fontSize * 4.2
  area.height = height - area.y - countsHeight - fontSize * 5
  const toX = (share: number) => area.x + share * area.width
  const toY = (share: number) => area.y + (1 - share) * area.height
  const fill = seriesColor(palette, color)
  const counts = { y: area.y + area.height + fontSize * 1.2, height: countsHeight }
  const { all, expectedError, largestError } = calibration
  return {
    width,
    height,
    fontSize,
    title: `Reliability of ${name}: expected calibration error ${percent(expectedError)}, largest gap ${percent(largestError)}, ${all.count} samples`,
    marks: [
      ...[0, 0.2, 0.4, 0.6, 0.8, 1].flatMap((share) => [
        line(area.x, toY(share), area.x + area.width, toY(share), { stroke: palette.grid }),
        text(area.x - fontSize * 0.5, toY(share) + fontSize * 0.36, `${share * 100}`, end(palette.quiet)),
        text(toX(share), counts.y + counts.height + fontSize * 1.3, `${share * 100}`, middle(palette.quiet)),
      ]),
      ...calibration.bins.flatMap((bin) => barOf(bin, toX, toY, fill, palette)),
      line(toX(0), toY(0), toX(1), toY(1), { stroke: palette.text, 'stroke-dasharray': '4 3' }),
      line(area.x, toY(0), area.x + area.width, toY(0), { stroke: palette.axis }),
      ...countMarks(calibration, toX, counts, fontSize, palette),
      text(area.x + area.width / 2, height - fontSize * 0.6, 'Confidence, %', middle(palette.text)),
      vertical(fontSize, area.y + area.height / 2, 'Right, %', palette.text),
    ],
  }
}

/** The bar is what is right; the outline from its top to the mean confidence is the gap. */
function barOf(
  { low, high, count, confidence, accuracy }: ReliabilityBin,
  toX: (share: number) => number,
  toY: (share: number) => number,
  fill: string,
  palette: Palette,
): Mark[] {
  if (count === 0 || confidence === null || accuracy === null) return []
  const [x, wide] = [toX(low) + 1, toX(high) - toX(low) - 2]
  const [top, bottom] = [toY(Math.max(accuracy, confidence)), toY(Math.min(accuracy, confidence))]
  return [
    rect(x, toY(accuracy), wide, toY(0) - toY(accuracy), { fill, 'fill-opacity': 0.75 }),
    rect(x, top, wide, bottom - top, { fill: 'none', stroke: palette.text, 'stroke-dasharray': '2 2' }),
    line(x, toY(confidence), x + wide, toY(confidence), { stroke: palette.text, 'stroke-width': 1.5 }),
  ]
}

/** On a scale of their own, the highest as high as there is room: most answers are of high confidence. */
function countMarks(
  { bins }: Calibration,
  toX: (share: number) => number,
  { y, height }: { y: number; height: number },
  fontSize: number,
  palette: Palette,
): Mark[] {
  const most = Math.max(1, ...bins.map(({ count }) => count))
  const room = height - fontSize * 1.2
  const bottom = y + height
  return [
    ...bins.flatMap(({ low, high, count }) => {
      const bar = count === 0 ? 0 : Math.max(1, (count / most) * room)
      return [
        rect(toX(low) + 1, bottom - bar, toX(high) - toX(low) - 2, bar, { fill: palette.axis }),
        text((toX(low) + toX(high)) / 2, bottom - bar - fontSize * 0.3, shortCount(count), {
          ...middle(palette.quiet),
          'font-size': fontSize * 0.85,
        }),
      ]
    }),
    path(`M${toX(0)} ${bottom}H${toX(1)}`, { stroke: palette.axis, fill: 'none' }),
    vertical(fontSize, y + height / 2 + fontSize * 0.4, 'Samples', palette.quiet),
  ]
}

function vertical(x: number, y: number, what: string, fill: string): Mark {
  return text(0, 0, what, { transform: `translate(${x} ${y}) rotate(-90)`, 'text-anchor': 'middle', fill })
}
function middle(fill: string) {
  return { 'text-anchor': 'middle', fill }
}
function end(fill: string) {
  return { 'text-anchor': 'end', fill }
}
function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
/** 9,876 → "9.9k": there is room for no more above a bar. */
function shortCount(count: number): string {
  if (count < 1000) return String(count)
  return count < 10_000 ? `${(count / 1000).toFixed(1)}k` : `${Math.round(count / 1000)}k`
}

export function reliabilityRows({ bins }: Calibration): (string | number | null)[][] {
  return [
    ['confidence from', 'to', 'samples', 'mean confidence', 'share right'],
    ...bins.map(({ low, high, count, confidence, accuracy }) => [low, high, count, confidence, accuracy]),
  ]
}
