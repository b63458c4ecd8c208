/// <reference types="vite/client" />
import type { LabBridge } from '#shared/ipc'

declare global {
  interface Window {
    /** Put there by the preload; missing in a browser, where the served door's WebSocket takes its place. */
    labBridge?: LabBridge
  }
}
