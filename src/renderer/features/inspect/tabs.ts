/**
 * The views of a model: what they are called and for which models there is something to see.
 */
import type { Component } from 'vue'
import type { DatasetEntry } from '#shared/datasets'
import type { ModelFacts } from '#shared/inspect/inspected'
import type { InspectTab } from '../../stores/inspect-address'
import { lookOf } from '../../data/dataset-words'
import BoundaryTab from './boundary/BoundaryTab.vue'
import CalibrationTab from './calibration/CalibrationTab.vue'
import DrawTab from './draw/DrawTab.vue'
import GalleryTab from './gallery/GalleryTab.vue'
import MatrixTab from './matrix/MatrixTab.vue'
import UnitsTab from './units/UnitsTab.vue'

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
  { value: 'calibration', label: 'Calibration', component: CalibrationTab },
  { value: 'units', label: 'Units', component: UnitsTab },
  { value: 'boundary', label: 'Boundary', component: BoundaryTab, isFor: ({ sizes }) => sizes[0] === 2 },
  { value: 'draw', label: 'Draw', component: DrawTab, isFor: (_, set) => set !== null && isDrawable(set) },
]

/** Gray pictures of bytes: what a pen leaves on paper. */
function isDrawable(set: DatasetEntry): boolean {
  return lookOf(set) === 'pictures' && (set.channels ?? 1) === 1 && set.kind !== 'floats'
}

export function tabsFor(model: ModelFacts, set: DatasetEntry | null): readonly TabFacts[] {
  return TABS.filter(({ isFor }) => isFor?.(model, set) ?? true)
}
