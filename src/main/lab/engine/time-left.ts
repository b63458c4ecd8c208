/**
 * The seconds that a run still needs, by the clock on the wall, as evaluations take time too. What would spoil the
 * guess is left out: threads that start, pauses, and the steps that a checkpoint brought along.
 */
export class TimeLeft {
  private since: { step: number; at: number } | undefined
  private pausedAt: number | undefined
  private pausedMs = 0

  constructor(
    private readonly steps: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  pause(): void {
    this.pausedAt ??= this.now()
  }

  proceed(): void {
    if (this.pausedAt !== undefined) this.pausedMs += this.now() - this.pausedAt
    this.pausedAt = undefined
  }

  /** `trainingSeconds`: of all steps so far, for the first look, before which nobody has looked at the clock. */
  after(step: number, trainingSeconds: number): number {
    const at = (this.pausedAt ?? this.now()) - this.pausedMs
    this.since ??= { step, at }
    const { since } = this
    const secondsPerStep = step > since.step ? (at - since.at) / 1000 / (step - since.step) : trainingSeconds / step
    return secondsPerStep * (this.steps - step)
  }
}
