import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { RunId } from '#shared/run'

/** What the data screens showed last, so that the rail leads back to it. */
export const useLastViewedStore = defineStore('last-viewed', () => ({
  run: shallowRef<RunId | null>(null),
  compared: shallowRef<readonly RunId[]>([]),
}))
