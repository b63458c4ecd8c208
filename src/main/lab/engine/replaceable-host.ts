/**
 * A host that can be replaced by another one while nothing trains: the engine starts anew in another way, and nobody
 * who holds the host has to know.
 */
import type { Score } from '#shared/run'
import type { EngineFacts, EngineHost, ScoreJob, Training, TrainingEvents, TrainingJob } from './host'

export class ReplaceableHost implements EngineHost {
  private active = 0
  private closing: Promise<void> | undefined

  constructor(private current: EngineHost) {}

  get facts(): EngineFacts {
    return this.current.facts
  }

  train(job: TrainingJob, events: TrainingEvents): Training {
    const training = this.current.train(job, events)
    void this.whileActive(training.result)
    return training
  }

  inspect(job: TrainingJob): Promise<{ step: number }> {
    const answer = this.current.inspect(job)
    void this.whileActive(answer)
    return answer
  }

  score(job: ScoreJob): Promise<Score> {
    const answer = this.current.score(job)
    void this.whileActive(answer)
    return answer
  }

  /** False, and all stays as it was, if something trains by the time that the next one is open. */
  async replace(open: () => Promise<EngineHost>): Promise<boolean> {
    const next = await open()
    if (this.active > 0 || this.closing) {
      await next.close()
      return false
    }
    const before = this.current
    this.current = next
    await before.close()
    return true
  }

  close(): Promise<void> {
    this.closing ??= this.current.close()
    return this.closing
  }

  private async whileActive(work: Promise<unknown>): Promise<void> {
    this.active++
    await Promise.allSettled([work])
    this.active--
  }
}
