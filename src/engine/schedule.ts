/**
 * The learning rate from step to step, and what evaluations decide about it and about the end.
 */
import type { Schedule } from '#shared/experiment'
import type { Evaluation } from '#shared/run'
import type { TrainingPlan } from './plan'

/**
 * What the schedule makes of the learning rate at `step`, counted from 1; plateau apart, which depends on evaluations.
 *
 *   warm-up      step / warm-up steps; the schedule's own steps and epochs begin behind it
 *   step         factor ^ ⌊epochs done / everyEpochs⌋
 *   exponential  factor ^ epochs done
 *   cosine       final + (1 − final) · (1 + cos(π · steps done / steps in all)) / 2, for each step
 */
export function scheduleFactor(
  { schedule, stepsPerEpoch, steps }: Pick<TrainingPlan, 'schedule' | 'stepsPerEpoch' | 'steps'>,
  step: number,
): number {
  const warmup = schedule.warmupEpochs * stepsPerEpoch
  if (step <= warmup) return step / warmup
  const done = step - 1 - warmup
  const epochs = Math.floor(done / stepsPerEpoch)
  switch (schedule.kind) {
    case 'step':
      return schedule.factor ** Math.floor(epochs / schedule.everyEpochs)
    case 'exponential':
      return schedule.factor ** epochs
    case 'cosine':
      return schedule.final + ((1 - schedule.final) * (1 + Math.cos((Math.PI * done) / (steps - warmup)))) / 2
    case 'constant':
    case 'plateau':
      return 1
    default:
      throw new Error(`no such schedule: ${String(schedule satisfies never)}`)
  }
}

export type WatchedMetric = Extract<Schedule, { kind: 'plateau' }>['metric']

/** What a watch has seen. A checkpoint holds it, so that a run goes on as if it had never halted. */
export interface WatchState {
  /** Of the metric, as a number that is to fall. Infinity before the first evaluation. */
  best: number
  /** Evaluations since then. */
  waited: number
}

/** Looks for improvements of a metric. Only less is better, not equal. */
export class Watch {
  constructor(
    private readonly metric: WatchedMetric,
    public state: WatchState = { best: Infinity, waited: 0 },
  ) {}

  /** True if the evaluation is the best so far. */
  see(evaluation: Pick<Evaluation, 'train' | 'validation'>): boolean {
    const value = this.valueOf(evaluation)
    const isBest = value < this.state.best
    this.state = isBest ? { best: value, waited: 0 } : { ...this.state, waited: this.state.waited + 1 }
    return isBest
  }

  private valueOf({ train, validation }: Pick<Evaluation, 'train' | 'validation'>): number {
    if (this.metric === 'train-loss') return train.loss
    if (!validation) throw new Error('a metric of the validation part is watched, and there is none')
    return this.metric === 'validation-loss' ? validation.loss : -validation.correct / validation.count
  }
}
