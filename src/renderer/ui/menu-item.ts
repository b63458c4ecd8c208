import type { Component } from 'vue'

/** One line of an AppMenu. */
export interface MenuItem {
  label: string
  action: () => void
  icon?: Component
  danger?: boolean
  disabled?: boolean
  /** A line above this item. */
  separated?: boolean
}
