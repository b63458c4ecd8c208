/**
 * The bridge between the sandboxed page and main: `window.labBridge`, one frozen object. Names outside the contract
 * stop here, and a listener gets the payload alone, never Electron's event, which carries the sender.
 */
import { contextBridge, ipcRenderer } from 'electron'
import { CALL_NAMES, EVENT_NAMES } from '#shared/ipc'

type Listener = (payload: unknown) => void

const callNames = new Set<unknown>(CALL_NAMES)

const listeners = new Map<string, Set<Listener>>(EVENT_NAMES.map((name) => [name, new Set()]))

/** One for all, as an emitter with a listener for each store of the page would complain of a leak. */
ipcRenderer.on('lab:event', (_event, name: string, payload: unknown) => {
  for (const listener of [...(listeners.get(name) ?? [])]) listener(payload)
})

function refuse(name: unknown): { ok: false; failure: { code: string; message: string; details: string[] } } {
  const message = `The lab has no call "${String(name)}"; expected one of ${CALL_NAMES.join(', ')}.`
  return { ok: false, failure: { code: 'ipc/unknown-call', message, details: [] } }
}

contextBridge.exposeInMainWorld(
  'labBridge',
  Object.freeze({
    door: 'electron',
    call: (name: unknown, ...args: unknown[]): Promise<unknown> =>
      callNames.has(name) ? ipcRenderer.invoke('lab:call', name, args) : Promise.resolve(refuse(name)),
    on(name: unknown, listener: Listener): () => void {
      const heard = listeners.get(String(name))
      if (!heard) throw new TypeError(`The lab has no event "${String(name)}"`)
      const own: Listener = (payload) => listener(payload) // the same function may listen twice
      heard.add(own)
      return () => {
        heard.delete(own)
      }
    },
  }),
)
