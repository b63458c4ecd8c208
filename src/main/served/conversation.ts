/**
 * One page's WebSocket: `{ id, call, args }` in, `{ id, reply }` and `{ event, payload }` out, as `#shared/wire` text.
 * Files come in binary frames before the call that brings them.
 */
import type { RawData, WebSocket } from 'ws'
import { z } from 'zod'
import { LabError, type Reply, toFailure } from '#shared/errors'
import { EVENT_NAMES } from '#shared/ipc'
import { decodeWire, encodeWire } from '#shared/wire'
import type { Lab } from '#lab/lab'
import { IncomingParcel } from './incoming-parcel'

/** RFC 6455: the message does not keep to our rules. */
const POLICY_VIOLATION = 1008
/** RFC 6455: try again later. */
const OVERLOADED = 1013
/** A page that falls this far behind misses progress, which nobody keeps. */
const SLOW_BYTES = 1 << 20
/** A page that falls this far behind is cut off; it comes back and takes everything anew. */
const STUCK_BYTES = 64 << 20

const message = z.strictObject({
  id: z.int().nonnegative(),
  call: z.string().max(100),
  args: z.array(z.unknown()).max(10),
})

export function converse(socket: WebSocket, lab: Lab): void {
  const stops = EVENT_NAMES.map((event) => {
    return lab.on(event, (payload) => {
      if (event === 'runs:progress' && socket.bufferedAmount > SLOW_BYTES) return
      send(socket, { event, payload })
    })
  })
  const parcel = new IncomingParcel()
  socket.on('message', (data, isBinary) => {
    if (isBinary && parcel.take(data as Buffer)) return
    const call = isBinary ? null : readCall(data, parcel)
    if (!call) {
      socket.close(POLICY_VIOLATION, 'expected { id, call, args } as text')
      return
    }
    void answer(lab, call.call, call.args).then((reply) => sendReply(socket, call.id, reply))
  })
  socket.on('close', () => {
    for (const stop of stops) stop()
  })
  socket.on('error', () => socket.terminate()) // too large, not UTF-8: what came is lost, and the page comes again
}

/** The call that follows the frames must be the one that they were sent for. */
function readCall(data: RawData, parcel: IncomingParcel): z.infer<typeof message> | null {
  try {
    const { id, bytes } = parcel.handOver()
    const call = message.parse(decodeWire((data as Buffer).toString('utf8'), bytes))
    return id === null || id === call.id ? call : null
  } catch {
    return null // whatever is wrong with it, the answer is the same: the caller hangs up
  }
}

/** Never rejects. */
async function answer(lab: Lab, name: string, args: readonly unknown[]): Promise<Reply<unknown>> {
  if (!name.startsWith('shell:')) return lab.answer(name, args)
  const text = `"${name}" needs the desktop application; in a browser, the browser saves files and shows folders itself.`
  return { ok: false, failure: toFailure(new LabError('shell/not-here', text)) }
}

/** The page waits for this id: what cannot be put on the wire is answered with the reason. */
function sendReply(socket: WebSocket, id: number, reply: Reply<unknown>): void {
  try {
    send(socket, { id, reply })
  } catch (error) {
    send(socket, { id, reply: { ok: false, failure: toFailure(error) } })
  }
}

function send(socket: WebSocket, value: unknown): void {
  if (socket.readyState !== socket.OPEN) return
  if (socket.bufferedAmount > STUCK_BYTES) socket.close(OVERLOADED, 'the page does not keep up')
  else socket.send(encodeWire(value))
}
