export interface SelectOption {
  value: string
  /** What people read. */
  label: string
}
