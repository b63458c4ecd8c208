import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { RunId } from '#shared/run'

/** What Live showed last, so that the rail leads back to it. */
export const useLastViewedStore = defineStore('last-viewed', () => ({
  run: shallowRef<RunId | null>(null),
}))
