/**
 * The bridge between the sandboxed page and main: `window.labBridge`, one frozen object. Names outside the contract
 * stop here, and a listener gets the payload alone, never Electron's event, which carries the sender.
 */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import { CALL_NAMES, EVENT_NAMES } from '#shared/ipc'

type Listener = (payload: unknown) => void

const callNames = new Set<unknown>(CALL_NAMES)
const eventNames = new Set<unknown>(EVENT_NAMES)

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
      if (!eventNames.has(name)) throw new TypeError(`The lab has no event "${String(name)}"`)
      const pass = (_event: IpcRendererEvent, told: unknown, payload: unknown): void => {
        if (told === name) listener(payload)
      }
      ipcRenderer.on('lab:event', pass)
      return () => {
        ipcRenderer.removeListener('lab:event', pass)
      }
    },
  }),
)
