/**
 * What a FormField tells the control inside it: its id, and the texts that describe it. A control outside a
 * field gets an id of its own and no description.
 */
import { computed, inject, provide, useId, type ComputedRef, type InjectionKey } from 'vue'

export interface FieldContext {
  id: string
  describedBy: ComputedRef<string | undefined>
  invalid: ComputedRef<boolean>
}

const KEY: InjectionKey<FieldContext> = Symbol('field')

export function provideField(context: FieldContext): void {
  provide(KEY, context)
}

/** The attributes that tie a control to its field. */
export function useFieldAttributes(): ComputedRef<Record<string, string | undefined>> {
  const field = inject(KEY, undefined)
  const ownId = useId()
  return computed(() => ({
    id: field?.id ?? ownId,
    'aria-describedby': field?.describedBy.value,
    'aria-invalid': field?.invalid.value ? 'true' : undefined,
  }))
}
