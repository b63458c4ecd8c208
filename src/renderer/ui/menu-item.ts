import type { Component } from 'vue'

/** One line of an AppMenu. */
export interface MenuItem {
  label: string
  action: () => void
  icon?: Component
  /** The keys that do the same, as they are printed and announced: "Delete", "T". */
  keys?: string
  danger?: boolean
  disabled?: boolean
  /** A line above this item. */
  separated?: boolean
}
