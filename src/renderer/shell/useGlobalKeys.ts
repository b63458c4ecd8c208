/**
 * Keys that work on every screen. Keys of one screen are the screen's own business.
 */
import { useEventListener } from '@vueuse/core'
import { go } from './router'
import { RAIL } from './screens'

export interface GlobalKeysOptions {
  showShortcuts: () => void
}

export function useGlobalKeys({ showShortcuts }: GlobalKeysOptions): void {
  useEventListener(window, 'keydown', (event) => {
    if (event.altKey && !event.ctrlKey && !event.metaKey) {
      // By place on the keyboard: Alt changes what a digit key types on some systems.
      const entry = /^Digit[1-9]$/.test(event.code) ? RAIL[Number(event.code.slice(5)) - 1] : undefined
      if (!entry) return
      event.preventDefault()
      go(entry.screen)
    } else if ((event.ctrlKey || event.metaKey) && event.key === '/') {
      event.preventDefault()
      showShortcuts()
    }
  })
}
