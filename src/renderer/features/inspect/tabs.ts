/**
 * The views of a model: what they are called and for which models there is something to see.
 */
import type { Component } from 'vue'
import type { DatasetEntry } from '#shared/datasets'
import type { ModelFacts } from '#shared/inspect/inspected'
import type { InspectTab } from '../../stores/inspect-address'
import GalleryTab from './gallery/GalleryTab.vue'
import MatrixTab from './matrix/MatrixTab.vue'

export interface TabFacts {
  value: InspectTab
  label: string
  component: Component
  /** @default for all */
  isFor?: (model: ModelFacts, set: DatasetEntry | null) => boolean
}

export const TABS: readonly TabFacts[] = [
  { value: 'matrix', label: 'Matrix', component: MatrixTab },
  { value: 'gallery', label: 'Gallery', component: GalleryTab },
]

export function tabsFor(model: ModelFacts, set: DatasetEntry | null): readonly TabFacts[] {
  return TABS.filter(({ isFor }) => isFor?.(model, set) ?? true)
}
