/**
 * The words of a run: what trains, what it has measured so far, what is left of it.
 */
import type { SplitFacts } from './datasets'
import type { Experiment } from './experiment'
import type { OutsideFacts } from './runs/outside'

declare const brand: unique symbol
/** Also the name of the run's folder: sortable by time, safe on every file system. */
export type RunId = string & { readonly [brand]: 'RunId' }

export const RUN_ID_PATTERN = /^[a-z0-9][a-z0-9-]{5,79}$/

export function isRunId(text: unknown): text is RunId {
  return typeof text === 'string' && RUN_ID_PATTERN.test(text)
}

/**
 * waiting → running ⇄ paused → finished; or cancelled (by a person, before it began), stopped (by a person, or as the
 * lab was closed), failed (with a reason), interrupted (the process that trained it is gone). Only `finished` means
 * that training went as planned to its end: all epochs, or until early stopping, which `reason` then says.
 */
export type RunStatus =
  'waiting' | 'running' | 'paused' | 'finished' | 'cancelled' | 'stopped' | 'failed' | 'interrupted'

export function hasEnded(status: RunStatus): boolean {
  return status !== 'waiting' && status !== 'running' && status !== 'paused'
}

/** Loss is the mean per sample, in nats; accuracy is correct / count, kept as the two whole numbers. */
export interface Score {
  loss: number
  correct: number
  count: number
}

/** One line of `history.jsonl`. */
export interface Evaluation {
  /** Epochs trained so far; not whole when the evaluation falls within an epoch. */
  epoch: number
  /** Optimizer steps so far. */
  step: number
  /** Seconds of training so far: evaluations are not counted. */
  seconds: number
  /** Training seconds of the epoch that ends here; null within an epoch. */
  epochSeconds: number | null
  train: Score
  /** Left out while the test part is locked: training.evaluation.test "final". */
  test?: Score
  /** Only where the split has a validation part. */
  validation?: Score
  /** Of the steps that follow. */
  learningRate?: number
  /** One for each layer, the output layer last; only where the experiment asks for them. */
  diagnostics?: readonly LayerDiagnostics[]
}

/** What went on in one layer at the step of an evaluation. Norms are Euclidean, over weights and biases. */
export interface LayerDiagnostics {
  /** Of the gradient of the mean loss (penalties included), before clipping. */
  gradientNorm: number
  weightNorm: number
  /** Length of the step's change of the weights and biases. */
  updateNorm: number
  /**
   * Share of the activations, over the minibatch, where |f′| is below 5 % of its maximum; null where the activation
   * does not saturate on both sides, and for the output layer.
   */
  saturated: number | null
  /** Share of units whose activation has f′ = 0 for the whole minibatch (ReLU only); null otherwise. */
  dead: number | null
  /** Counts of the minibatch's activations in equal bins from `low` to `high`, their smallest and largest. */
  histogram: { low: number; high: number; counts: readonly number[] }
}

/** At most ten a second for each run; not kept. */
export interface RunProgress {
  id: RunId
  step: number
  steps: number
  epoch: number
  epochs: number
  /** Mean over the minibatches since the last evaluation. Null before the first one. */
  running: { loss: number; accuracy: number } | null
  samplesPerSecond: number
  /** Of the next step: after schedule and changes by hand. */
  learningRate: number
  secondsLeft: number | null
}

/**
 * The one look at the test part of a run that kept it locked while it trained. Made from the model that the run left,
 * and never a second time.
 */
export interface FinalEvaluation {
  /** ISO 8601, UTC. */
  at: string
  score: Score
  /** Of the weights that were tested. */
  epoch: number
  /** Final evaluations on this test part within the run's experiment, with this one. */
  looks: number
}

/**
 * Where a run comes from, if not from a design: the same definition once more, or a design that a validated run chose,
 * on its train and validation part together, or the same definition without some of its samples.
 */
export type RunOrigin =
  | { kind: 'repeat'; from: RunId }
  | { kind: 'exclude'; from: RunId; samples: number }
  | { kind: 'retrain'; from: RunId; epochs: number; chosenBy: 'validation-loss' }

export interface Spread {
  median: number
  min: number
  max: number
}

export interface RunSummary {
  id: RunId
  status: RunStatus
  /** Why it failed, was stopped or interrupted; null otherwise. */
  reason: string | null
  /** "784-150-120-10", "64 · relu": what tells it from the others of its experiment. */
  label: string
  /** Title of the experiment it belongs to. */
  title: string
  experimentId: string
  presetId: string | null
  configuration: { index: number; levels: Record<string, string> }
  replicate: number
  dataset: string
  /** True if it trains on less than the whole training part: shown as a badge, on figures too. */
  reducedData: boolean
  /** Samples that its experiment leaves out of all parts, where there are any: shown as a badge, on figures too. */
  excluded?: number
  sizes: readonly number[]
  parameters: number
  epochs: number
  /** Last evaluation, or null before the first. */
  last: Evaluation | null
  /** Test loss at its lowest, with its epoch: shown beside the last value, never instead of it. */
  lowestTestLoss: { epoch: number; loss: number } | null
  /** At the lowest validation loss; only where the split has a validation part. `test` where it was not locked. */
  bestValidation?: { epoch: number; score: Score; train?: Score; test?: Score }
  /** Whether the test part is measured at every evaluation, or locked until the final one. @default each */
  testPolicy?: 'each' | 'final'
  finalEvaluation?: FinalEvaluation
  origin?: RunOrigin
  /** Of a waiting run: lower ones begin earlier. Runs of older files have none and come first. */
  place?: number
  /** It ends with the epoch that it trains now, as somebody asked. */
  stopsAfterEpoch?: true
  /** It was stopped because the lab was closed, and not because somebody wanted it to end there. */
  cutShort?: true
  secondsPerEpoch: Spread | null
  threads: number
  weightsSha256: string | null
  /** ISO 8601, UTC. */
  createdAt: string
  startedAt: string | null
  endedAt: string | null
  tags: readonly string[]
  /** What somebody wrote about it; only if there is something. */
  note?: string
  /** Lists leave it out until somebody asks for it. */
  archived?: true
  pinned?: true
  /** The lab did not train it: it has a history, and no experiment, no seeds and no weights. */
  outside?: OutsideFacts
}

/** The data that a run was trained on, as it was when the run was queued. */
export interface RunData {
  name: string
  title: string
  /** Of the content: what tells whether a set of that name is still the same. */
  sha256: string
  kind: 'bytes' | 'floats'
  height: number
  width: number
  channels: number
  classes: readonly string[]
  train: number
  test: number
}

/** Everything about one run but its history and its weights. */
export interface RunDetails {
  summary: RunSummary
  experiment: Experiment
  machine: MachineFacts | null
  directory: string
  /** Runs of older files do not say these three. */
  data?: RunData
  split?: SplitFacts
  /** Why its data cannot be had any more: it has gone, or what is called so now has other content. */
  dataProblem?: string
  /** Changes by hand while it trained, in their order: with them the run differs from its experiment. */
  interventions?: readonly Intervention[]
  /** When it went on after it had been stopped or interrupted. */
  resumes?: readonly Resume[]
}

/** A learning rate that a person set: about from `step` on, which is the newest one that was known then. */
export interface Intervention {
  step: number
  learningRate: number
}

/** `step`: of the checkpoint from which it went on; 0 if from the beginning. */
export interface Resume {
  /** ISO 8601, UTC. */
  at: string
  step: number
}

/** A folder among the runs that cannot be read: kept as it is, shown so that somebody can look at it. */
export interface RunProblem {
  folder: string
  message: string
}

/** Where a run was trained: stored with it, printed where times are compared. */
export interface MachineFacts {
  cpu: string
  cores: number
  memoryBytes: number
  os: string
  node: string
  app: string
  /** Which kernels trained it, and so which class of equal bits it belongs to. */
  kernels: string
  bitClass: string
  /** Where the engine was, and whether its vectors were 256 bits wide: neither changes a bit, both change the speed. */
  placement?: 'in-process' | 'child-process' | 'utility-process'
  wideVectors?: boolean
  /** Whether no other run of the same lab trained at any moment of this one: only then its times are its own. */
  alone?: boolean
}

/** The test score that may be shown: of the last evaluation, or of the final one. Undefined while it is locked. */
export function testScoreOf({
  last,
  finalEvaluation,
}: Pick<RunSummary, 'last' | 'finalEvaluation'>): Score | undefined {
  return last?.test ?? finalEvaluation?.score
}

/** For a line that has room for one part: test where it may be seen, else validation, else train. Null before the first. */
export function headlineOf(
  run: Pick<RunSummary, 'last' | 'finalEvaluation'>,
): { part: 'test' | 'validation' | 'train'; score: Score } | null {
  const test = testScoreOf(run)
  if (test) return { part: 'test', score: test }
  if (!run.last) return null
  const { train, validation } = run.last
  return validation ? { part: 'validation', score: validation } : { part: 'train', score: train }
}

/** Nobody has seen how it does on the test part, and nobody will before its final evaluation. */
export function isTestLocked({
  testPolicy,
  finalEvaluation,
}: Pick<RunSummary, 'testPolicy' | 'finalEvaluation'>): boolean {
  return testPolicy === 'final' && finalEvaluation === undefined
}

/** It was trained when the lab ended, or waited for it: nobody wanted it to end there. */
export function wasCutShort({ status, cutShort }: Pick<RunSummary, 'status' | 'cutShort'>): boolean {
  return status === 'interrupted' || cutShort === true
}

export function accuracyOf(score: Score): number {
  return score.count === 0 ? 0 : score.correct / score.count
}

/** "once", "twice", "3 times". */
export function timesText(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`
}
