import { onScopeDispose, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { pairOf, type PairOnSamples } from '#shared/compare/agreement'
import type { PartPredictions } from '#shared/inspect/inspected'
import type { RunId } from '#shared/run'
import { lab } from '../lab'

/** Two runs whose models are to answer the same part. */
export interface PairAsked {
  first: RunId
  second: RunId
  part: 'test' | 'validation'
}

export function pairKey({ first, second, part }: PairAsked): string {
  return `${first} ${second} ${part}`
}

/**
 * Which samples the models of each pair get right, as the lab finds out: one model after the other, each asked once.
 * A model that cannot be asked leaves its pairs without an answer, and the reason in `failure`.
 */
export function useAgreements(pairs: MaybeRefOrGetter<readonly PairAsked[]>) {
  const byKey = shallowRef<ReadonlyMap<string, PairOnSamples>>(new Map())
  const failure = shallowRef<unknown>(null)
  const busy = shallowRef(false)
  const said = new Map<string, Promise<PartPredictions>>()
  let round = 0

  watch(() => toValue(pairs).map(pairKey).join('\n'), find, { immediate: true })
  onScopeDispose(() => (round += 1))

  async function find(): Promise<void> {
    const mine = ++round
    const wanted = toValue(pairs).filter((pair) => !byKey.value.has(pairKey(pair)))
    failure.value = null
    busy.value = wanted.length > 0
    for (const pair of wanted) {
      try {
        const found = pairOf(await ask(pair.first, pair.part), await ask(pair.second, pair.part))
        if (mine !== round) return
        if (found) byKey.value = new Map(byKey.value).set(pairKey(pair), found)
      } catch (error) {
        if (mine !== round) return
        failure.value = error
      }
    }
    busy.value = false
  }

  function ask(run: RunId, part: PairAsked['part']): Promise<PartPredictions> {
    const key = `${run} ${part}`
    const known = said.get(key)
    if (known) return known
    const asked = lab.call('inspect:predictions', { source: { of: 'run', run, step: null }, part })
    said.set(key, asked)
    asked.catch(() => said.delete(key)) // it may be had later
    return asked
  }

  return { byKey, failure, busy }
}
