/**
 * Carries out what a person wants of the workspace's queue. Runs have one of three homes: this process, another
 * program that has the workspace open, or the disk alone; an order about several runs needs them in one home.
 */
import type { ProcessToken } from '#lab/storage/disk'
import type { RunRecord } from '#lab/storage/run-file'
import { LabError } from '#shared/errors'
import type { QueueAnswer, QueueOrder } from '#shared/queue-orders'
import { hasEnded, wasCutShort, type RunId, type RunSummary } from '#shared/run'
import type { OrderBox } from './order-box'
import { moveParked, withdrawParked, type ParkedSurroundings } from './parked'
import type { RunList } from './run-list'
import type { TrainingQueue } from './training-queue'

export interface OrderSurroundings extends ParkedSurroundings {
  box: Pick<OrderBox, 'send'>
  list: Pick<RunList, 'all' | 'one' | 'refresh'>
  queue: Pick<TrainingQueue, 'get' | 'move' | 'stop' | 'pauseAll' | 'proceedAll'>
  /** Queues it in this process. */
  enqueue: (order: Extract<QueueOrder, { do: 'add' }>) => Promise<RunId[]>
  /** Puts it into the line on disk. */
  park: (order: Extract<QueueOrder, { do: 'add' }>) => Promise<RunId[]>
  /** Token of this process. */
  owner: ProcessToken
}

type Home = 'here' | 'disk' | { program: ProcessToken }
type Move = Extract<QueueOrder, { do: 'move' }>

export class OrderRoom {
  constructor(private readonly around: OrderSurroundings) {}

  /** Wherever its runs are. */
  async carryOut(order: QueueOrder): Promise<QueueAnswer> {
    switch (order.do) {
      case 'add':
        return this.add(order)
      case 'move':
        return this.move(order)
      case 'cancel':
        return this.cancel(order.runs)
      case 'pause':
      case 'proceed':
        return this.tellAll(order)
    }
    return order satisfies never
  }

  /** Of another program: about the runs of this process, and no further. */
  async obey(order: QueueOrder): Promise<QueueAnswer> {
    const { queue, enqueue } = this.around
    switch (order.do) {
      case 'add':
        return { runs: await enqueue(order), programs: 0 }
      case 'move':
        await queue.move(order.runs, order.before === 'first' ? await this.firstHere() : order.before)
        return { runs: order.runs, programs: 0 }
      case 'cancel':
        for (const id of order.runs) await queue.stop(id)
        return { runs: order.runs, programs: 0 }
      case 'pause':
        await queue.pauseAll()
        return { runs: [], programs: 0 }
      case 'proceed':
        await queue.proceedAll()
        return { runs: [], programs: 0 }
    }
    return order satisfies never
  }

  private async add(order: Extract<QueueOrder, { do: 'add' }>): Promise<QueueAnswer> {
    const { box, park } = this.around
    const [program] = await this.programs()
    if (program === undefined) return { runs: await park(order), programs: 0 }
    const { runs } = await box.send(program, order)
    return { runs, programs: 1 }
  }

  private async move(order: Move): Promise<QueueAnswer> {
    const named = order.before === null || order.before === 'first' ? [] : [order.before]
    const records = await this.recordsOf([...order.runs, ...named])
    const home = await this.homeOfAll(records)
    if (home !== 'disk') {
      records.forEach(mustWait)
      return this.at(home, order)
    }
    const { runs } = await this.around.list.all()
    const line = runs.filter(wasCutShort).map(({ id, place = 0 }) => ({ id, place }))
    const first = [...line].sort((a, b) => a.place - b.place || (a.id < b.id ? -1 : 1))[0]?.id ?? null
    await this.onDisk(() => moveParked(line, order.runs, order.before === 'first' ? first : order.before, this.around))
    return { runs: order.runs, programs: 0 }
  }

  /** Each where it is: nothing holds them together. */
  private async cancel(ids: readonly RunId[]): Promise<QueueAnswer> {
    const told = new Set<ProcessToken>()
    for (const record of await this.recordsOf(ids)) {
      const home = await this.homeOf(record)
      if (home === 'disk') await this.onDisk(() => withdrawParked(record.id, this.around))
      else await this.at(home, { do: 'cancel', runs: [record.id] })
      if (typeof home === 'object') told.add(home.program)
    }
    return { runs: ids, programs: told.size }
  }

  private async tellAll(order: QueueOrder): Promise<QueueAnswer> {
    const programs = await this.programs()
    for (const program of programs) await this.around.box.send(program, order)
    await this.obey(order)
    return { runs: [], programs: programs.length }
  }

  private async at(home: Exclude<Home, 'disk'>, order: QueueOrder): Promise<QueueAnswer> {
    if (home === 'here') return this.obey(order)
    return { ...(await this.around.box.send(home.program, order)), programs: 1 }
  }

  /** The list hears of it, whether or not all of it went well. */
  private async onDisk(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } finally {
      await this.around.list.refresh()
    }
  }

  private async firstHere(): Promise<RunId | null> {
    const { runs } = await this.around.list.all()
    const waiting = runs.filter((run) => run.status === 'waiting' && this.around.queue.get(run.id))
    return waiting.sort((a, b) => (a.place ?? 0) - (b.place ?? 0))[0]?.id ?? null
  }

  /** Other programs whose queue is not empty. */
  private async programs(): Promise<ProcessToken[]> {
    const { list, owner } = this.around
    const { runs } = await list.all()
    const busy = runs.filter((run) => !hasEnded(run.status))
    const owners = await Promise.all(busy.map(async ({ id }) => (await list.one(id)).record.owner))
    return [...new Set(owners)].filter((token) => token !== owner)
  }

  private async recordsOf(ids: readonly RunId[]): Promise<RunRecord[]> {
    const found = await Promise.all([...new Set(ids)].map((id) => this.around.list.one(id)))
    const ended = found.find(({ summary }) => !isInLine(summary))
    if (!ended) return found.map(({ record }) => record)
    const { label, status } = ended.summary
    throw new LabError('queue/not-waiting', `"${label}" is ${status}: it is not in the queue`)
  }

  private async homeOf({ id, owner, status }: RunRecord): Promise<Home> {
    if (this.around.queue.get(id)) return 'here'
    if (!hasEnded(status) && (await this.around.isAlive(owner))) return { program: owner }
    return 'disk'
  }

  private async homeOfAll(records: readonly RunRecord[]): Promise<Home> {
    const [first, ...others] = await Promise.all(records.map((record) => this.homeOf(record)))
    const nameOf = (home: Home) => (typeof home === 'object' ? home.program : home)
    if (first !== undefined && others.every((home) => nameOf(home) === nameOf(first))) return first
    throw new LabError('queue/not-together', 'These runs are not in one queue: move those of one program at a time')
  }
}

function mustWait({ status, configuration: { label } }: RunRecord): void {
  if (status === 'waiting') return
  throw new LabError('queue/not-waiting', `"${label}" is ${status}: only what waits has a place in the line`)
}

/** It trains, waits, or would go on if somebody took it up. */
function isInLine(run: RunSummary): boolean {
  return !hasEnded(run.status) || wasCutShort(run)
}
