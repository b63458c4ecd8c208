/**
 * An expression as a tree. Text never becomes code: it becomes this, and whoever wants a value follows the tree.
 * `at` and `end` are places in the text, counted in UTF-16 units from 0; `end` is behind the last one.
 */
export interface Place {
  at: number
  end: number
}

export type Expression = Place &
  (
    | { kind: 'number'; value: number }
    | { kind: 'name'; name: string }
    /** A sign, or a "not", before what it is applied to. */
    | { kind: 'prefix'; operator: string; of: Expression }
    | { kind: 'operation'; operator: string; left: Expression; right: Expression }
    | { kind: 'call'; name: string; values: readonly Expression[] }
    /** condition ? yes : no */
    | { kind: 'choice'; condition: Expression; yes: Expression; no: Expression }
  )

/** `name = of`, or the last expression of a text, which needs no name. */
export interface Definition extends Place {
  name: string | null
  of: Expression
}
