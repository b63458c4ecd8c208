/**
 * What runs in the desk's thread: bundled to a file of its own beside the engine's worker.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { toFailure, type Reply } from '#shared/errors'
import { DataDesk } from './desk'
import type { DeskPlace } from './desk-calls'
import type { DeskAnswer, DeskQuestion } from './desk-thread'

const desk = new DataDesk(workerData as DeskPlace)

async function answer({ number, name, args }: DeskQuestion): Promise<void> {
  const reply = await replyTo(name, args)
  parentPort?.postMessage({ number, reply } satisfies DeskAnswer)
}

async function replyTo(name: DeskQuestion['name'], args: readonly unknown[]): Promise<Reply<unknown>> {
  try {
    // names and arguments go together, as `Desk.ask` is typed
    const method = desk[name].bind(desk) as (...args: readonly unknown[]) => Promise<unknown>
    return { ok: true, value: await method(...args) }
  } catch (error) {
    return { ok: false, failure: toFailure(error) }
  }
}

parentPort?.on('message', (question: DeskQuestion) => void answer(question))
