export interface SelectOption {
  value: string
  /** What people read. */
  label: string
  /** Options that follow each other and have the same are listed under it as their heading. */
  group?: string
}
