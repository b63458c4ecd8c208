/** What a symbol of a formula stands for. */
export interface SymbolMeaning {
  meaning: string
  /** "H × I (4 × 5)" */
  shape: string
}
