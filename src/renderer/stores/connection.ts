import { watch } from 'vue'
import { lab } from '../lab'

/** Calls `refresh` when a lost connection is there again: events that were sent in between are gone. */
export function whenReconnected(refresh: () => void): void {
  watch(lab.connection, (now, before) => {
    if (now === 'open' && before === 'lost') refresh()
  })
}
