/**
 * Puts a text on the clipboard, from inside a click or a key press. The page has no permission to the clipboard (see
 * src/main/app/guards.ts), but like every page it may answer the copy command of the person before it.
 */
import { LabError } from '#shared/errors'

export function copyText(text: string): void {
  let answered = false
  const answer = (event: ClipboardEvent) => {
    event.preventDefault()
    event.stopImmediatePropagation()
    event.clipboardData?.setData('text/plain', text)
    answered = true
  }
  document.addEventListener('copy', answer, { capture: true })
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the one way that needs no permission
    document.execCommand('copy')
  } finally {
    document.removeEventListener('copy', answer, { capture: true })
  }
  if (!answered)
    throw new LabError('clipboard/refused', 'The clipboard was not given to the page; save a file instead.')
}
