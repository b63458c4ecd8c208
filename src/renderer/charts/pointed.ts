/** Where the crosshair of a chart is. */
export interface Pointed {
  /** On the axes; those of a panel have its number. */
  axes: readonly Place[]
  /** On the screen: pixels from the top left corner of the chart. */
  at: { x: number; y: number }
}

export interface Place {
  dim: 'x' | 'y'
  panel: number
  value: number
}
