/** What is counted on the Count tab of Pen & paper, as typed, kept while the lab is open. */
import { defineStore } from 'pinia'
import { ref } from 'vue'

export const usePaperCountStore = defineStore('paper-count', () => ({
  sizes: ref('784-64-10'),
  hiddenLayers: ref<unknown>(2),
  ownCount: ref(''),
}))
