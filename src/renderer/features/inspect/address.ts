/**
 * The address of the Inspect screen: everything that is looked at can be linked to.
 */
import { computed } from 'vue'
import { go, route } from '../../shell/router'
import { inspectQuery, parseInspect, type InspectAddress } from '../../stores/inspect-address'

/** On the way to another screen it stays what it was: an address of theirs says nothing of ours. */
export const address = computed<InspectAddress>((before) =>
  route.value.screen === 'inspect' ? parseInspect(route.value.query) : (before ?? parseInspect({})),
)

/** Another view of the same models replaces the address; another model is a place of its own to come back from. */
export function change(part: Partial<InspectAddress>, { isNewPlace = false } = {}): void {
  go('inspect', { query: inspectQuery({ ...address.value, ...part }), replace: !isNewPlace })
}
