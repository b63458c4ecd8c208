/**
 * The engine in a process of its own: whatever happens there, this one goes on.
 *
 * When that process dies, a new one is started and the trainings go on from their newest checkpoints, which pass
 * through here anyway. Whoever waits for a training sees only that its progress went back a little: evaluations that
 * come a second time, with the same bits, are dropped. A training whose process dies three times without anything
 * new in between fails; before the third time suspects are separated, so that one of them cannot take the others along.
 */
import { fromFailure, LabError, toFailure, type Reply } from '#shared/errors'
import type { Score } from '#shared/run'
import type {
  EngineFacts,
  EngineHost,
  Placement,
  ScoreJob,
  Training,
  TrainingEvents,
  TrainingJob,
  TrainingResult,
} from './host'
import type { EngineOrders, EngineProcess, FromEngine, Proof, RunWish, ToEngine } from './messages'

export interface ChildHostOptions {
  /** Starts the engine's process with these flags of V8. */
  launch: (flags: readonly string[]) => EngineProcess
  placement: Placement
  orders: EngineOrders
  /**
   * To fuse vectors into 256-bit ones: used if the process then still comes to what `prove` does here, which takes
   * its time while the process starts. Null: not wanted.
   */
  wide: { flags: readonly string[]; prove: () => Proof } | null
  wideVectorsOffered: boolean
  /** See EngineInfo. @default null */
  remark?: string | null
}

/** A process that has not answered by then is taken for dead. */
const START_LIMIT_MS = 20_000
/** The engine itself gives its minibatches five seconds. */
const CLOSE_LIMIT_MS = 8000
const MOST_DEATHS = 3
/** With them an errand is done. */
const ANSWERS: readonly FromEngine['type'][] = ['ended', 'inspected', 'scored']

/** Rejects with `engine/not-started` if the process cannot be started at all. */
export async function openChildHost(options: ChildHostOptions): Promise<EngineHost> {
  const host = new ChildHost(options)
  await host.open()
  return host
}

/** Something that a process has to do: if it dies, the next one has to. */
interface Errand {
  /** Processes that died over it since it last came any further. */
  deaths: number
  begin(post: (message: ToEngine) => void): void
  hear(message: FromEngine): void
  fail(error: LabError): void
}

class ChildHost implements EngineHost {
  facts!: EngineFacts
  private process: EngineProcess | undefined
  /** One that has not answered yet. */
  private launched: EngineProcess | undefined
  private starting: Promise<void> | undefined
  private closing: Promise<void> | undefined
  private readonly errands = new Map<number, Errand>()
  /** Of the errands, those that this process knows of. */
  private readonly begun = new Set<number>()
  private lastNumber = 0
  private wide: ChildHostOptions['wide']
  private remark: string | null

  constructor(private readonly options: ChildHostOptions) {
    this.wide = options.wide
    this.remark = options.remark ?? null
  }

  /** Without the wide vectors, if the process does not come up with them. */
  async open(): Promise<void> {
    if (this.wide) {
      try {
        return await this.start()
      } catch (error) {
        this.narrow(toFailure(error).message)
      }
    }
    await this.start()
  }

  train(job: TrainingJob, events: TrainingEvents): Training {
    const training = new RemoteTraining(++this.lastNumber, job, events, (message) => this.process?.post(message))
    if (this.closing) training.fail(closed())
    else this.add(this.lastNumber, training)
    return training
  }

  inspect(job: TrainingJob): Promise<{ step: number }> {
    return this.ask(
      (number) => ({ type: 'inspect', number, job }),
      (message) => (message.type === 'inspected' ? message.reply : null),
    )
  }

  score(job: ScoreJob): Promise<Score> {
    return this.ask(
      (number) => ({ type: 'score', number, job }),
      (message) => (message.type === 'scored' ? message.reply : null),
    )
  }

  /** One message there, one back; asked again if the process dies in between. `replyIn`: null for other messages. */
  private async ask<T>(
    question: (number: number) => ToEngine,
    replyIn: (message: FromEngine) => Reply<T> | null,
  ): Promise<T> {
    if (this.closing) throw closed()
    const number = ++this.lastNumber
    return await new Promise((resolve, reject) => {
      this.add(number, {
        deaths: 0,
        begin: (post) => post(question(number)),
        hear: (message) => {
          const reply = replyIn(message)
          if (reply?.ok) resolve(reply.value)
          else if (reply) reject(fromFailure(reply.failure))
        },
        fail: reject,
      })
    })
  }

  close(): Promise<void> {
    this.closing ??= this.end()
    return this.closing
  }

  private add(number: number, errand: Errand): void {
    this.errands.set(number, errand)
    if (this.process) this.beginWhatMay(this.process)
    else this.startAgain()
  }

  /** All of them, but of those over which processes died twice only one at a time. */
  private beginWhatMay(process: EngineProcess): void {
    const isSuspect = ({ deaths }: Errand) => deaths === MOST_DEATHS - 1
    let hasSuspect = [...this.errands].some(([number, errand]) => this.begun.has(number) && isSuspect(errand))
    for (const [number, errand] of this.errands) {
      if (this.begun.has(number) || (hasSuspect && isSuspect(errand))) continue
      hasSuspect ||= isSuspect(errand)
      this.begun.add(number)
      errand.begin((message) => process.post(message))
    }
  }

  private async start(): Promise<void> {
    const { launch, orders, placement, wideVectorsOffered } = this.options
    const { wide, remark } = this
    const process = launch(wide?.flags ?? [])
    this.launched = process
    process.onMessage((message) => this.hear(message))
    const facts = await opened(process, { type: 'open', orders, proof: wide?.prove() ?? null })
    this.launched = undefined
    this.facts = { ...facts, placement, wideVectors: wide !== null, wideVectorsOffered, remark }
    this.process = process
    void process.gone.then((how) => this.mourn(process, how))
    this.begun.clear()
    this.beginWhatMay(process)
  }

  private hear(message: FromEngine): void {
    if (!('number' in message)) return
    const { number } = message
    this.errands.get(number)?.hear(message)
    if (ANSWERS.includes(message.type)) this.forget(number)
    // one that was suspected may just have shown that it was not to blame
    if (this.process && this.begun.size < this.errands.size) this.beginWhatMay(this.process)
  }

  private forget(number: number): void {
    this.errands.delete(number)
    this.begun.delete(number)
  }

  /** An engine with nothing to do is started again when there is something. */
  private mourn(process: EngineProcess, how: string): void {
    if (this.process !== process) return
    this.process = undefined
    if (this.closing) return
    this.countDeath(how, [...this.begun])
    if (this.errands.size > 0) this.startAgain()
  }

  private startAgain(): void {
    this.starting ??= this.tryToStart().finally(() => {
      this.starting = undefined
      if (!this.process && !this.closing && this.errands.size > 0) this.startAgain()
    })
  }

  private async tryToStart(): Promise<void> {
    while (!this.process && !this.closing && this.errands.size > 0) {
      try {
        await this.start()
      } catch (error) {
        const { message } = toFailure(error)
        if (this.wide) this.narrow(message)
        else this.countDeath(message, [...this.errands.keys()])
      }
    }
    if (this.closing && this.process) await this.shutDown(this.process)
  }

  private countDeath(how: string, numbers: readonly number[]): void {
    for (const number of numbers) {
      const errand = this.errands.get(number)
      if (!errand) continue
      errand.deaths++
      // an experimental compiler may be what kills it: the last try goes without
      if (errand.deaths === MOST_DEATHS - 1) this.narrow(`the engine's process ended twice (${how})`)
      if (errand.deaths < MOST_DEATHS) continue
      this.forget(number)
      errand.fail(processDied(how))
    }
  }

  private narrow(why: string): void {
    if (!this.wide) return
    this.wide = null
    this.remark = `256-bit vectors are off: ${why}`
  }

  private async end(): Promise<void> {
    this.launched?.kill()
    await this.starting
    if (this.process) await this.shutDown(this.process)
    for (const errand of this.errands.values()) errand.fail(closed())
    this.errands.clear()
  }

  /** It stops its trainings, whose results come before it says that it is closed. */
  private async shutDown(process: EngineProcess): Promise<void> {
    this.process = undefined
    const isClosed = new Promise<void>((resolve) => {
      process.onMessage((message) => {
        if (message.type === 'closed') resolve()
      })
    })
    const timer = setTimeout(() => process.kill(), CLOSE_LIMIT_MS)
    process.post({ type: 'close' })
    await Promise.race([isClosed, process.gone])
    clearTimeout(timer)
    process.kill()
    await process.gone
  }
}

/** Resolves when the process says that it is ready; whatever keeps it from that, it is not left behind. */
async function opened(process: EngineProcess, order: ToEngine): Promise<EngineFacts> {
  const late = `it did not answer within ${START_LIMIT_MS / 1000} seconds`
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<EngineFacts>((resolve, reject) => {
      timer = setTimeout(() => reject(notStarted(late)), START_LIMIT_MS)
      void process.gone.then((how) => reject(notStarted(how)))
      process.onMessage((message) => {
        if (message.type !== 'opened') return
        if (message.reply.ok) resolve(message.reply.value)
        else reject(fromFailure(message.reply.failure))
      })
      process.post(order)
    })
  } catch (error) {
    process.kill()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

class RemoteTraining implements Training, Errand {
  deaths = 0
  readonly result: Promise<TrainingResult>
  private checkpoint: { epoch: number; bytes: Uint8Array } | null = null
  private lastStep = 0
  private stopped = false
  private paused = false
  private endsWithEpoch = false
  private learningRate: number | null = null
  /** What a listener threw: the training ends with it. */
  private listenerError: { error: unknown } | null = null
  private resolve!: (result: TrainingResult) => void
  private reject!: (error: unknown) => void

  constructor(
    private readonly number: number,
    private readonly job: TrainingJob,
    private readonly events: TrainingEvents,
    private readonly post: (message: ToEngine) => void,
  ) {
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }

  stop(): void {
    this.stopped = true
    this.tell('stop')
  }

  stopAfterEpoch(wanted: boolean): void {
    this.endsWithEpoch = wanted
    this.tell({ stopAfterEpoch: wanted })
  }

  pause(): void {
    this.paused = true
    this.tell('pause')
  }

  proceed(): void {
    this.paused = false
    this.tell('proceed')
  }

  setLearningRate(rate: number): void {
    this.learningRate = rate
    this.tell({ learningRate: rate })
  }

  begin(post: (message: ToEngine) => void): void {
    const { number, job, checkpoint, learningRate } = this
    post({ type: 'train', number, job: checkpoint ? { ...job, checkpoint: checkpoint.bytes } : job })
    if (learningRate !== null) post({ type: 'tell', number, wish: { learningRate } })
    if (this.endsWithEpoch) post({ type: 'tell', number, wish: { stopAfterEpoch: true } })
    if (this.paused) post({ type: 'tell', number, wish: 'pause' })
    if (this.stopped) post({ type: 'tell', number, wish: 'stop' })
  }

  hear(message: FromEngine): void {
    if (message.type === 'ended') return this.end(message.reply)
    if (this.listenerError) return
    try {
      this.passOn(message)
    } catch (error) {
      this.listenerError = { error }
      this.stop()
    }
  }

  fail(error: LabError): void {
    this.reject(this.listenerError ? this.listenerError.error : error)
  }

  private passOn(message: FromEngine): void {
    if (message.type === 'progressed') this.events.progressed(message.progress)
    if (message.type === 'kept') this.events.kept?.(message.kept)
    if (message.type === 'checkpointed') {
      this.checkpoint = message.checkpoint
      this.deaths = 0
      this.events.checkpointed(message.checkpoint)
    }
    if (message.type === 'evaluated' && message.evaluation.step > this.lastStep) {
      this.lastStep = message.evaluation.step
      this.deaths = 0
      this.events.evaluated(message.evaluation)
    }
  }

  private end(reply: Extract<FromEngine, { type: 'ended' }>['reply']): void {
    if (this.listenerError) this.reject(this.listenerError.error)
    else if (reply.ok) this.resolve(reply.value)
    else this.reject(fromFailure(reply.failure))
  }

  private tell(wish: RunWish): void {
    this.post({ type: 'tell', number: this.number, wish })
  }
}

function notStarted(why: string): LabError {
  return new LabError('engine/not-started', `The engine's process did not start (${why})`)
}

function processDied(how: string): LabError {
  return new LabError(
    'engine/process-died',
    `The engine's process ended ${MOST_DEATHS} times in a row while this run trained (${how}). ` +
      'Other programs may need the memory, or this machine has a fault. What was trained is kept: resume the run',
  )
}

function closed(): LabError {
  return new LabError('engine/closed', 'The engine has been closed; nothing can be trained any more')
}
