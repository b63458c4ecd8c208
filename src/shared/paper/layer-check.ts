/**
 * The answers of somebody who worked a layer exercise out by hand, judged entry by entry.
 *
 * The usual mistakes are not guessed from the wrong number: the exercise is solved once more with each flaw
 * (`FLAWS`), and a value of such a solution names the flaw. What follows rightly from a wrong earlier answer of the
 * person's own is said to do so, and is not held against them a second time.
 */
import { judgeAnswer, readAnswer, type Mistake, type MistakeKind, type Verdict } from './judge'
import {
  checkLayerExercise,
  solveLayer,
  type Flaw,
  type LayerExercise,
  type LayerSolution,
  type Quantity,
} from './layer-exercise'
import { entryOf, shapeOf, transpose, type Matrix } from './matrix'
import { continuedFrom } from './layer-continue'

/** What is asked for; the error, the slope and z are on the way. */
export const ASKED = [
  'y',
  'loss',
  'delta',
  'gradient',
  'aNext',
  'yNext',
  'lossNext',
] as const satisfies readonly Quantity[]
export type Asked = (typeof ASKED)[number]

/** What was typed, in the shapes of the quantities; a blank is an entry not answered yet. */
export type TypedAnswers = Readonly<Record<Asked, readonly (readonly string[])[]>>

export interface QuantityVerdict {
  entries: readonly (readonly Verdict[])[]
  /** One sentence about all entries together, where there is one to say. */
  summary: string | null
}

interface NamedFlaw extends Flaw {
  kind: MistakeKind
  reason: string
}

const FLAWS: readonly NamedFlaw[] = [
  { update: 'uphill', kind: 'direction', reason: 'The step goes uphill: the gradient is subtracted, not added.' },
  { turnedError: true, kind: 'sign', reason: 'The sign is wrong: the error is y − t, not t − y.' },
  { update: 'no-rate', kind: 'learning-rate', reason: 'The learning rate was forgotten: A − α · gradient.' },
  { update: 'step-only', kind: 'factor-missing', reason: 'This is the step alone: it has to be added to the old A.' },
  { noActivation: true, kind: 'mask', reason: 'The activation was left out: this follows from z, not from y = f(z).' },
  { slope: 'none', kind: 'mask', reason: 'The derivative of the activation, f′(z), was forgotten.' },
  { slope: 'at-y', kind: 'other-quantity', reason: 'The derivative was taken at y; it belongs at z.' },
  { slope: 'value', kind: 'forward-value', reason: 'f(z) stands in the place of its derivative f′(z).' },
  { noHalf: 'loss', kind: 'factor-missing', reason: 'The factor ½ of the loss was forgotten.' },
  {
    noHalf: 'derivative',
    kind: 'factor-missing',
    reason: 'Twice too large: the ½ of the loss cancels the 2 of the derivative.',
  },
  { noHalf: 'both', kind: 'factor-missing', reason: 'This is for a loss without the factor ½.' },
  { otherLoss: true, kind: 'factor-missing', reason: '' }, // said by `otherLossReason`
  { errorIs: 'output', kind: 'forward-value', reason: 'The forward value y stands in the place of the error y − t.' },
  { errorIs: 'target', kind: 'other-quantity', reason: 'The target t stands in the place of the error y − t.' },
]

const RELU_REASON = 'The mask of the ReLU was forgotten: where z ≤ 0 nothing flows back.'

export function checkAnswers(exercise: LayerExercise, typed: TypedAnswers): Record<Asked, QuantityVerdict> {
  checkLayerExercise(exercise)
  const right = solveLayer(exercise)
  const flawed = FLAWS.map((flaw) => ({
    kind: flaw.kind,
    reason: reasonOf(flaw, exercise),
    solution: solveLayer(exercise, flaw),
  }))
  const own = ownValues(typed)
  const judged = ASKED.map((asked) => {
    const carried = continuedFrom(exercise, right, own, asked)
    const entries = mapEntries(right[asked], (expected, row, column) => {
      const text = typed[asked][row]?.[column] ?? ''
      const mistakes = [
        ...carriedMistake(carried, row, column),
        ...flawed.map(({ kind, reason, solution }) => ({ kind, reason, value: entryOf(solution[asked], row, column) })),
        ...otherMistakes(asked, exercise, right, row, column),
      ]
      return judgeAnswer(text, expected, mistakes)
    })
    return [asked, { entries, summary: summaryOf(asked, entries, right[asked]) }] as const
  })
  return Object.fromEntries(judged) as unknown as Record<Asked, QuantityVerdict> // one for each of ASKED
}

function mapEntries<T>(matrix: Matrix, map: (value: number, row: number, column: number) => T): T[][] {
  return matrix.map((row, r) => row.map((value, c) => map(value, r, c)))
}

function reasonOf(flaw: NamedFlaw, { loss, activation }: LayerExercise): string {
  if (flaw.slope === 'none' && activation === 'relu') return RELU_REASON
  if (!flaw.otherLoss) return flaw.reason
  return loss === 'sum'
    ? 'Divided by the number of samples: this loss is a sum.'
    : 'Not divided by the number of samples: this loss is a mean.'
}

/** The person's own matrices, as far as they are complete and readable. */
function ownValues(typed: TypedAnswers): Partial<Record<Asked, Matrix>> {
  const own: Partial<Record<Asked, Matrix>> = {}
  for (const asked of ASKED) {
    const read = typed[asked].map((row) => row.map((text) => readAnswer(text)?.value ?? NaN))
    if (read.length > 0 && read.flat().every(Number.isFinite)) own[asked] = read
  }
  return own
}

const CARRIED = 'Wrong only because an earlier answer is: this step itself is right.'

function carriedMistake(carried: Matrix | null, row: number, column: number): Mistake[] {
  return carried ? [{ kind: 'carried-over', value: entryOf(carried, row, column), reason: CARRIED }] : []
}

/** Mistakes that are no flaw of the way, but of what was put where. */
function otherMistakes(
  asked: Asked,
  exercise: LayerExercise,
  right: LayerSolution,
  row: number,
  column: number,
): Mistake[] {
  const matrix = right[asked]
  const { rows, columns } = shapeOf(matrix)
  const found: Mistake[] = []
  if (asked === 'y' || asked === 'yNext') found.push(...transposedInputs(asked, exercise, right, row, column))
  if (asked === 'gradient') found.push(...partsOfGradient(exercise, right, row, column))
  if (asked === 'yNext' || asked === 'lossNext') found.push(before(asked, right, row, column))
  if (rows === columns && row !== column) {
    found.push({
      kind: 'transposed',
      value: entryOf(matrix, column, row),
      reason: 'Transposed: rows and columns are exchanged.',
    })
  }
  mapEntries(matrix, (value, r, c) => {
    if (r === row && c === column) return
    found.push({ kind: 'place', value, reason: `This is the value of row ${r + 1}, column ${c + 1}.` })
  })
  return found
}

function transposedInputs(
  asked: 'y' | 'yNext',
  exercise: LayerExercise,
  right: LayerSolution,
  row: number,
  column: number,
): Mistake[] {
  const { rows, columns } = shapeOf(exercise.x)
  if (rows !== columns) return []
  const a = asked === 'y' ? exercise.a : right.aNext
  const turned = solveLayer({ ...exercise, a, x: transpose(exercise.x) })
  return [
    {
      kind: 'transposed',
      value: entryOf(turned.y, row, column),
      reason: 'X is transposed: a sample is a column of X.',
    },
  ]
}

/** One sample's share of the sum over samples, and the outer product with the old y. */
function partsOfGradient({ x }: LayerExercise, { delta }: LayerSolution, row: number, column: number): Mistake[] {
  const samples = shapeOf(x).columns
  if (samples < 2) return []
  return Array.from({ length: samples }, (_, n) => ({
    kind: 'factor-missing' as const,
    value: entryOf(delta, row, n) * entryOf(x, column, n),
    reason: `Only sample ${n + 1} was counted: the gradient is a sum over all samples.`,
  }))
}

function before(asked: 'yNext' | 'lossNext', right: LayerSolution, row: number, column: number): Mistake {
  const value = entryOf(right[asked === 'yNext' ? 'y' : 'loss'], row, column)
  return { kind: 'other-quantity', value, reason: 'This is the value before the update.' }
}

const NAMES: Record<Asked, string> = {
  y: 'output',
  loss: 'loss',
  delta: 'delta',
  gradient: 'gradient',
  aNext: 'new weight',
  yNext: 'new output',
  lossNext: 'new loss',
}

/** Said of each entry, or of none. */
const NOT_SUMMED: readonly (MistakeKind | null)[] = [null, 'carried-over', 'place', 'transposed']
const TURNED = /t − y/

/** Where every entry that is not 0 has one and the same mistake, it was made once, and is said once. */
function summaryOf(asked: Asked, entries: readonly (readonly Verdict[])[], right: Matrix): string | null {
  const flat = entries.flat()
  const values = right.flat()
  const telling = flat.filter((_, i) => values[i] !== 0)
  const first = telling[0]
  if (telling.length < 2 || first?.kind !== 'wrong' || NOT_SUMMED.includes(first.mistake)) return null
  if (!telling.every((each) => each.kind === 'wrong' && each.mistake === first.mistake && each.reason === first.reason))
    return null
  const all = telling.length === 2 ? 'both components' : `all ${telling.length} components`
  const subject = NAMES[asked]
  if (first.mistake === 'sign')
    return `The signs of ${all} of the ${subject} are wrong${TURNED.test(first.reason) ? ': the error is y − t, not t − y.' : '.'}`
  return `The same mistake in ${all} of the ${subject}. ${first.reason}`
}

/** A quantity with nothing typed in it yet. */
export function blankAnswers(exercise: LayerExercise): TypedAnswers {
  const solution = solveLayer(exercise)
  return Object.fromEntries(
    ASKED.map((asked) => [asked, solution[asked].map((row) => row.map(() => ''))]),
  ) as unknown as TypedAnswers
}
