/**
 * From a field of the form to the dialog that varies it.
 */
import { inject, provide, type InjectionKey } from 'vue'
import { VARIABLE_FIELDS, type VariableField } from './factor-edit'

const VARY: InjectionKey<(path: string) => void> = Symbol('vary')

export function provideVary(open: (path: string) => void): void {
  provide(VARY, open)
}

/** Undefined outside the form. */
export function useVary(): ((path: string) => void) | undefined {
  return inject(VARY, undefined)
}

const VARIABLE_PATHS = new Set(VARIABLE_FIELDS.map((field) => field.path))

/** Whether a field of the form can be varied; those of single layers are in the dialog only. */
export function isVariable(path: string): boolean {
  return VARIABLE_PATHS.has(path) || VARIABLE_PATHS.has(path.replace(/\.kind$/, ''))
}

/** Of a choice such as an optimizer all of it varies, as another one has other fields. */
export function variableFieldFor(path: string, fields: readonly VariableField[]): VariableField | undefined {
  const whole = path.replace(/\.kind$/, '')
  return fields.find((field) => field.path === path) ?? fields.find((field) => field.path === whole)
}
