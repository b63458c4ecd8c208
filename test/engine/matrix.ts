/** Matrices in a memory of the test's own, laid out as the engine lays them out, with a guard behind each. */
import { strideFor } from '#engine/layout'
import { createMemory, LINE, roundUp, viewsOf, type Views } from '#engine/memory'

const GUARD = 0x1badf00d

export interface Matrix {
  address: number
  /** Bytes from row to row. */
  ld: number
  rows: number
  columns: number
}

export class TestMemory {
  readonly memory = createMemory()
  readonly views: Views
  private top = LINE
  private readonly guards: number[] = []

  constructor() {
    this.memory.grow(64)
    this.views = viewsOf(this.memory)
  }

  /** A place for `bytes` bytes, and a guard word right behind them. */
  take(bytes: number): number {
    const address = this.top
    const guard = address + roundUp(bytes, 4)
    this.views.u32[guard >>> 2] = GUARD
    this.guards.push(guard)
    this.top = roundUp(guard + 4, LINE)
    return address
  }

  /** Rows of `value(row, column)`, padded with zeros. */
  matrix(rows: number, columns: number, value: (r: number, c: number) => number): Matrix {
    const ld = strideFor(columns)
    const matrix = { address: this.take(rows * ld), ld, rows, columns }
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) this.views.f32[((matrix.address + r * ld) >>> 2) + c] = value(r, c)
    }
    return matrix
  }

  /** To be written by a kernel: NaN in all that it must write, zeros in the padding. */
  output(rows: number, columns: number): Matrix {
    return this.matrix(rows, columns, () => NaN)
  }

  read({ address, ld, rows, columns }: Matrix): number[] {
    const values: number[] = []
    for (let r = 0; r < rows; r++) {
      const at = (address + r * ld) >>> 2
      values.push(...this.views.f32.subarray(at, at + columns))
    }
    return values
  }

  /** What a kernel must leave as it was: zeros in the padding, and every guard. */
  problems(...matrices: Matrix[]): string[] {
    const problems = this.guards.filter((guard) => this.views.u32[guard >>> 2] !== GUARD).map((at) => `guard at ${at}`)
    for (const { address, ld, rows, columns } of matrices) {
      for (let r = 0; r < rows; r++) {
        const at = (address + r * ld) >>> 2
        const padding = this.views.f32.subarray(at + columns, at + ld / 4)
        if (padding.some((each) => !Object.is(each, 0))) problems.push(`padding of row ${r}: ${padding.join(' ')}`)
      }
    }
    return problems
  }
}
