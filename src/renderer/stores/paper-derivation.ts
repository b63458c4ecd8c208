/** What is looked at on the Derivations tab of Pen & paper, kept while the lab is open. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Activation } from '#shared/experiment'

export const usePaperDerivationStore = defineStore('paper-derivation', () => ({
  kind: ref<'sample' | 'batch'>('sample'),
  seed: ref<unknown>(1),
  activation: ref<Activation>('sigmoid'),
}))
