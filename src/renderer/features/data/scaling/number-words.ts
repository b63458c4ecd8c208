import { formatNumber } from '#shared/figures/axis-scale'

/** Four digits that count: "33.32", "−0.4242", "0". */
export function numberText(value: number): string {
  return formatNumber(Number(value.toPrecision(4)))
}
