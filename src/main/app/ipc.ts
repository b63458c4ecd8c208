/**
 * The one place that touches ipcMain: who may call, who answers, and how events reach the page.
 */
import { type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron'
import { LabError, type Reply, toFailure } from '#shared/errors'
import { EVENT_NAMES, type ShellCalls } from '#shared/ipc'
import type { Lab } from '#lab/lab'
import { isOwnPage } from './origin'
import { isShellCall } from './shell-calls'

export interface IpcOptions {
  lab: Lab
  /** The window that people see, while there is one. */
  page: () => WebContents | undefined
  answerShell: (name: keyof ShellCalls, args: readonly unknown[]) => Promise<Reply<unknown>>
  devServer: string | undefined
}

export function connectPage({ lab, page, answerShell, devServer }: IpcOptions): void {
  ipcMain.handle('lab:call', async (event, name: unknown, args: unknown): Promise<Reply<unknown>> => {
    try {
      checkSender(event, page(), devServer)
      if (typeof name !== 'string' || !Array.isArray(args)) {
        throw new LabError('ipc/bad-call', 'Expected a name and a list of arguments.')
      }
      return isShellCall(name) ? await answerShell(name, args) : await lab.answer(name, args)
    } catch (error) {
      return { ok: false, failure: toFailure(error) }
    }
  })
  for (const name of EVENT_NAMES) {
    lab.on(name, (payload) => {
      const contents = page()
      if (contents && !contents.isDestroyed()) contents.send('lab:event', name, payload)
    })
  }
}

/** Only the page of our window, in its main frame, at our own address. */
function checkSender(event: IpcMainInvokeEvent, page: WebContents | undefined, devServer: string | undefined): void {
  const frame = event.senderFrame
  if (page && event.sender === page && frame === page.mainFrame && isOwnPage(frame.url, devServer)) return
  throw new LabError('ipc/foreign-sender', 'A call came from a page that is not the lab; it was refused.')
}
