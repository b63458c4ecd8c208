/**
 * The engine behind a link: an in-process host that does what the lab's messages say. Runs in the engine's own
 * process, whose main thread has nothing else to do.
 */
import { LabError, toFailure, type Reply } from '#shared/errors'
import type { LoadDataset, ScoreJob, Training, TrainingJob } from './host'
import { createInProcessHost, type InProcessHost } from './in-process-host'
import type { EngineOrders, LabLink, Proof, RunWish, ToEngine } from './messages'
import { prove } from './proof'

/** `loader` gives what loads data sets from a folder. */
export function serveEngine(link: LabLink, loader: (folder: string) => LoadDataset): void {
  let service: EngineService | undefined
  link.onMessage((message) => {
    if (message.type !== 'open') return service?.obey(message)
    try {
      const host = openHost(message.orders, message.proof, loader)
      service = new EngineService(link, host)
      link.post({ type: 'opened', reply: { ok: true, value: host.facts } })
      host.startThreads() // while the lab opens
    } catch (error) {
      link.post({ type: 'opened', reply: { ok: false, failure: toFailure(error) } })
    }
  })
}

function openHost(orders: EngineOrders, proof: Proof | null, loader: (folder: string) => LoadDataset): InProcessHost {
  const { datasets, ...options } = orders
  const host = createInProcessHost({ ...options, load: loader(datasets) })
  host.timeKernels() // those are proved that will be used
  if (proof) mustProve(host, proof)
  return host
}

function mustProve(host: InProcessHost, expected: Proof): void {
  const found = prove(host.kernels)
  if (found.bitClass === expected.bitClass && found.weightsSha256 === expected.weightsSha256) return
  const words = ({ bitClass, weightsSha256 }: Proof) => `${bitClass} ${weightsSha256.slice(0, 12)}`
  throw new LabError(
    'engine/not-proved',
    `The kernels came to other weights than they should: expected ${words(expected)}, got ${words(found)}`,
  )
}

class EngineService {
  private readonly trainings = new Map<number, Training>()

  constructor(
    private readonly link: LabLink,
    readonly host: InProcessHost,
  ) {}

  obey(message: Exclude<ToEngine, { type: 'open' }>): void {
    switch (message.type) {
      case 'train':
        void this.train(message.number, message.job)
        return
      case 'tell':
        tell(this.trainings.get(message.number), message.wish)
        return
      case 'inspect':
        void this.inspect(message.number, message.job)
        return
      case 'score':
        void this.score(message.number, message.job)
        return
      case 'close':
        void this.host.close().finally(() => this.link.post({ type: 'closed' }))
        return
    }
    message satisfies never
  }

  private async inspect(number: number, job: TrainingJob): Promise<void> {
    const reply = await answer(() => this.host.inspect(job))
    this.link.post({ type: 'inspected', number, reply })
  }

  private async score(number: number, job: ScoreJob): Promise<void> {
    const reply = await answer(() => this.host.score(job))
    this.link.post({ type: 'scored', number, reply })
  }

  private async train(number: number, job: TrainingJob): Promise<void> {
    const { link } = this
    const reply = await answer(() => {
      const training = this.host.train(job, {
        evaluated: (evaluation) => link.post({ type: 'evaluated', number, evaluation }),
        progressed: (progress) => link.post({ type: 'progressed', number, progress }),
        checkpointed: (checkpoint) => link.post({ type: 'checkpointed', number, checkpoint }),
        kept: (kept) => link.post({ type: 'kept', number, kept }),
      })
      this.trainings.set(number, training)
      return training.result
    })
    this.trainings.delete(number)
    link.post({ type: 'ended', number, reply })
  }
}

/** A wish for a training that has just ended comes too late, and is nobody's fault. */
function tell(training: Training | undefined, wish: RunWish): void {
  if (typeof wish === 'string') training?.[wish]()
  else if ('learningRate' in wish) training?.setLearningRate(wish.learningRate)
  else training?.stopAfterEpoch(wish.stopAfterEpoch)
}

async function answer<T>(work: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    return { ok: false, failure: toFailure(error) }
  }
}
