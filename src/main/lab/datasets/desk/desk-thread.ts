/**
 * The desk in a thread of its own. It starts with the first thing that it is asked, keeps no process alive that waits
 * for nothing from it, and is started anew if it has died: memory that runs out while somebody's file is read costs that import and nothing else.
 */
import { Worker } from 'node:worker_threads'
import { fromFailure, LabError, type Reply } from '#shared/errors'
import type { Desk, DeskCalls, DeskPlace } from './desk-calls'

export interface DeskQuestion {
  number: number
  name: keyof DeskCalls
  args: readonly unknown[]
}

export interface DeskAnswer {
  number: number
  reply: Reply<unknown>
}

interface Waiting {
  resolve: (value: never) => void
  reject: (error: unknown) => void
}

export class DeskThread implements Desk {
  private worker: Worker | undefined
  private readonly waiting = new Map<number, Waiting>()
  private lastNumber = 0
  private closed = false

  constructor(
    private readonly file: string,
    private readonly place: DeskPlace,
  ) {}

  /** Bytes that are brought to an import are handed over: whoever called has them no more. */
  ask<K extends keyof DeskCalls>(name: K, ...args: Parameters<DeskCalls[K]>): ReturnType<DeskCalls[K]> {
    const answer = new Promise<never>((resolve, reject) => {
      if (this.closed) throw new LabError('lab/closed', 'The lab is closing: start it again')
      this.worker ??= this.start()
      this.worker.ref()
      const number = ++this.lastNumber
      this.worker.postMessage({ number, name, args } satisfies DeskQuestion, broughtBuffers(args))
      this.waiting.set(number, { resolve, reject })
    })
    return answer as ReturnType<DeskCalls[K]>
  }

  async close(): Promise<void> {
    this.closed = true
    await this.worker?.terminate()
  }

  private start(): Worker {
    const worker = new Worker(this.file, { workerData: this.place })
    let reason = 'no reason known'
    worker.on('message', ({ number, reply }: DeskAnswer) => {
      const call = this.waiting.get(number)
      this.waiting.delete(number)
      if (this.waiting.size === 0) worker.unref()
      if (reply.ok) call?.resolve(reply.value as never)
      else call?.reject(fromFailure(reply.failure))
    })
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error)
    })
    worker.on('exit', () => this.mourn(worker, reason))
    return worker
  }

  private mourn(worker: Worker, reason: string): void {
    if (this.worker !== worker) return
    this.worker = undefined
    const message = this.closed
      ? 'The lab is closing: start it again'
      : `The thread that reads data has ended (${reason}). Nothing was stored; try it again, with less data if it happens again`
    for (const { reject } of this.waiting.values()) {
      reject(new LabError(this.closed ? 'lab/closed' : 'data/thread-died', message))
    }
    this.waiting.clear()
  }
}

/** Memories that hold the files and nothing else. */
function broughtBuffers(args: readonly unknown[]): ArrayBuffer[] {
  const used = new Map<ArrayBuffer, number>()
  for (const arg of args) {
    if (typeof arg !== 'object' || arg === null || !('files' in arg) || !Array.isArray(arg.files)) continue
    for (const { bytes } of arg.files as { bytes: Uint8Array }[]) {
      const { buffer, byteLength } = bytes
      if (buffer instanceof ArrayBuffer) used.set(buffer, (used.get(buffer) ?? 0) + byteLength)
    }
  }
  return [...used].flatMap(([buffer, byteLength]) => (buffer.byteLength === byteLength ? [buffer] : []))
}
