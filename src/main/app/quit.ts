/**
 * The way out: ask when something trains, stop it cleanly, wait until it is on disk, then go.
 */
import { app, type BrowserWindow, dialog } from 'electron'
import type { Lab } from '#lab/lab'

/** EX_SOFTWARE: the exit code when something went wrong inside. */
export const EXIT_INTERNAL = 70
/** Stopping takes a minibatch and a few files; what takes longer than this hangs. */
const CLOSE_LIMIT_MS = 20_000

export interface Exit {
  /** True once the lab is closed: windows may go. */
  isOpen(): boolean
}

export function guardQuit(lab: Lab, window: () => BrowserWindow | undefined): Exit {
  let state: 'open' | 'asking' | 'closing' | 'closed' = 'open'

  async function leave(asks: boolean): Promise<void> {
    if (state === 'closing' || (state === 'asking' && asks)) return
    state = 'asking'
    if (asks && !(await mayStop(lab, window()))) {
      state = 'open'
      return
    }
    state = 'closing'
    const watchdog = setTimeout(() => {
      console.error(`The lab did not close within ${CLOSE_LIMIT_MS / 1000} seconds.`)
      app.exit(EXIT_INTERNAL)
    }, CLOSE_LIMIT_MS)
    await lab.close()
    clearTimeout(watchdog)
    state = 'closed'
    app.quit()
  }

  function start(asks: boolean): void {
    leave(asks).catch((error: unknown) => {
      console.error('Could not close the lab:', error)
      app.exit(EXIT_INTERNAL)
    })
  }

  app.on('before-quit', (event) => {
    if (state === 'closed') return
    event.preventDefault()
    start(true)
  })
  // A terminal or the system wants us gone: nobody is there to answer a question.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => start(false))
  return { isOpen: () => state === 'closed' }
}

async function mayStop(lab: Lab, window: BrowserWindow | undefined): Promise<boolean> {
  const training = (await lab.call('runs:list')).own?.length ?? 0 // those of other programs go on without us
  if (training === 0) return true
  const question = {
    type: 'question' as const,
    message: training === 1 ? 'A run is still training.' : `${training} runs are still training or waiting.`,
    detail: 'Quitting stops them. What they have trained so far is kept.',
    buttons: ['Keep training', 'Stop and quit'],
    defaultId: 0,
    cancelId: 0,
  }
  const { response } = await (window ? dialog.showMessageBox(window, question) : dialog.showMessageBox(question))
  return response === 1
}
