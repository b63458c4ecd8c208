/**
 * Orders from one program of a workspace to another: whoever looks at a queue that another program trains can have it
 * changed there. Nothing but files, so that it works wherever the workspace can be shared.
 *
 *   orders/<to>-<from>-<n>.json          an order, written whole; taken away by whom it is for before it is done
 *   orders/<to>-<from>-<n>.answer.json   a Reply, taken away by whoever asked
 *
 * `to` and `from` are process tokens. A program looks for orders while it has runs: others have nothing to order there.
 */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { Disk, ProcessToken } from '#lab/storage/disk'
import { errorCode } from '#lab/storage/file-system'
import { storageError } from '#lab/storage/storage-error'
import { LabError, fromFailure, toFailure, type Reply } from '#shared/errors'
import type { QueueAnswer, QueueOrder } from '#shared/queue-orders'
import { isRunId, type RunId } from '#shared/run'

const ORDER_NAME = /^([0-9a-f]{16})-([0-9a-f]{16})-\d+\.json$/
const ANSWER_NAME = /^[0-9a-f]{16}-([0-9a-f]{16})-\d+\.answer\.json$/
/** An experiment with its factors is some 100 kB at most. */
const MAX_ORDER_BYTES = 4 * 1024 * 1024
const LOOK_EVERY_MS = 500
const ASK_EVERY_MS = 100
/** Longer than a program needs that writes a checkpoint of hundreds of megabytes in the meantime. */
const PATIENCE_MS = 15_000

const runId = z.custom<RunId>(isRunId, 'the id of a run')
const runIds = z.array(runId).min(1).max(10_000)
/** What the experiment of `add` must be is checked by parseExperiment, which says it better. */
export const queueOrderSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('add'), experiment: z.custom<never>(), presetId: z.string().max(100).nullable() }),
  z.strictObject({
    do: z.literal('move'),
    runs: runIds,
    before: z.union([z.literal('first'), runId, z.null()]),
  }),
  z.strictObject({ do: z.literal('cancel'), runs: runIds }),
  z.strictObject({ do: z.literal('pause') }),
  z.strictObject({ do: z.literal('proceed') }),
])

const answerSchema = z.object({ runs: z.array(runId), programs: z.int() })
const replySchema = z.union([
  z.object({ ok: z.literal(true), value: answerSchema }),
  z.object({
    ok: z.literal(false),
    failure: z.object({ code: z.string(), message: z.string(), details: z.array(z.string()) }),
  }),
])

export interface OrderBoxPatience {
  /** Between two looks for orders. @default half a second */
  lookEveryMs?: number
  /** Until an answer has to be there. @default a quarter of a minute */
  answerWithinMs?: number
}

export class OrderBox {
  private readonly folder: string
  private sent = 0
  private timer: NodeJS.Timeout | undefined
  private looking: Promise<void> = Promise.resolve()

  constructor(
    private readonly disk: Disk,
    workspace: string,
    private readonly isAlive: (token: ProcessToken) => Promise<boolean>,
    private readonly patience: OrderBoxPatience = {},
  ) {
    this.folder = join(workspace, 'orders')
  }

  /** Has it done by that program. Rejects with what went wrong there, or `queue/no-answer`. */
  async send(to: ProcessToken, order: QueueOrder): Promise<QueueAnswer> {
    this.sent += 1
    const name = `${to}-${this.disk.token}-${this.sent}`
    const [orderPath, answerPath] = [this.path(`${name}.json`), this.path(`${name}.answer.json`)]
    await this.makeFolder()
    await this.disk.writeAtomic(orderPath, JSON.stringify(order))
    const until = Date.now() + (this.patience.answerWithinMs ?? PATIENCE_MS)
    try {
      for (;;) {
        const reply = await this.readReply(answerPath)
        if (reply) return valueOf(reply)
        if (!(await this.isAlive(to))) throw unanswered('has ended meanwhile')
        if (Date.now() > until) throw unanswered('does not answer')
        await wait(ASK_EVERY_MS)
      }
    } finally {
      await this.disk.discard(orderPath)
      await this.disk.discard(answerPath)
    }
  }

  /** Looks for orders every now and then, while `isWanted`. What `obey` rejects with goes back to whoever asked. */
  listen(isWanted: () => boolean, obey: (order: QueueOrder) => Promise<QueueAnswer>): void {
    this.timer = setInterval(() => {
      if (isWanted()) this.looking = this.looking.then(() => this.look(obey))
    }, this.patience.lookEveryMs ?? LOOK_EVERY_MS)
    this.timer.unref()
  }

  async close(): Promise<void> {
    clearInterval(this.timer)
    await this.looking
  }

  /** Takes away what programs left that are gone. */
  async sweep(): Promise<void> {
    for (const name of await this.names()) {
      const [, to, from] = ORDER_NAME.exec(name) ?? []
      const [, reader] = ANSWER_NAME.exec(name) ?? []
      const needed = [to, from, reader].filter((token) => token !== undefined)
      const alive = await Promise.all(needed.map((token) => this.isAlive(token)))
      if (!alive.every(Boolean)) await this.disk.discard(this.path(name))
    }
  }

  /** Does what is there for this program, in the order in which each asked. Never rejects. */
  async look(obey: (order: QueueOrder) => Promise<QueueAnswer>): Promise<void> {
    for (const name of await this.names()) {
      if (ORDER_NAME.exec(name)?.[1] !== this.disk.token) continue
      const reply = await this.answer(name, obey)
      if (!reply) continue
      const path = this.path(name.replace(/\.json$/, '.answer.json'))
      // a disk that is full: whoever asked hears that nobody answers
      await this.disk.writeAtomic(path, JSON.stringify(reply)).catch(() => undefined)
    }
  }

  /** Null if whoever asked has taken it back. An order that was read is done at most once: its file goes first. */
  private async answer(
    name: string,
    obey: (order: QueueOrder) => Promise<QueueAnswer>,
  ): Promise<Reply<QueueAnswer> | null> {
    try {
      const bytes = await this.disk.fs.readFile(this.path(name))
      await this.disk.fs.remove(this.path(name))
      const order = bytes.byteLength > MAX_ORDER_BYTES ? null : queueOrderSchema.safeParse(parseJson(bytes))
      if (!order?.success) throw new LabError('queue/bad-order', 'Expected an order of the same version of the lab')
      return { ok: true, value: await obey(order.data) }
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null
      return { ok: false, failure: toFailure(error) }
    }
  }

  private async readReply(path: string): Promise<Reply<QueueAnswer> | null> {
    try {
      const reply = replySchema.safeParse(parseJson(await this.disk.fs.readFile(path)))
      return reply.success ? reply.data : null
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null
      throw storageError(error, 'read the answer of another program')
    }
  }

  /** By their numbers; none where nobody has ever ordered anything. */
  private async names(): Promise<string[]> {
    try {
      const names = await this.disk.fs.readdir(this.folder)
      return names.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
    } catch {
      return [] // no such folder yet, or one that cannot be read: whoever asked hears that nobody answers
    }
  }

  private async makeFolder(): Promise<void> {
    try {
      await this.disk.fs.mkdir(this.folder)
    } catch (error) {
      throw storageError(error, 'make a folder for orders')
    }
  }

  private path(name: string): string {
    return join(this.folder, name)
  }
}

function valueOf(reply: Reply<QueueAnswer>): QueueAnswer {
  if (reply.ok) return reply.value
  throw fromFailure(reply.failure)
}

function unanswered(what: string): LabError {
  return new LabError('queue/no-answer', `The program that trains these runs ${what}: look at the queue and try again`)
}

/** Undefined for what is not JSON: no schema takes that. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}
